"""Where frictionless and the DuckDB layer may differ on what both enforce: the one list, told in docs/validation.md.

Each has an example that shows it; one that shows nothing any more has to go. A difference that no entry explains is a
fault of one of the two.
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
"""What both enforce."""

KEYS = ("primary-key", "foreign-key", "unique")
ON_VALUES = ("minimum", "maximum", "enum", *KEYS)
"""Demands on what a text means, so that nobody asks them of a text that means nothing to him."""


@dataclass(frozen=True)
class Seen:
    """A finding that one of the two has and the other has not.

    Attributes
    ----------
    ours : bool
        Whether it is the DuckDB layer's.
    kind, type, text : str
        The demand, the type of its field and the text of the cell.
    row : dict of str to str
        The whole row.
    key : tuple of str
        The fields of the demand.
    typeless : bool
        Whether the DuckDB layer says of the same cell that it is no value of its type.
    odd : frozenset of str
        Texts of the same column, here and where it refers to, that frictionless takes for values and we do not.
    astray : bool
        Whether the demand refers to a table whose header is not that of its schema.
    """

    ours: bool
    kind: str
    type: str
    text: str
    row: dict[str, str]
    key: tuple[str, ...]
    typeless: bool
    odd: frozenset[str] = frozenset()
    astray: bool = False


@dataclass(frozen=True)
class Difference:
    """A difference with its reason, and changes to the small package that show it."""

    name: str
    says: str
    holds: Callable[[Seen], bool]
    example: tuple[Change, ...]


def reads(kind: str, text: str) -> bool:
    """Whether frictionless takes a text for a number or a day."""
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


def _reads_more(seen: Seen) -> bool:
    return seen.ours and seen.kind == "type" and reads(seen.type, seen.text) and parse(seen.type, seen.text) is None


def _judges_more(seen: Seen) -> bool:
    return not seen.ours and seen.kind in ON_VALUES and (seen.typeless or bool(seen.odd))


DIFFERENCES = [
    Difference(
        "empty-key",
        "We report an empty primary key as `required`; frictionless also reports a primary key error.",
        lambda seen: not seen.ours and seen.kind == "primary-key" and not any(seen.row[f] for f in seen.key),
        (("set", "actors", 0, "actor_id", ""),),
    ),
    Difference(
        "lenient-numbers-and-dates",
        "frictionless accepts what Python accepts as a number or a date (`1_990`, a blank or no-break space at an end, "
        "`+1`, leading zeros, `NaN`, digits of other scripts, `2000-1-1`); we report a `type` error.",
        _reads_more,
        (("set", "provision_quantities", 0, "value", "1_990"),),
    ),
    Difference(
        "value-of-lenient-text",
        "If only frictionless accepts a text, it goes on to check the value against bounds, categories and keys.",
        _judges_more,
        (("set", "provisions", 0, "ordinal", "-07"),),
    ),
    Difference(
        "categories-of-no-value",
        "We report a text that is not a number as `type` and as `enum`, frictionless only as `type`.",
        lambda seen: seen.ours and seen.kind == "enum" and seen.typeless,
        (("set", "provisions", 0, "strength", "two"),),
    ),
    Difference(
        "reference-into-a-wrong-header",
        "If the header of a table differs from its schema, we report the header and do not check references into the "
        "table; frictionless goes on by position and may miss all of them.",
        lambda seen: not seen.ours and seen.kind == "foreign-key" and seen.astray,
        (("add column", "provisions", 0, "note", ""), ("set", "provision_quantities", 0, "item", "boats")),
    ),
    Difference(
        "final-line-feed",
        "A line feed at the end of a cell violates a pattern; frictionless accepts it.",
        lambda seen: seen.ours and seen.kind == "pattern" and seen.text.endswith("\n"),
        (("edit", "evidence", 0, "evidence_id", "trailing line feed"),),
    ),
]
