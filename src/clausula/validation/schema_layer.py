"""The schema layer: every constraint of every schema, checked on files of any size, on DuckDB or on Spark.

One query per table counts all violations while the file is read once. Only for violated constraints does a second
query find the rows. The counts are always complete; the first violations of each constraint are located.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from clausula.core import edtf, geojson
from clausula.core.constraints import Constraint
from clausula.core.csvio import LineCount
from clausula.core.findings import Report, internal_error
from clausula.core.json_schema import unfitting
from clausula.core.model import Table
from clausula.derive.sql import violation
from clausula.derive.standard_values import format_of
from clausula.validation.count_queries import count_queries, queries_ahead
from clausula.validation.engine import Engine
from clausula.validation.scan_plan import WIDE, Plan, dangling, filled, joins, key_of, plan_of, probe, relation

Violations = tuple[Constraint, int, str]
"""A constraint, the number of its violations, and the query that returns their `_row`."""


def _report(engine: Engine, report: Report, table: Table, violations: list[Violations]) -> None:
    """Report the first violations of each constraint on a table, found by one query, and the number of all."""
    if len(violations) > WIDE:
        _report(engine, report, table, violations[:WIDE])
        violations = violations[WIDE:]
        return _report(engine, report, table, violations)
    if not violations:
        return
    fields = [f for constraint, _, _ in violations for f in constraint.fields]
    names = ["_row", *dict.fromkeys([*engine.key_fields(table), *fields])]
    columns = ", ".join(["q.n", "t._row", *(engine.cell(table, f, "t").expression for f in names[1:])])
    firsts = " UNION ALL ".join(
        f"SELECT {n} AS n, _row FROM (SELECT _row FROM ({rows}) p{n} ORDER BY _row LIMIT {report.shown}) f{n}"
        for n, (_, _, rows) in enumerate(violations)
    )
    query = f"SELECT {columns} FROM {engine.numbered(table.name)} t JOIN ({firsts}) q ON t._row = q._row ORDER BY 1, 2"
    records: dict[int, list[dict[str, Any]]] = {n: [] for n in range(len(violations))}
    for n, *cells in engine.rows(query):
        records[n].append(dict(zip(names, cells, strict=True)))
    for n, (constraint, total, _) in enumerate(violations):
        for number, record in enumerate(records[n], 1):
            more = total - len(records[n]) if number == len(records[n]) else 0
            report.add(engine.violated(constraint, record["_row"], record), more=more)


def _where(engine: Engine, plan: Plan, fields: Sequence[str], condition: str, joined: bool = False) -> str:
    """Return the query for the rows that meet a condition on some fields."""
    only = fields if engine.dialect.subquery_in_filter or not joined else None
    source = f"{relation(engine, plan, numbered=True, only=only)} t{joins(engine, plan) if joined else ''}"
    return f"SELECT t._row AS _row FROM {source} WHERE {condition}"


def _repeated(engine: Engine, table: Table, constraint: Constraint) -> str:
    """Return the query for rows whose key is in an earlier row; a key with an empty part is never a duplicate."""
    keys = key_of(engine, table, constraint.fields)
    complete = filled(engine, table, constraint.fields)
    named = ", ".join(f"{expression} AS k{i}" for i, expression in enumerate(keys))
    grouped = f"WHERE {complete} GROUP BY {', '.join(keys)} HAVING count(*) > 1"
    duplicates = f"SELECT {named} FROM {engine.relation(table.name)} t {grouped}"
    on = " AND ".join(f"d.k{i} = {expression}" for i, expression in enumerate(keys))
    ranked = (
        f"SELECT t._row AS _row, row_number() OVER (PARTITION BY {', '.join(f'd.k{i}' for i in range(len(keys)))} "
        f"ORDER BY t._row) AS n FROM {engine.numbered(table.name)} t JOIN ({duplicates}) d ON {on}"
    )
    return f"SELECT _row FROM ({ranked}) r WHERE n > 1"


def _misdated(engine: Engine, plan: Plan, constraint: Constraint) -> Violations | None:
    """Find rows whose EDTF date contradicts its first or last day; each distinct date is tested once."""
    table = plan.table
    names = (constraint.field, *constraint.limit)
    cells = [engine.cell(table, f, "t").expression for f in names]
    text = [engine.dialect.cast(c, engine.dialect.text_type) for c in cells]
    triples = engine.rows(f"SELECT DISTINCT {', '.join(text)} FROM {engine.relation(table.name)} t")
    wrong = [triple for triple in triples if not edtf.agrees(*triple)]
    if not wrong:
        return None

    parts = ", ".join(f"coalesce({c}, '-'), '|'" for c in text)
    keys = ["".join(f"{'-' if v is None else v}|" for v in triple) for triple in wrong]
    rows = _where(engine, plan, names, engine.dialect.among(f"concat({parts})", keys, engine.dialect.text_type))
    return constraint, engine.rows(f"SELECT count(*) FROM ({rows}) p")[0][0], rows


def _unfitting(engine: Engine, plan: Plan, constraint: Constraint) -> Violations | None:
    """Find rows whose JSON does not fit its schema or is not GeoJSON; each distinct text is tested once."""
    cell = engine.cell(plan.table, constraint.field, "t").expression
    texts = engine.rows(f"SELECT DISTINCT {cell} FROM {engine.relation(plan.table.name)} t WHERE {cell} IS NOT NULL")
    given = (str(text) for (text,) in texts)
    is_geojson = constraint.kind == "type"
    form = format_of(plan.table[constraint.field])
    wrong = geojson.invalid(form, given) if is_geojson else unfitting(constraint.limit, given)
    if not wrong:
        return None
    rows = _where(engine, plan, constraint.fields, engine.dialect.among(cell, wrong, engine.dialect.text_type))
    return constraint, engine.rows(f"SELECT count(*) FROM ({rows}) p")[0][0], rows


def _count(engine: Engine, plan: Plan, keys: list[Constraint]) -> list[Any] | None:
    """Return the counts of the scan, or None if the file was read again leniently and has to be counted again.

    The lines of a streamed file are counted at the same time, because the parser skips blank lines silently.
    """
    loaded = engine.tables[plan.table.name]
    unchecked = [(part, part.path) for part in loaded.files if part.unchecked and part.path]
    lines = LineCount(path for _, path in unchecked) if unchecked else None
    try:
        queries = count_queries(engine, plan, keys)
        numbers = [n for query in queries for row in sorted(engine.rows(query)) for n in row[1:]]
    except engine.errors:
        if engine.reread(plan.table.name):
            return None
        raise
    loaded.rows = numbers[0]
    if lines is not None:
        lines.join()
        known = sum(part.rows for part in loaded.parts if not part.unchecked)
        header = int(loaded.resource.dialect.header)
        complete = sum(lines.lines) == loaded.rows - known + header * len(unchecked) and not lines.has_nul
        for (part, _), number in zip(unchecked, lines.lines, strict=True):
            part.unchecked, part.scan.lines = False, number
            if loaded.parts:
                part.rows = number - header
        if not complete:
            if not engine.is_plain(plan.table.name) and engine.reread(plan.table.name):
                return None
            engine.count_rows(plan.table.name)
    return numbers


def _check_table(engine: Engine, report: Report, plan: Plan) -> None:
    """Check a table against every constraint of its schema."""
    table = plan.table
    if engine.is_empty(table.name):
        return
    proven = [c for c in plan.keys if engine.tables[table.name].streamed and engine.sorted_by(table.name, c.fields)]
    keys = [c for c in plan.keys if c not in proven]
    numbers = _count(engine, plan, keys) or _count(engine, plan, keys)
    assert numbers is not None
    counts = iter(numbers[1:])
    violations: list[Violations] = []
    for constraint, condition in plan.conditions:
        if total := next(counts):
            violations.append((constraint, total, _where(engine, plan, constraint.fields, condition)))
    for constraint in plan.required:
        if total := next(counts):
            condition = violation(constraint, engine.cell(table, constraint.field, "t"), engine.dialect)
            violations.append((constraint, total, _where(engine, plan, constraint.fields, condition)))
    for number, constraint in enumerate(plan.references):
        if total := next(counts):
            condition = dangling(engine, plan, number)
            violations.append((constraint, total, _where(engine, plan, constraint.fields, condition, True)))
    for constraint in keys:
        if total := next(counts):
            violations.append((constraint, total, _repeated(engine, table, constraint)))
    dangled = {c.fields for c, _, _ in violations if c.kind == "foreign-key"}
    for constraint, condition in plan.implied:
        if constraint.fields in dangled or _target_violated(report, plan, constraint):
            rows = _where(engine, plan, constraint.fields, condition)
            violations.append((constraint, engine.rows(f"SELECT count(*) FROM ({rows}) p")[0][0], rows))
    violations += filter(None, (_misdated(engine, plan, constraint) for constraint in plan.bounds))
    violations += filter(None, (_unfitting(engine, plan, constraint) for constraint in plan.json))
    _report(engine, report, table, [entry for entry in violations if entry[1]])


def _target_violated(report: Report, plan: Plan, constraint: Constraint) -> bool:
    """Whether the pattern of a field's target is violated."""
    targets = {(r.limit[0], r.limit[1][0]) for r in plan.references if r.fields == constraint.fields}
    return any(("pattern", table, field) in report.counts for table, field in targets)


