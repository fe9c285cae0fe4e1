"""Twenty signs, chosen from the texts: who is for and who is against what.

The expected signs were written down while reading the texts, not taken from the tables. Where the texts are at hand,
the quoted words are looked up within the anchors of the reaction.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from clausula.analysis.dataset import Dataset
from clausula.evidence.text import fold
from clausula.export.run import export
from tests.conftest import ROOT, TEXTS

LISTED = """\
us-russia-draft-plan-report-2025.r01 | russia | ukraine-joins-nato | - | Moscow has demanded this outcome
us-russia-draft-plan-report-2025.r01 | russia | nato-admits-members | - | Moscow has demanded this outcome
us-russia-draft-plan-report-2025.r10 | germany | europe-in-ukraine-settlement | + | Europe must be part of
us-russia-draft-plan-report-2025.r09 | eu | us-ru-draft-plan-2025 | - | the plan appears too favorable
us-russia-draft-plan-report-2025.r08 | european-officials-2025 | us-ru-draft-plan-2025 | - | Many said they were not
us-russia-draft-plan-report-2025.r13 | white-house | both-sides-concede | + | both sides must accept difficult
us-zelenskyy-call-statement-2025.r01 | ukraine | ukraine-fighting-stops | + | his willingness to adopt a
us-ru-black-sea-2025.r01 | donald-trump | ukraine-fighting-stops | + | the killing on both sides
wh-ukraine-summit-reactions-2025.r05 | larry-kudlow | ceasefire-before-peace-ukraine | - | Bypassing a cease-fire
wh-ukraine-summit-reactions-2025.r25 | vladimir-putin | ukraine-security-guaranteed | + | Putin agreeing to security
wh-ukraine-summit-reactions-2025.r23 | michael-mccaul | pressure-on-russia-increased | + | Congress stands ready to use
wh-ukraine-summit-reactions-2025.r03 | michael-mcfaul | europe-in-ukraine-settlement | + | a brilliant, brilliant idea
wh-gaza-plan-reactions-2025.r01 | eight-foreign-ministers-2025 | west-bank-annexed | - | his announcement that he will
wh-gaza-plan-reactions-2025.r21 | donald-trump | west-bank-annexed | - | he will not allow the
wh-gaza-plan-reactions-2025.r18 | spain | palestinian-state | + | The two-State solution, Israel and
wh-gaza-plan-reactions-2025.r20 | united-kingdom | hamas-disarms | + | by laying down their arms
wh-gaza-plan-reactions-2025.r04 | canada | gaza-hostages-released | + | Hamas must immediately release all
wh-gaza-plan-reactions-2025.r22 | israel | gaza-plan-2025 | + | Prime Minister @netanyahu’s positive response
enduring-peace-declaration-2025.r01 | enduring-peace-signatories | trump-peace-agreement-2025 | + | Together, we
us-geneva-readout-2025.r01 | ukraine | russia-ukraine-non-aggression | + | commitments on non-aggression
"""
"""Reaction, claimant, proposition or instrument, sign, and the first words that show it."""

SIGNS = [tuple(line.split(" | ")) for line in LISTED.splitlines()]


def sign_of(stance: float) -> str:
    return "+" if stance > 0 else "-" if stance < 0 else "0"


@pytest.fixture(scope="module")
def data() -> Dataset:
    return Dataset(ROOT)


@pytest.fixture(scope="module")
def edges(data: Dataset) -> pd.DataFrame:
    return data.network(selected=True)


@pytest.fixture(scope="module")
def positions(data: Dataset) -> pd.DataFrame:
    return data.positions()


def test_there_are_twenty_and_some_are_negative() -> None:
    assert len(SIGNS) == 20
    assert sum(sign == "-" for *_, sign, _ in SIGNS) == 7


@pytest.mark.parametrize(("reaction", "claimant", "target", "sign", "_words"), SIGNS)
def test_network_has_the_sign(
    edges: pd.DataFrame, positions: pd.DataFrame, *, reaction: str, claimant: str, target: str, sign: str, _words: str
) -> None:
    (found,) = edges[(edges["claimant_id"] == claimant) & (edges["target_id"] == target)]["sign"]
    assert found == {"+": "for", "-": "against"}[sign]
    (own,) = positions[(positions["reaction_id"] == reaction) & (positions["target_id"] == target)]["stance"]
    assert sign_of(own) == sign


def test_list_of_statements_has_the_signs(data: Dataset, tmp_path: Path) -> None:
    path = export(data, "dna", tmp_path / "statements.csv")
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    statements = data.load("propositions").set_index("proposition_id")["statement"]
    for reaction, claimant, target, sign, _ in SIGNS:
        own = [x for x in lines if x["reaction_id"] == reaction and target in (x["proposition_id"], x["instrument_id"])]
        assert [(x["claimant_id"], x["agreement"]) for x in own] == [(claimant, "1" if sign == "+" else "0")]
        if target in statements.index:
            assert own[0]["concept"] == statements[target]


@pytest.mark.texts
def test_words_stand_in_the_anchors_of_the_reaction(data: Dataset) -> None:
    anchors = data.load("evidence").dropna(subset="reaction_id")
    for reaction, _, _, _, words in SIGNS:
        source = reaction.rsplit(".", 1)[0]
        raw = (TEXTS / f"{source}.txt").read_text(encoding="utf-8")
        own = anchors[anchors["reaction_id"] == reaction]
        spans = [fold(raw[row.start : row.end]) for row in own.itertuples()]
        assert any(fold(words) in span for span in spans), reaction
