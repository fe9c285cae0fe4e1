"""The examples in the public docstrings print what they show."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = sorted(
    str(path.relative_to(ROOT / "src").with_suffix("")).replace("/", ".")
    for path in (ROOT / "src/clausula").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_public_modules_have_examples() -> None:
    assert {"clausula.analysis.dataset", "clausula.analysis.views", "clausula.peers.pax"} <= set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_the_examples_of_a_module_work(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_an_example_that_prints_something_else_fails() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1
