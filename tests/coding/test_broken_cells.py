"""No broken cell of a table ends in a traceback: forms, submissions and decisions report a finding instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest

from clausula.adjudication import resolve
from clausula.adjudication.decisions import Decision
from clausula.adjudication.open_conflicts import Adjudication, open_adjudication
from clausula.coding.candidate import build_candidate
from clausula.coding.form import SHEETS, Form, _sheet
from clausula.coding.passes import Pass, shown_rows
from clausula.coding.submission import Submission
from clausula.coding.workbook_write import make_workbook
from clausula.core.findings import CouldNotRun
from clausula.core.package import open_package
from clausula.core.tables import Tables, read_tables
from clausula.evidence.text import Text
from tests.conftest import MINI
from tests.pairs import chosen

SOURCES = ("river-accord-2031", "delta-report-2032")
RAW = {one: (MINI / "texts" / f"{one}.txt").read_bytes().decode("utf-8") for one in SOURCES}
TEXTS = {one: Text(raw) for one, raw in RAW.items()}
BROKEN = ("x", "", "-1", "9" * 30)
PASS_TABLES = ("coding_units", "codings", "resolutions", "sources", "topics")
TABLES = sorted({*SHEETS, *PASS_TABLES})
QUICK = ("absences", "codings", "evidence", "events", "instruments", "provisions", "reaction_targets", "sources")
FORMS = [
    pytest.param(name, values, id=f"{name}-{values[0] or 'others'}", marks=() if quick else pytest.mark.exhaustive)
    for name in TABLES
    for values, quick in ((BROKEN[:1], name in QUICK), (BROKEN[1:], False))
]


def code(tables: Tables) -> None:
    """Show the forms of all passes, and submit them unchanged."""
    for source in SOURCES:
        for letter in "ab":
            form = Form(tables.package.model, letter == "a")
            rows = shown_rows(Pass(tables, form, source, letter), TEXTS[source])
            build_candidate(tables, Submission(source, letter, rows, rows), TEXTS[source])


def decide(tables: Tables) -> None:
    """Decide every open conflict for either pass; a decision is not written, so the cell stays broken."""
    for source in SOURCES:
        adjudication = open_adjudication(tables.store(), source)
        adjudication.text = TEXTS[source]
        for conflict in adjudication.open:
            for value in (conflict.value_a, conflict.value_b):
                with mock.patch.object(resolve, "read_tables", lambda _: tables.copy()):
                    resolve.record(adjudication, [Decision(conflict, value, "slip", "", "background")])


def broken(tables: Tables, name: str, values: tuple[str, ...] = BROKEN) -> Iterator[tuple[str, Tables]]:
    """Yield the tables with one cell broken, once for each field and value, in another row each time."""
    rows = tables[name]
    for number, field in enumerate(tables.table(name).names if rows else ()):
        for value in values:
            changed = list(rows)
            place = (number + BROKEN.index(value)) % len(rows)
            changed[place] = {**rows[place], field: value}
            result = tables.copy()
            result.rows[name] = changed
            yield f"{name}.{field} = {value!r}", result


def run(act: Callable[[Tables], None], cases: Iterator[tuple[str, Tables]]) -> None:
    failed = []
    for case, tables in cases:
        try:
            with suppress(CouldNotRun):
                act(tables)
        except Exception as error:
            failed.append(f"{case}: {act.__name__}: {type(error).__name__}: {error}")
    assert failed == []


@pytest.fixture(scope="module")
def tables(built: Path) -> Tables:
    """The tables of the small package with all conflicts open."""
    tables = read_tables(open_package(built))
    tables.rows["resolutions"] = []
    return tables


@pytest.fixture(scope="module", autouse=True)
def sheets_made_once(tables: Tables) -> Iterator[None]:
    """Make the sheets of a form, which depend on the schemas only, once for all cases."""
    sheets = {table.name: _sheet(table) for table in tables.package.model if table.name in SHEETS}
    with mock.patch("clausula.coding.form._sheet", lambda table: sheets[table.name]):
        yield


@pytest.mark.parametrize(("name", "values"), FORMS)
def test_forms_and_submissions(tables: Tables, name: str, values: tuple[str, ...]) -> None:
    run(code, broken(tables, name, values))


@pytest.mark.parametrize("name", chosen(TABLES, ["codings", "evidence"]))
def test_decisions(tables: Tables, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Adjudication, "now", lambda self: self)
    monkeypatch.setattr(resolve, "check_rows", lambda *_: [])
    monkeypatch.setattr(resolve, "write_tables", lambda *_: [])
    run(decide, broken(tables, name))


CELLS = [("coding_log", "start"), ("disputes", "dispute_id"), ("evidence", "end")]


@pytest.mark.parametrize("cell", chosen(CELLS, CELLS[:1]), ids=".".join)
def test_workbooks(tables: Tables, cell: tuple[str, str]) -> None:
    name, field = cell

    def write(changed: Tables) -> None:
        make_workbook(changed, SOURCES[0], "a", RAW[SOURCES[0]])

    run(write, (case for case in broken(tables, name) if field in case[0]))
