"""Completion of commands, options and file names in real shells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command import clausula

pytest.importorskip("shtab")

BASH = """
source "$1"
line="$2"
COMP_WORDS=($line)
[[ $line == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$line
COMP_POINT=${#line}
$(complete -p clausula | sed 's/.*-F \\([^ ]*\\).*/\\1/') clausula "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
CASES = {
    "clausula valida": {"validate"},
    "clausula code w": {"workbook", "web"},
    "clausula validate --lay": {"--layer"},
    "clausula validate --layer par": {"parquet"},
    "clausula export du": {"duckdb"},
    "clausula completion ": {"bash", "zsh", "fish"},
    "clausula code ingest my": {"my.xlsx", "my-folder"},
    "clausula validate --package my": {"my-folder"},
}


def script(folder: Path, shell: str, name: str) -> Path:
    run = clausula("completion", shell)
    assert run.returncode == 0
    path = folder / name
    path.write_text(run.stdout, encoding="utf-8")
    (folder / "my.xlsx").touch()
    (folder / "my-folder").mkdir()
    return path


def words(output: str) -> set[str]:
    return {line.split("\t")[0].strip().rstrip("/") for line in output.splitlines() if line.strip()}


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash(tmp_path: Path) -> None:
    path = script(tmp_path, "bash", "clausula.bash")
    for line, expected in CASES.items():
        command = ["bash", "--norc", "-c", BASH, "bash", str(path), line]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert words(run.stdout) - {"-h", "--help"} == expected, (line, run.stderr)


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish(tmp_path: Path) -> None:
    path = script(tmp_path, "fish", "clausula.fish")
    for line, expected in CASES.items():
        command = ["fish", "--no-config", "-c", f"source '{path}'; complete --do-complete '{line}'"]
        env = {**os.environ, "HOME": str(tmp_path)}
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)
        assert expected <= words(run.stdout), (line, run.stdout, run.stderr)
        assert expected == words(run.stdout) or "ingest" in line or "completion" in line, line


ZSH = """
zmodload zsh/zpty
cd "$1"
zpty shell 'PS1= zsh -f -i'
zpty -w shell 'fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; print RE"ADY"'
zpty -r -m shell output '*READY*'
zpty -n -w shell "$2"$'\\t'
zpty -r -m shell output "*$3*" && print completed
zpty -d shell
"""
"""Type a line and a tab into an interactive shell, and wait until it prints the rest of the word."""


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh(tmp_path: Path) -> None:
    script(tmp_path, "zsh", "_clausula")
    for line, rest in (("clausula valida", "te"), ("clausula code work", "book"), ("clausula validate --lay", "er")):
        command = ["zsh", "-f", "-c", ZSH, "zsh", str(tmp_path), line, rest]
        env = {**os.environ, "HOME": str(tmp_path), "TERM": "dumb"}
        run = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)
        assert run.stdout == "completed\n", (line, run.stdout, run.stderr)


def test_script_as_json_and_unknown_shell() -> None:
    assert "clausula" in json.loads(clausula("completion", "fish", "--json").stdout)["script"]
    run = clausula("completion", "cmd")
    assert (run.returncode, "invalid choice: 'cmd'" in run.stderr) == (2, True)
