"""Values of tables that no coding pass states: a change by hand is an error, a change by a command is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausula.agreement.recorded_values import recorded_findings, recorded_now
from clausula.core.findings import ERROR, CouldNotRun
from clausula.core.metadata import RECORDED
from clausula.core.package import open_package
from clausula.core.recorded import with_recorded
from clausula.core.store import Store, Values
from clausula.core.tables import Tables, read_tables, write_tables
from tests.command import clausula
from tests.conftest import copy_mini

Change = Callable[[Tables], Any]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Return the tables of the small package, with recorded values."""
    root = copy_mini(tmp_path / "package")
    found = read_tables(open_package(root))
    assert recorded_findings(found.store()) == []
    (root / RECORDED).write_bytes(recorded_now(found.store()).as_bytes())
    state(root)
    found = read_tables(open_package(root))
    assert recorded_findings(found.store()) == []
    return found


def state(root: Path) -> None:
    """State in a package that it has recorded values."""
    path = root / "schemas/package.json"
    path.write_bytes(with_recorded(path.read_bytes()))


def with_value(tables: Tables, table: str, number: int, **values: str) -> Tables:
    """Return tables with other values in a row."""
    after = tables.copy()
    rows: list[Values] = list(after.rows[table])
    rows[number] = {**rows[number], **values}
    after.rows[table] = rows
    return after


def without_row(tables: Tables, table: str, number: int) -> Tables:
    after = tables.copy()
    after.rows[table] = [row for n, row in enumerate(after.rows[table]) if n != number]
    return after


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("actors", "kind", "person"),
        ("instruments", "status", "rejected"),
        ("crosswalk", "match", "broad"),
        ("clause_alignment", "provision_id", "river-accord-2031.p02"),
        ("template_clauses", "topic_id", "water"),
        ("sources", "sha256", "0" * 64),
        ("coding_log", "end", "9"),
        ("affiliations", "date_basis", ""),
        ("coders", "kind", "other"),
    ],
)
def test_a_value_changed_by_hand_is_an_error_at_its_cell(tables: Tables, table: str, field: str, value: str) -> None:
    (found,) = recorded_findings(with_value(tables, table, 0, **{field: value}).store())
    assert (found.code, found.severity, found.table, found.field) == ("unrecorded-value", ERROR, table, field)
    row = tables[table][0]
    assert (found.row, found.value) == (1, value or None)
    assert found.key == ", ".join(f"{name}={row[name]}" for name in tables.table(table).primary_key)


def test_rows_added_and_removed_by_hand_are_errors(tables: Tables) -> None:
    found = recorded_findings(with_value(tables, "instrument_actors", 0, role="witness").store())
    assert found[0].key == "instrument_id=river-accord-2031, actor_id=anna-arl, role=witness"
    assert [one.message for one in found] == ["this row is not recorded", "this row was recorded and is missing"]


def test_texts_and_the_order_of_rows_are_not_recorded(tables: Tables) -> None:
    after = with_value(tables, "actors", 0, name="Another name", note="A note.")
    after.rows["places"] = list(reversed(after.rows["places"]))
    assert recorded_findings(after.store()) == []


def test_a_command_records_what_it_changes_and_nothing_else(tables: Tables) -> None:
    by_hand = with_value(tables, "actors", 0, kind="person")
    (tables.package.root / "data/actors.csv").write_bytes(by_hand.bytes("actors"))
    before = read_tables(tables.package)
    after = without_row(with_value(before, "actors", 1, kind="person"), "crosswalk", 0)
    assert RECORDED in write_tables(before, after)
    assert [(one.table, one.row) for one in recorded_findings(Store(tables.package))] == [("actors", 1)]
    now = read_tables(tables.package)
    assert write_tables(now, with_value(now, "actors", 1, note="A note.")) == ["data/actors.csv"]


def messages(root: Path) -> list[str]:
    found = recorded_findings(Store(open_package(root)))
    assert all((one.code, one.severity, one.file) == ("unrecorded-value", ERROR, RECORDED) for one in found)
    return [one.message for one in found]


def test_a_package_that_has_recorded_values_cannot_lose_them(tables: Tables) -> None:
    root = tables.package.root
    content, metadata = (root / RECORDED).read_bytes(), root / "schemas/package.json"
    (root / RECORDED).unlink()
    assert messages(root) == ["schemas/package.json says that this file has the recorded values, but it does not exist"]
    before = read_tables(open_package(root))
    assert RECORDED not in write_tables(before, with_value(before, "actors", 0, kind="person"))
    assert len(messages(root)) == 1
    (root / RECORDED).write_bytes(content)
    metadata.write_text(metadata.read_text(encoding="utf-8").replace('"recorded"', '"recorded_"'), encoding="utf-8")
    assert messages(root) == ["the recorded values are there, but schemas/package.json does not name their file"]
    (root / RECORDED).unlink()
    assert messages(root) == []


def test_the_first_record_is_stated_in_the_package(tmp_path: Path) -> None:
    root = copy_mini(tmp_path / "package")
    (coder, *_) = read_tables(open_package(root))["coders"]
    for _ in range(2):
        run = clausula("code", "revise", "--coder", coder["coder_id"], "--package", str(root))
        assert run.returncode == 0, run.stderr
        assert open_package(root).model.metadata["recorded"] == RECORDED
        assert messages(root) == []
    (root / RECORDED).unlink()
    assert len(messages(root)) == 1
    run = clausula("code", "revise", "--coder", coder["coder_id"], "--package", str(root))
    assert run.returncode == 0, run.stderr
    assert messages(root) == []


def test_a_damaged_file_is_an_error_and_stops_writing(tables: Tables) -> None:
    path = tables.package.root / RECORDED
    clean = path.read_bytes()
    for content in (b"", b"[]\n", b"{", clean.replace(b'["actors",', b'["actors"],[', 1), clean[:-9], b"\xff\n"):
        path.write_bytes(content)
        (found,) = recorded_findings(tables.store())
        assert (found.code, found.severity, found.file) == ("unrecorded-value", ERROR, RECORDED)
        with pytest.raises(CouldNotRun):
            write_tables(tables, with_value(tables, "actors", 0, kind="person"))
    path.write_bytes(clean.replace(b'"actors":["kind",', b'"actors":[', 1))
    assert {one.table for one in recorded_findings(tables.store())} == {"actors"}
