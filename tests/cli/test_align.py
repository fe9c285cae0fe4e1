"""`clausula align`: pairs of provisions with nearly the same words, and how many of them are right."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from clausula.analysis.dataset import shipped
from clausula.analysis.wording import LEAST, align, differing
from tests.command import clausula
from tests.conftest import TEXTS

UK, FR, US = (f"{name}-ua-security-agreement-2024" for name in ("uk", "fr", "us"))
JUDGED = Path(__file__).parent.parent / "data/judged_pairs.csv"

with_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="needs the source texts in ../shared/sources")


def test_differences_stand_in_brackets_and_long_equal_parts_are_shortened() -> None:
    one, other = ["a", "b", "c", "d", "e", "f", "g"], ["a", "b", "c", "d", "e", "x", "g"]
    assert differing(one, other) == "a ... e [f|x] g"
    assert differing(["a"], ["a"]) == "a"


def test_without_the_text_of_a_source_nothing_is_proposed(tmp_path: Path) -> None:
    done = clausula("align", UK, FR, "--texts", str(tmp_path), "--json")
    assert done.returncode == 2
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["code"], UK in finding["message"]) == ("texts-not-found", True)


def test_an_unknown_instrument_is_named(tmp_path: Path) -> None:
    done = clausula("align", UK, "fr-ua-security-agreement", "--texts", str(tmp_path))
    assert done.returncode == 2
    assert FR in done.stderr


@with_texts
def test_pairs_are_printed_written_and_given_as_json(tmp_path: Path) -> None:
    printed = clausula("align", UK, FR, "--texts", str(TEXTS))
    found = json.loads(clausula("align", UK, FR, "--texts", str(TEXTS), "--json").stdout)["pairs"]
    assert printed.stdout.splitlines()[-1].startswith(f"{len(found)} pairs, ")
    assert min(pair["likeness"] for pair in found) >= LEAST
    (term,) = [pair for pair in found if pair["provision_id"] == f"{FR}.p122"]
    assert (term["earlier_provision_id"], term["likeness"], term["relation"]) == (f"{UK}.p141", 100.0, "copies")
    target = tmp_path / "pairs.csv"
    command = ("align", UK, FR, "--texts", str(TEXTS), "--least", "80", "--out", str(target))
    assert clausula(*command).returncode == 0
    rows = list(csv.DictReader(target.open(encoding="utf-8")))
    assert [row["provision_id"] for row in rows] == [p["provision_id"] for p in found if p["likeness"] >= 80]
    assert clausula(*command).returncode == 2
    assert clausula(*command, "--force").returncode == 0


@with_texts
def test_of_two_hundred_judged_pairs_few_are_missed_and_fewer_are_proposed_wrongly() -> None:
    """The pairs are a random sample of provisions with the most similar one of an earlier sister agreement."""
    rows = list(csv.DictReader(JUDGED.open(encoding="utf-8")))
    assert len(rows) == 200
    data = shipped()
    instruments = {(row["earlier_provision_id"].split(".")[0], row["provision_id"].split(".")[0]) for row in rows}
    proposed = {
        pair
        for a, b in sorted(instruments)
        for pair in align(data.load, TEXTS, a, b)[["provision_id", "earlier_provision_id"]].itertuples(
            index=False, name=None
        )
    }
    near = {(row["provision_id"], row["earlier_provision_id"]) for row in rows if row["judged"] == "near_copy"}
    judged = {(row["provision_id"], row["earlier_provision_id"]) for row in rows}
    right = len(proposed & near)
    assert right / len(proposed & judged) >= 0.95
    assert right / len(near) >= 0.9
