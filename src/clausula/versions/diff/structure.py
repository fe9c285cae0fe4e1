"""Changes of the schemas, and the version step that each requires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausula.core.model import Field, Model, Table
from clausula.versions.diff.result import StructureChange


def structure_changes(old: Model, new: Model) -> list[StructureChange]:
    """Return all changes of structure, in the table order of the new schemas.

    A change is major if it can break a user's pipeline: a column or category is removed, or a type or key changes.
    Additions and changed constraints are minor. Changed descriptions and labels are a patch.
    """
    changes: list[StructureChange] = []
    for table in new:
        if table.name in old.tables:
            changes += _table(old[table.name], table)
        else:
            changes.append(StructureChange("table-added", table.name, new=table.title))
    removed = [table for table in old if table.name not in new.tables]
    return changes + [StructureChange("table-removed", t.name, old=t.title, step="major") for t in removed]


def _table(old: Table, new: Table) -> Iterator[StructureChange]:
    if old.primary_key != new.primary_key:
        keys = ", ".join(old.primary_key), ", ".join(new.primary_key)
        yield StructureChange("key-changed", new.name, None, *keys, "major")
    for field in old.fields:
        if field.name not in new.names:
            yield StructureChange("column-removed", new.name, field.name, old=field.type, step="major")
    for field in new.fields:
        if field.name in old.names:
            yield from _field(new.name, old[field.name], field)
        else:
            yield StructureChange("column-added", new.name, field.name, new=field.type)
    shared_old = [name for name in old.names if name in new.names]
    shared_new = [name for name in new.names if name in old.names]
    if shared_old != shared_new:
        yield StructureChange("columns-reordered", new.name, None, ", ".join(shared_old), ", ".join(shared_new))
    for kind in ("unique_keys", "foreign_keys"):
        if getattr(old, kind) != getattr(new, kind):
            yield StructureChange(f"{kind.replace('_', '-')}-changed", new.name)


def _field(table: str, old: Field, new: Field) -> Iterator[StructureChange]:
    if old.type != new.type:
        yield StructureChange("type-changed", table, new.name, old.type, new.type, "major")
    values_old, values_new = [str(v) for v in old.allowed], [str(v) for v in new.allowed]
    if bool(values_old) != bool(values_new):
        kind, step = ("list-closed", "major") if values_new else ("list-opened", "minor")
        yield StructureChange(kind, table, new.name, step=step)
    else:
        for value in values_old:
            if value not in values_new:
                yield StructureChange("category-removed", table, new.name, old=value, step="major")
        for value in values_new:
            if value not in values_old:
                under = next((c.broader for c in new.categories if str(c.value) == value), "")
                yield StructureChange(
                    "category-added", table, new.name, new=f"{value} (under {under})" if under else value
                )
        kept = [v for v in values_old if v in values_new]
        if old.ordered != new.ordered or (new.ordered and kept != [v for v in values_new if v in values_old]):
            yield StructureChange("order-changed", table, new.name, step="major")
    for name in sorted((old.constraints.keys() | new.constraints.keys()) - {"enum"}):
        if old.constraints.get(name) != new.constraints.get(name):
            before, after = (str(f.constraints[name]) if name in f.constraints else None for f in (old, new))
            yield StructureChange("constraint-changed", table, f"{new.name}.{name}", before, after)
    if _meaning(old) != _meaning(new) and values_old == values_new:
        yield StructureChange("description-changed", table, new.name, step="patch")


def _meaning(field: Field) -> tuple[Any, ...]:
    categories = [(c.label, c.description, c.broader) for c in field.categories]
    return field.title, field.description, field.unit, field.level, categories
