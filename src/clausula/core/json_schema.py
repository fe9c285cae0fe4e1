"""The constraint `jsonSchema` of a field: which texts of JSON fit a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

COMPOUND = ("object", "array", "geojson")
"""The types whose values are JSON."""

REFUSED = ("pattern", "patternProperties", "$ref", "$dynamicRef", "$recursiveRef")
"""Keywords that can take exponential time, or name another address."""

_NAMED = ("properties", "$defs", "definitions", "dependentSchemas", "dependencies")
_VALUES = ("enum", "const", "default", "examples")


class UnusableSchema(ValueError):
    """Raised for a JSON Schema that cannot be used; the message says why."""


def _keywords(schema: Any) -> Iterator[str]:
    """Yield the keywords of a schema and of the schemas in it, but not the names of properties and no values."""
    if isinstance(schema, list):
        for part in schema:
            yield from _keywords(part)
    if not isinstance(schema, dict):
        return
    for name, part in schema.items():
        yield name
        if name in _NAMED and isinstance(part, dict):
            for inner in part.values():
                yield from _keywords(inner)
        elif name not in _VALUES:
            yield from _keywords(part)


def require_usable(schema: Any) -> None:
    """Raise UnusableSchema if a JSON Schema is invalid, or has a keyword that is not supported."""
    import jsonschema

    try:
        refused = next((name for name in _keywords(schema) if name in REFUSED), None)
        if refused is not None:
            raise UnusableSchema(f"the jsonSchema with the keyword {refused}")
        _kind(schema).check_schema(schema)
    except (jsonschema.exceptions.SchemaError, RecursionError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise UnusableSchema(f"the jsonSchema, which is invalid: {first:.80}") from error


def _kind(schema: Any) -> Any:
    from jsonschema.validators import Draft202012Validator, validator_for

    return validator_for(schema, default=Draft202012Validator)


def refuse_constant(constant: str) -> None:
    """Refuse NaN and the infinities, which are not JSON."""
    raise ValueError(constant)


def unfitting(schema: Any, texts: Iterable[str]) -> list[str]:
    """Return the texts that are JSON and do not fit a schema."""
    from referencing import Registry

    validator = _kind(schema)(schema, registry=Registry())
    found = []
    for text in texts:
        try:
            value = json.loads(text, parse_constant=refuse_constant)
        except (ValueError, RecursionError):
            continue  # not valid JSON, which is an error of its own
        if not validator.is_valid(value):
            found.append(text)
    return found
