"""The findings that the oracle expects for changed tables, with their places."""

from __future__ import annotations

import re
from collections import Counter

from clausula.core.constraints import Constraint
from clausula.core.findings import Group, Report, shown
from clausula.core.model import Model
from clausula.core.package import csv_path
from tests.poisoned.mutate import Sheet
from tests.poisoned.oracle import all_violations

Place = tuple[str, str, int | None, str | None]
"""Code, table, row, field."""
Details = tuple[str | None, int | None, int | None, str | None, str | None]
"""Key, line, column, value, file."""

_BREAK = re.compile(r"\r\n|\n|\r")


def _lines(sheet: Sheet) -> list[int]:
    """Return the line on which each row starts."""
    starts, line = [], 1
    for row in [sheet.header, *sheet.rows]:
        starts.append(line)
        line += 1 + sum(len(_BREAK.findall(cell)) for cell in row)
    return starts[1:]


def _key(model: Model, sheet: Sheet, record: dict[str, str], table: str) -> str | None:
    names = model[table].primary_key or model[table].names[:1]
    parts = [f"{n}={shown(record[n])}" for n in names if n in sheet.header and record[n]]
    return ", ".join(parts) or None


def _row(model: Model, sheet: Sheet, constraint: Constraint, number: int, line: int) -> Details:
    record = sheet.records()[number - 1]
    values = [record[f] for f in constraint.fields if record[f]]
    return (
        _key(model, sheet, record, constraint.table),
        line,
        sheet.header.index(constraint.field) + 1,
        shown(", ".join(values)) if values else None,
        csv_path(constraint.table),
    )


def _header(model: Model, name: str, sheet: Sheet) -> list[tuple[Place, Details]]:
    """Return the faults of the header line."""
    faults: list[tuple[Place, Details]] = []
    names = model[name].names
    for place, column in enumerate(sheet.header):
        if column in sheet.header[:place]:
            faults.append((("duplicate-header", name, None, column), (None, 1, place + 1, None, csv_path(name))))
        elif column not in names:
            faults.append((("unknown-column", name, None, None), (None, 1, place + 1, column, csv_path(name))))
    faults += [
        (("missing-column", name, None, column), (None, 1, None, None, csv_path(name)))
        for column in names
        if column not in sheet.header
    ]
    if not faults and list(names) != sheet.header:
        faults.append((("column-order", name, None, None), (None, 1, None, None, csv_path(name))))
    if "\r" in "".join([*sheet.header, *(cell for row in sheet.rows for cell in row)]):
        faults.append((("mixed-line-endings", name, None, None), (None, None, None, None, csv_path(name))))
    return faults


def expected(model: Model, sheets: dict[str, Sheet]) -> tuple[dict[Place, set[Details]], Counter[Group]]:
    """Return every expected finding, and the counts."""
    findings: dict[Place, set[Details]] = {}
    counts: Counter[Group] = Counter()

    def add(place: Place, details: Details) -> None:
        findings.setdefault(place, set()).add(details)
        counts[place[0], place[1], place[3] or ""] += 1

    for name, sheet in sheets.items():
        for place, details in _header(model, name, sheet):
            add(place, details)
    records = {name: sheet.records() for name, sheet in sheets.items()}
    lines = {name: _lines(sheet) for name, sheet in sheets.items()}
    for constraint, number in all_violations(model, records, {name: sheet.header for name, sheet in sheets.items()}):
        name = constraint.table
        details = _row(model, sheets[name], constraint, number, lines[name][number - 1])
        add((constraint.kind, name, number, constraint.field), details)
    return findings, counts


def compare(model: Model, sheets: dict[str, Sheet], report: Report) -> list[str]:
    """Return every difference between a report and the expected findings."""
    due, counts = expected(model, sheets)
    wrong = []
    found: set[Place] = set()
    for f in report.findings:
        place, details = (f.code, f.table or "", f.row, f.field), (f.key, f.line, f.column, f.value, f.file)
        found.add(place)
        if place not in due:
            wrong.append(f"unexpected: {place}, {details}, {f.message}")
        elif details not in due[place]:
            wrong.append(f"wrong place: {place} at {details}, expected {due[place]}")
    wrong += [f"not found: {place} at {due[place]}" for place in due if place not in found]
    if dict(counts) != report.counts:
        wrong.append(f"counts {report.counts}, expected {dict(counts)}")
    return wrong
