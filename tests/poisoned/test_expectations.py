"""The data satisfy the expectations; each expectation fails on data that violate it; the page shows the outcome."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import Report
from clausula.core.package import open_package
from clausula.derive.profile import PROFILE, profile
from clausula.validation import expectations_library, expectations_reviewed
from clausula.validation.duckdb_engine import open_engine
from clausula.validation.expectations_reviewed import REVIEWED
from clausula.validation.report import page
from clausula.validation.run import validate
from clausula.versions import build as building
from tests.conftest import ROOT, copy_mini
from tests.poisoned.reload import ReloadingEngine
from tests.poisoned.tables import Tables

pytestmark = pytest.mark.expectations
SUITES = json.loads((ROOT / REVIEWED).read_text(encoding="utf-8"))["suites"]
CODES = [entry["code"] for suite in SUITES for entry in suite["expectations"]]


@pytest.fixture(scope="module")
def context() -> Any:
    if not expectations_library.available():
        pytest.skip("great-expectations is not installed")
    return expectations_library.open_context()


@pytest.fixture(scope="module")
def with_profile(tmp_path_factory: pytest.TempPathFactory) -> ReloadingEngine:
    """Return an engine on a copy of the package, with its own profile as that of the last release."""
    root = tmp_path_factory.mktemp("expectations") / "package"
    for part in ("schemas", "validation", "data"):
        shutil.copytree(ROOT / part, root / part)
    engine = ReloadingEngine(root)
    (root / PROFILE).write_text(json.dumps(profile(engine.package, engine.engine.rows)), encoding="utf-8")
    return engine


@pytest.fixture
def copy(with_profile: ReloadingEngine, tmp_path: Path) -> Path:
    return Path(shutil.copytree(with_profile.root, tmp_path / "package"))


def checked(root: Path, context: Any) -> Report:
    report = Report()
    store = open_engine(open_package(root))
    try:
        expectations_reviewed.check(store, report, context)
    finally:
        store.close()
    return report


def drop(tables: Tables, name: str, **where: str) -> None:
    tables[name][:] = [row for row in tables[name] if any(row[k] != v for k, v in where.items())]


def first_source(tables: Tables) -> str:
    return tables["sources"][0]["source_id"]


def remove_records(tables: Tables) -> None:
    drop(tables, "evidence", source_id=first_source(tables))


def shorten_sources(tables: Tables) -> None:
    for row in tables["sources"]:
        row["characters"] = "100"


def remove_log(tables: Tables) -> None:
    source = first_source(tables)
    drop(tables, "coding_log", source_id=source)
    own = [row for row in tables["evidence"] if row["source_id"] == source]
    tables["evidence"][:] = [row for row in tables["evidence"] if row not in own[2:]]


def remove_provisions(tables: Tables) -> None:
    complete = next(row for row in tables["instruments"] if row["coverage"] == "complete")
    drop(tables, "provisions", instrument_id=complete["instrument_id"])


def keep_two_provisions(tables: Tables) -> None:
    seen: dict[str, int] = {}
    kept = []
    for row in tables["provisions"]:
        seen[row["instrument_id"]] = seen.get(row["instrument_id"], 0) + 1
        if seen[row["instrument_id"]] <= 2:
            kept.append(row)
    tables["provisions"][:] = kept


def make_actors_unnamed(tables: Tables) -> None:
    for row in tables["actors"]:
        row["unnamed"] = "true"


def set_all(table: str, field: str, value: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        for row in tables[table]:
            row[field] = value

    return change


def use_one_topic(tables: Tables) -> None:
    topic = tables["provisions"][0]["topic_id"]
    tables["provision_topics"].clear()
    set_all("provisions", "topic_id", topic)(tables)


def demand_aims(tables: Tables) -> None:
    aim = next(row for row in tables["provisions"] if row["topic_id"] == "shared-aims")
    aim["modality"] = "obligation"


def open_obligors(tables: Tables) -> None:
    for row in tables["provision_actors"]:
        if row["role"] == "obligor":
            row["basis"] = "unspecified"


def remove_triggers(tables: Tables) -> None:
    tables["provision_triggers"].clear()


def remove_event(tables: Tables) -> None:
    del tables["events"][-1]


SPREAD = {"changed-distribution"}
DROP = {"fewer-rows"}
SOURCES = {"unusual-anchor-density", "uncovered-text"}
CASES: dict[str, tuple[Callable[[Tables], None], set[str]]] = {
    "source-without-records": (remove_records, SOURCES | DROP | SPREAD),
    "unusual-anchor-density": (shorten_sources, set()),
    "uncovered-text": (remove_log, SOURCES | DROP | SPREAD),
    "instrument-without-provisions": (remove_provisions, DROP | SPREAD | {"unused-topics", "dominant-verb"}),
    "few-provisions": (keep_two_provisions, DROP | SPREAD | {"unused-topics", "missing-modality"}),
    "few-named-speakers": (make_actors_unnamed, set()),
    "dominant-modality": (
        set_all("provisions", "modality", "obligation"),
        SPREAD | {"missing-modality", "shared-aim-not-declared"},
    ),
    "missing-modality": (set_all("provisions", "modality", "declaration"), SPREAD | {"dominant-modality"}),
    "dominant-strength": (set_all("provisions", "strength", "3"), SPREAD),
    "few-expressed-positions": (set_all("reaction_targets", "position", "silent"), SPREAD),
    "one-sided-stances": (set_all("reaction_targets", "stance", "2"), SPREAD),
    "unused-topics": (use_one_topic, DROP),
    "fewer-rows": (remove_event, set()),
    "shared-aim-not-declared": (demand_aims, set()),
    "many-unspecified-obligors": (open_obligors, SPREAD),
    "dominant-verb": (set_all("provisions", "commitment_verb", "shall"), SPREAD),
    "attack-clause-without-trigger": (remove_triggers, DROP | SPREAD),
    "many-inferred-dependencies": (set_all("provision_dependencies", "basis", "inferred"), SPREAD),
    "dominant-relation": (set_all("provision_links", "relation", "replaces"), SPREAD),
    "unusual-extent": (set_all("provision_propositions", "extent", "in_part"), SPREAD),
    "one-sided-effects": (set_all("provision_propositions", "direction", "advances"), SPREAD),
    "changed-distribution": (set_all("provisions", "conditionality", "conditional"), set()),
}
"""For each expectation, a change that violates it, and the other expectations that the change may violate."""


def test_every_expectation_has_a_case() -> None:
    assert sorted(CASES) == sorted(CODES)
    assert len(set(CODES)) == len(CODES)


def test_data_satisfy_every_expectation(context: Any) -> None:
    report = checked(ROOT, context)
    assert [f.as_dict() for f in report.findings if f.severity == "error"] == []
    assert [line["code"] for line in report.checked["expectations"]] == CODES
    assert all(line["met"] is not None for line in report.checked["expectations"])


@pytest.mark.parametrize("code", CASES)
def test_expectation_fails_on_violating_data(with_profile: ReloadingEngine, context: Any, code: str) -> None:
    change, also = CASES[code]

    def violate(tables: Tables) -> list[str]:
        change(tables)
        for name in tables.read():
            tables.write(name)
        return tables.read()

    report = Report()
    with with_profile.changed(violate):
        expectations_reviewed.check(with_profile.engine, report, context)
    found = {f.code for f in report.findings}
    assert code in found
    assert found - {code} <= also
    for f in report.findings:  # a row shows its own value, beside the message by which a warning is accepted
        own = f"Observed: {f.value}." in f.hint if f.value is not None else "Observed" in f.message
        assert f.key and f.hint and own, f
    line = next(line for line in report.checked["expectations"] if line["code"] == code)
    assert line["met"] is False
    assert line["says"] in page(report_with_tables(report), "A package", "1")


def report_with_tables(report: Report) -> Report:
    report.checked |= {"layers": ["expectations"], "tables": {}, "package": "x"}
    return report


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (REVIEWED, "[1"),
        (REVIEWED, '{"suites": [{"name": "x"}]}'),
        (
            REVIEWED,
            '{"suites": [{"name": "x", "says": "y", "frame": "select", "expectations": []}]}',
        ),
        (
            REVIEWED,
            '{"suites": [{"name": "x", "says": "y", "frame": "select 1", "expectations": [{}]}]}',
        ),
        (PROFILE, "{}"),
        (PROFILE, '{"name": "clausula", "version": 1, "rows": {"a": "b"}, "shares": {}}'),
        (PROFILE, '{"name": "clausula", "version": 1, "rows": [], "shares": {}}'),
    ],
)
def test_bad_files_are_reported(copy: Path, context: Any, file: str, content: str) -> None:
    (copy / file).write_text(content, encoding="utf-8")
    found = checked(copy, context).findings
    assert [(f.code, f.file) for f in found] == [("invalid-suite", file)]


def test_a_query_cannot_touch_files(copy: Path, context: Any) -> None:
    secret = copy / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    for frame in (f"select * from read_csv('{secret}')", f"copy (select 1) to '{copy}/out.csv'"):
        suite = {"name": "x", "says": "y", "frame": frame, "expectations": []}
        (copy / REVIEWED).write_text(json.dumps({"suites": [suite]}), encoding="utf-8")
        assert [f.code for f in checked(copy, context).findings] == ["invalid-suite"]
    assert not (copy / "out.csv").exists()


def test_without_a_last_release_nothing_is_compared(copy: Path, context: Any) -> None:
    (copy / PROFILE).unlink()
    report = checked(copy, context)
    assert report.findings == []
    met = {line["code"]: line["met"] for line in report.checked["expectations"]}
    assert met["fewer-rows"] is None
    assert met["few-named-speakers"] is True


def test_build_stops_if_an_expectation_fails_as_error(tmp_path: Path) -> None:
    copy_mini(tmp_path)
    frame = "select source_id as key, 0 as anchors from sources"
    entry = {"code": "x", "says": "A.", "do": "B.", "severity": "error", "type": "expect_column_values_to_be_between"}
    suite = {
        "name": "s",
        "says": "S.",
        "frame": frame,
        "expectations": [{**entry, "kwargs": {"column": "anchors", "min_value": 1}}],
    }
    (tmp_path / REVIEWED).write_text(json.dumps({"suites": [suite]}), encoding="utf-8")
    assert building.build(tmp_path).report.findings == []
    outcome = building.build(tmp_path, expectations=True)
    assert {f.code for f in outcome.report.findings} == {"x"}
    assert outcome.changed == []


def test_page_shows_markup_as_text(copy: Path, context: Any) -> None:
    report = report_with_tables(checked(copy, context))
    html = page(report, "<script>alert(1)</script>", "<b>")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html


@pytest.mark.exhaustive
def test_baseline_suites_run_only_on_request(copy: Path, context: Any) -> None:
    tables = Tables(copy)
    tables["provisions"][0]["modality"] = "song"
    tables.write("provisions")
    assert not [f for f in validate(copy, ["expectations"]).findings if f.code == "enum"]
    (found,) = [f for f in validate(copy, ["baseline"]).findings if f.code == "enum"]
    assert (found.table, found.field, found.row) == ("provisions", "modality", 1)
