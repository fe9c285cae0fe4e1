"""Decisions that concern links between units and records: targets, attribution chains, units of other passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.resolving import SOURCE, resolve, row_of
from tests.cli.test_code_resolve_records import TEXTS, add_unit, add_values
from tests.poisoned.tables import Tables

REPORT = "delta-report-2032"


def add_codings(root: Path, letter: str, unit: str, values: dict[str, dict[str, str]]) -> None:
    """Add values of rows to a unit of a pass over the report: by table and item, then by field."""
    tables = Tables(root)
    for place, fields in values.items():
        table, _, item = place.partition(" ")
        for name, value in fields.items():
            row = {"pass_id": f"{REPORT}.{letter}", "unit": unit, "variable": f"{table}.{name}"}
            tables["codings"].append(row | {"item": item, "value": value})
    tables.write("codings")


def units_of_targets(root: Path) -> dict[str, str]:
    return {
        f"{row['pass_id'][-1]} {row['unit']}": f"{row['reaction_id']} {row['target_no']}".strip()
        for row in Tables(root)["coding_units"]
        if ".t" in row["unit"]
    }


def test_a_target_that_is_dropped_is_no_longer_the_target_of_a_unit(mini: Path) -> None:
    of_b = {"pass_id": f"{REPORT}.b", "unit": "r001.t2"}
    Tables(mini).apply([{"table": name, "where": of_b, "delete": True} for name in ("codings", "coding_units")])
    run = resolve(mini, answers="b\n3\n\n", source=REPORT)
    assert "1 decision recorded, 0 open" in run.stdout, run.stdout
    assert units_of_targets(mini) == {"a r001.t1": f"{REPORT}.r01 1", "a r001.t2": "", "b r001.t1": f"{REPORT}.r01 1"}


CHAIN = (("anna-arl", "origin"), ("parliament-of-arland", "forum"), ("carla-crane", "author"))
SHORT = (CHAIN[0], CHAIN[2])
ANCHORS = (("300", "424", "states"), ("426", "457", "qualifies"))


def code_chains(root: Path, letter: str, chain: tuple[tuple[str, str], ...]) -> None:
    values = {
        f"evidence {n}": {"start": start, "end": end, "bearing": bearing}
        for n, (start, end, bearing) in enumerate(ANCHORS, 1)
    }
    for number in range(1, len(ANCHORS) + 1):
        for step, (voice, role) in enumerate(chain, 1):
            more = {"naming": "named", "rendering": "own", "scope": "stated"}
            values[f"attributions {number} {step}"] = {"voice_id": voice, "role": role, **more}
    add_codings(root, letter, "r001", values)


def chains(root: Path) -> list[tuple[tuple[str, str], ...]]:
    rows = [row for row in Tables(root)["attributions"] if row["evidence_id"].startswith(f"{REPORT}.r01.")]
    found: dict[str, list[tuple[int, str, str]]] = {}
    for row in rows:
        found.setdefault(row["evidence_id"], []).append((int(row["step"]), row["voice_id"], row["role"]))
    assert all([step for step, *_ in chain] == list(range(1, len(chain) + 1)) for chain in found.values())
    return [tuple((voice, role) for _, voice, role in sorted(chain)) for chain in found.values()]


@pytest.mark.parametrize("chosen", ["a", "b"])
def test_a_decision_on_the_chain_sets_the_attributions_of_a_reaction(mini: Path, chosen: str) -> None:
    code_chains(mini, "a", CHAIN)
    code_chains(mini, "b", SHORT)
    run = resolve(mini, answers=f"{chosen}\n3\n\n", source=REPORT)
    assert "1 decision recorded, 0 open" in run.stdout, run.stdout
    assert chains(mini) == [CHAIN if chosen == "a" else SHORT] * 2


def test_a_voice_that_only_the_other_pass_has_joins_the_chain_at_its_step(mini: Path) -> None:
    tables = Tables(mini)
    for row in [row for row in tables["attributions"] if row["evidence_id"].startswith(f"{REPORT}.r01.")]:
        if row["role"] == "forum":
            tables["attributions"].remove(row)
        elif row["role"] == "author":
            row["step"] = "2"
    tables.write("attributions")
    code_chains(mini, "a", SHORT)
    code_chains(mini, "b", CHAIN)
    run = resolve(mini, answers="b\n3\n\n", source=REPORT)
    assert "1 decision recorded, 0 open" in run.stdout, run.stdout
    assert chains(mini) == [CHAIN] * 2


def test_a_new_record_refers_to_a_unit_whose_record_is_not_entered_yet(mini: Path) -> None:
    add_unit(mini, "b", "p008", 21, 121)
    add_values(mini)
    tables = Tables(mini)
    for row in tables["coding_units"]:
        if row["pass_id"] == f"{SOURCE}.b" and row["unit"] == "p002":
            row["provision_id"] = ""
    tables.write("coding_units")
    run = resolve(mini, *TEXTS, answers="b\n4\n\n")
    assert run.returncode == 0, run.stdout
    dependency = row_of(mini, "provision_dependencies", provision_id=f"{SOURCE}.p08")
    assert dependency["depends_on_provision_id"] == f"{SOURCE}.p02"


def test_two_new_records_may_refer_to_each_other_in_any_order(mini: Path) -> None:
    add_unit(mini, "b", "p008", 21, 60)
    add_unit(mini, "b", "p009", 61, 121)
    add_values(mini)
    add_values(mini, "p009")
    tables = Tables(mini)
    for row in tables["codings"]:
        if row["unit"] == "p009" and row["variable"] in ("evidence.start", "evidence.end", "summary", "topic_id"):
            row["value"] = {
                "evidence.start": "61",
                "evidence.end": "121",
                "summary": "They meet again.",
                "topic_id": "ceasefire",
            }[row["variable"]]
        elif row["unit"] == "p008" and row["variable"] == "evidence.end":
            row["value"] = "60"
        elif row["unit"] == "p008" and row["variable"] == "provision_dependencies.depends_on_provision_id":
            row["value"] = "p009"
    tables.write("codings")
    run = resolve(mini, *TEXTS, answers="b\n4\n\nb\n4\n\n")
    assert run.returncode == 0, run.stdout
    first = row_of(mini, "evidence", start="21", source_id=SOURCE)["provision_id"]
    second = row_of(mini, "evidence", start="61", source_id=SOURCE)["provision_id"]
    assert row_of(mini, "provision_dependencies", provision_id=first)["depends_on_provision_id"] == second
