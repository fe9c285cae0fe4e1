"""Python code run under strace: which files the system was asked to open or change, whoever asked, in Python or not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

CHANGING = (
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "truncate", "chmod", "fchmodat", "chown", "lchown", "fchownat", "mknod", "mknodat"),
)
CALLS = ("open", "openat", "openat2", "execve", "connect", *CHANGING)

_CALL = re.compile(r"^(?:\d+ +)?(?:<\.\.\. )?(\w+)")
_NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
_OPENED = re.compile(r"= \d+<(/[^>]*)>")
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")


@dataclass(frozen=True)
class Touch:
    """A path that a system call named or opened, links followed."""

    call: str
    path: Path
    writes: bool


@cache
def missing() -> str:
    """Why nothing can be traced here, or the empty text."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    run = subprocess.run([strace, "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else f"strace may not trace here: {run.stderr.strip():.100}"


def _touches(line: str, cwd: Path) -> list[Touch]:
    known = _CALL.match(line)
    call = known[1] if known else ""
    if call == "connect":
        return [Touch(call, Path(line), True)] if "AF_INET" in line else []
    if call not in CALLS:
        return []
    writes = call in CHANGING or bool(_WRITING.search(line))
    named = _NAMED.findall(line)[:1] if call == "execve" else _NAMED.findall(line)
    paths = [os.path.join(folder or cwd, name.encode().decode("unicode_escape")) for folder, name in named]  # noqa: PTH118
    paths += _OPENED.findall(line)
    return [Touch(call, Path(os.path.normpath(path)), writes) for path in paths]


def traced(code: str, *args: str, folder: Path) -> tuple[str, list[Touch]]:
    """What Python code printed, and everything that it touched; temporary files go to `folder`/temporary."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    trace = folder / "trace"
    asked = ",".join(f"?{call}" for call in CALLS)
    command = ["strace", "-f", "-y", "-qq", "-s", "4096", "--signal=none", "-e", f"trace={asked}", "-o", str(trace)]
    env = {**os.environ, "TMPDIR": str(temporary), "HOME": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    run = subprocess.run(
        [*command, sys.executable, "-c", code, *args],
        cwd=temporary,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    return run.stdout, [touch for line in lines for touch in _touches(line, temporary)]
