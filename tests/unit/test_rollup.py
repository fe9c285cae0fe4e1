"""States behind actors: offices and former offices, bodies, members, collectives, cycles, missing dates."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from clausula.analysis.positions import edges
from clausula.analysis.rollup import Actors
from clausula.core.pandas_text import text_dtype

KINDS = {
    "ukraine": "state",
    "france": "state",
    "russia": "state",
    "verkhovna-rada": "government_body",
    "security-council": "government_body",
    "secretariat": "government_body",
    "nato": "igo",
    "petro": "person",
    "anna": "person",
    "boris": "person",
    "olga": "person",
    "foreign-ministers": "group",
    "europeans": "group",
    "unnamed-officials": "group",
}
Row = tuple[str, str | None, str, str | None]


def days(values: Sequence[str | None]) -> pd.Series:
    return pd.Series([pd.NaT if one is None else pd.Timestamp(one) for one in values], dtype="datetime64[ms]")


def actors(*rows: Row, end: Sequence[str | None] | None = None) -> Actors:
    """Build actors from affiliations: actor, organisation, relation, first day (and last days, if others)."""
    affiliations = pd.DataFrame(
        {
            "actor_id": pd.Series([row[0] for row in rows], dtype=text_dtype()),
            "organisation_id": pd.Series([row[1] for row in rows], dtype=text_dtype()),
            "relation": pd.Series([row[2] for row in rows], dtype="category"),
            "date_from": days([row[3] for row in rows]),
            "date_to": days([row[3] for row in rows] if end is None else end),
        }
    )
    known = pd.DataFrame({"actor_id": list(KINDS), "kind": pd.Series(list(KINDS.values()), dtype="category")})
    return Actors(known, affiliations)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


NOW = day("2025-06-01")


def test_a_state_speaks_for_itself_and_a_stranger_for_nobody() -> None:
    empty = actors()
    assert empty.state("ukraine", NOW) == "ukraine"
    assert empty.state("petro", NOW) is None
    assert empty.state("stranger", NOW) is None
    assert empty.at_state_level("stranger", NOW) == ["stranger"]
    assert empty.members("europeans") == []
    assert empty.at_state_level("europeans", NOW) == ["europeans"]


def test_an_office_counts_at_any_time_until_a_source_calls_it_former() -> None:
    one = actors(("petro", "ukraine", "office", "2014-06-07"), ("petro", "ukraine", "former_office", "2019-05-20"))
    assert one.state("petro", day("2014-01-01")) == "ukraine", "reported only later, held nevertheless"
    assert one.state("petro", day("2016-01-01")) == "ukraine"
    assert one.state("petro", day("2019-05-19")) == "ukraine"
    assert one.state("petro", day("2019-05-20")) is None
    assert one.state("petro", day("2025-01-01")) is None
    assert one.state("petro") is None, "without a date, the latest counts"
    assert one.state("petro", pd.NaT) is None


def test_an_office_regained() -> None:
    one = actors(
        ("petro", "ukraine", "office", "2021-01-01"),
        ("petro", "ukraine", "former_office", "2016-01-01"),
        ("petro", "ukraine", "office", "2014-01-01"),
    )
    assert [one.state("petro", day(text)) for text in ("2015-01-01", "2018-01-01", "2022-01-01")] == [
        "ukraine",
        None,
        "ukraine",
    ]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_latest_office_counts_whatever_the_order_of_the_table(reverse: bool) -> None:
    rows: list[Row] = [("petro", "france", "office", "2010-01-01"), ("petro", "ukraine", "office", "2014-01-01")]
    one = actors(*(rows[::-1] if reverse else rows))
    assert one.state("petro", day("2012-01-01")) == "france"
    assert one.state("petro", day("2014-01-01")) == "ukraine"
    assert one.state("petro", day("2000-01-01")) == "france", "before both, the nearest one"


@pytest.mark.parametrize("reverse", [False, True])
def test_a_source_that_reports_a_former_and_a_present_office(reverse: bool) -> None:
    rows: list[Row] = [
        ("petro", "ukraine", "former_office", "2020-01-01"),
        ("petro", "ukraine", "office", "2020-01-01"),
    ]
    one = actors(*(rows[::-1] if reverse else rows))
    assert one.state("petro", day("2021-01-01")) == "ukraine"


def test_dates_that_are_missing_in_part_or_altogether() -> None:
    rows: list[Row] = [("petro", "ukraine", "former_office", None), ("petro", "ukraine", "office", None)]
    ended = actors(*rows, end=["2019-01-01", "2014-01-01"])
    assert ended.state("petro", day("2018-12-31")) == "ukraine"
    assert ended.state("petro", day("2019-01-01")) is None
    undated = actors(("petro", "ukraine", "office", None), ("petro", None, "office", "2020-01-01"))
    assert undated.state("petro", NOW) == "ukraine", "a row without an organisation leads nowhere"


def test_bodies_lead_to_their_state_in_several_steps() -> None:
    one = actors(
        ("petro", "secretariat", "office", "2025-01-01"),
        ("secretariat", "security-council", "part_of", "2025-01-01"),
        ("security-council", "ukraine", "part_of", "2025-01-01"),
    )
    assert one.state("petro", NOW) == one.state("secretariat", NOW) == "ukraine"


def test_members_of_a_legislature_and_advisers_speak_for_themselves() -> None:
    one = actors(
        ("verkhovna-rada", "ukraine", "part_of", "2025-01-01"),
        ("anna", "verkhovna-rada", "member_of", "2025-01-01"),
        ("boris", "verkhovna-rada", "office", "2025-01-01"),
        ("boris", "verkhovna-rada", "member_of", "2025-01-01"),
        ("olga", "ukraine", "adviser", "2025-01-01"),
    )
    assert one.state("verkhovna-rada", NOW) == "ukraine"
    for name in ("anna", "boris", "olga"):
        assert one.state(name, NOW) is None
        assert one.at_state_level(name, NOW) == [name]


MINISTERS: list[Row] = [
    ("anna", "france", "office", "2025-01-01"),
    ("boris", "ukraine", "office", "2025-01-01"),
    ("petro", "ukraine", "office", "2025-01-01"),
    ("anna", "foreign-ministers", "member_of", "2025-01-01"),
    ("boris", "foreign-ministers", "member_of", "2025-01-01"),
    ("petro", "foreign-ministers", "member_of", "2025-01-01"),
    ("olga", "foreign-ministers", "member_of", "2025-01-01"),
    ("anna", "foreign-ministers", "member_of", "2025-03-01"),
]


def test_a_collective_counts_once_for_the_state_of_each_member() -> None:
    one = actors(*MINISTERS)
    assert one.members("foreign-ministers") == ["anna", "boris", "petro", "olga"]
    assert one.state("foreign-ministers", NOW) is None
    assert one.at_state_level("foreign-ministers", NOW) == ["france", "ukraine", "olga"]


def test_collectives_inside_collectives_and_organisations_in_their_own_name() -> None:
    one = actors(
        *MINISTERS,
        ("foreign-ministers", "europeans", "member_of", "2025-01-01"),
        ("russia", "europeans", "member_of", "2025-01-01"),
        ("nato", "europeans", "member_of", "2025-01-01"),
        ("france", "nato", "member_of", "2025-01-01"),
    )
    assert one.members("europeans") == ["russia", "nato", "anna", "boris", "petro", "olga"]
    assert one.at_state_level("europeans", NOW) == ["russia", "nato", "france", "ukraine", "olga"]
    assert one.members("nato") == []
    assert one.at_state_level("nato", NOW) == ["nato"]


def test_cycles_end() -> None:
    one = actors(
        ("secretariat", "security-council", "part_of", "2025-01-01"),
        ("security-council", "secretariat", "part_of", "2025-01-01"),
        ("nato", "nato", "part_of", "2025-01-01"),
        ("europeans", "foreign-ministers", "member_of", "2025-01-01"),
        ("foreign-ministers", "europeans", "member_of", "2025-01-01"),
        ("anna", "europeans", "member_of", "2025-01-01"),
        ("unnamed-officials", "unnamed-officials", "member_of", "2025-01-01"),
    )
    assert one.state("secretariat", NOW) is None
    assert one.state("nato", NOW) is None
    assert one.members("foreign-ministers") == one.members("europeans") == ["anna"]
    assert one.members("unnamed-officials") == []
    assert one.at_state_level("unnamed-officials", NOW) == ["unnamed-officials"]


def positions(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    """Build positions from claimant, target and stance (silence if None)."""
    size = len(rows)
    return pd.DataFrame(
        {
            "reaction_id": pd.Series([f"source.r{number:02}" for number in range(size)], dtype=text_dtype()),
            "target_no": pd.Series([1] * size, dtype="Int64"),
            "claimant_id": pd.Series([row[0] for row in rows], dtype=text_dtype()),
            "date_to": days(["2025-06-01"] * size),
            "target_kind": pd.Categorical(["proposition"] * size, ["proposition"]),
            "target_id": pd.Series([row[1] for row in rows], dtype=text_dtype()),
            "position": ["silent" if row[2] is None else "expressed" for row in rows],
            "stance": pd.Series([row[2] for row in rows], dtype="float64"),
            "conditional": pd.Series([False] * size, dtype="boolean"),
            "selected_by_actor_id": pd.Series([None] * size, dtype=text_dtype()),
        }
    )


def test_edges_of_states() -> None:
    spoken = positions(
        ("foreign-ministers", "joins", 2),
        ("boris", "joins", -1),
        ("ukraine", "joins", 2),
        ("olga", "joins", None),
        ("stranger", "joins", 0),
    )
    found, counts = edges(spoken, False, actors(*MINISTERS))
    assert found["claimant_id"].tolist() == ["france", "olga", "stranger", "ukraine"]
    assert found[["statements", "in_favour", "against", "neutral"]].values.tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 1],
        [3, 2, 1, 0],
    ]
    assert found["sign"].tolist() == ["for", "for", "neutral", "mixed"]
    assert found.loc[3, ["lowest", "highest", "latest"]].tolist() == [-1.0, 2.0, 2.0], "ukraine: 2, -1 and 2"
    assert counts["left_out_as_selected_by_a_party"] == 0
    plain, _ = edges(spoken, False)
    assert plain["claimant_id"].tolist() == ["boris", "foreign-ministers", "stranger", "ukraine"]
    assert plain["statements"].tolist() == [1, 1, 1, 1]
    assert plain["sign"].tolist() == ["against", "for", "neutral", "for"]


def test_what_a_party_selected_is_counted_at_the_level_of_the_edges() -> None:
    spoken = positions(("foreign-ministers", "joins", 2), ("boris", "joins", None))
    spoken["selected_by_actor_id"] = spoken["selected_by_actor_id"].fillna("france")
    for selected, counted, left_out in ((False, 0, 3), (True, 3, 0)):
        found, counts = edges(spoken, selected, actors(*MINISTERS))
        assert found["statements"].sum() == counted == counts["counted_though_selected_by_a_party"]
        assert counts["left_out_as_selected_by_a_party"] == left_out, "one for each state, silence is no edge"


def test_edges_without_positions_have_the_same_columns() -> None:
    some, nothing = positions(("ukraine", "joins", 2)), positions()
    for states in (None, actors()):
        found, counts = edges(nothing, False, states)
        assert found.dtypes.to_dict() == edges(some, False, states)[0].dtypes.to_dict()
        assert found.empty
        assert counts["left_out_as_selected_by_a_party"] == 0
