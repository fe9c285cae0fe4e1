"""Families of sister agreements: rows, partners, standing, and what the template cannot hide."""

from __future__ import annotations

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import shipped

FAMILY = "ukraine-security-agreements"


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return clausula.family(FAMILY)


def clause(found: pd.DataFrame, name: str) -> pd.DataFrame:
    return found[found["template_clause_id"] == name].set_index("instrument_id")


def test_every_agreement_has_a_row_for_every_clause_by_date(found: pd.DataFrame) -> None:
    aligned = shipped().load("clause_alignment")
    assert len(found) == len(aligned)
    assert found.groupby("instrument_id").size().nunique() == 1
    assert found["day"].is_monotonic_increasing
    assert found["partner"].notna().all()
    assert not found["partner_id"].str.split("; ").explode().eq("ukraine").any()


def test_a_clause_without_a_provision_is_missing_and_no_other(found: pd.DataFrame) -> None:
    assert (found["provision_id"].isna() == (found["standing"] == "missing")).all()
    assert (
        found.loc[found["standing"] == "missing", ["modality", "strength", "summary", "bearers"]].isna().all(axis=None)
    )
    assert found["standing"].cat.ordered


def test_who_consults_only_after_an_attack_by_russia_and_who_after_a_threat(found: pd.DataFrame) -> None:
    triggers = clause(found, "attack-consultation")["triggers"]
    assert triggers["uk-ua-security-agreement-2024"] == "attack (russia)"
    assert triggers["us-ua-security-agreement-2024"] == "attack; threat"
    assert triggers["ca-ua-security-agreement-2024"] == "renewed_attack (russia)"


def test_who_names_sums_and_whose_notice_is_shorter(found: pd.DataFrame) -> None:
    sums = clause(clausula.family(FAMILY, labels=True), "aid-amounts")["quantities"]
    assert sums["uk-ua-security-agreement-2024"].endswith("2.5 billion GBP")
    assert pd.isna(sums["us-ua-security-agreement-2024"])
    notice = clause(found, "agreement-end")["quantities"]
    assert notice["nl-ua-security-agreement-2024"].endswith(": 3 months")
    assert notice["fr-ua-security-agreement-2024"].endswith(": 6 months")


def test_standing_compares_with_the_median_of_those_that_carry_the_clause(found: pd.DataFrame) -> None:
    answers = clause(found, "attack-assistance")
    assert answers.loc["us-ua-security-agreement-2024", "modality"] == "permission"
    assert answers.loc["us-ua-security-agreement-2024", "standing"] == "weaker"
    assert answers.loc["uk-ua-security-agreement-2024", "standing"] == "usual"


def test_a_filter_leaves_out_rows_and_changes_none(found: pd.DataFrame) -> None:
    one = clausula.family(FAMILY, instrument="us-ua-security-agreement-2024")
    whole = found[found["instrument_id"] == "us-ua-security-agreement-2024"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, whole)
    assert set(clausula.family(FAMILY, since="2024-07-09")["instrument_id"]) == {"ukraine-compact-2024"}


def test_labels_replace_codes_and_ids() -> None:
    found = clausula.family(FAMILY, labels=True)
    assert set(found["standing"].cat.categories) == {"Missing", "Weaker", "Usual", "Stronger"}
    assert "Obligation" in set(found["modality"].dropna())
    assert "United Kingdom" in found["bearers"].dropna().str.cat(sep="; ")


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(KeyError, match="ukraine-security-agreements"):
        clausula.family("ukraine-security-agreement")
