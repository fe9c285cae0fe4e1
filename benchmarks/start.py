"""Measure start-up time: validating the shipped package from a cold start, and importing clausula and pandas."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.measure import ROOT

TURNS = 7
COMMANDS = {
    "validate": ["-m", "clausula", "validate", "--package", str(ROOT), "--fast", "--json"],
    "clausula": ["-c", "import clausula"],
    "pandas": ["-c", "import pandas"],
}


def _seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment, check=True)
    return time.perf_counter() - started


def measure(say: Callable[[str], None]) -> dict[str, float]:
    """Run the commands in turn several times; return the median seconds of each."""
    say("measuring start-up time ...")
    turns: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(TURNS):
        for name, arguments in COMMANDS.items():
            turns[name].append(_seconds(arguments))
    return {name: round(statistics.median(seconds), 3) for name, seconds in turns.items()}
