"""Install the wheel with several versions of pandas and Python, and compare the frames that users get."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cell:
    """One environment of the matrix: a Python, and what is installed with the wheel."""

    python: str
    pandas: str
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"Python {self.python}, {'oldest versions' if self.options else self.pandas}"


NEWEST = Cell("3.11", "pandas")
"""The environment whose frames all others must have."""

CELLS = (
    Cell("3.11", "pandas", ("--resolution", "lowest-direct")),
    Cell("3.11", "pandas==2.3.*"),
    Cell("3.11", "pandas==3.0.*"),
    Cell("3.12", "pandas"),
    Cell("3.13", "pandas"),
    Cell("3.14", "pandas"),
)
TOO_OLD = Cell("3.11", "pandas==2.2.*")
"""An environment in which the import must fail."""


class Failed(Exception):
    """Raised with the output of a command that failed."""


def run(*command: str | Path, **settings: Any) -> str:
    """Run a command and return its output; raise Failed with its error output if it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **settings)
    if done.returncode:
        raise Failed(done.stderr)
    return str(done.stdout)


def find_uv(folder: Path) -> str:
    """Return the path of the program uv; if it is not installed, install it into a folder."""
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found:
        return found
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", "uv")
    return str(folder / "bin/uv")


def build_wheel(folder: Path) -> Path:
    """Build the wheel."""
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def interpreter(uv: str, version: str) -> str | None:
    """Return the path of a Python on this machine, also one outside the search path; None if there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [os.environ["PATH"], *map(str, sorted(pyenv.glob("versions/*/bin")))]
    more = {**os.environ, "PATH": os.pathsep.join(folders)}
    try:
        return run(uv, "python", "find", "--no-python-downloads", "--no-project", "--system", version, env=more).strip()
    except Failed:
        return None


def environment(uv: str, folder: Path, python: str, cell: Cell, wheel: Path) -> Path:
    """Create a bare environment with the wheel, and return its Python."""
    target = folder / "bin/python"
    install = (uv, "pip", "install", "--quiet", "--python", target)
    run(uv, "venv", "--quiet", "--python", python, folder)
    if cell == TOO_OLD:
        run(*install, cell.pandas, "pyarrow")
        run(*install, "--no-deps", wheel)
    else:
        run(*install, *cell.options, cell.pandas, wheel)
    return target


def dump(python: Path) -> dict[str, Any]:
    """Return the frames in an environment; the module that writes them must import the installed wheel."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    found: dict[str, Any] = json.loads(run(python, "-m", "tests.matrix.frames", cwd=ROOT, env=clean))
    if "site-packages" not in found["clausula"]:
        raise Failed(f"{python} imported {found['clausula']} instead of the wheel")
    return found


def differences(expected: Any, found: Any, place: str = "") -> Iterator[str]:
    """Yield every place in which two dumps differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in {**expected, **found}:
            yield from differences(expected.get(name), found.get(name), f"{place}/{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, pair in enumerate(zip(expected, found, strict=True)):
            yield from differences(*pair, f"{place}/{number}")
    elif expected != found or type(expected) is not type(found):
        yield f"{place}: {found!r:.60} instead of {expected!r:.60}"


def refusal(python: Path) -> str:
    """Return the message with which the import fails in an environment; raise Failed if it does not fail."""
    try:
        run(python, "-c", "import clausula", cwd=ROOT)
    except Failed as error:
        return str(error).strip().splitlines()[-1]
    raise Failed("the import did not fail")


def check(uv: str, folder: Path, wheel: Path, cell: Cell) -> dict[str, Any] | str | None:
    """Return the frames of an environment, the message of its refusal, or None if its Python is not installed."""
    python = interpreter(uv, cell.python)
    if python is None:
        return None
    target = environment(uv, folder, python, cell, wheel)
    return refusal(target) if cell == TOO_OLD else dump(target)


def report(found: dict[Cell, dict[str, Any] | str | None]) -> Iterator[str]:
    """Print one line for each environment, and yield what is wrong."""
    newest = found[NEWEST]
    for cell, result in found.items():
        if result is None:
            print(f"matrix: {cell}: skipped, this Python is not installed")
        elif isinstance(result, str):
            print(f"matrix: {cell}: {result}")
            if not result.startswith("ImportError: clausula needs pandas"):
                yield f"{cell}: {result}"
        elif isinstance(newest, dict):
            other = list(differences(newest["frames"], result["frames"]))
            outcome = f"{len(other)} differences" if other else f"{len(result['frames'])} frames, all equal"
            print(f"matrix: {cell}: pandas {result['pandas']}, {outcome}")
            yield from (f"{cell}: {one}" for one in other[:10])
    if not isinstance(newest, dict):
        yield f"{NEWEST}: needed for the comparison"


if __name__ == "__main__":
    cells = (NEWEST, *CELLS, TOO_OLD)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(temporary)
        try:
            uv, wheel = find_uv(folder / "uv"), build_wheel(folder / "dist")
            results = pool.map(lambda cell: check(uv, folder / str(cells.index(cell)), wheel, cell), cells)
            faults = list(report(dict(zip(cells, results, strict=True))))
        except Failed as failed:
            sys.exit(str(failed))
    sys.exit("\n".join(faults) or None)