def check(engine: Engine, report: Report) -> None:
    """Check every table against every constraint of its schema."""
    for note in engine.package.notes:
        report.add(replace(note, layers=(engine.layer,)))
    probe(engine)
    _check_tables(engine, report, _referenced_first(engine))


def check_patterns(engine: Engine, report: Report, layer: str, tables: Iterable[Table]) -> None:
    """Check the patterns of some tables for a layer whose own engine could take exponential time."""
    judge = replace(engine, layer=layer, kinds=("pattern",), findings=[])
    _check_tables(judge, report, [table for table in tables if judge.constraints(table)])


def _check_tables(engine: Engine, report: Report, tables: Iterable[Table]) -> None:
    """Check some tables, and report the faults of files and what the engine cannot check."""
    plans = [plan_of(engine, table) for table in tables]
    with engine.running_ahead(*queries_ahead(engine, plans)):
        for plan in plans:
            try:
                _check_table(engine, report, plan)
            except engine.errors as error:
                report.add(replace(engine.unreadable_finding(plan.table.name, error), layers=(engine.layer,)))
                engine.leave_out(plan.table.name, "a query on it failed", whole=True)
            except Exception as error:  # a fault of ours in one table does not keep the others from being judged
                report.add(internal_error(error, table=plan.table.name, layers=(engine.layer,)))
                engine.leave_out(plan.table.name, "an internal error", whole=True)
    dropped = Counter(engine.dropped)
    for finding in engine.findings:
        more = dropped.pop((finding.code, finding.table or ""), 0)
        report.add(replace(finding, layers=(engine.layer,)), more=more)


def _referenced_first(engine: Engine) -> list[Table]:
    """Return the tables with referenced ones first, so that implied constraints are recognised."""
    referenced = {key.resource for table in engine.package.model for key in table.foreign_keys}
    return sorted(engine.package.model, key=lambda table: table.name not in referenced)
