"""Views of made-up rows: actors who change their minds, ties, open dates, former offices, collectives, propositions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.r.frames import VIEWS, Cached, Call, calls, differences, in_python, in_r
from tests.r.made_up import SPEAKERS, FromText, append_rows, remove_rows


def test_views(mini: Path, library: Path, tmp_path: Path) -> None:
    asked = [call for call in calls(Cached(mini), step=2) if call[0] in VIEWS]
    append_rows(mini)
    data = FromText(mini)
    stance = data.stances("instrument")["delta-draft-2032"]
    assert stance["borland"] == 2, "the open end is not the latest"
    assert data.stances("topic").loc["arland", "guns"] == 0, "the last of the same day"
    edges = data.network().set_index(["claimant_id", "target_id"])
    counts = ["statements", "in_favour", "against", "neutral", "sign", "lowest", "highest", "latest", "conditional"]
    assert edges.loc[("borland", "delta-draft-2032"), counts].tolist() == [3, 2, 1, 0, "mixed", -1, 2, 2, True]
    chain = data.lineage("guns")["provision_id"].tolist()
    assert chain.index("z-open-2030.p01") < chain.index("river-accord-2031.p02") < chain.index("a-open-2030.p01")
    results = in_r(library, mini, asked, tmp_path, LC_ALL="C.UTF-8", R_ICU_LOCALE="en_US")
    found = list(differences(asked, in_python(data, asked), results))
    assert not found, found[:20]


def test_states_and_adoption(mini: Path, library: Path, tmp_path: Path) -> None:
    """Who speaks for whom, who belongs to whom, and both directions of a proposition: by hand, in Python and in R."""
    append_rows(mini)
    data = FromText(mini)
    spoken = data.positions(country=True).query("reaction_id.str.startswith('speakers') and target_no == 1")
    assert [None if pd.isna(state) else state for state in spoken["state_id"]] == [state for *_, state in SPEAKERS]

    states = data.network(level="state").set_index(["target_id", "claimant_id"]).loc["guns-at-river"]
    assert states["statements"].to_dict() == {
        "arland": 7,
        "borland": 8,
        "namibia": 3,
        "nora-nobody": 2,
        **dict.fromkeys(("mona-mp", "sam-speaker", "adam-adviser", "round-a", "joint-commission", "stranger"), 1),
        "loop-2032": 1,
        "otto-old": 2,
    }
    adopted = data.adoption("a-open-2030").set_index(["provision_id", "reaction_id", "target_no"])
    assert adopted.index.is_unique
    guns = ("delta-report-2032.r03", 1)
    assert adopted.loc[("a-open-2030.p01", *guns), ["stance", "support"]].tolist() == [2, 2]
    assert adopted.loc[("a-open-2030.p02", *guns), ["stance", "support"]].tolist() == [2, -2]
    assert adopted.loc[("a-open-2030.p02", "delta-report-2032.r08", 2), ["via", "support"]].tolist() == [
        "provision",
        -1,
    ]
    assert "selected-2032.r01" not in adopted.index.get_level_values("reaction_id")
    assert data.wide("count").loc["a-open-2030", ["guns", "water"]].tolist() == [2, 2], "secondary topics count"

    assert data.wide()["youngest"].isna().all(), "nobody knows"

    asked: list[Call] = [
        ("positions", {"country": True}),
        *(("network", {"level": "state", "selected": selected}) for selected in (False, True)),
        *(("wide", {"values": values}) for values in ("strength", "count")),
        *(("stances", {"by": "proposition", "values": values}) for values in ("stance", "conditional")),
        *(
            ("adoption", {"instrument": name, "selected": selected})
            for name in ("a-open-2030", "z-open-2030", "river-accord-2031", "delta-draft-2032")
            for selected in (False, True)
        ),
    ]
    python = in_python(data, asked)
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8", "R_ICU_LOCALE": "en_US"}):
        found = list(differences(asked, python, in_r(library, mini, asked, tmp_path, **locale)))
        assert not found, found[:20]


def test_an_instrument_without_provisions_is_reported(mini: Path, library: Path) -> None:
    with pytest.raises(KeyError, match="'delta-draft-2032-old' is not a known instrument ID with coded provisions"):
        FromText(mini).adoption("delta-draft-2032-old")
    code = "clausula::adoption(clausula::open_clausula(), 'delta-draft-2032-old')"
    command = ["Rscript", "--vanilla", "-e", code]
    environment = {**os.environ, "R_LIBS": str(library)}
    done = subprocess.run(command, cwd=mini, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no provision of an instrument 'delta-draft-2032-old' is coded" in done.stderr


@pytest.mark.parametrize("table", ["propositions", "provision_propositions", "provision_topics", "affiliations"])
def test_a_table_without_rows_changes_no_column(table: str, mini: Path, library: Path, tmp_path: Path) -> None:
    remove_rows(mini, table)
    asked: list[Call] = [
        ("load", {"table": table}),
        ("wide", {}),
        ("positions", {"country": True}),
        ("network", {"level": "state"}),
        ("adoption", {"instrument": "river-accord-2031"}),
    ]
    found = list(differences(asked, in_python(FromText(mini), asked), in_r(library, mini, asked, tmp_path)))
    assert not found, found[:20]


def test_no_reactions_at_all(mini: Path, library: Path, tmp_path: Path) -> None:
    remove_rows(mini, "reactions", "reaction_targets")
    asked: list[Call] = [
        ("positions", {"country": True}),
        ("network", {"level": "actor"}),
        ("network", {"level": "state"}),
        ("adoption", {"instrument": "river-accord-2031"}),
    ]
    found = list(differences(asked, in_python(FromText(mini), asked), in_r(library, mini, asked, tmp_path)))
    assert not found, found[:20]
