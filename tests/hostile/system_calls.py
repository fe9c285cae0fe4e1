"""Python code run under strace: the files that the process opens or changes, in Python or in any library."""

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
class Access:
    """A path that a system call named or opened, with links resolved."""

    call: str
    path: Path
    writes: bool


@cache
def why_unavailable() -> str:
    """Return why nothing can be traced on this machine, or an empty text."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    run = subprocess.run([strace, "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else f"strace is not allowed to trace: {run.stderr.strip():.100}"


def _accesses(line: str, cwd: Path) -> list[Access]:
    known = _CALL.match(line)
    call = known[1] if known else ""
    if call == "connect":
        return [Access(call, Path(line), True)] if "AF_INET" in line else []
    if call not in CALLS:
        return []
    writes = call in CHANGING or bool(_WRITING.search(line))
    named = _NAMED.findall(line)[:1] if call == "execve" else _NAMED.findall(line)
    paths = [os.path.join(folder or cwd, name.encode().decode("unicode_escape")) for folder, name in named]  # noqa: PTH118
    paths += _OPENED.findall(line)
    return [Access(call, Path(os.path.normpath(path)), writes) for path in paths]


def run_traced(code: str, *args: str, folder: Path) -> tuple[str, list[Access]]:
    """Run Python code; return its output and every access. Temporary files go to `folder`/temporary."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    trace = folder / "trace"
    calls = ",".join(f"?{call}" for call in CALLS)
    command = ["strace", "-f", "-y", "-qq", "-s", "4096", "--signal=none", "-e", f"trace={calls}", "-o", str(trace)]
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
    return run.stdout, [access for line in lines for access in _accesses(line, temporary)]
