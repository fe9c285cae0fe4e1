"""A worker process that runs commands and records the files, addresses and processes that they access.

For each run it reads one line of JSON with the arguments of `clausula`. It answers with one line: exit status, output,
and everything outside the package and the temporary folder that Python was asked to open. The parent process kills it
if the answer takes too long.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown"),
    *("os.truncate", "os.utime", "os.mkfifo", "os.mknod", "shutil.rmtree", "shutil.move", "shutil.copyfile"),
)
CALLING = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.", "ftplib.", "http.")
LIBRARIES = [Path(p).resolve() for p in {*sys.path, sys.prefix, sys.base_prefix, "/usr/lib", "/usr/share"} if p]
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/proc/",
    "/sys/",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/apache2/mime.types",
)


class Monitor:
    """An audit hook that records every access while it is on."""

    def __init__(self) -> None:
        self.allowed: list[Path] = []
        self.accessed: list[str] = []
        self.on = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            self._file(event, args[0], bool((args[2] or 0) & WRITING))
        elif event in ("os.remove", "os.rmdir") and isinstance(args[-1], int) and args[-1] >= 0:
            return  # relative to an open folder: part of shutil.rmtree, whose folder was checked
        elif event in CHANGING:
            for path in args[:2]:
                if isinstance(path, (str, bytes, os.PathLike)):
                    self._file(event, path, True)
        elif event.startswith(CALLING):
            self.accessed.append(f"{event} {args!r:.200}")

    def _file(self, event: str, path: Any, writes: bool) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a file descriptor that is already open
        self.on = False
        try:
            real = Path(os.fsdecode(path)).resolve()
            if any(real.is_relative_to(folder) for folder in self.allowed):
                return
            if not writes and (str(real).startswith(SYSTEM) or any(real.is_relative_to(p) for p in LIBRARIES)):
                return
            self.accessed.append(f"{event} {real}{' for writing' if writes else ''}")
        finally:
            self.on = True


def answer(monitor: Monitor, args: list[str], allowed: list[str]) -> dict[str, Any]:
    """Run one command line while the monitor is on."""
    from clausula.commands.main import main

    out, err = io.StringIO(), io.StringIO()
    monitor.allowed = [Path(p).resolve() for p in (*allowed, tempfile.gettempdir())]
    monitor.accessed = []
    status: int | None = None
    failed = ""
    start = time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        monitor.on = True
        try:
            status = main(args)
        except SystemExit as error:
            status = int(error.code or 0) if not isinstance(error.code, str) else 2
        except BaseException:
            failed = traceback.format_exc()
        finally:
            monitor.on = False
    printed = {"out": out.getvalue(), "err": err.getvalue()}
    return {
        "status": status,
        "traceback": failed,
        "accessed": monitor.accessed,
        "seconds": time.process_time() - start,
        **printed,
    }


def serve() -> None:
    """Answer the lines of standard input."""
    import frictionless  # noqa: F401

    import clausula.validation.run  # imported before the monitor is on, so that it need not be allowed

    del clausula
    monitor = Monitor()
    sys.addaudithook(monitor)
    requests, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    answers.write("ready\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        answers.write(json.dumps(answer(monitor, request["args"], request["allowed"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
