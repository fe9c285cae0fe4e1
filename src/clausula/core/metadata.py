"""The form of `schemas/package.json`: every key that the derived files need, with a value that they can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from clausula.core.model import Descriptor, SchemaError
from clausula.core.semver import VERSION

FORM: Descriptor = {
    "name": re.compile(r"[a-z][a-z0-9._-]*"),
    "title": str,
    "description": str,
    "version": VERSION,
    "created": datetime,
    "licenses": [{"name": str, "title": str, "path": str, "scope": re.compile("data|code")}],
    "contributors": [{"title": str}],
    "keywords": [str],
    "tableDefaults": {},
    "dialect": {},
    "ships": [str],
    "tables": [str],
}
"""The required keys. A text must not be blank and a list not be empty."""

RECORDED = "validation/recorded.jsonl"
"""The file of recorded values. A package that has it says so in `schemas/package.json`, as `recorded`."""

OPTIONAL: Descriptor = {
    "doi": re.compile(r"10\.[0-9]{4,9}/\S+"),
    "homepage": str,
    "recorded": re.compile(re.escape(RECORDED)),
}
PERSON = ("path", "givenName", "familyName", "organization")
"""Optional texts of a contributor."""


def _problems(value: Any, form: Any, place: str) -> Iterator[str]:
    """Yield what is wrong with a value, with the path of its key."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            yield f"{place}: must be an object"
            return
        for key, inner in form.items():
            path = f"{place}.{key}".lstrip(".")
            if key not in value:
                yield f"{path}: is missing"
            else:
                yield from _problems(value[key], inner, path)
    elif isinstance(form, list):
        if not isinstance(value, list) or not value:
            yield f"{place}: must be a list with at least one entry"
            return
        for number, entry in enumerate(value):
            yield from _problems(entry, form[0], f"{place}[{number}]")
    elif not isinstance(value, str) or not value.strip():
        yield f"{place}: must be a text that is not blank"
    elif isinstance(form, re.Pattern) and not form.fullmatch(value):
        yield f"{place}: {value!r:.60} does not match {form.pattern}"
    elif form is datetime:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            yield f"{place}: {value!r:.60} is not a date such as 2026-11-29"


def check_metadata(metadata: Descriptor) -> None:
    """Check the content of `schemas/package.json`.

    Raises
    ------
    SchemaError
        If a key is missing or has an unusable value; the message has the path of the key, such as `licenses[0].scope`.
    """
    form = {**FORM, **{key: inner for key, inner in OPTIONAL.items() if key in metadata}}
    problem = next(_problems(metadata, form, ""), None) or _further_problem(metadata)
    if problem is not None:
        raise SchemaError(f"package.json: {problem}")


def _further_problem(metadata: Descriptor) -> str | None:
    """Return what is wrong with the optional parts, or None."""
    for number, person in enumerate(metadata["contributors"]):
        given = {key: str for key in PERSON if key in person}
        problem = next(_problems(person, given, f"contributors[{number}]"), None)
        if problem is not None:
            return problem
    missing = metadata["tableDefaults"].get("missingValues", [])
    if not isinstance(missing, list) or not all(isinstance(mark, str) for mark in missing):
        return "tableDefaults.missingValues: must be a list of texts"
    key = "licenses"
    if not any(one["scope"] == "data" for one in metadata[key]):
        return f"{key}[0].scope: one licence must have the scope data"
    return None
