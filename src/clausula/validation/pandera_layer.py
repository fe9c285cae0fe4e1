"""The pandera layer: do the typed rows of every table satisfy the contract that `load()` guarantees?"""

from __future__ import annotations

from typing import Any

from clausula.core.constraints import Constraint, constraints_of
from clausula.core.findings import Report, finding
from clausula.core.model import Table
from clausula.derive.frames import InvalidValues, to_frame, typed
from clausula.validation.duckdb_engine import DuckDBEngine

LAYER = "pandera"


def _constraint(table: Table, by_name: dict[str, Constraint], check: str, column: Any) -> Constraint | None:
    if check == "not_nullable":
        check = f"{table.name}.{column}:required"
    return by_name.get(check)


def check_table(engine: DuckDBEngine, table: Table, report: Report) -> None:
    """Type the rows of a table and validate them against its contract."""
    import pandas as pd

    from clausula.derive.contract import SchemaErrors, contract

    by_name = {c.name: c for c in constraints_of(table)}
    file = engine.store[table.name]

    def add(constraint: Constraint, row: int) -> None:
        cells = dict(zip(table.names, file.rows[row - 1], strict=True))
        report.add(engine.violated(constraint, row, cells, LAYER))

    try:
        data = typed(file, engine.package.model.metadata.get("version", "0"))
    except InvalidValues as error:
        for row, field, _ in error.cells:
            kind = "enum" if table[field].type == "string" else "type"
            add(by_name[f"{table.name}.{field}:{kind}"], row)
        return
    frame = to_frame(data, table)
    try:
        contract(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for column, check, index in sorted(
            {
                (str(c), str(k), -1 if pd.isna(i) else int(i))
                for c, k, i in zip(cases["column"], cases["check"], cases["index"], strict=True)
            }
        ):
            constraint = _constraint(table, by_name, check, column)
            if constraint is None or index < 0:
                where = {"table": table.name, "column_name": column, "check": check}
                report.add(finding("contract-violation", **where, layers=(LAYER,)))
            else:
                add(constraint, index + 1)


def check(engine: DuckDBEngine, report: Report) -> None:
    """Validate every table against its contract."""
    for resource in engine.package:
        check_table(engine, resource.table, report)
