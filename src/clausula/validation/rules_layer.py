"""The rules layer: the semantic rules of `validation/rules/`, run as queries on the typed tables of an engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.rules import RULES, Rule, read_rules
from clausula.validation.engine import Engine

LAYER = "rules"
Place = tuple[str, int, str]
"""Table, row and field of a violation."""

MAX_NAMED = 20
"""The maximum number of names that a message lists."""


def check(engine: Engine, report: Report, rules: list[Rule] | None = None) -> None:
    """Run rules, by default those of the package, on the tables of an engine."""
    rules = read_rules(engine.package.root / RULES) if rules is None else rules
    for rule in rules:
        _require_query(engine, rule)
    with engine.running_ahead(_places(rule) for rule in rules):
        for rule in rules:
            _check_rule(engine, report, rule)


def _check_rule(engine: Engine, report: Report, rule: Rule) -> None:
    violations = _violations(engine, rule)
    shown = list(violations)[: report.shown]
    records = _records(engine, shown)
    for number, (table, row, field) in enumerate(shown, 1):
        more = len(violations) - report.shown if number == report.shown else 0
        found = _finding(engine, rule, (table, row, field), records[table][row])
        named = violations[table, row, field]
        report.add(replace(found, message=f"{rule.says} {_listed(rule, named)}") if named else found, more=more)


def _places(rule: Rule) -> str:
    """Return the query for the places of the violations."""
    named = ", named" if rule.names else ""
    return f"SELECT tbl, _row, field{named} FROM ({rule.sql}\n) r ORDER BY tbl, _row, field{named}"


def _listed(rule: Rule, named: list[str]) -> str:
    """Return what a query names, in a sentence."""
    more = f" and {len(named) - MAX_NAMED:,} more" if len(named) > MAX_NAMED else ""
    return f"{rule.names}: {', '.join(named[:MAX_NAMED])}{more}."


def _invalid(rule: Rule, error: Exception) -> CouldNotRun:
    first = (str(error).splitlines() or [""])[0]
    return CouldNotRun.of("invalid-rule:query", rule=rule.code, error=first, file=f"{RULES}/{rule.code}.sql")


def _require_query(engine: Engine, rule: Rule) -> None:
    try:
        engine.require_query(rule.sql)
    except engine.errors as error:
        raise _invalid(rule, error) from error


def _violations(engine: Engine, rule: Rule) -> dict[Place, list[str]]:
    """Return the places of the violations, each with what the query names there.

    Raises
    ------
    CouldNotRun
        If the query fails or returns an unknown place.
    """
    try:
        found = engine.rows(_places(rule))
    except engine.errors as error:
        raise _invalid(rule, error) from error
    for table, row, field, *_ in found[: 1 << 10]:
        fields = engine.package.model.tables[table].names if table in engine.package.model.tables else ()
        if field not in fields or not isinstance(row, int):
            place = {"tbl": table, "number": row, "name": field}
            raise CouldNotRun.of("invalid-rule:place", rule=rule.code, **place, file=f"{RULES}/{rule.code}.sql")
    places: dict[Place, list[str]] = {}
    for table, row, field, *named in found:
        places.setdefault((table, row, field), []).extend(str(one) for one in named)
    return places


def _records(engine: Engine, places: list[Place]) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the key and the violating fields of each row, by table and row number."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for table in dict.fromkeys(table for table, _, _ in places):
        key = engine.package.model[table].primary_key
        fields = list(dict.fromkeys([*key, *(f for t, _, f in places if t == table)]))
        columns = ", ".join(["_row", *(engine.dialect.name(f) for f in fields)])
        rows = ", ".join(str(int(r)) for r in {r for t, r, _ in places if t == table})
        query = f"SELECT {columns} FROM {engine.numbered(table)} t WHERE _row IN ({rows})"
        found[table] = {row: dict(zip(fields, cells, strict=True)) for row, *cells in engine.rows(query)}
    return found


def _finding(engine: Engine, rule: Rule, place: Place, record: dict[str, Any]) -> Finding:
    table, row, field = place
    found = Finding(
        rule.code,
        rule.says,
        rule.do,
        rule.severity,
        table=table,
        field=field,
        value=record[field],
        row=row,
        layers=(LAYER,),
    )
    return engine.locate(found, {k: record[k] for k in engine.package.model[table].primary_key})
