"""Known differences between frictionless and the DuckDB layer on what both enforce, as listed in docs/validation.md.

Each has an example that shows it; remove an entry whose example no longer shows it. A difference that no entry
explains is an error of one of the two layers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from clausula.core.constraints import ENFORCED_BY
from clausula.core.lexical import parse
from tests.poisoned.mutate import Change

BOTH = frozenset(ENFORCED_BY["duckdb"]) & frozenset(ENFORCED_BY["frictionless"])
"""Kinds of constraints that both enforce."""

KEYS = ("primary-key", "foreign-key", "unique")
ON_VALUES = ("minimum", "maximum", "enum", *KEYS)
"""Constraints on the value of a text; a layer does not check them if it rejects the text."""


@dataclass(frozen=True)
class Mismatch:
    """A finding that only one of the two layers reports.

    Attributes
    ----------
    ours : bool
        Whether the DuckDB layer reports it.
    kind, type, text : str
        The kind of constraint, the type of its field and the text of the cell.
    row : dict of str to str
        The complete row.
    key : tuple of str
        The fields of the constraint.
    has_type_error : bool
        Whether the DuckDB layer reports a type error in the same cell.
    lenient_texts : frozenset of str
        Texts in the column, or in the column that it refers to, that only frictionless accepts as values.
    wrong_header : bool
        Whether the constraint refers to a table whose header differs from its schema.
    """

    ours: bool
    kind: str
    type: str
    text: str
    row: dict[str, str]
    key: tuple[str, ...]
    has_type_error: bool
    lenient_texts: frozenset[str] = frozenset()
    wrong_header: bool = False


@dataclass(frozen=True)
class Difference:
    """A difference with its reason, and changes to the small package that show it."""

    name: str
    reason: str
    explains: Callable[[Mismatch], bool]
    example: tuple[Change, ...]


def frictionless_accepts(kind: str, text: str) -> bool:
    """Whether frictionless accepts a text as a number or a date."""
    with suppress(ValueError, InvalidOperation):
        match kind:
            case "integer":
                int(text)
                return True
            case "number":
                Decimal(text.strip())
                return True
            case "date":
                return text.strip().replace("-", "").isdigit()
    return False


def _is_lenient_text(found: Mismatch) -> bool:
    lenient = frictionless_accepts(found.type, found.text) and parse(found.type, found.text) is None
    return found.ours and found.kind == "type" and lenient


def _is_on_lenient_text(found: Mismatch) -> bool:
    return not found.ours and found.kind in ON_VALUES and (found.has_type_error or bool(found.lenient_texts))


DIFFERENCES = [
    Difference(
        "empty-key",
        "We report an empty primary key as `required`; frictionless also reports a primary key error.",
        lambda found: not found.ours and found.kind == "primary-key" and not any(found.row[f] for f in found.key),
        (("set", "actors", 0, "actor_id", ""),),
    ),
    Difference(
        "lenient-numbers-and-dates",
        "frictionless accepts what Python accepts as a number or a date (`1_990`, a space or no-break space at an end, "
        "`+1`, leading zeros, `NaN`, digits of other scripts, `2000-1-1`); we report a `type` error.",
        _is_lenient_text,
        (("set", "provision_quantities", 0, "value", "1_990"),),
    ),
    Difference(
        "value-of-lenient-text",
        "If only frictionless accepts a text, it goes on to check the value against bounds, categories and keys.",
        _is_on_lenient_text,
        (("set", "provisions", 0, "ordinal", "-07"),),
    ),
    Difference(
        "categories-of-invalid-text",
        "We report a text that is not a number as `type` and as `enum`, frictionless only as `type`.",
        lambda found: found.ours and found.kind == "enum" and found.has_type_error,
        (("set", "provisions", 0, "strength", "two"),),
    ),
    Difference(
        "reference-to-wrong-header",
        "If the header of a table differs from its schema, we report the header and do not check references into the "
        "table; frictionless goes on by position and may miss all of them.",
        lambda found: not found.ours and found.kind == "foreign-key" and found.wrong_header,
        (("rename column", "provisions", "provision_id", "unit"), ("set", "provision_quantities", 0, "item", "boats")),
    ),
]
