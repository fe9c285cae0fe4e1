"""Errors of JSON Schema as messages for people: the fault itself, at its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clausula.core.findings import shown
from clausula.core.wording import a

KINDS = {"object": "object", "array": "list", "string": "text", "number": "number", "integer": "whole number"}
KINDS |= {"boolean": "true or false", "null": "null"}


def real_errors(errors: Iterable[Any]) -> Iterator[Any]:
    """Yield errors, and instead of one that no alternative fits those of the alternative that was probably meant."""
    for error in errors:
        branches: dict[Any, list[Any]] = {}
        for one in error.context or ():
            branches.setdefault(one.schema_path[0], []).append(one)
        if error.validator not in ("anyOf", "oneOf") or not branches or _only_missing(branches):
            yield error
        else:
            yield from real_errors(sorted(branches.values(), key=_distance)[0])


def _only_missing(branches: dict[Any, list[Any]]) -> bool:
    """Return whether each alternative lacks one property."""
    single = [errors[0] for errors in branches.values() if len(errors) == 1]
    return len(single) == len(branches) and all(one.validator == "required" and not one.path for one in single)


def _distance(errors: Sequence[Any]) -> tuple[bool, int]:
    """Return how far an alternative is from the value: another kind of value is further than anything else."""
    return any(one.validator == "type" and not one.path for one in errors), len(errors)


def place_of(error: Any) -> str:
    """Return the JSON pointer of an error."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.absolute_path)


def _value(error: Any) -> str:
    return shown(repr(error.instance), 60)


def missing_property(error: Any) -> str:
    """Return the property that an error of the kind `required` misses."""
    return next((name for name in error.validator_value if error.message.startswith(f"{name!r} ")), "")


def problem_of(error: Any) -> str:
    """Return what is wrong, in words."""
    match error.validator:
        case "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            names = [name if " " in (name := KINDS.get(kind, str(kind))) else a(name) for kind in kinds]
            return f"{_value(error)} is not {' or '.join(names)}"
        case "required":
            return f"the property {missing_property(error)!r} is missing"
        case "pattern":
            return f"{_value(error)} does not match the pattern {shown(error.validator_value, 60)}"
        case "format":
            return f"{_value(error)} is not a valid {error.validator_value}"
        case "enum" if isinstance(error.validator_value, list):
            return f"{_value(error)} is not one of {', '.join(map(str, error.validator_value[:12]))}"
        case "minItems":
            return "the list has too few items"
        case "uniqueItems":
            return "an item of the list is duplicated"
        case "anyOf" | "oneOf" if error.context:
            missing = dict.fromkeys(missing_property(one) for one in error.context if one.validator == "required")
            return f"it has none of the properties {', '.join(missing)}"
        case "oneOf":
            return "it has properties that exclude each other"
        case _:
            return shown(error.message, 200)
