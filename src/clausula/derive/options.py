"""Options of Table Schema fields: formats, characters of numbers, and the texts for true and false."""

from __future__ import annotations

import re

from clausula.core.lexical import GEOJSON, STRING_FORMATS
from clausula.core.model import Field

FORMATS = {
    **dict.fromkeys(("integer", "number", "boolean", "year", "yearmonth", "duration"), ("default",)),
    **dict.fromkeys(("object", "array", "list"), ("default",)),
    "geopoint": ("default", "array", "object"),
    "string": ("default", *STRING_FORMATS),
    "geojson": tuple(GEOJSON),
}
"""Supported formats by type; those of dates are strptime patterns."""

COMPOUND = ("array", "list", "object", "geojson", "geopoint")
"""Types whose values have parts, so that one value can be written in many ways."""


def _escaped(char: str) -> str:
    return re.escape(char).replace("\\ ", " ")  # RE2 does not support an escaped space


def standard_pattern(field: Field) -> str:
    """Return the lexical rule of Table Schema for an integer or number field with its options."""
    group = _escaped(str(field.descriptor.get("groupChar", "")))
    point = _escaped(str(field.descriptor.get("decimalChar", ".")))
    digits = f"[0-9]+(?:{group}[0-9]+)*" if group else "[0-9]+"
    if field.type == "integer":
        bare = f"[+-]?{digits}"
    else:
        bare = f"[+-]?(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:nan|-?inf)"
    return bare if field.descriptor.get("bareNumber", True) else f"[^0-9+-]*(?:{bare})[^0-9]*"


def boolean_texts(field: Field) -> tuple[list[str], list[str]]:
    """Return the texts for true and the texts for false in a field."""
    return (
        list(field.descriptor.get("trueValues", ["true", "True", "TRUE", "1"])),
        list(field.descriptor.get("falseValues", ["false", "False", "FALSE", "0"])),
    )
