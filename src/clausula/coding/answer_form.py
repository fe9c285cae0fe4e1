"""The form as a coder's program answers it: a JSON object with the tables, and each unit with its parts inside it.

A unit contains the rows of its parts under the name of their table without the name of the unit: `actors` in a
provision stands for `provision_actors`. An anchor is given by the numbers of sentences and a quote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausula.coding.form import NAMED, UNITS, Column, Form, Sheet
from clausula.coding.source_fields import entered_fields
from clausula.core.model import Field

SENTENCES, QUOTE = "sentences", "quote"
"""The fields of an anchor in an answer: numbers of sentences, and the words in them."""

HEAD = ("source", "pass")
"""The fields of an answer that are not tables."""

VERSION = "codebook_version"
"""The field of an answer with the version of the codebook in its pack."""

VERSION_PATTERN = "^[0-9]{1,3}([.][0-9]{1,3}){2}$"

PROPOSED = "proposed_log"
"""The field of an answer that accepts the proposed rows of the coding log."""

OTHERS = "others"
"""The value of a topic in `absences` that stands for every topic on which the instrument has no provision."""

REGISTRATION = "sources"
"""The table with the source itself, which an answer fills only if the source is not registered yet."""

GIVEN = (("coding_passes", "coder_id"), ("evidence", "bearing"))
"""Fields that an answer can leave out: the coder is the one that it adds, and the first anchor states its unit."""

MAX_ENUM = 40
"""The maximum number of values that the schema lists; longer lists, such as ISO 4217, are checked on submission."""

_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}


def part_names(form: Form, parent: str) -> dict[str, str]:
    """Return the tables whose rows an object of a table contains, by the name under which it contains them."""
    found = {}
    for sheet in form:
        if not sheet.parent:
            continue
        owner = sheet.name == "evidence" and parent in UNITS
        owner = owner or next(c.refers for c in sheet.columns if c.name == sheet.parent) == parent
        if owner:
            found[sheet.name.removeprefix(f"{parent.rstrip('s')}_")] = sheet.name
    return found


def is_top_level(sheet: Sheet) -> bool:
    """Return whether the rows of a table are at the top level of an answer."""
    return not sheet.parent


def columns_of(sheet: Sheet) -> Iterator[Column]:
    """Yield the columns of a table that an answer has, without those of an anchor."""
    for column in sheet.columns:
        if column.name in ("quote", "occurrence", sheet.parent) or (column.given and sheet.name not in UNITS):
            continue
        yield column


def is_required(sheet: Sheet, column: Column) -> bool:
    """Return whether an answer must have a field, which no other part of the answer gives."""
    return (column.required or column.name == "id") and (sheet.name, column.name) not in GIVEN


def is_anchored(sheet: Sheet) -> bool:
    """Return whether the rows of a table have a span of the text."""
    return "quote" in sheet.names


def field_of(sheet: Sheet, column: Column) -> Field | None:
    """Return the field of the schema behind a column; None if there is none."""
    return sheet.table[column.name] if column.name in sheet.table.names else None


def _property(sheet: Sheet, column: Column) -> dict[str, Any]:
    field = field_of(sheet, column)
    if column.name == "id":
        return {"type": "string", "pattern": f"^{NAMED[sheet.name]}[0-9]{{1,4}}$"}
    if field is None:
        return {"type": "string"}
    kind = _JSON_TYPES.get(field.type, "string")
    if len(field.allowed) > MAX_ENUM:
        return {"type": kind}
    if field.allowed:
        return {"enum": list(field.allowed)}
    found: dict[str, Any] = {"type": kind}
    names = ("maxLength",) if kind == "string" else ("minimum", "maximum")
    return found | {name: field.constraints[name] for name in names if name in field.constraints}


_ANCHOR: dict[str, Any] = {
    SENTENCES: {"type": ["string", "integer"], "pattern": "^[0-9]+(-[0-9]+)?( *, *[0-9]+(-[0-9]+)?)*$"},
    QUOTE: {"type": "string"},
    "occurrence": {"type": "integer", "minimum": 1},
}


def _object(form: Form, sheet: Sheet) -> dict[str, Any]:
    properties: dict[str, Any] = {column.name: _property(sheet, column) for column in columns_of(sheet)}
    required = [column.name for column in columns_of(sheet) if is_required(sheet, column)]
    if sheet.name == "absences":
        properties["topic_id"] = {"type": "string"}
    if is_anchored(sheet):
        properties |= _ANCHOR
        required += [SENTENCES] if sheet.name == "coding_log" else [SENTENCES, QUOTE]
    for name, table in part_names(form, sheet.name).items():
        properties[name] = {"type": "array", "items": {"$ref": f"#/$defs/{table}"}}
    if sheet.name in UNITS:
        properties["evidence"]["minItems"] = 1
        required.append("evidence")
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _registration(form: Form) -> dict[str, Any]:
    fields = entered_fields(form.model[REGISTRATION])
    properties = {one.name: {"enum": list(one.allowed)} if one.allowed else {"type": "string"} for one in fields}
    required = [one.name for one in fields if one.required and one.name != "source_id"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def answer_schema(form: Form, source_id: str, letter: str, register: bool = False) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the answer of a pass over a source.

    The schema states fields, types and closed lists. IDs, quotes and rules across fields are checked on submission.

    Parameters
    ----------
    register : bool
        Whether the answer registers the source.
    """
    tables = [sheet for sheet in form if is_top_level(sheet)]
    version = {"type": "string", "pattern": VERSION_PATTERN}
    properties: dict[str, Any] = {"source": {"const": source_id}, "pass": {"const": letter}, VERSION: version}
    properties |= {sheet.name: {"type": "array", "items": {"$ref": f"#/$defs/{sheet.name}"}} for sheet in tables}
    if form.lead:
        properties[PROPOSED] = {"type": "boolean"}
    if register:
        properties[REGISTRATION] = {"type": "array", "items": _registration(form), "maxItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": list(HEAD),
        "additionalProperties": False,
        "$defs": {sheet.name: _object(form, sheet) for sheet in form},
    }
