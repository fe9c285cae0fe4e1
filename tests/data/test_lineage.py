"""Lineage of provisions and topics, and projection onto other schemes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import clausula
from tests.command import clausula as command_line


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str | None, str | None]]:
    columns = frame[["provision_id", "relation", "earlier_provision_id"]].astype("object")
    return [tuple(None if pd.isna(v) else str(v) for v in row) for row in columns.itertuples(index=False)]  # type: ignore[misc]


def test_the_lineage_of_a_provision_has_its_earlier_and_later_versions(built: Path) -> None:
    data = clausula.open(built)
    chain = [("river-accord-2031.p03", None, None), ("delta-draft-2032.p01", "reverses", "river-accord-2031.p03")]
    assert _pairs(data.lineage("delta-draft-2032.p01")) == chain
    assert _pairs(data.lineage("river-accord-2031.p03")) == chain
    assert _pairs(data.lineage("river-accord-2031.p01")) == [("river-accord-2031.p01", None, None)]


def test_the_lineage_of_a_topic_has_all_its_provisions_in_chronological_order(built: Path) -> None:
    data = clausula.open(built)
    water = [
        ("river-accord-2031.p03", None, None),
        ("river-accord-2031.p06", None, None),
        ("delta-draft-2032.p01", "reverses", "river-accord-2031.p03"),
    ]
    assert _pairs(data.lineage("water")) == water
    assert _pairs(data.lineage("river")) == water
    with pytest.raises(KeyError, match=r"clausula\.load\('topics'\)"):
        data.lineage("nothing")


def test_a_chain_spans_instruments_and_leaves_out_other_branches() -> None:
    frame = clausula.lineage("minsk-package-2015.p02")
    assert list(frame["instrument_id"].unique()) == ["minsk-memorandum-2014", "minsk-package-2015"]
    assert frame["date_from"].is_monotonic_increasing


def test_show_prints_the_chain(built: Path) -> None:
    command = ("show", "delta-draft-2032.p01", "--package", str(built))
    shown = json.loads(command_line(*command, "--json").stdout)
    assert [row["provision_id"] for row in shown["related"]["lineage"]] == [
        "river-accord-2031.p03",
        "delta-draft-2032.p01",
    ]
    assert "lineage (2)" in command_line(*command).stdout


def test_projection_distinguishes_present_absent_and_unknown(built: Path) -> None:
    data = clausula.open(built)
    pax = data.crosswalk("pax").droplevel("AgtId")
    assert pax.loc["river-accord-2031"].to_dict() == {"CeProv": 3, "TjAm": 0}
    assert pax.loc["delta-draft-2032"].isna().all()
    assert data.crosswalk("pax", "binary").droplevel("AgtId").loc["river-accord-2031", "CeProv"] == 1
    assert data.crosswalk("cameo").shape[1] == 0
    with pytest.raises(ValueError, match="pax"):
        data.crosswalk("cow")


def test_a_code_narrower_than_the_topic_is_unknown() -> None:
    scheme = pd.CategoricalDtype(["pax"])
    walk = pd.DataFrame(
        {
            "topic_id": ["a", "b", "b"],
            "scheme": "pax",
            "code": ["X", "X", "Y"],
            "match": ["narrow", "close", "exact"],
            "reading": "read",
        }
    ).astype({"scheme": scheme})
    wide = pd.DataFrame({"a": [3, 0, 2], "b": [0, 0, 1]}, index=["i", "j", "k"], dtype="Int64")
    instruments = pd.DataFrame({"instrument_id": ["i", "j", "k"], "pax_agreement_id": pd.array([1, 2, None], "Int64")})
    from clausula.analysis.projection import project

    table = project("pax", walk, wide, instruments)
    assert [None if pd.isna(v) else int(v) for v in table["X"]] == [None, 0, 1]
    assert [int(v) for v in table["Y"]] == [0, 0, 1]
    assert table.index.get_level_values("AgtId").tolist()[:2] == [1, 2]


def test_a_code_that_the_scheme_sets_by_its_parent_follows_our_strength() -> None:
    """CeProv is set where Ce is 2 or 3, CeGen where it is 1; otherwise what their own topics show holds."""
    from clausula.analysis.projection import project

    walk = pd.DataFrame(
        {
            "topic_id": ["a", "a", "a", "b"],
            "scheme": "pax",
            "code": ["CeProv", "CeGen", "Ce", "CeProv"],
            "match": ["narrow", "narrow", "close", "related"],
            "reading": "read",
        }
    ).astype({"scheme": pd.CategoricalDtype(["pax"])})
    wide = pd.DataFrame({"a": [3, 1, 0, None], "b": [0, 2, 1, 0]}, index=list("ijkl"), dtype="Int64")
    instruments = pd.DataFrame({"instrument_id": list("ijkl"), "pax_agreement_id": pd.array([1, 2, 3, 4], "Int64")})
    table = project("pax", walk, wide, instruments).droplevel("AgtId").astype(object).where(lambda f: f.notna(), None)
    assert table["Ce"].tolist() == [3, 1, 0, None]
    assert table["CeProv"].tolist() == [3, None, None, None]
    assert table["CeGen"].tolist() == [None, 1, 0, None]
    binary = project("pax", walk, wide, instruments, "binary").droplevel("AgtId")
    assert binary["CeProv"].dropna().tolist() == [1] and binary["Ce"].dropna().tolist() == [1, 1, 0]
