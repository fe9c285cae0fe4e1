"""The constraints of a schema as a list. Every validation layer derives its checks from this list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clausula.core.findings import shown
from clausula.core.lexical import EXPECTED, PATTERNS
from clausula.core.model import Field, Model, Table
from clausula.core.wording import a, count

CELL_KINDS = (
    "type",
    "required",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusive-minimum",
    "exclusive-maximum",
    "min-length",
    "max-length",
)
"""Constraints on one cell."""

TABLE_KINDS = ("unique", "primary-key", "unique-key", "foreign-key", "date-bounds", "json-schema")
"""Constraints on several rows, several tables or several cells of a row, and on JSON."""

_ONE_FRAME = ("required", "enum", "pattern", "minimum", "maximum", "min-length", "max-length", "unique", "primary-key")

ENFORCED_BY = {
    "duckdb": CELL_KINDS + TABLE_KINDS,
    "frictionless": ("type", *_ONE_FRAME, "foreign-key"),
    "pandera": ("type", *_ONE_FRAME, "unique-key", "date-bounds"),
    "expectations": (*_ONE_FRAME, "unique-key"),
}
"""The kinds of constraint that each layer enforces.

frictionless ignores unique keys. pandera and great-expectations see one table at a time, so they cannot check foreign
keys.
"""

RANGES = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive-minimum",
    "exclusiveMaximum": "exclusive-maximum",
    "minLength": "min-length",
    "maxLength": "max-length",
}
"""The kinds of the constraints that limit a value or a length, by their names in Table Schema."""


@dataclass(frozen=True)
class Constraint:
    """One constraint of a schema.

    Attributes
    ----------
    kind : str
        One of CELL_KINDS or TABLE_KINDS; also the code of its findings.
    table : str
    fields : tuple of str
        The constrained fields. A finding names the first one as its location.
    limit : object
        What is required: the type, the pattern, the allowed values, the bound, or the referenced table and fields.
    hint : str
        How to fix a violation.
    """

    kind: str
    table: str
    fields: tuple[str, ...]
    limit: Any
    hint: str

    @property
    def field(self) -> str:
        """The field that a finding names as its location."""
        return self.fields[0]

    @property
    def name(self) -> str:
        """Name of the constraint, unique within a model."""
        return f"{self.table}.{'+'.join(self.fields)}:{self.kind}"

    def message(self) -> str:
        """Return the message of a violation."""
        subject = f"{self.table}.{'+'.join(self.fields)}"
        match self.kind:
            case "type":
                return f"{subject} is not a valid {self.limit}"
            case "required":
                return f"{subject} is required but empty"
            case "enum":
                return f"{subject} is not one of {_listed(self.limit)}"
            case "pattern":
                return f"{subject} does not match the pattern in its schema"
            case "minimum" | "maximum":
                return f"{subject} is {'below' if self.kind == 'minimum' else 'above'} {self.limit}"
            case "exclusive-minimum" | "exclusive-maximum":
                return f"{subject} is not {'above' if self.kind == 'exclusive-minimum' else 'below'} {self.limit}"
            case "min-length" | "max-length":
                comparison = "shorter" if self.kind == "min-length" else "longer"
                return f"{subject} is {comparison} than {count(self.limit, 'character')}"
            case "json-schema":
                return f"{subject} does not fit the JSON Schema of its field"
            case "foreign-key":
                return f"{subject} was not found in {self.limit[0]}.{'+'.join(self.limit[1])}"
            case "date-bounds":
                return f"{subject} does not match {' and '.join(self.limit)}"
            case _:
                return f"{subject} is not unique"


def _listed(values: tuple[Any, ...]) -> str:
    names = [str(v) for v in values]
    return ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:12])} and {len(names) - 12} more"


def _restricts_text(field: Field) -> bool:
    """Return whether some texts are not valid values of the field's type."""
    return field.type not in ("string", "any") or (
        field.type == "string" and field.descriptor.get("format", "default") != "default"
    )


def _expected(table: Table, field: Field) -> str:
    """Return a description of the values that are valid in the field, for the hint."""
    return EXPECTED[field.type] if table.canonical else f"{a(_type_name(field))} as defined by Table Schema"


def _type_name(field: Field) -> str:
    """Return the type of a field, with its format if that is not the default."""
    form = field.descriptor.get("format", "default")
    return field.type if form == "default" else f"{field.type} in the format {form!r}"


def _pattern_hint(field: Field) -> str:
    """Return what a value has to look like, as far as the schema shows it."""
    if "patternHint" in field.descriptor:
        return f"It must be {field.descriptor['patternHint']}."
    if "example" in field.descriptor:
        return f"Write it like {field.descriptor['example']}."
    return f"It must match {shown(str(field.constraints['pattern']))}."


def _cell(table: Table, field: Field) -> Iterator[Constraint]:
    def make(kind: str, limit: Any, hint: str) -> Constraint:
        return Constraint(kind, table.name, (field.name,), limit, hint)

    if (table.canonical and field.type in PATTERNS) or (not table.canonical and _restricts_text(field)):
        yield make("type", _type_name(field), f"Write {_expected(table, field)}.")
    if table.required(field):
        yield make("required", True, f"Required. {field.description or 'Fill in a value.'}")
    if field.allowed:
        yield make("enum", field.allowed, f"Use one of {_listed(field.allowed)}.")
    if "pattern" in field.constraints:
        yield make("pattern", field.constraints["pattern"], _pattern_hint(field))
    hint = f"Check the value{f' (unit: {field.unit})' if field.unit else ''}."
    for key in [key for key in RANGES if key in field.constraints]:
        yield make(RANGES[key], field.constraints[key], hint)
    if "jsonSchema" in field.constraints and not table.canonical:
        yield make("json-schema", field.constraints["jsonSchema"], "Write a value that fits the schema.")
    if field.constraints.get("unique"):
        yield make("unique", True, "Two rows have the same value. Change one of them.")


def constraints_of(table: Table) -> list[Constraint]:
    """Return every constraint in the schema of a table."""
    if "constraints" not in table.memo:
        table.memo["constraints"] = _constraints_of(table)
    return list(table.memo["constraints"])


def _constraints_of(table: Table) -> list[Constraint]:
    found = [c for field in table.fields for c in _cell(table, field)]
    if table.primary_key:
        hint = "Two rows have the same key. Remove or rename one of them."
        found.append(Constraint("primary-key", table.name, table.primary_key, True, hint))
    hint = "Two rows have the same values in all of these fields. Change one."
    found += [Constraint("unique-key", table.name, key, True, hint) for key in table.unique_keys if key]
    for key in (key for key in table.foreign_keys if key.fields):
        hint = f"Add it to {key.resource}, or correct it here."
        found.append(Constraint("foreign-key", table.name, key.fields, (key.resource, key.reference), hint))
    for field in table.fields:
        if field.bounds:
            hint = "Write the first and the last day that the date allows. See the codebook page on dates."
            found.append(Constraint("date-bounds", table.name, (field.name,), field.bounds, hint))
    return found


def all_constraints(model: Model) -> list[Constraint]:
    """Return every constraint in the schemas of a package."""
    return [c for table in model for c in constraints_of(table)]
