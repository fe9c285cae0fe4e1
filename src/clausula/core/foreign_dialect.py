"""The dialect of a table of a foreign package, read from its descriptor."""

from __future__ import annotations

import codecs
from typing import Any

from clausula.core.csv_dialect import FIRST_ROW, CsvDialect
from clausula.core.model import Descriptor, KindError, SchemaError

KINDS = {
    **dict.fromkeys(("delimiter", "lineTerminator", "quoteChar", "escapeChar", "nullSequence", "commentChar"), str),
    **dict.fromkeys(("headerJoin", "property", "itemType", "sheetName", "table"), str),
    **dict.fromkeys(("doubleQuote", "skipInitialSpace", "header", "caseSensitiveHeader"), bool),
    **dict.fromkeys(("headerRows", "commentRows", "itemKeys"), list),
    "sheetNumber": int,
}
"""Properties of a dialect, each with the kind of its value. Any other property has no effect."""

LINE_ENDINGS = ("\r\n", "\n", "\r")


def _require(name: str, key: str, value: Any, valid: bool) -> None:
    if not valid:
        raise KindError(f"the dialect of {name}: {key} is {value!r:.60}, which is not valid")


def require_kinds(name: str, given: Descriptor) -> Descriptor:
    """Return the properties of a dialect that are stated; refuse a value of the wrong kind.

    Properties of version 1 may be in an object `csv`.
    """
    inner = given.get("csv")
    stated = {k: v for k, v in {**given, **(inner if isinstance(inner, dict) else {})}.items() if v is not None}
    for key, kind in KINDS.items():
        if key in stated:
            value = stated[key]
            _require(name, key, value, isinstance(value, kind) and not (kind is int and isinstance(value, bool)))
    for key in ("headerRows", "commentRows"):
        for number in stated.get(key, ()):
            _require(name, key, number, isinstance(number, int) and not isinstance(number, bool) and number >= 1)
    _require(name, "sheetNumber", stated.get("sheetNumber"), stated.get("sheetNumber", 1) >= 1)
    for column in stated.get("itemKeys", ()):
        _require(name, "itemKeys", column, isinstance(column, str))
    return stated


def encoding_of(name: str, given: Any) -> str:
    """Return Python's name of a text encoding."""
    try:
        "".encode(str(given))
        return codecs.lookup(str(given)).name
    except (LookupError, ValueError):
        raise SchemaError(f"the encoding of {name}, {given!r:.60}, is not known") from None


def read_dialect(name: str, given: Descriptor, encoding: Any = "utf-8") -> CsvDialect:
    """Return a dialect.

    Raises
    ------
    SchemaError
        If a property has a value of the wrong kind, or two contradict each other.
    """
    stated = require_kinds(name, given)
    delimiter: str = stated.get("delimiter", ",")
    quote: str = stated.get("quoteChar", '"')
    doubled = stated.get("doubleQuote", True) and "escapeChar" not in stated
    escape: str = quote if doubled else stated.get("escapeChar", quote)
    for key, text in (("quoteChar", quote), ("escapeChar", escape)):
        _require(name, key, text, len(text) <= 1 and text not in ("\r", "\n", "\0"))
    _require(name, "delimiter", delimiter, bool(delimiter) and not set(delimiter) & {"\r", "\n", "\0"})
    _require(name, "delimiter", delimiter, delimiter not in (quote, escape))
    _require(name, "lineTerminator", "", stated.get("lineTerminator", "\n") != "")
    terminator = stated.get("lineTerminator", "\n")
    rows = tuple(sorted(set(stated.get("headerRows", FIRST_ROW))))
    return CsvDialect(
        delimiter,
        quote,
        escape,
        stated.get("header", True) and bool(rows),
        encoding_of(name, encoding),
        foreign=True,
        header_rows=rows or FIRST_ROW,
        header_join=stated.get("headerJoin", " "),
        comment_rows=frozenset(stated.get("commentRows", ())),
        comment_char=stated.get("commentChar", ""),
        terminator="" if terminator in LINE_ENDINGS else terminator,
        skip_space=stated.get("skipInitialSpace", False),
        null=stated.get("nullSequence"),
        ignore_case=stated.get("caseSensitiveHeader", True) is False,
    )
