"""The command `clausula`, run in the process of the tests, so that each worker loads the large libraries only once.

Tests of signals, terminals, pipes and imports start a separate process instead.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from clausula.commands.main import main


def _stream(encoding: str, content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    content: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return content.decode(stream.encoding).replace("\r\n", "\n")


def clausula(
    *args: str,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    answers: str = "",
    encoding: str = "utf-8",
) -> subprocess.CompletedProcess[str]:
    """Run a command line as a shell would, with streams that are not terminals.

    Parameters
    ----------
    answers : str
        Standard input.
    encoding : str
        Encoding of the streams, as PYTHONIOENCODING sets it.
    """
    out, err = _stream(encoding), _stream(encoding)
    with (
        chdir(cwd or Path.cwd()),
        mock.patch.dict(os.environ, {"COLUMNS": "80", **(env or {})}),
        mock.patch.object(sys, "stdin", _stream(encoding, answers.encode("utf-8"))),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            status = main(args)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    run = subprocess.CompletedProcess(["clausula", *args], status, _text(out), _text(err))
    assert "Traceback" not in run.stderr, run.stderr
    return run
