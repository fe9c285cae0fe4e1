"""SQL derived from a schema: typed columns out of text, and the condition under which a cell breaks a demand.

Everything that comes from a schema reaches SQL through `name` or `text`, so that no table name, field name, category,
pattern or path can end a literal.
"""

from __future__ import annotations

from typing import Any

from clausula.core.constraints import CELL_KINDS, Constraint
from clausula.core.lexical import PATTERNS
from clausula.core.model import Field, Table

SQL_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """A string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def matches(expression: str, pattern: str) -> str:
    """Condition that the whole text matches a pattern."""
    return f"regexp_full_match({expression}, {text(pattern)})"


def is_valid(field: Field, cell: str) -> str | None:
    """Condition that a text is a value of the field's type; None if every text is one."""
    pattern = PATTERNS.get(field.type)
    if pattern is None:
        return None
    lexical = matches(cell, pattern)
    return f"({lexical} AND TRY_CAST({cell} AS DATE) IS NOT NULL)" if field.type == "date" else lexical


def typed(field: Field, cell: str) -> str:
    """Expression for the typed value of a text; NULL where the text is no value of the type."""
    valid = is_valid(field, cell)
    if valid is None:
        return cell
    return f"CASE WHEN {valid} THEN TRY_CAST({cell} AS {SQL_TYPES[field.type]}) END"


def literal(kind: str, value: Any) -> str:
    """A typed literal for a bound."""
    return f"CAST({text(value)} AS {SQL_TYPES[kind]})" if kind in SQL_TYPES else text(value)


def violation(constraint: Constraint, table: Table) -> str:
    """Condition under which a row of text cells breaks a demand on one cell.

    An empty cell breaks only `required`; a cell of the wrong type breaks only `type`.
    """
    if constraint.kind not in CELL_KINDS:
        raise ValueError(f"{constraint.kind} is no demand on one cell")
    field = table[constraint.field]
    cell = name(field.name)
    match constraint.kind:
        case "required":
            return f"{cell} IS NULL"
        case "type":
            return f"{cell} IS NOT NULL AND NOT {is_valid(field, cell)}"
        case "enum":
            return f"{cell} NOT IN ({', '.join(text(v) for v in constraint.limit)})"
        case "pattern":
            return f"NOT {matches(cell, constraint.limit)}"
        case "minimum":
            return f"{typed(field, cell)} < {literal(field.type, constraint.limit)}"
        case "maximum":
            return f"{typed(field, cell)} > {literal(field.type, constraint.limit)}"
        case "min-length":
            return f"length({cell}) < {int(constraint.limit)}"
        case _:
            return f"length({cell}) > {int(constraint.limit)}"
