"""The DuckDB layer: every demand of the schemas, over the text of the files, at any size.

Per table one query counts the violations of all demands on cells; only demands that are broken are asked again for
their rows. Keys and references follow.
"""

from __future__ import annotations

from typing import Any

from clausula.check.store import Store
from clausula.core import edtf
from clausula.core.constraints import CELL_KINDS, Constraint, constraints_of
from clausula.core.findings import Finding, Report
from clausula.core.model import Table
from clausula.derive.sql import name, violation

LAYER = "duckdb"


def _finding(store: Store, constraint: Constraint, table: Table, record: dict[str, Any]) -> Finding:
    key = {k: record[k] for k in table.primary_key or table.names[:1]}
    value = (
        ", ".join(str(record[f]) for f in constraint.fields if record[f] is not None)
        if len(constraint.fields) > 1
        else record[constraint.field]
    )
    found = Finding(
        constraint.kind,
        constraint.message(),
        constraint.hint,
        table=table.name,
        field=constraint.field,
        value=value,
        row=record["_row"],
        layers=(LAYER,),
    )
    return store.locate(found, key)


def _records(store: Store, constraint: Constraint, table: Table, query: str) -> list[dict[str, Any]]:
    """Rows of a query that yields `_row`, with the key and the constrained cells."""
    wanted = ["_row", *dict.fromkeys([*(table.primary_key or table.names[:1]), *constraint.fields])]
    columns = ", ".join(f"t.{name(column)}" for column in wanted)
    found = store.con.execute(
        f"SELECT {columns} FROM raw.{name(table.name)} t JOIN ({query}) q USING (_row) ORDER BY t._row"
    )
    return [dict(zip(wanted, row, strict=True)) for row in found.fetchall()]


def _report(store: Store, report: Report, constraint: Constraint, table: Table, query: str) -> None:
    """Count the rows of a query, and add the first of them."""
    total = store.con.execute(f"SELECT count(*) FROM ({query}) q").fetchone()[0]
    if not total:
        return
    records = _records(store, constraint, table, f"SELECT _row FROM ({query}) p ORDER BY _row LIMIT {report.shown}")
    for record in records[:-1]:
        report.add(_finding(store, constraint, table, record))
    report.add(_finding(store, constraint, table, records[-1]), more=total - len(records))


def _cells(store: Store, report: Report, table: Table, constraints: list[Constraint]) -> None:
    conditions = [violation(c, table) for c in constraints]
    if not conditions:
        return
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    numbers = store.con.execute(f"SELECT {counts} FROM raw.{name(table.name)}").fetchone()
    for constraint, condition, number in zip(constraints, conditions, numbers, strict=True):
        if number:
            _report(store, report, constraint, table, f"SELECT _row FROM raw.{name(table.name)} WHERE {condition}")


def _repeated(constraint: Constraint) -> str:
    """Rows whose values stood in an earlier row already; empty cells never repeat."""
    columns = ", ".join(name(f) for f in constraint.fields)
    filled = " AND ".join(f"{name(f)} IS NOT NULL" for f in constraint.fields)
    return (
        f"SELECT _row FROM (SELECT _row, row_number() OVER (PARTITION BY {columns} ORDER BY _row) AS n "
        f"FROM raw.{name(constraint.table)} WHERE {filled}) r WHERE n > 1"
    )


def _dangling(constraint: Constraint) -> str:
    """Rows whose reference leads nowhere; a reference with an empty part is none."""
    resource, reference = constraint.limit
    pairs = list(zip(constraint.fields, reference, strict=True))
    filled = " AND ".join(f"t.{name(f)} IS NOT NULL" for f in constraint.fields)
    joined = " AND ".join(f"o.{name(there)} = t.{name(here)}" for here, there in pairs)
    return (
        f"SELECT t._row FROM raw.{name(constraint.table)} t WHERE {filled} "
        f"AND NOT EXISTS (SELECT 1 FROM raw.{name(resource)} o WHERE {joined})"
    )


def _misdated(store: Store, constraint: Constraint) -> str:
    """Rows whose EDTF date and whose first and last day disagree."""
    date, first, last = name(constraint.field), name(constraint.limit[0]), name(constraint.limit[1])
    table = f"raw.{name(constraint.table)}"
    triples = store.con.execute(f"SELECT DISTINCT {date}, {first}, {last} FROM {table}").fetchall()
    wrong = [triple for triple in triples if not edtf.agrees(*triple)]
    if not wrong:
        return "SELECT _row FROM (SELECT 1 AS _row) n WHERE false"
    store.con.execute("CREATE OR REPLACE TEMP TABLE misdated (d VARCHAR, f VARCHAR, l VARCHAR)")
    store.con.executemany("INSERT INTO misdated VALUES (?, ?, ?)", wrong)
    return (
        f"SELECT _row FROM {table} t JOIN misdated m ON t.{date} IS NOT DISTINCT FROM m.d "
        f"AND t.{first} IS NOT DISTINCT FROM m.f AND t.{last} IS NOT DISTINCT FROM m.l"
    )


def check(store: Store, report: Report) -> None:
    """Check every table in the store against every demand of its schema."""
    for finding in store.findings:
        report.add(Finding(**{**finding.__dict__, "layers": (LAYER,)}))
    for resource in store.package:
        table = resource.table
        constraints = constraints_of(table)
        present = [c for c in constraints if all(store.column(table.name, f) for f in c.fields)]
        _cells(store, report, table, [c for c in present if c.kind in CELL_KINDS])
        for constraint in present:
            match constraint.kind:
                case "unique" | "primary-key" | "unique-key":
                    _report(store, report, constraint, table, _repeated(constraint))
                case "foreign-key" if _reference_present(store, constraint):
                    _report(store, report, constraint, table, _dangling(constraint))
                case "date-bounds" if all(store.column(table.name, f) for f in constraint.limit):
                    _report(store, report, constraint, table, _misdated(store, constraint))


def _reference_present(store: Store, constraint: Constraint) -> bool:
    resource, reference = constraint.limit
    return resource in store.tables and all(store.column(resource, f) for f in reference)
