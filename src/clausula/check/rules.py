"""The layer of semantic rules: the queries of `validation/rules/`, run on the typed tables in the store."""

from __future__ import annotations

from clausula.check.store import Store
from clausula.core.findings import Finding, Report
from clausula.core.rules import Rule
from clausula.derive.dialect import DUCKDB

LAYER = "rules"


def check(store: Store, report: Report, rules: list[Rule]) -> None:
    """Run the rules on the tables in the store."""
    for rule in rules:
        violations = store.con.execute(
            f"SELECT tbl, _row, field FROM ({rule.sql}) r ORDER BY tbl, _row, field"
        ).fetchall()
        for number, (table, row, field) in enumerate(violations[: report.shown], 1):
            cut = len(violations) - report.shown if number == report.shown else 0
            report.add(_finding(store, rule, table, row, field), more=cut)


def _finding(store: Store, rule: Rule, table: str, row: int, field: str) -> Finding:
    key_fields = store.package.model[table].primary_key
    columns = ", ".join(DUCKDB.name(f) for f in [field, *key_fields])
    value, *key = store.con.execute(f"SELECT {columns} FROM raw.{DUCKDB.name(table)} WHERE _row = ?", [row]).fetchone()
    found = Finding(
        rule.code, rule.says, rule.do, rule.severity, table=table, field=field, value=value, row=row, layers=(LAYER,)
    )
    return store.locate(found, dict(zip(key_fields, key, strict=True)))
