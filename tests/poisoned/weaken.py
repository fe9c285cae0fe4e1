"""Schemas with some constraints removed, to show that the tests notice a check that is missing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clausula.core.constraints import RANGES, Constraint
from clausula.core.model import Descriptor, Model, table_from_descriptor
from clausula.core.package import DESCRIPTOR
from clausula.derive.files import SUITE

_RANGE_NAMES = {kind: name for name, kind in RANGES.items()}


def remove(schema: Descriptor, constraint: Constraint) -> None:
    """Remove a constraint from a Table Schema."""
    field: dict[str, Any] = next(f for f in schema["fields"] if f["name"] == constraint.field)
    limits = field.get("constraints", {})
    match constraint.kind:
        case "type":
            field["type"] = "string"
            for name in set(RANGES) & set(limits):
                del limits[name]
        case "enum":
            limits.pop("enum", None)
            for listed in ("categories", "scale"):
                field.pop(listed, None)
        case "primary-key":
            del schema["primaryKey"]
        case "unique-key":
            schema["uniqueKeys"].remove(list(constraint.fields))
        case "foreign-key":
            key = next(k for k in schema["foreignKeys"] if tuple(k["fields"]) == constraint.fields)
            schema["foreignKeys"].remove(key)
        case "date-bounds":
            field.pop("bounds", None)
        case kind:
            del limits[_RANGE_NAMES.get(kind, kind)]


def weaken(root: Path, model: Model, constraints: Iterable[Constraint]) -> Model:
    """Remove constraints from the descriptor and the suites of a package; return the model without them."""
    chosen = list(constraints)
    descriptors = {table.name: copy.deepcopy(table.descriptor) for table in model}
    published = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    schemas = {resource["name"]: resource["schema"] for resource in published["resources"]}
    for constraint in chosen:
        remove(descriptors[constraint.table], constraint)
        remove(schemas[constraint.table], constraint)
    (root / DESCRIPTOR).write_text(json.dumps(published), encoding="utf-8")
    names = {constraint.name for constraint in chosen}
    content = json.loads((root / SUITE).read_text(encoding="utf-8"))
    for suite in content["suites"]:
        suite["expectations"] = [e for e in suite["expectations"] if e["meta"]["constraint"] not in names]
    (root / SUITE).write_text(json.dumps(content), encoding="utf-8")
    return Model(
        {name: table_from_descriptor(name, descriptor) for name, descriptor in descriptors.items()}, model.metadata
    )
