"""Measure one process: wall-clock time, processor time, and peak memory including its children."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = 0.1


@dataclass(frozen=True)
class Measured:
    """Time and memory of one run.

    Attributes
    ----------
    seconds, cpu : float
        Wall-clock time and processor time of the process and its children.
    peak_mb : float
        Peak memory of the process and its children together, in megabytes.
    output : str
        Last line of standard output, or of standard error if the run failed.
    failed : bool
        Whether the process exited with a status other than 0.
    """

    seconds: float
    cpu: float
    peak_mb: float
    output: str
    failed: bool


class _Watch(threading.Thread):
    """Add up the memory and processor time of a process and its children while it has any (Spark starts a Java VM)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.done = pid, 0, threading.Event()
        self.times: dict[int, float] = {}
        self.start()

    @property
    def cpu(self) -> float:
        """Processor time of all processes that were seen; a child that nobody waits for is not in `rusage`."""
        return sum(self.times.values())

    def run(self) -> None:
        """Sample the memory every TICK seconds."""
        import psutil

        with suppress(psutil.Error):
            root = psutil.Process(self.pid)
            while not self.done.wait(TICK):
                children = root.children(recursive=True)
                if children:
                    sizes = []
                    for process in (root, *children):
                        with suppress(psutil.Error):
                            sizes.append(process.memory_info().rss)
                            self.times[process.pid] = sum(process.cpu_times()[:2])
                    self.peak = max(self.peak, sum(sizes))


def run(arguments: list[str], limit: float, source: Path = ROOT / "src", passes: tuple[int, ...] = (0,)) -> Measured:
    """Run a Python module, or `-c` and a program, in its own process.

    Parameters
    ----------
    limit : float
        Seconds after which the process is killed and counts as failed.
    source : Path
        The folder of the code of clausula.
    passes : tuple of int
        The exit statuses that do not count as failed.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": f"{source}{os.pathsep}{ROOT}", "PYTHONWARNINGS": "ignore", "CLAUSULA_FRESH": "1"}
    program = arguments if arguments[0] == "-c" else ["-m", *arguments]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, *program], stdout=out, stderr=err, env=environment)
        timer = threading.Timer(limit, child.kill)
        timer.start()
        watch = _Watch(child.pid)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            child.kill()
            raise
        finally:
            timer.cancel()
            watch.done.set()
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        failed = child.returncode not in passes
        stream = err if failed else out
        stream.seek(0)
        lines = stream.read().strip().splitlines() or [f"ended after {seconds:.0f} s" if failed else ""]
        peak = max(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), watch.peak) / 1e6
    cpu = max(usage.ru_utime + usage.ru_stime, watch.cpu)
    return Measured(seconds, cpu, peak, lines[-1], failed)
