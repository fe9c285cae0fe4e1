"""A cell in SQL, and the SQL types of its values."""

from __future__ import annotations

from dataclasses import dataclass

from clausula.core.model import Field, Table

SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "year": "BIGINT",
    "time": "TIME",
}
"""SQL types by Table Schema type; values of other types remain text."""


class Unsupported(ValueError):
    """Raised for a part of a schema that is not supported; the message names it."""


@dataclass(frozen=True)
class Cell:
    """A cell in SQL.

    Attributes
    ----------
    expression : str
        SQL expression for its text, or for its value if `is_text` is false.
    valid, value : str, optional
        Columns with the validity and the typed value of the text, if a query has computed them before.
    """

    table: Table
    field: Field
    expression: str
    is_text: bool = True
    valid: str | None = None
    value: str | None = None
