"""The command `clausula agreement`: figures, conflicts, stale tables and comparison rounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausula.derive.provenance import UPPER_BOUND
from tests.cli.resolving import SOURCE
from tests.cli.test_commands import digest
from tests.command import clausula
from tests.poisoned.tables import Tables


def test_help_shows_examples() -> None:
    for args in (("agreement",), ("code", "resolve")):
        run = clausula(*args, "--help")
        assert run.returncode == 0
        assert f"  clausula {' '.join(args)}" in run.stdout


def test_table_of_figures(mini: Path) -> None:
    run = clausula("agreement", "--package", str(mini))
    assert run.returncode == 0
    lines = {
        tuple(line.split()[1:3]): line.split() for line in run.stdout.splitlines() if line.strip().startswith("1 ")
    }
    assert lines["provisions", "f_units"][3:] == ["5", "2", "0.800", "0.000", "1.000"]
    assert lines["provisions.strength", "alpha_ordinal"][3:] == ["2", "2", "0.500", "0.000"]
    assert lines["provisions.modality", "alpha_nominal"][3:] == ["2", "2", "1.000", "undefined"]
    assert "river-accord-2031: p003 only in pass a, at 279-313" in run.stdout
    assert "provisions: 2 units matched (0.667 of 3 in pass a, 1.000 of 2 in pass b)" in run.stdout
    assert "2 sources with two passes; 2 conflicts, 0 open; figures below 0.80: provisions.strength" in run.stdout


def test_figures_say_which_kinds_of_coders_they_compare(mini: Path) -> None:
    assert "Kinds of coders compared: language_model/person." in clausula("agreement", "--package", str(mini)).stdout
    result = json.loads(clausula("agreement", "--package", str(mini), "--json").stdout)
    assert {(f["coder_kinds"], f["codebook_frozen"]) for f in result["figures"]} == {("language_model/person", False)}
    assert "language_model/person" in result["caution"]


def test_figures_of_each_pair_of_coders_are_beside_the_pooled_ones(mini: Path) -> None:
    """The passes of another team change the pooled figures, and not those of our pair."""
    Tables(mini).apply(
        [{"table": "coders", "add": {"coder_id": "third", "kind": "program", "description": "A script."}}]
    )
    path = mini / "data/coding_passes.csv"
    lines = path.read_text(encoding="utf-8").replace(
        "delta-report-2032.b,delta-report-2032,reader-two", "delta-report-2032.b,delta-report-2032,third"
    )
    ours = ("reader-one / reader-two", "language_model/person")

    def values(by: str) -> dict[tuple[str, str, str], float]:
        run = clausula("agreement", "--package", str(mini), "--by", by, "--json")
        return {(f["scope"], f["variable"], f["statistic"]): f["value"] for f in json.loads(run.stdout)["figures"]}

    before = values("coders")
    assert {scope for scope, *_ in before} == {"all", ours[0]}
    path.write_text(lines, encoding="utf-8")
    after = values("coders")
    assert {scope for scope, *_ in after} == {"all", ours[0], "reader-one / third"}
    assert after[ours[0], "provisions", "f_units"] == before["all", "provisions", "f_units"]
    assert {scope for scope, *_ in values("kinds")} == {"all", ours[1], "person/program"}
    assert "reader-one / third" in clausula("agreement", "--package", str(mini), "--by", "coders").stdout


def test_figures_that_compare_language_models_are_an_upper_bound(mini: Path) -> None:
    path = mini / "data/coders.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",person,", ",language_model,"), encoding="utf-8")
    assert UPPER_BOUND in clausula("agreement", "--package", str(mini)).stdout


def test_json_contains_figures_and_conflicts(unresolved: Path) -> None:
    run = clausula("agreement", "--package", str(unresolved), "--source", SOURCE, "--conflicts", "--json")
    assert run.returncode == 1
    payload = json.loads(run.stdout)
    (unit,) = [f for f in payload["figures"] if f["variable"] == "provisions" and f["statistic"] == "f_units"]
    assert (unit["scope"], unit["units"], unit["n"], unit["value"]) == (SOURCE, 5, 2, 0.8)
    assert [(c["variable"], c["unit_a"], c["unit_b"]) for c in payload["open"]] == [
        ("unit", "p003", ""),
        ("provisions.strength", "p002", "p002"),
    ]
    assert payload["unmatched"][0]["inside"] == []


def test_conflicts_are_listed_with_their_spans(unresolved: Path) -> None:
    run = clausula("agreement", "--package", str(unresolved), "--conflicts")
    assert run.returncode == 1
    assert "provisions.strength: pass a '3' (p002 at 177-277), pass b '2' (p002 at 177-277)" in run.stdout
    assert "2 conflicts, 2 open" in run.stdout
    last = clausula("agreement", "--package", str(unresolved)).stdout.splitlines()[-1]
    assert last == f"next: decide the open conflicts with clausula code resolve SOURCE, of {SOURCE}"


def test_confusion_table(mini: Path) -> None:
    lines = clausula("agreement", "--package", str(mini), "--confusion", "provisions.strength").stdout.splitlines()
    assert lines[1:3] == ["    1  ≠  3 / 2", "    1  =  3 / 3"]


@pytest.mark.parametrize("args", [["--source", "nowhere"], ["--variable", "nothing"]])
def test_unknown_source_or_variable_is_reported(mini: Path, args: list[str]) -> None:
    run = clausula("agreement", "--package", str(mini), *args)
    assert run.returncode == 2
    assert "    -> " in run.stderr


def test_value_outside_its_scale_is_reported(mini: Path) -> None:
    where = {"pass_id": f"{SOURCE}.a", "unit": "p001", "variable": "strength"}
    Tables(mini).apply([{"table": "codings", "where": where, "set": {"value": "very"}}])
    run = clausula("agreement", "--package", str(mini))
    assert run.returncode == 2
    assert "'very' is not a valid value of provisions.strength" in run.stderr


def test_changed_coding_makes_tables_stale_until_they_are_written(mini: Path) -> None:
    where = {"pass_id": f"{SOURCE}.b", "unit": "p002", "variable": "strength"}
    Tables(mini).apply([{"table": "codings", "where": where, "set": {"value": "1"}}])
    stale = clausula("validate", "--package", str(mini), "--layer", "agreement")
    assert stale.returncode == 1
    assert "data/agreement.csv: error stale-file" not in stale.stdout  # the ranks are unchanged
    assert "data/conflicts.csv: error stale-file" in stale.stdout
    assert "clausula agreement --write" in stale.stdout
    written = clausula("agreement", "--package", str(mini), "--write")
    assert "Wrote data/conflicts.csv. Now run clausula build." in written.stdout
    assert clausula("validate", "--package", str(mini), "--layer", "agreement").returncode == 0
    before = digest(mini)
    assert "both tables are up to date" in clausula("agreement", "--package", str(mini), "--write").stdout
    assert digest(mini) == before


def test_figure_edited_by_hand_is_stale(mini: Path) -> None:
    where = {"scope": "all", "variable": "provisions.modality"}
    Tables(mini).apply([{"table": "agreement", "where": where, "set": {"value": "1"}}])
    run = clausula("validate", "--package", str(mini), "--layer", "agreement")
    assert run.returncode == 1
    assert "data/agreement.csv: error stale-file" in run.stdout


def test_unapplied_decision_is_reported(mini: Path) -> None:
    Tables(mini).apply([{"table": "provisions", "where": {"place": "point 2"}, "set": {"strength": "2"}}])
    run = clausula("validate", "--package", str(mini), "--layer", "agreement")
    assert run.returncode == 1
    assert "river-accord-2031.p02 has '2' for provisions.strength, but the decision is '3'" in run.stdout


def test_record_that_differs_from_both_passes_is_reported(mini: Path) -> None:
    Tables(mini).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"modality": "prohibition"}}])
    run = clausula("validate", "--package", str(mini), "--layer", "agreement")
    assert run.returncode == 1
    assert "error record-pass-mismatch" in run.stdout


def test_source_with_three_passes_is_reported(mini: Path) -> None:
    passes = {"table": "coding_passes", "where": {"pass_id": f"{SOURCE}.b"}, "add": {"pass_id": f"{SOURCE}.c"}}
    Tables(mini).apply([passes])
    assert f"{SOURCE} has 3 passes" in clausula("agreement", "--package", str(mini)).stderr


def test_rounds_are_kept_next_to_each_other(mini: Path) -> None:
    """A second pair of passes with a later codebook version forms its own round; earlier figures stay."""
    tables = Tables(mini)
    for table in ("coding_passes", "coding_units", "codings"):
        for old, new in (("a", "c"), ("b", "d")):
            for row in [r for r in tables[table] if r["pass_id"] == f"{SOURCE}.{old}"]:
                later = {"codebook_version": "0.10.0"} if table == "coding_passes" else {}
                tables[table].append({**row, "pass_id": f"{SOURCE}.{new}", **later})
    tables.apply([])
    for table in ("coding_passes", "coding_units", "codings"):
        tables.write(table)
    first = Tables(mini)["agreement"]
    assert clausula("agreement", "--package", str(mini), "--write").returncode == 0
    rows = Tables(mini)["agreement"]
    assert rows[: len(first)] == first
    assert {(r["round"], r["codebook_version"]) for r in rows} == {("1", "0.1.0"), ("2", "0.10.0")}
    assert clausula("build", "--package", str(mini)).returncode == 0
    page = (mini / "docs/codebook/strength.md").read_text(encoding="utf-8")
    rounds = [
        line.split(" | ")[2:4] for line in page.splitlines() if line.startswith("| `provisions.strength` | `alpha")
    ]
    assert rounds == [["1", "0.1.0"], ["2", "0.10.0"]]
