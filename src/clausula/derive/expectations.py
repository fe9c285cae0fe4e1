"""The baseline great-expectations suite, derived from a table schema as plain JSON.

The suite contains what the library can check in one typed frame: columns, required cells, categories, patterns, ranges,
lengths and keys. It is stored without the random IDs and the version number that great-expectations would write.
Foreign keys are left out, because the library would have to list every allowed value.
"""

from __future__ import annotations

from typing import Any

from clausula.core.constraints import ENFORCED_BY, Constraint, constraints_of
from clausula.core.model import Table


def _bounds(constraint: Constraint, table: Table) -> dict[str, Any]:
    side = "min_value" if constraint.kind.startswith("min") else "max_value"
    limit = constraint.limit
    if table[constraint.field].type == "date":
        limit = f"{limit}T00:00:00"
    return {side: limit}


def _expectation(constraint: Constraint, table: Table) -> tuple[str, dict[str, Any]]:
    column = {"column": constraint.field}
    match constraint.kind:
        case "required":
            return "expect_column_values_to_not_be_null", column
        case "enum":
            return "expect_column_values_to_be_in_set", {**column, "value_set": list(constraint.limit)}
        case "pattern":
            return "expect_column_values_to_match_regex", {**column, "regex": f"\\A(?:{constraint.limit})\\Z"}
        case "minimum" | "maximum":
            return "expect_column_values_to_be_between", {**column, **_bounds(constraint, table)}
        case "min-length" | "max-length":
            return "expect_column_value_lengths_to_be_between", {**column, **_bounds(constraint, table)}
        case _ if len(constraint.fields) == 1:
            return "expect_column_values_to_be_unique", column
        case _:
            return "expect_compound_columns_to_be_unique", {
                "column_list": list(constraint.fields),
                "ignore_row_if": "any_value_is_missing",
            }


def suite(table: Table) -> dict[str, Any]:
    """Return the suite of a table: `name` and `expectations`, each with type, kwargs and its constraint as `meta`."""
    expectations = [
        {
            "type": "expect_table_columns_to_match_ordered_list",
            "kwargs": {"column_list": list(table.names)},
            "meta": {"constraint": f"{table.name}:columns"},
        }
    ]
    for constraint in constraints_of(table):
        if constraint.kind in ENFORCED_BY["expectations"]:
            kind, kwargs = _expectation(constraint, table)
            expectations.append({"type": kind, "kwargs": kwargs, "meta": {"constraint": constraint.name}})
    return {"name": table.name, "expectations": expectations}
