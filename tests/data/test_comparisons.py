"""Comparisons of real instruments, chosen and judged by reading both texts."""

from __future__ import annotations

import pandas as pd
import pytest

import clausula

MINSK, DRAFT = "minsk-package-2015", "us-ru-draft-plan-2025"


def test_question_which_provisions_of_the_draft_restate_weaken_or_reverse_minsk() -> None:
    """One call and one line: the draft restates none, asks less for the ceasefire, and turns special status round."""
    found = clausula.compare(MINSK, DRAFT)
    answer = found[found["relation"].isin(["same", "weaker", "reversed"])].groupby("relation", observed=True)[
        "provision_id_b"
    ]
    assert {kind: sorted(set(ids)) for kind, ids in answer} == {
        "weaker": [f"{DRAFT}.p11"],
        "reversed": [f"{DRAFT}.p01"],
    }
    linked = found[found["via"] == "link"].set_index("provision_id_a")["relation"]
    assert linked.to_dict() == {f"{MINSK}.p07": "replaced", f"{MINSK}.p14": "reversed", f"{MINSK}.p19": "replaced"}


def test_what_a_report_omits_is_unknown_and_what_a_complete_text_omits_is_dropped() -> None:
    reported = clausula.compare(MINSK, DRAFT)
    alone = reported[reported["via"] == "none"]
    assert set(alone.loc[alone["provision_id_b"].isna(), "relation"]) == {"unknown"}
    assert set(alone.loc[alone["provision_id_a"].isna(), "relation"]) == {"new"}
    complete = clausula.compare("minsk-protocol-2014", MINSK)
    alone = complete[complete["via"] == "none"]
    assert set(alone.loc[alone["provision_id_b"].isna(), "relation"]) == {"dropped"}


def test_the_side_agreement_is_compared_with_the_agreement_of_2024_through_the_compact() -> None:
    found = clausula.compare("us-ua-security-agreement-2024", "us-ru-draft-side-agreement-2025").set_index(
        "provision_id_a"
    )
    consultation = found.loc["us-ua-security-agreement-2024.p09"]
    assert (consultation["via"], consultation["through"], consultation["relation"]) == (
        "chain",
        "ukraine-compact-2024.p07",
        "replaced",
    )
    assert "not required to intervene" in consultation["summary_b"]
    assert not (found["relation"] == "dropped").any(), "the side agreement is known from a report"


@pytest.mark.parametrize("pair", [(MINSK, DRAFT), ("us-ua-security-agreement-2024", "us-ua-security-annex-2024")])
def test_every_provision_is_in_the_comparison(pair: tuple[str, str]) -> None:
    found = clausula.compare(*pair)
    provisions = clausula.load("provisions")
    for side, instrument in zip("ab", pair, strict=True):
        of = set(provisions.loc[provisions["instrument_id"] == instrument, "provision_id"])
        assert set(found[f"provision_id_{side}"].dropna()) == of
    assert not found.duplicated(["provision_id_a", "provision_id_b"]).any()


def test_lineage_composes_relations_along_the_chain() -> None:
    found = clausula.lineage(f"{DRAFT}.p01").drop_duplicates("provision_id").set_index("provision_id")
    assert found["steps"].to_dict()[f"{MINSK}.p14"] == -1 and found["composed"][f"{MINSK}.p14"] == "reversed"
    assert found["steps"]["minsk-protocol-2014.p04"] == -2
    assert found["composed"]["us-ua-geneva-statement-2025.p01"] == "replaced", "the later compared with the earlier"
    assert pd.isna(found["composed"][f"{DRAFT}.p01"])


def test_labels_replace_ids() -> None:
    found = clausula.compare(MINSK, DRAFT, labels=True)
    row = found.set_index("provision_id_a").loc[f"{MINSK}.p07"]
    assert (row["relation"], row["bearers_a"], row["topic_id"]) == (
        "Replaced",
        "Parliament of Ukraine",
        "Special status",
    )


def test_instruments_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(KeyError, match="putin-initiatives-2014"):
        clausula.compare(MINSK, "putin-initiatives-2014")
    with pytest.raises(ValueError, match="both instruments are"):
        clausula.compare(MINSK, MINSK)
