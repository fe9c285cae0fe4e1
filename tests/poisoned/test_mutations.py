"""Every change of a coded cell or an anchor is an error at its table, key and column, without any derived file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausula.agreement.passes import RECORDS
from clausula.agreement.rebuild import departures, read_coded_records, rebuild_findings, row_findings
from clausula.agreement.revise import Editor, revise
from clausula.agreement.stated_values import Statements, coded_variables, statements
from clausula.core.findings import ERROR, Finding
from clausula.core.package import open_package
from clausula.core.tables import Tables, read_tables
from tests.conftest import ROOT, copy_mini

SEED, CHANGES = 20261130, 600


@dataclass(frozen=True)
class Change:
    """One changed cell: its table, row number from 0, field and new value."""

    table: str
    row: int
    field: str
    value: str


class Mutated:
    """A package in memory of which one record at a time is changed and compared with what is stated about it."""

    def __init__(self, root: Path) -> None:
        self.tables = read_tables(open_package(root))
        self.store = self.tables.store()
        self.known: Statements = statements(self.store)
        self.records = read_coded_records(self.store)
        self.owner = {(table, number): record for (record, table, _), (number, _) in self.records.places.items()}
        self.children: dict[str, dict[str, list[int]]] = {}
        for (record, table, _), (number, _) in self.records.places.items():
            self.children.setdefault(record, {}).setdefault(table, []).append(number - 1)

    def findings(self, change: Change) -> list[Finding]:
        """Return the findings on the record of a changed cell."""
        record = self.owner[change.table, change.row + 1]
        rows = {name: [] for name in self.tables.rows}
        for table, numbers in self.children[record].items():
            rows[table] = [self.tables[table][number] for number in sorted(numbers)]
        at = sorted(self.children[record][change.table]).index(change.row)
        rows[change.table][at] = {**rows[change.table][at], change.field: change.value}
        one = Tables(self.tables.package, rows, files=self.tables.files).store()
        records = read_coded_records(one)
        return [f for departure in departures(records, self.known) for f in row_findings(records, departure)]

    def cells(self) -> Iterator[tuple[str, int, str]]:
        """Yield the coded cells of records: table, row and field; the offsets and the bearing of anchors too."""
        model = self.tables.package.model
        fields: dict[str, set[str]] = {}
        for kind in RECORDS.values():
            for variable in coded_variables(model, kind):
                names = variable.table.same_row if variable.field is None else (variable.field.name,)
                fields.setdefault(variable.table.name, set()).update(names)
        for (table, number), record in sorted(self.owner.items()):
            if self.records.sources[record] & self.known.sources:
                yield from ((table, number - 1, name) for name in sorted(fields.get(table, ())))

    def other_value(self, chance: random.Random, table: str, row: int, name: str) -> str:
        """Return another value of a field: that of another row, a neighbouring number, or no value."""
        now = self.tables[table][row][name]
        if now.lstrip("-").isdigit() and name != "stance":
            return str(int(now) + 1)
        others = sorted({one[name] for one in self.tables[table]} - {now})
        return chance.choice(others) if others else "" if now else "x"


def is_located(change: Change, found: list[Finding]) -> bool:
    """Return whether an error names the table and a key."""
    return any(f.severity == ERROR and f.table == change.table and f.key for f in found)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Mutated:
    return Mutated(copy_mini(tmp_path_factory.mktemp("mutated") / "package"))


def test_untouched_records_are_as_stated(small: Mutated) -> None:
    assert list(departures(small.records, small.known)) == []


def test_order_of_rows_is_no_departure(small: Mutated) -> None:
    for table in ("attributions", "provision_actors", "evidence", "reaction_targets"):
        tables = small.tables.copy()
        tables.rows[table] = list(reversed(tables.rows[table]))
        assert list(departures(read_coded_records(tables.store()), small.known)) == []


def test_reason_of_a_revision_follows_from_the_passes(small: Mutated) -> None:
    tables = small.tables.copy()
    rows = tables.rows["revisions"]
    row = next(n for n, one in enumerate(rows) if one["reason"] == "outside_passes")
    rows[row] = {**rows[row], "reason": "later_reading"}
    (found,) = rebuild_findings(tables.store())
    assert (found.code, found.severity, found.table, found.field) == (
        "revision-reason-mismatch",
        ERROR,
        "revisions",
        "reason",
    )
    assert (found.row, "`outside_passes`" in found.message) == (row + 1, True)


def test_record_whose_anchors_name_no_known_source_is_compared(small: Mutated) -> None:
    tables = small.tables.copy()
    record = "delta-report-2032.r02"
    tables.rows["evidence"] = [one for one in tables["evidence"] if one["reaction_id"] != record]
    tables.rows["reaction_targets"] = [
        {**one, "stance": "-2"} if one["reaction_id"] == record else one for one in tables["reaction_targets"]
    ]
    found = rebuild_findings(tables.store())
    assert [one.value for one in found if one.field == "stance" and one.severity == ERROR] == ["-2"]
    assert revise(tables.store(), Editor("reader-one", "0.3.0")).added == []


def changes(package: Mutated, limit: int | None = None) -> list[Change]:
    """Return a change of each coded cell, or of some that are drawn evenly from the tables."""
    chance = random.Random(SEED)
    cells = list(package.cells())
    if limit is not None:
        tables = sorted({table for table, _, _ in cells})
        by_table = {name: [cell for cell in cells if cell[0] == name] for name in tables}
        share = limit // len(tables)
        cells = [cell for n in tables for cell in chance.sample(by_table[n], min(len(by_table[n]), share))]
    return [Change(*cell, package.other_value(chance, *cell)) for cell in cells]


def missed(package: Mutated, made: list[Change]) -> list[Change]:
    """Return the changes that no error shows at their table and key."""
    return [change for change in made if not is_located(change, package.findings(change))]


def test_every_changed_cell_of_the_small_package_is_an_error(small: Mutated) -> None:
    made = changes(small, 120)
    assert len(made) >= 80
    assert missed(small, made) == []


@pytest.mark.exhaustive
def test_changed_cells_and_turned_stances_of_the_shipped_package_are_errors() -> None:
    package = Mutated(ROOT)
    assert list(departures(package.records, package.known)) == []
    made = changes(package, CHANGES)
    assert len(made) >= 400
    assert missed(package, made) == []
    stances = package.tables["reaction_targets"]
    turned = [
        Change("reaction_targets", n, "stance", str(-int(row["stance"])))
        for n, row in enumerate(stances)
        if row["stance"] not in ("", "0")
    ]
    assert len(turned) >= 100
    for change in turned:
        (found,) = [f for f in package.findings(change) if f.field == "stance"]
        assert (found.severity, found.table) == (ERROR, "reaction_targets")
        row = stances[change.row]
        assert found.key == f"reaction_id={row['reaction_id']}, target_no={row['target_no']}"
