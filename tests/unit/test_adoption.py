"""Adoption: the sign of a stance towards what a provision does, directly and through propositions."""

from __future__ import annotations

import pandas as pd
import pytest

from clausula.analysis.adoption import CLAIMANT, PROVISION, REST, STATE
from clausula.analysis.adoption import adoption as of_tables
from clausula.analysis.scope import Scope
from clausula.core.pandas_text import text_dtype

PROVISIONS = pd.DataFrame(
    {
        "provision_id": ["draft.p02", "draft.p01", "draft.p10", "other.p01"],
        "instrument_id": ["draft", "draft", "draft", "other"],
        "ordinal": pd.Series([2, 1, 10, 1], dtype="Int64"),
        "summary": ["Two.", "One.", "Ten.", "Other."],
    }
).astype(dict.fromkeys(("provision_id", "instrument_id", "summary"), text_dtype()))
INSTRUMENTS = pd.DataFrame(
    {
        "instrument_id": pd.Series(["draft", "other"], dtype=text_dtype()),
        "process_id": pd.Series(["talks", None], dtype=text_dtype()),
        "coverage": pd.Categorical(["complete", "reported"], ["complete", "reported"]),
        "date_from": pd.Series([None, None], dtype="datetime64[ms]"),
        "date_to": pd.Series([None, None], dtype="datetime64[ms]"),
    }
)
DAY = pd.Timestamp("2025-11-20")


def adoption(
    name: str | None, provisions: pd.DataFrame, borne: pd.DataFrame, spoken: pd.DataFrame, scope: Scope | None = None
) -> pd.DataFrame:
    tables = {"provisions": provisions, "provision_propositions": borne, "instruments": INSTRUMENTS}
    return of_tables(lambda table, labels=False: tables[table], scope or Scope(), name, spoken)


