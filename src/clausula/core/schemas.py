"""Reading of `schemas/`: JSON files, shared fields, and the resulting model."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from clausula.core.metadata import check_metadata
from clausula.core.model import Descriptor, Model, SchemaError, Table, table_from_descriptor
from clausula.core.paths import exists

_PLAIN = re.compile(r"[a-z][a-z0-9_-]{0,99}")

MAX_JSON = 64 << 20
"""Largest size of a descriptor or schema, in bytes."""


def resolve_table(descriptor: Descriptor, shared: Descriptor, defaults: Descriptor) -> Descriptor:
    """Return a table schema of `schemas/` as a plain Table Schema, with shared fields and defaults inserted.

    Parameters
    ----------
    descriptor : dict
        The content of one `schemas/<table>.schema.json`.
    shared : dict
        The content of `schemas/fields.json`: the shared `fields`, and the `defaults` of each type.
    defaults : dict
        `tableDefaults` of `schemas/package.json`.
    """
    fields = []
    for field in descriptor["fields"]:
        base: Descriptor = {}
        if "$ref" in field:
            try:
                base = shared["fields"][field["$ref"]]
            except KeyError:
                raise SchemaError(f"schema of {descriptor['name']}: no shared field {field['$ref']!r}") from None
        merged = {"name": field["name"], **base, **{k: v for k, v in field.items() if k != "$ref"}}
        constraints = {**base.get("constraints", {}), **field.get("constraints", {})}
        for added in (one["extends"] for one in (base, field) if "extends" in one):
            extend(merged, constraints, added, f"{descriptor['name']}.{field['name']}")
        merged.pop("extends", None)
        if "pattern" not in constraints and "categories" not in merged:
            default = shared.get("defaults", {}).get(merged.get("type"), {})
            merged = {**default, **merged}
            constraints = {**default.get("constraints", {}), **constraints}
        if constraints:
            merged["constraints"] = dict(sorted(constraints.items()))
        fields.append(merged)
    return {**defaults, **descriptor, "fields": fields}


def extend(field: Descriptor, constraints: Descriptor, added: Any, place: str) -> None:
    """Add the values of `extends` to the closed list of a field: its categories, or the enum of its constraints.

    Parameters
    ----------
    field, constraints : dict
        A field of a schema and its constraints; both are changed.
    added : list of dict
        What a dataset adds to the list that it copied: each with a `value`, a `label` if the list has categories,
        and on request a `description` and as `broader` the value of the list to which the new one belongs.
    place : str
        The table and the field, for messages.

    Raises
    ------
    SchemaError
        If the field has no closed list, or a value has no text or label, is in the list already, or is under one that
        the list does not have.
    """
    if not isinstance(added, list):
        raise SchemaError(f"schema of {place}: `extends` is a list of values with labels, not {added!r:.80}")
    listed = [c["value"] if isinstance(c, dict) else c for c in field.get("categories", ())]
    known = [*listed, *(v for v in constraints.get("enum", ()) if v not in listed)]
    if not known:
        raise SchemaError(f"schema of {place}: `extends` adds to a closed list, and the field has none")
    for one in added:
        value = one.get("value") if isinstance(one, dict) else None
        if not isinstance(value, str) or not value.strip() or (listed and not str(one.get("label", "")).strip()):
            needed = "a value and a label" if listed else "a value"
            raise SchemaError(f"schema of {place}: each entry of `extends` is an object with {needed}, not {one!r:.80}")
        if value in known:
            raise SchemaError(f"schema of {place}: {value!r:.60} is in the list already; remove it from `extends`")
        if one.get("broader", known[0]) not in known:
            raise SchemaError(
                f"schema of {place}: {value!r:.60} is under {one['broader']!r:.60}, which is not in the list"
            )
        known.append(value)
    if listed:
        field["categories"] = [*field["categories"], *added]
    if "enum" in constraints:
        constraints["enum"] = [*constraints["enum"], *(one["value"] for one in added)]


def _object(pairs: list[tuple[str, Any]]) -> Descriptor:
    """Return a JSON object; refuse duplicate keys, because JSON parsers disagree about which one counts."""
    value = dict(pairs)
    if len(value) != len(pairs):
        duplicate = next(key for number, (key, _) in enumerate(pairs) if key in dict(pairs[:number]))
        raise SchemaError(f"the key {duplicate!r} is duplicated in an object")
    return value


def _reject_number(text: str) -> float:
    raise SchemaError(f"{text:.40} is not a valid JSON number, or is too large")


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _reject_number(text)


def read_json(path: Path) -> Descriptor:
    """Read a JSON object from a file; raise SchemaError, with the place, if it is not valid."""
    if exists(path) and (not path.is_file() or path.stat().st_size > MAX_JSON):
        raise SchemaError(f"{path.name}: is not a regular file, or is larger than {MAX_JSON >> 20} MiB")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SchemaError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SchemaError(f"{path.name}: is not JSON: {error}") from error
    return parse_json(text, path.name)


def parse_json(text: str, name: str) -> Descriptor:
    """Return the JSON object that a text is; raise SchemaError, with the name, if it is not valid."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_reject_number, parse_float=_number)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate cannot be printed
    except SchemaError as error:
        raise SchemaError(f"{name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{name}: is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise SchemaError(f"{name}: is not a JSON object")
    return value


def load_table(schemas: Path, name: str) -> Table:
    """Read one table from a `schemas/` folder; raise SchemaError as `load_model` does."""
    metadata, shared = read_json(schemas / "package.json"), read_json(schemas / "fields.json")
    try:
        descriptor = resolve_table(read_json(schemas / f"{name}.schema.json"), shared, metadata["tableDefaults"])
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"schema of {name}: {type(error).__name__}: {error}") from error
    return table_from_descriptor(name, descriptor)


def require_plain_name(name: str) -> None:
    """Refuse a name that cannot be used both as a file name and as a table name."""
    if not isinstance(name, str) or not _PLAIN.fullmatch(name):
        raise SchemaError(
            f"{name!r:.60} is not a valid name of a table or page: use lower-case letters, digits, _ and - only"
        )


def load_model(schemas: Path) -> Model:
    """Read the model that a `schemas/` folder defines.

    Raises
    ------
    SchemaError
        If a file is missing, is not JSON, or names fields or tables that do not exist.
    """
    metadata = read_json(schemas / "package.json")
    check_metadata(metadata)
    shared = read_json(schemas / "fields.json")
    tables: dict[str, Table] = {}
    try:
        for name in metadata["tables"]:
            require_plain_name(name)
            descriptor = read_json(schemas / f"{name}.schema.json")
            tables[name] = table_from_descriptor(name, resolve_table(descriptor, shared, metadata["tableDefaults"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"{schemas.name}/: {type(error).__name__}: {error}") from error
    for table in tables.values():
        for page in {field.page for field in table.fields if field.page}:
            require_plain_name(page)
        for key in table.foreign_keys:
            missing = set(key.reference) - set(tables[key.resource].names if key.resource in tables else ())
            if missing:
                raise SchemaError(
                    f"schema of {table.name}: reference to {key.resource}.{sorted(missing)[0]}, which does not exist"
                )
    return Model(tables, metadata)
