"""The usable day of a date, and filters by process, instrument and date."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import pytest

import clausula
from clausula.analysis.scope import Scope, in_text_order, with_day
from clausula.core.errors import InvalidArgument, UnknownName

SPANS = [
    ("2025-03-19", "2025-03-19", "day"),
    ("2025-03-01", "2025-03-31", "month"),
    ("2024-02-01", "2024-02-29", "month"),
    ("2025-01-01", "2025-12-31", "year"),
    ("2025-03-19", "2025-03-21", "interval"),
    ("2025-01-01", "2025-02-28", "interval"),
    (None, "2025-03-21", "before"),
    ("2025-03-19", None, "after"),
]


def dated(*spans: tuple[str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(spans, columns=["date_from", "date_to"]).astype("datetime64[ms]")


@pytest.mark.parametrize(("first", "last", "precision"), SPANS)
def test_precision(first: str | None, last: str | None, precision: str) -> None:
    found = with_day(dated((first, last)))
    assert found["date_precision"].tolist() == [precision]
    assert found["day"].tolist() == [pd.Timestamp(first or last or "")]
    assert found["year"].tolist() == [found["day"].iloc[0].year]
    assert found["year"].dtype == "float64"


def test_without_any_date() -> None:
    found = with_day(dated((None, None)))
    assert found[["day", "date_precision", "year"]].isna().all(axis=None)


def start(since: Any) -> Scope:
    return Scope.of(clausula.load, since=since)


def test_the_last_possible_day_counts_and_an_open_end_is_later_than_any() -> None:
    frame = dated(("2025-01-01", "2025-12-31"), ("2025-03-19", None), (None, "2025-03-21"), (None, None))
    assert start("2025-04").keep(frame).index.tolist() == [0, 1]
    assert start("2025-04").keep(frame)["date_from"].dt.month.tolist() == [1, 3]
    assert len(start(2025).keep(frame)) == 3, "without any date, no row is known to be that late"
    assert len(start(None).keep(frame)) == 4


@pytest.mark.parametrize(
    "since",
    [2025, "2025", "2025-01", "2025-01-01", datetime.date(2025, 1, 1), pd.Timestamp("2025-01-01 23:59", tz="UTC")],
)
def test_ways_to_say_since_when(since: Any) -> None:
    assert start(since).start == pd.Timestamp("2025-01-01")


@pytest.mark.parametrize("since", ["June", "2025-13", "2025-02-30", "25", "", True, 2025.5, "2025-06-01T00:00", [2025]])
def test_what_is_no_date(since: Any) -> None:
    with pytest.raises(InvalidArgument, match="not a valid value of since"):
        start(since)


@pytest.mark.parametrize("view", ["wide", "positions", "stances", "network", "duties", "monitoring", "timeline"])
def test_every_view_leaves_out_the_same(view: str) -> None:
    call = getattr(clausula, view)
    for arguments in ({"process": "minsk"}, {"instrument": ["minsk-package-2015", "minsk"]}, {"since": "June"}):
        with pytest.raises((UnknownName, InvalidArgument)):
            call(**arguments)
    one, both = call(process="us-led-talks-2025"), call(process=["us-led-talks-2025", "donbas-settlement"])
    assert len(one) <= len(both) <= len(call())
    assert call(process="israel-hamas-settlement", since="2999").empty
    assert len(call(since="2025-11-23")) < len(call(since=1900))


def test_positions_on_an_instrument_are_those_on_it_and_its_provisions() -> None:
    found = clausula.positions(instrument="us-ru-draft-plan-2025")
    assert set(found["target_kind"]) == {"instrument", "provision"}
    assert set(found["instrument_id"]) == {"us-ru-draft-plan-2025"}
    assert (found["coverage"] == "reported").all()


def test_the_order_of_the_texts() -> None:
    frame = pd.DataFrame({"instrument_id": ["b", "a", "b", "a"], "ordinal": [2, 10, 1, 9]})
    assert in_text_order(frame).index.tolist() == [2, 0, 3, 1]


def test_labels_stand_instead_of_codes() -> None:
    assert "Obligation" in set(clausula.duties(labels=True)["modality"])
    assert set(clausula.monitoring(labels=True)["kind"]) == {"Mandate", "Monitored"}
    assert "Blocks" in set(clausula.adoption(labels=True)["direction"])
    assert "Expressed" in set(clausula.positions(labels=True)["position"])
    assert "Joint statement" in set(clausula.timeline(labels=True)["detail"])
