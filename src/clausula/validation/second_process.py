"""The slowest layers of a full run in a second process, beside the other layers.

Half of the time of a full run is the import of great-expectations and the rows that frictionless reads one by one.
Neither depends on the other layers. The second process reads the package itself; if a table changed between the two
readings, the run is refused.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.fixity import digest_of
from clausula.core.memory import rare_collection
from clausula.core.package import open_package
from clausula.core.paths import inside
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine
from clausula.validation.layers import run_layer

LAYERS = ("frictionless", "expectations")
"""The layers that run in the second process."""

HEAVY = "great_expectations"
"""A second process is worth its start only if this library is still to be imported."""

START = ("-m", "clausula.validation.second_process")
"""What the second process runs."""


@dataclass
class SecondProcess:
    """A process that runs some layers of a package.

    Attributes
    ----------
    layers : tuple of str
        The layers that it runs; none if there is no second process.
    """

    layers: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def add_to(self, engine: DuckDBEngine, report: Report) -> None:
        """Wait for the process, and add its findings to a report.

        Raises
        ------
        CouldNotRun
            If the library of a layer is missing, or a table changed between the two readings.
        """
        assert self.process is not None
        output, _ = self.process.communicate()
        try:
            outcome: Any = pickle.loads(output)
        except (pickle.UnpicklingError, EOFError):  # the process was ended, for example for lack of memory
            for layer in self.layers:
                run_layer(layer, engine, report)
            return
        if isinstance(outcome, Finding):
            raise CouldNotRun(outcome)
        other, digests = outcome
        for file, digest in engine.store.digests.items():
            if digests.get(file, digest) != digest:
                raise CouldNotRun.of("concurrent-change:reading", file=file)
        report.merge(other)


@contextmanager
def started(path: Path, layers: Sequence[str], shown: int) -> Iterator[SecondProcess]:
    """Start the slowest of the layers in a second process, if that is faster, and end it on leaving.

    Parameters
    ----------
    path : Path
        Folder of a package, or its datapackage.json.
    layers : sequence of str
        All layers of the run.
    shown : int
        Number of findings kept per code, table and field.
    """
    second = _start(path, layers, shown)
    try:
        yield second
    finally:
        if second.process is not None and second.process.poll() is None:
            second.process.kill()
            second.process.communicate()


def _start(path: Path, layers: Sequence[str], shown: int) -> SecondProcess:
    apart = tuple(layer for layer in LAYERS if layer in layers)
    worthwhile = "expectations" in apart and len(layers) > len(apart) and HEAVY not in sys.modules
    if worthwhile and sys.executable and (os.cpu_count() or 1) > 1:
        command = [sys.executable, *START, str(path), str(shown), *apart]
        # the same modules as here, and none from the folder in which the command was called
        here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
        with suppress(OSError):
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=here)
            return SecondProcess(apart, process)
    return SecondProcess()


def main() -> None:
    """Run the layers named on the command line, and write the outcome to the standard output."""
    path, shown, *layers = sys.argv[1:]
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to the standard error
    outcome: Any
    try:
        package, report = open_package(Path(path)), Report(int(shown))
        files = ((resource.path, inside(package.root, resource.path)) for resource in package)
        digests = {name: digest_of(file) for name, file in files if file is not None}
        with rare_collection():
            engine = open_engine(package, keep=False)
            for layer in layers:
                run_layer(layer, engine, report)
        outcome = (report, digests)
    except CouldNotRun as error:
        outcome = error.finding
    except KeyboardInterrupt:
        return
    with output:
        pickle.dump(outcome, output)


if __name__ == "__main__":
    main()
