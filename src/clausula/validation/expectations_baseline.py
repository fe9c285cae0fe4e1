"""The baseline suites of the expectations layer: every constraint that great-expectations can express."""

from __future__ import annotations

from typing import Any

from clausula.core.constraints import constraints_of
from clausula.core.findings import Report, finding
from clausula.core.model import SchemaError, Table
from clausula.core.schemas import read_json
from clausula.core.store import Cells
from clausula.derive.files import SUITE
from clausula.derive.frames import lenient_frame
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.validation.expectations_library import LAYER, run_suite


def _report(store: DuckDBEngine, table: Table, outcome: Any, report: Report, rows: list[Cells]) -> None:
    by_name = {c.name: c for c in constraints_of(table)}
    constraint_name = outcome.expectation_config.meta["constraint"]
    constraint = by_name.get(constraint_name)
    indices = outcome.result.get("unexpected_index_list")
    if constraint is None or indices is None:
        note = (outcome.exception_info or {}).get("exception_message") or f"{outcome.expectation_config.type} failed"
        given = {"name": constraint_name, "note": note, "suite": SUITE}
        report.add(finding("failed-expectation", **given, table=table.name, layers=(LAYER,)))
        return
    seen: set[tuple[Any, ...]] = set()
    for index in sorted(indices):
        cells = dict(zip(table.names, rows[index], strict=True))
        if constraint.kind in ("unique", "primary-key", "unique-key"):
            identity = tuple(cells[f] for f in constraint.fields)
            if identity not in seen:
                seen.add(identity)
                continue
        report.add(store.violated(constraint, index + 1, cells, LAYER))


def check(store: DuckDBEngine, report: Report, context: Any, only: set[str] | None = None) -> None:
    """Run the baseline suite of every table, or of the tables in `only`."""
    try:
        suites = {suite["name"]: suite for suite in read_json(store.package.root / SUITE)["suites"]}
    except (SchemaError, KeyError) as error:
        report.add(finding("stale-file:suite", error=error, file=SUITE, layers=(LAYER,)))
        return
    for resource in store.package:
        table = resource.table
        if (only is not None and table.name not in only) or table.name not in suites:
            continue
        file = store.store[table.name]
        for outcome in run_suite(context, suites[table.name], lenient_frame(file)).results:
            if not outcome.success:
                _report(store, table, outcome, report, file.rows)
