"""Changes of the schemas, and the version step that each requires."""

from __future__ import annotations

from collections.abc import Iterator

from clausula.core.model import Field, Model, Table
from clausula.versions.diff.result import StructureChange


def structure_changes(old: Model, new: Model) -> list[StructureChange]:
    """Return all changes of structure, in the table order of the new schemas.

    A change is major if it can break a user's pipeline: a column or category is removed, or a type or key changes.
    Additions and changed constraints are minor. Changed descriptions and labels are a patch.
    """
    changes: list[StructureChange] = []
    for table in new:
        if table.name not in old.tables:
            changes.append(StructureChange("table-added", table.name, None, None, table.title, "minor"))
        else:
            changes += _table(old[table.name], table)
    removed = [name for name in old.tables if name not in new.tables]
    return changes + [StructureChange("table-removed", name, None, old[name].title, None, "major") for name in removed]


def _table(old: Table, new: Table) -> Iterator[StructureChange]:
    if old.primary_key != new.primary_key:
        yield StructureChange(
            "key-changed", new.name, None, ", ".join(old.primary_key), ", ".join(new.primary_key), "major"
        )
    before = {f.name: f for f in old.fields}
    after = {f.name: f for f in new.fields}
    for name, field in before.items():
        if name not in after:
            yield StructureChange("column-removed", new.name, name, field.type, None, "major")
    for name, field in after.items():
        if name not in before:
            yield StructureChange("column-added", new.name, name, None, field.type, "minor")
        else:
            yield from _field(new.name, before[name], field)
    shared_old = [n for n in old.names if n in after]
    shared_new = [n for n in new.names if n in before]
    if shared_old != shared_new:
        yield StructureChange(
            "columns-reordered", new.name, None, ", ".join(shared_old), ", ".join(shared_new), "minor"
        )
    for kind in ("unique_keys", "foreign_keys"):
        if getattr(old, kind) != getattr(new, kind):
            yield StructureChange(f"{kind.replace('_', '-')}-changed", new.name, None, None, None, "minor")


def _field(table: str, old: Field, new: Field) -> Iterator[StructureChange]:
    if old.type != new.type:
        yield StructureChange("type-changed", table, new.name, old.type, new.type, "major")
    values_old, values_new = [str(v) for v in old.allowed], [str(v) for v in new.allowed]
    if bool(values_old) != bool(values_new):
        step = "major" if values_new else "minor"
        yield StructureChange("list-closed" if values_new else "list-opened", table, new.name, None, None, step)
    else:
        for value in values_old:
            if value not in values_new:
                yield StructureChange("category-removed", table, new.name, value, None, "major")
        for value in values_new:
            if value not in values_old:
                yield StructureChange("category-added", table, new.name, None, value, "minor")
        kept = [v for v in values_old if v in values_new]
        if old.ordered != new.ordered or (new.ordered and kept != [v for v in values_new if v in values_old]):
            yield StructureChange("order-changed", table, new.name, None, None, "major")
    constraints_old = {k: v for k, v in old.constraints.items() if k != "enum"}
    constraints_new = {k: v for k, v in new.constraints.items() if k != "enum"}
    for name in sorted({*constraints_old, *constraints_new}):
        if constraints_old.get(name) != constraints_new.get(name):
            pair = (
                str(constraints_old.get(name)) if name in constraints_old else None,
                str(constraints_new.get(name)) if name in constraints_new else None,
            )
            yield StructureChange("constraint-changed", table, f"{new.name}.{name}", *pair, "minor")
    meaning_old = (old.title, old.description, old.unit, old.level, [(c.label, c.description) for c in old.categories])
    meaning_new = (new.title, new.description, new.unit, new.level, [(c.label, c.description) for c in new.categories])
    if meaning_old != meaning_new and values_old == values_new:
        yield StructureChange("description-changed", table, new.name, None, None, "patch")
