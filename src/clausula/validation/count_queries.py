"""The queries that count the violations of a table, or of several tables with one schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausula.core.constraints import Constraint
from clausula.validation.engine import GROUPED, Engine, Shared
from clausula.validation.scan_plan import WIDE, Plan, dangling, filled, joins, key_of, parts_of, relation


def count_queries(engine: Engine, plan: Plan, keys: list[Constraint], group: str = "") -> Iterator[str]:
    """Yield the queries that count rows and the violations of each constraint; rows start with their position.

    A streamed file is read once, unless the table is too wide for one query. For a table in memory, references and keys
    are queried separately, which halves the planning time. On Spark, keys are always queried separately: a query with a
    distinct count keeps the other counts once for each key.

    Parameters
    ----------
    group : str
        Relation of several tables that are counted at once; rows then start with the number of the table.
    """
    source = group or engine.relation(plan.table.name)
    cells = [("count(*)", ""), *((f"count_if({condition})", c.field) for c, condition in plan.conditions)]
    cells += [(f"count(*) - count({engine.cell(plan.table, c.field, 't').expression})", c.field) for c in plan.required]
    if engine.dialect.subquery_in_filter and not engine.tables[plan.table.name].streamed:
        yield from _cell_queries(engine, plan, cells, group)
        number, by = _grouping(group)
        separate = [
            f"count_if({condition}) FROM {source} t{by}" if group else f"count(*) FROM {source} t WHERE {condition}"
            for condition in (dangling(engine, plan, n) for n in range(len(plan.references)))
        ]
        separate += [_repeats(engine, plan, constraint, group) for constraint in keys]
        for part in parts_of(separate):
            yield " UNION ALL ".join(f"SELECT {number}{n}, {query}" for n, query in enumerate(part))
        return
    last = [f"count_if({dangling(engine, plan, n)})" for n in range(len(plan.references))]
    for constraint in keys if engine.dialect.subquery_in_filter else ():
        complete = filled(engine, plan.table, constraint.fields)
        parts = key_of(engine, plan.table, constraint.fields)
        count = f"count_if({complete})" if len(parts) > 1 else f"count({parts[0]})"
        last.append(f"{count} - {engine.dialect.distinct(parts, complete)}")
    if len(cells) <= WIDE:
        counts = [*(count for count, _ in cells), *last]
        yield f"SELECT 0, {', '.join(counts)} FROM {relation(engine, plan)} t{joins(engine, plan)}"
    else:
        yield from _cell_queries(engine, plan, cells)
        if last:
            yield f"SELECT 0, {', '.join(last)} FROM {source} t{joins(engine, plan)}"
    if not engine.dialect.subquery_in_filter:
        yield from (f"SELECT 0, {_repeats(engine, plan, constraint)}" for constraint in keys)


def _grouping(group: str) -> tuple[str, str]:
    """Return the column with the number of the table and the grouping by it, for a group of tables."""
    return (f"{GROUPED}, ", f" GROUP BY {GROUPED}") if group else ("", "")


def _cell_queries(engine: Engine, plan: Plan, counts: list[tuple[str, str]], group: str = "") -> Iterator[str]:
    """Yield the query for some counts, each with its field; several queries for a wide table."""
    first, last = _grouping(group)
    for part in parts_of(counts):
        only = [name for _, name in part if name] if len(part) < len(counts) else None
        source = relation(engine, plan, only=only, group=group)
        yield f"SELECT {first}0, {', '.join(count for count, _ in part)} FROM {source} t{last}"


def _repeats(engine: Engine, plan: Plan, constraint: Constraint, group: str = "") -> str:
    """Return the query that counts the rows whose key is in an earlier row.

    For a group it returns a row for each table, also if no key of the table is complete.
    """
    keys = ", ".join(key_of(engine, plan.table, constraint.fields))
    complete = filled(engine, plan.table, constraint.fields)
    if group:
        parts = f"{GROUPED}, {complete}"
        counted = f"SELECT {parts} AS complete, count(*) AS n FROM {group} t GROUP BY {parts}, {keys}"
        return f"coalesce(sum(n - 1) FILTER (complete), 0)::BIGINT FROM ({counted}) GROUP BY {GROUPED}"
    source = f"{engine.relation(plan.table.name)} t WHERE {complete}"
    return f"coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM {source} GROUP BY {keys})"


def queries_ahead(engine: Engine, plans: Iterable[Plan]) -> tuple[list[str], list[Shared]]:
    """Return the queries on tables in memory: those on single tables, and those that count a group of tables at once.

    A table of a group is counted alone if its queries differ from those of the first one in more than its name.
    """
    named = {plan.table.name: plan for plan in plans}
    known = {name: plan for name, plan in named.items() if not (engine.tables[name].streamed or engine.is_empty(name))}
    alone = {name: list(count_queries(engine, plan, plan.keys)) for name, plan in known.items()}
    shared = []
    for group in engine.groups:
        first = next((name for name in group.tables if name in known), None)
        if first is None:
            continue
        same = {}
        for number, name in enumerate(group.tables):
            usual = [query.replace(engine.relation(first), engine.relation(name)) for query in alone[first]]
            if alone.get(name) == usual:
                same[number] = name
        queries = count_queries(engine, known[first], known[first].keys, group.relation)
        shared += [
            Shared(query, {number: alone[name][place] for number, name in same.items()})
            for place, query in enumerate(queries)
        ]
        for name in same.values():
            if name != first:
                del alone[name]
        del alone[first]
    return [query for queries in alone.values() for query in queries], shared
