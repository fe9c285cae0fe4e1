"""Commands run on hostile packages in a monitored process, which is killed if it takes too long."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

LIMIT = 10.0
"""CPU seconds after which a run counts as hanging."""

TIMEOUT = 60.0
"""Seconds of wall-clock time after which the process is killed; longer than LIMIT for a busy machine."""


@dataclass
class Outcome:
    """The exit status of a run, what it printed, and what it accessed outside the package."""

    status: int | None
    traceback: str
    accessed: list[str]
    out: str
    err: str
    seconds: float

    @property
    def report(self) -> dict[str, Any]:
        """The report that a run with --json printed."""
        return dict(json.loads(self.out))

    @property
    def codes(self) -> set[str]:
        """The codes of the findings, or of the error that prevented the run."""
        return {finding["code"] for finding in self.report["findings"]}


class Hanging(AssertionError):
    """A run took longer than LIMIT."""


class Sandbox:
    """A monitored process that runs command lines one after the other."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def _started(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "tests.hostile.worker"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            self._line(60)
        return self.process

    def _line(self, seconds: float) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        return self.process.stdout.readline() if ready else ""

    def run(self, *args: str, allowed: Path) -> Outcome:
        """Run a command line that may access only one folder, besides libraries and temporary files."""
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(json.dumps({"args": args, "allowed": [os.fspath(allowed)]}) + "\n")
        process.stdin.flush()
        line = self._line(TIMEOUT)
        if not line:
            self.close()
            raise Hanging(f"clausula {' '.join(args)}")
        outcome = Outcome(**json.loads(line))
        if outcome.seconds > LIMIT:
            raise Hanging(f"clausula {' '.join(args)}: {outcome.seconds:.1f} s")
        return outcome

    def validate(self, root: Path, *layers: str) -> Outcome:
        """Validate a package and check what must be true of every outcome."""
        options = [arg for layer in layers for arg in ("--layer", layer)]
        outcome = self.run("validate", "--package", os.fspath(root), "--json", *options, allowed=root)
        assert not outcome.traceback, outcome.traceback
        assert outcome.accessed == []
        assert outcome.status in (0, 1, 2, 3)
        outcome.out.encode()
        assert all(finding["hint"] and finding["code"] for finding in outcome.report["findings"])
        assert "internal-error" not in outcome.codes, outcome.out
        return outcome

    def close(self) -> None:
        """Kill the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
