"""Absences whose topic is named in the text: what is named, which texts count, and the shipped data."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import clausula
from clausula.core.findings import Finding
from clausula.validation.absence_words import TABLES, named_absences, subject
from tests.conftest import ROOT, TEXTS

TEXT = "Release of all prisoners. The Parties shall review amnesties. Policy is made."


@dataclass
class Engine:
    """The answers to the three queries: sources, passages, absences without a note."""

    absences: list[tuple[Any, ...]]
    passages: list[tuple[Any, ...]]
    characters: int = len(TEXT)
    tables: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(TABLES))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if "main.absences" in query:
            return self.absences
        if "main.evidence" in query:
            return self.passages
        return [("text", self.characters, hashlib.sha256(TEXT.encode()).hexdigest())]

    def locate(self, found: Finding, _key: dict[str, Any]) -> Finding:
        return found


def found(tmp_path: Path, label: str, instrument: str = "accord", **changes: Any) -> list[str]:
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    engine = Engine(
        [(7, "accord", "the-topic", "text", label)],
        [("text", instrument, f"{instrument}.p01", 0, 25), ("text", instrument, f"{instrument}.p02", 26, 61)],
        **changes,
    )
    return [str(one.row) + one.message for one in named_absences(engine, tmp_path)]  # type: ignore[arg-type]


@pytest.mark.parametrize("label", ["Release of prisoners", "Prisoner release", "Amnesty", "Review", "REVIEWS"])
def test_all_words_of_a_label_in_one_passage_name_the_topic(tmp_path: Path, label: str) -> None:
    (message,) = found(tmp_path, label)
    assert message.startswith("7the-topic is coded as absent")
    assert ("accord.p01" in message) == ("elease" in label)


@pytest.mark.parametrize("label", ["Release of amnesties", "Police", "Viewing", "Prison", "", "of the"])
def test_words_in_two_passages_parts_of_words_and_none_do_not(tmp_path: Path, label: str) -> None:
    assert not found(tmp_path, label)


def test_other_instruments_and_other_editions_do_not_count(tmp_path: Path) -> None:
    assert not found(tmp_path, "Amnesty", instrument="another")
    assert not found(tmp_path, "Amnesty", characters=3)
    assert not found(tmp_path, "Amnesty", tables={"absences": None})


def test_the_subject_of_a_label() -> None:
    assert subject("Security and buffer zones") == {"security", "buffer", "zone"}
    assert subject("Anti-corruption") == {"anti-corruption"}
    assert subject("Process of the parties") == {"process", "party"}


@pytest.mark.texts
def test_a_note_that_is_taken_away_is_asked_for(tmp_path: Path) -> None:
    package = tmp_path / "package"
    for name in ("data", "schemas", "validation"):
        shutil.copytree(ROOT / name, package / name)
    shutil.copy(ROOT / "datapackage.json", package)
    path = package / "data/absences.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (number,) = [n for n, line in enumerate(lines) if line.startswith("minsk-package-2015,local-appointments,")]
    lines[number] = ",".join(lines[number].split(",")[:4]) + ",\n"
    path.write_text("".join(lines), encoding="utf-8", newline="")
    report = clausula.validate(package, layers=["rules"], texts=TEXTS)
    (one,) = [each for each in report.findings if each.code == "named-absence"]
    assert (one.table, one.line, one.severity) == ("absences", number + 1, "warning")
    assert "minsk-package-2015.p26" in one.message
    assert not [e for e in clausula.validate(ROOT, layers=["rules"], texts=TEXTS).findings if e.code == "named-absence"]