def bearings(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Build rows of `provision_propositions`: provision, proposition, direction, extent."""
    frame = pd.DataFrame(rows, columns=["provision_id", "proposition_id", "direction", "extent"], dtype=text_dtype())
    return frame.assign(
        direction=pd.Categorical(frame["direction"], ["advances", "blocks"]),
        extent=pd.Categorical(frame["extent"], ["wholly", "in_part"]),
        note=pd.Series([None] * len(frame), dtype=text_dtype()),
    )


def positions(*rows: tuple[str, str, str, int | None]) -> pd.DataFrame:
    """Build positions: claimant, kind of target, target, stance (silence if None); each a reaction of its own."""
    kinds = ["provision", "instrument", "proposition", "topic"]
    numbers = range(1, len(rows) + 1)
    return pd.DataFrame(
        {
            "reaction_id": pd.Series([f"source.r{number:02}" for number in numbers], dtype=text_dtype()),
            "target_no": pd.Series([1] * len(rows), dtype="Int64"),
            "source_id": pd.Series(["source"] * len(rows), dtype=text_dtype()),
            "selected_by_actor_id": pd.Series([None] * len(rows), dtype=text_dtype()),
            "claimant_id": pd.Series([row[0] for row in rows], dtype=text_dtype()),
            "claimant": pd.Series([row[0].title() for row in rows], dtype=text_dtype()),
            "instrument_id": pd.Series([None] * len(rows), dtype=text_dtype()),
            "process_id": pd.Series([None] * len(rows), dtype=text_dtype()),
            "coverage": pd.Categorical([None] * len(rows), ["complete", "reported"]),
            "day": pd.Series([DAY] * len(rows), dtype="datetime64[ms]"),
            "date_precision": pd.Categorical(["day"] * len(rows), ["day"]),
            "year": pd.Series([2025.0] * len(rows), dtype="float64"),
            "target_kind": pd.Categorical([row[1] for row in rows], kinds),
            "target_id": pd.Series([row[2] for row in rows], dtype=text_dtype()),
            "position": pd.Categorical(["silent" if row[3] is None else "expressed" for row in rows]),
            "stance": pd.Series([row[3] for row in rows], dtype="float64"),
            "conditional": pd.Series([False] * len(rows), dtype="boolean"),
        }
    )


BLOCKS = bearings(("draft.p01", "ukraine-joins-nato", "blocks", "wholly"))


def test_who_is_against_what_a_draft_blocks_supports_it() -> None:
    spoken = positions(
        ("russia", "proposition", "ukraine-joins-nato", -2), ("ukraine", "proposition", "ukraine-joins-nato", 2)
    )
    found = adoption("draft", PROVISIONS, BLOCKS, spoken)
    assert found[["claimant_id", "stance", "support"]].values.tolist() == [["russia", -2, 2], ["ukraine", 2, -2]]
    assert found["via"].tolist() == ["proposition", "proposition"]
    assert found["direction"].tolist() == ["blocks", "blocks"]
    assert found["proposition_id"].tolist() == ["ukraine-joins-nato"] * 2


@pytest.mark.parametrize(("direction", "stance", "support"), [
    ("advances", 2, 2), ("advances", -1, -1), ("advances", 0, 0),
    ("blocks", 2, -2), ("blocks", -1, 1), ("blocks", 0, 0),
])  # fmt: skip
def test_signs(direction: str, stance: int, support: int) -> None:
    borne = bearings(("draft.p02", "a-thing", direction, "in_part"))
    found = adoption("draft", PROVISIONS, borne, positions(("russia", "proposition", "a-thing", stance)))
    assert found[["provision_id", "stance", "support", "extent"]].values.tolist() == [
        ["draft.p02", stance, support, "in_part"]
    ]


def test_a_stance_on_the_provision_keeps_its_sign() -> None:
    found = adoption("draft", PROVISIONS, BLOCKS, positions(("russia", "provision", "draft.p01", -2)))
    assert found[["via", "stance", "support"]].values.tolist() == [["provision", -2, -2]]
    assert found[["proposition_id", "direction", "extent"]].isna().all(axis=None)


def test_what_does_not_count() -> None:
    spoken = positions(
        ("russia", "proposition", "ukraine-joins-nato", None),
        ("russia", "provision", "draft.p01", None),
        ("russia", "proposition", "another", 2),
        ("russia", "provision", "other.p01", 2),
        ("russia", "instrument", "draft", 2),
        ("russia", "topic", "ukraine-joins-nato", None),
    )
    assert adoption("draft", PROVISIONS, BLOCKS, spoken).empty


def test_the_order_is_that_of_the_text_then_of_claimants() -> None:
    borne = bearings(
        ("draft.p10", "a-thing", "advances", "wholly"),
        ("draft.p02", "a-thing", "blocks", "wholly"),
        ("other.p01", "a-thing", "blocks", "wholly"),
    )
    spoken = positions(
        ("russia", "proposition", "a-thing", 1),
        ("france", "proposition", "a-thing", 2),
        ("france", "provision", "draft.p10", -1),
        ("russia", "provision", "draft.p01", 0),
    )
    found = adoption("draft", PROVISIONS, borne, spoken)
    assert found[["provision_id", "claimant_id", "via", "support"]].values.tolist() == [
        ["draft.p01", "russia", "provision", 0],
        ["draft.p02", "france", "proposition", -2],
        ["draft.p02", "russia", "proposition", -1],
        ["draft.p10", "france", "proposition", 2],
        ["draft.p10", "france", "provision", -1],
        ["draft.p10", "russia", "proposition", 1],
    ]
    assert found.index.tolist() == list(range(6))


def test_a_provision_with_two_propositions_counts_each() -> None:
    borne = bearings(("draft.p01", "joins", "blocks", "wholly"), ("draft.p01", "neutral", "advances", "wholly"))
    spoken = positions(("russia", "proposition", "joins", -2), ("russia", "proposition", "neutral", 1))
    assert adoption("draft", PROVISIONS, borne, spoken)["support"].tolist() == [2, 1]


SOME = positions(("russia", "proposition", "ukraine-joins-nato", -2))
TEXTS = [
    *sorted({*PROVISION} - {"coverage"}), *CLAIMANT, "proposition_id",
    "reaction_id", "source_id", "selected_by_actor_id"
]  # fmt: skip
TYPES = {
    **dict.fromkeys(TEXTS, text_dtype()),
    **dict.fromkeys(["via", "direction", "extent", "date_precision", "coverage"], "category"),
    **dict.fromkeys(["stance", "support", "year"], "float64"),
    "day": "datetime64[ms]",
    "target_no": "Int64",
    "conditional": "boolean",
}


@pytest.mark.parametrize(
    ("borne", "spoken"),
    [(BLOCKS, SOME), (bearings(), SOME), (BLOCKS, positions()), (bearings(), positions())],
    ids=["rows", "no propositions", "no positions", "neither"],
)
def test_columns_and_types_do_not_depend_on_the_rows(borne: pd.DataFrame, spoken: pd.DataFrame) -> None:
    found = adoption("draft", PROVISIONS, borne, spoken)
    assert list(found) == [*PROVISION, *CLAIMANT, *REST]
    assert set(TYPES) == set(found)
    for name, kind in TYPES.items():
        same = isinstance(found[name].dtype, pd.CategoricalDtype) if kind == "category" else found[name].dtype == kind
        assert same, (name, found[name].dtype)
    assert found["via"].cat.categories.tolist() == ["provision", "proposition"]
    assert found["direction"].cat.categories.tolist() == ["advances", "blocks"]


def test_several_instruments_and_those_of_a_process() -> None:
    spoken = positions(("russia", "provision", "other.p01", 1), ("russia", "provision", "draft.p10", 1))
    every = adoption(None, PROVISIONS, BLOCKS, spoken)
    assert every["provision_id"].tolist() == ["draft.p10", "other.p01"], "in the order of the table of provisions"
    assert every[["process_id", "summary"]].iloc[0].tolist() == ["talks", "Ten."]
    talks = adoption(None, PROVISIONS, BLOCKS, spoken, Scope(processes=frozenset({"talks"})))
    assert talks["provision_id"].tolist() == ["draft.p10"]


def test_states_stand_beside_claimants_if_the_positions_have_them() -> None:
    spoken = positions(("russia", "provision", "draft.p10", 1))
    states = dict.fromkeys(("state_id", "state", "iso3"), "RUS") | dict.fromkeys(("cow_code", "gw_code"), 365)
    assert list(adoption("draft", PROVISIONS, BLOCKS, spoken.assign(**states))) == [
        *PROVISION,
        *CLAIMANT,
        *STATE,
        *REST,
    ]


@pytest.mark.parametrize("name", ["absent", ""])
def test_an_instrument_without_provisions(name: str) -> None:
    with pytest.raises(KeyError, match=f"'{name}' is not a known instrument ID with coded provisions"):
        adoption(name, PROVISIONS, BLOCKS, SOME)
    with pytest.raises(KeyError, match="with coded provisions"):
        adoption("draft", PROVISIONS.iloc[:0], BLOCKS, SOME)
