"""An interrupted run leaves no files and prints one line; progress is shown only on a terminal."""

from __future__ import annotations

import itertools
import os
import pty
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_commands import digest
from tests.pairs import chosen

RUNS = {
    "validate": ["validate", "--package", "{root}", "--fast", "--report", "{out}/report.html"],
    "build": ["build", "--package", "{root}"],
    "export": ["export", "sqlite", "--out", "{out}/tables.sqlite", "--force", "--package", "{root}"],
}
CASES = list(itertools.product(RUNS, (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)))
QUICK = [("build", signal.SIGTERM), ("export", signal.SIGKILL)]
DELAYS = [random.Random(7).uniform(0.1, 2.5) for _ in range(2)]


def content(root: Path) -> dict[str, bytes]:
    return {name: data for name, (data, _) in digest(root).items()}


@pytest.mark.parametrize("case", chosen(CASES, QUICK), ids=lambda case: f"{case[0]}-{case[1].name}")
def test_interrupted_run_writes_all_or_nothing(mini: Path, tmp_path: Path, case: tuple[str, signal.Signals]) -> None:
    name, sign = case
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    out.mkdir()
    temporary.mkdir()
    complete = content(mini)
    for path in (mini / "data/parquet").glob("[a-e]*") if name != "export" else ():
        path.unlink()
    command = [sys.executable, "-m", "clausula", *(a.format(root=mini, out=out) for a in RUNS[name])]
    env = {**os.environ, "TMPDIR": str(temporary)}
    for delay in DELAYS:
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(delay)
        process.send_signal(sign)
        _, err = process.communicate(timeout=60)
        if sign != signal.SIGKILL:
            assert list(temporary.iterdir()) == []
        if process.returncode == 128 + sign:
            assert err.count("\n") == 1
            assert "interrupted" in err
        assert process.returncode in (0, 1, 128 + sign, -sign)
    finished = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert finished.returncode in (0, 1), finished.stderr
    assert not list(mini.rglob(".clausula-*"))
    assert not list(out.glob(".clausula-*"))
    if name == "export":
        assert [path.name for path in out.iterdir()] == ["tables.sqlite"]
    if name == "build":
        assert content(mini) == complete


QUERY = """
import sys
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.commands import main
from clausula.core.scratch import Scratch, connect

def run(argv):
    print("started", flush=True)
    slow_query = "SELECT count(*) FROM range(100000000000) WHERE md5(range::VARCHAR) LIKE 'no%'"
    engine = DuckDBEngine(None, con=connect(Scratch("test"), "100MB"))
    with engine.running_ahead([slow_query, slow_query + " AND true"] if sys.argv[1] == "ahead" else []):
        engine.rows(slow_query)

main.run = run
sys.exit(main.main([]))
"""


@pytest.mark.parametrize("thread", ["main", "ahead"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_status_shows_the_signal_that_interrupted_a_query(sign: signal.Signals, thread: str) -> None:
    command = [sys.executable, "-c", QUERY, thread]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    time.sleep(0.5)
    process.send_signal(sign)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, err.count("\n")) == (128 + sign, 1), err
    assert "interrupted" in err


def run_on_terminal(command: list[str]) -> tuple[int, str]:
    """Run a command whose error stream is a terminal; return its exit status and what it wrote there."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    output = b""
    while True:
        if select.select([master], [], [], 60)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            output += part
    os.close(master)
    return process.wait(timeout=60), output.decode()


@pytest.mark.parametrize("name", chosen(RUNS, ["validate"]))
def test_progress_only_on_a_terminal(subset: Path, tmp_path: Path, name: str) -> None:
    args = [a.format(root=subset, out=tmp_path) for a in RUNS[name]]
    command = [sys.executable, "-m", "clausula", *args]
    status, output = run_on_terminal(command)
    assert status == 0
    assert "…" in output
    assert output.endswith("\r\x1b[2K")
    (tmp_path / "tables.sqlite").unlink(missing_ok=True)
    piped = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "…" not in piped.stderr
    (tmp_path / "tables.sqlite").unlink(missing_ok=True)
    assert "…" not in run_on_terminal([*command, "--json"])[1]
