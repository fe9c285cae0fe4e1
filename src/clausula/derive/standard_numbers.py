"""Numbers of Table Schema in SQL, compared exactly: two numbers of 17 digits are two keys."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from clausula.derive.cell import Cell
from clausula.derive.dialect import Dialect

PRECISE = 15
"""Number of digits that a double always keeps."""

DECIMALS = ("DECIMAL(38, 30)", "DECIMAL(38, 15)")
"""The types as which long numbers are compared: the first one with room for the digits before the point."""


def number_text(cell: Cell, dialect: Dialect) -> str:
    """Return the text of a number without group characters and with a decimal point."""
    options = cell.field.descriptor
    text = cell.expression
    if options.get("groupChar"):
        text = f"replace({text}, {dialect.text(options['groupChar'])}, '')"
    if options.get("decimalChar", ".") != ".":
        text = f"replace({text}, {dialect.text(options['decimalChar'])}, '.')"
    if options.get("bareNumber") is False:
        text = f"regexp_replace(regexp_replace({text}, '^[^0-9+-]+', ''), '[^0-9.]+$', '')"
    return text


def exact_text(cell: Cell, dialect: Dialect, value: str, text: str | None = None) -> str:
    """Return the one text that stands for the exact value of a number, however it is written.

    Parameters
    ----------
    value : str
        SQL of the value as text, for texts with an exponent, NaN and infinity.
    text : str, optional
        SQL of the text; by default that of the cell.
    """
    if dialect.engine != "duckdb":
        return value
    plain = text or number_text(cell, dialect)
    double = dialect.try_cast(plain, "DOUBLE")
    decimal = dialect.cast(dialect.try_cast(double, "DECIMAL(38, 9)"), dialect.text_type)
    written_out = f"CASE WHEN abs({double}) BETWEEN 1e-3 AND 1e27 OR {double} = 0 THEN {decimal} END"
    source = f"CASE WHEN {dialect.matches(plain, '[+-]?[0-9.]+')} THEN {plain} ELSE {written_out} END"
    shortened = _shortened(source)
    return f"coalesce({shortened}, {value}, lower({plain}))"


def _shortened(text: str) -> str:
    """Return a decimal number without a plus sign, and without zeros at its ends."""
    for pattern, by in (
        (r"^\+", ""),
        (r"(\.[0-9]*?)0+$", r"\1"),
        (r"\.$", ""),
        (r"^(-?)0+([0-9])", r"\1\2"),
        (r"^(-?)\.", r"\10."),
        (r"^-0$", "0"),
    ):
        text = f"regexp_replace({text}, '{pattern}', '{by}')"
    return text


def exactly_beyond(cell: Cell, sign: str, limit: Any, condition: str, dialect: Dialect) -> str:
    """Return the condition that a number is beyond a bound; a number of many digits is compared as a decimal."""
    try:
        bound = Decimal(str(limit))
    except InvalidOperation:
        return condition
    if not bound.is_finite() or abs(bound) >= Decimal(10) ** 22:
        return condition
    text, limit_text = number_text(cell, dialect), dialect.text(format(bound, "f"))
    pairs = ((dialect.try_cast(text, kind), dialect.try_cast(limit_text, kind)) for kind in DECIMALS)
    exact = ", ".join(f"{number} {sign} {bound_}" for number, bound_ in pairs)
    if len(bound.as_tuple().digits) > PRECISE:
        return f"coalesce({exact}, {condition})"
    is_long = f"{dialect.bytes(cell.expression)} > {PRECISE + 1}"
    return f"CASE WHEN {is_long} THEN coalesce({exact}, {condition}) ELSE {condition} END"


WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
LAST = 2**63 - 1
"""The largest integer that the engine computes with."""


def is_large(cell: Cell, limit: Any, dialect: Dialect) -> bool:
    """Return whether a limit of an integer is so large that it has to be compared by its digits."""
    exact = cell.field.type == "integer" and cell.is_text and not cell.table.canonical and dialect.engine == "duckdb"
    return exact and WHOLE.fullmatch(str(limit)) is not None and abs(int(limit)) >= LAST


def digits_beyond(cell: Cell, sign: str, limit: Any, dialect: Dialect) -> str:
    """Return the condition that an integer of any size is beyond a bound: by its sign, its length and its digits."""
    limit, text = int(limit), _shortened(number_text(cell, dialect))
    negative, digits, bound = f"{text} LIKE '-%'", f"ltrim({text}, '-')", dialect.text(str(abs(limit)))

    def compared(by: str) -> str:
        longer = f"length({digits}) {by} {len(str(abs(limit)))}"
        return f"({longer} OR (length({digits}) = {len(str(abs(limit)))} AND {digits} {by} {bound}))"

    if sign in ("<=", ">="):
        return f"NOT {digits_beyond(cell, '>' if sign == '<=' else '<', limit, dialect)}"
    if sign == "<":
        return f"({negative} OR {compared('<')})" if limit >= 0 else f"({negative} AND {compared('>')})"
    return f"(NOT {negative} AND {compared('>')})" if limit >= 0 else f"(NOT {negative} OR {compared('<')})"
