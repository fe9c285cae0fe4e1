"""Reading schemas: JSON files, shared fields put into the tables that take them over, and the model they state."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from clausula.core.model import Descriptor, Model, SchemaError, Table, table_from_descriptor

_PLAIN = re.compile(r"[a-z][a-z0-9_-]{0,99}")

MAX_JSON = 64 << 20
"""Largest descriptor or schema, in bytes, that is read."""


def resolve_table(descriptor: Descriptor, shared: Descriptor, defaults: Descriptor) -> Descriptor:
    """A table schema of `schemas/` as a plain Table Schema: shared fields put in, defaults filled in.

    Parameters
    ----------
    descriptor : dict
        The content of one `schemas/<table>.schema.json`.
    shared : dict
        The content of `schemas/fields.json`: `fields`, and per type the `defaults` of fields that say nothing else.
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
        if "pattern" not in constraints and "categories" not in merged:
            default = shared.get("defaults", {}).get(merged.get("type"), {})
            merged = {**default, **merged}
            constraints = {**default.get("constraints", {}), **constraints}
        if constraints:
            merged["constraints"] = dict(sorted(constraints.items()))
        fields.append(merged)
    return {**defaults, **descriptor, "fields": fields}


def _object(pairs: list[tuple[str, Any]]) -> Descriptor:
    """An object without double keys: which of the two counts is for each reader to choose, so none does."""
    value = dict(pairs)
    if len(value) != len(pairs):
        twice = next(key for number, (key, _) in enumerate(pairs) if key in dict(pairs[:number]))
        raise SchemaError(f"the key {twice!r} stands twice in one object")
    return value


def _no_number(text: str) -> float:
    raise SchemaError(f"{text:.40} is no number of JSON, or too large for one")


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def read_json(path: Path) -> Descriptor:
    """A JSON object from a file; SchemaError, with the place, if it is none."""
    if path.exists() and (not path.is_file() or path.stat().st_size > MAX_JSON):
        raise SchemaError(f"{path.name}: is no ordinary file, or larger than {MAX_JSON >> 20} MiB")
    try:
        text = path.read_text(encoding="utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a character is none, and nothing can print it
    except OSError as error:
        raise SchemaError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    except SchemaError as error:
        raise SchemaError(f"{path.name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path.name}: is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise SchemaError(f"{path.name}: is not a JSON object")
    return value


def load_table(schemas: Path, name: str) -> Table:
    """One table that a `schemas/` folder states; SchemaError as for `load_model`."""
    metadata, shared = read_json(schemas / "package.json"), read_json(schemas / "fields.json")
    try:
        descriptor = resolve_table(read_json(schemas / f"{name}.schema.json"), shared, metadata["tableDefaults"])
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"schema of {name}: {type(error).__name__}: {error}") from error
    return table_from_descriptor(name, descriptor)


def require_plain(name: str) -> None:
    """Refuse a name that could not be the name of a file and of a table at once."""
    if not isinstance(name, str) or not _PLAIN.fullmatch(name):
        raise SchemaError(f"{name!r:.60} is no name of a table or page: lower case letters, digits, _ and - only")


def load_model(schemas: Path) -> Model:
    """The model that a `schemas/` folder states.

    Raises
    ------
    SchemaError
        If a file is missing, is no JSON, or names fields or tables that do not exist.
    """
    metadata = read_json(schemas / "package.json")
    shared = read_json(schemas / "fields.json")
    tables: dict[str, Table] = {}
    try:
        for name in metadata["tables"]:
            require_plain(name)
            descriptor = read_json(schemas / f"{name}.schema.json")
            tables[name] = table_from_descriptor(name, resolve_table(descriptor, shared, metadata["tableDefaults"]))
        _ = metadata["version"] + metadata["created"], metadata["dialect"], metadata["licenses"]
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"{schemas.name}/: {type(error).__name__}: {error}") from error
    for table in tables.values():
        for page in {field.page for field in table.fields if field.page}:
            require_plain(page)
        for key in table.foreign_keys:
            missing = set(key.reference) - set(tables[key.resource].names if key.resource in tables else ())
            if missing:
                raise SchemaError(
                    f"schema of {table.name}: reference to {key.resource}.{sorted(missing)[0]}, which does not exist"
                )
    return Model(tables, metadata)
