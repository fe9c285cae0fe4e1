"""What the coding of the sources must hold, beyond schemas and rules: the numbers of the texts, and their traps."""

from __future__ import annotations

import pandas as pd
import pytest

import clausula

PLAN, SIDE = "us-ru-draft-plan-2025", "us-ru-draft-side-agreement-2025"


@pytest.fixture(scope="module")
def quantities() -> pd.DataFrame:
    return clausula.load("provision_quantities").merge(clausula.load("provisions"), on="provision_id")


def of(quantities: pd.DataFrame, instrument: str, measure: str) -> list[float]:
    chosen = quantities[(quantities["instrument_id"] == instrument) & (quantities["measure"] == measure)]
    return sorted(chosen["value"].tolist())


def test_quantities_of_the_draft(quantities: pd.DataFrame) -> None:
    troops = quantities[(quantities["instrument_id"] == PLAN) & (quantities["measure"] == "force_size")].iloc[0]
    assert (troops["value"], troops["baseline_value"], troops["baseline_qualifier"]) == (600_000, 880_000, "about")
    assert of(quantities, PLAN, "output_share") == [0.5]
    assert of(quantities, PLAN, "amount") == [100_000_000_000]


def test_quantities_of_the_minsk_texts(quantities: pd.DataFrame) -> None:
    assert of(quantities, "minsk-package-2015", "zone_width") == [50, 70, 140]
    assert {14, 30} <= set(of(quantities, "minsk-package-2015", "deadline"))
    distances = of(quantities, "minsk-memorandum-2014", "pullback_distance")
    assert distances == [8, 9, 15, 16, 21, 33, 36, 40, 70, 70, 120, 120]
    assert of(quantities, "poroshenko-plan-2014", "zone_width") == [10]


def test_every_point_of_the_full_texts_is_coded() -> None:
    provisions = clausula.load("provisions")
    for instrument, points in {
        "minsk-protocol-2014": 12,
        "minsk-memorandum-2014": 9,
        "minsk-package-2015": 13,
        "poroshenko-plan-2014": 15,
    }.items():
        places = provisions[provisions["instrument_id"] == instrument]["place"].dropna()
        numbers = set(places.str.extract(r"^point (\d+)", expand=False).dropna().astype(int))
        assert numbers == set(range(1, points + 1)), instrument


def test_silence_is_silence_and_no_zero() -> None:
    targets = clausula.load("reaction_targets")
    silent = targets[targets["position"] == "silent"]
    assert len(silent) == 3
    assert silent["stance"].isna().all()
    assert f"{PLAN}.p04" in set(silent["provision_id"])


def test_ukraine_rejects_what_its_ambassador_rejected() -> None:
    matrix = clausula.stances()
    row = matrix.loc["ukraine"].dropna()
    assert set(row.index) == {f"{PLAN}.p02", f"{PLAN}.p04", f"{PLAN}.p06"}
    assert set(row) == {-2}


def test_both_instruments_of_the_article_are_reported_only() -> None:
    instruments = clausula.load("instruments").set_index("instrument_id")
    assert set(instruments.loc[[PLAN, SIDE], "coverage"]) == {"reported"}
    assert not clausula.load("absences")["instrument_id"].isin([PLAN, SIDE]).any()


def test_disputes_never_overwrite_the_coded_source() -> None:
    disputes = clausula.load("disputes")
    events = clausula.load("events").set_index("event_id")
    arrival = disputes[disputes["others_say"].str.contains("Wednesday")].iloc[0]
    assert events.loc[arrival["event_id"], "date"] == "2025-11-20"
    actors = clausula.load("actors").set_index("actor_id")
    assert actors.loc["johannes-wadephul", "name"] == "Johannes Wadephul"


def test_every_source_has_two_blind_passes() -> None:
    passes = clausula.load("coding_passes")
    assert (passes.groupby(["source_id", "codebook_version"]).size() == 2).all()
    assert set(passes["source_id"]) == set(clausula.load("sources")["source_id"])
    assert passes["blind"].all()


def test_units_of_every_later_pass_are_linked_to_their_records() -> None:
    """A unit that no record came of has no link; most have one, in every pass."""
    units = clausula.load("coding_units")
    linked = units[["provision_id", "reaction_id", "event_id"]].notna().any(axis=1)
    later = units[~units["pass_id"].str.endswith(".a")]
    share = linked[later.index].groupby(later["pass_id"]).mean()
    passes = clausula.load("coding_passes")["pass_id"]
    assert set(share.index) == {name for name in passes if not name.endswith(".a")}
    assert share.min() >= 0.4
    assert linked[later.index].mean() >= 0.95
