"""What a schema demands, as a list: the one list from which every layer takes its checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clausula.core.lexical import EXPECTED, PATTERNS
from clausula.core.model import Field, Model, Table

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

TABLE_KINDS = ("unique", "primary-key", "unique-key", "foreign-key", "date-bounds")
"""Constraints on several rows, several tables or several cells of one row."""

_ONE_FRAME = ("required", "enum", "pattern", "minimum", "maximum", "min-length", "max-length", "unique", "primary-key")

ENFORCED_BY = {
    "duckdb": CELL_KINDS + TABLE_KINDS,
    "frictionless": ("type", *_ONE_FRAME, "foreign-key"),
    "pandera": ("type", *_ONE_FRAME, "unique-key", "date-bounds"),
    "expectations": (*_ONE_FRAME, "unique-key"),
}
"""Which layer enforces which kind: frictionless ignores unique keys, a single frame knows no other table."""

_RANGES = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive-minimum",
    "exclusiveMaximum": "exclusive-maximum",
    "minLength": "min-length",
    "maxLength": "max-length",
}


@dataclass(frozen=True)
class Constraint:
    """One demand of a schema.

    Attributes
    ----------
    kind : str
        One of CELL_KINDS or TABLE_KINDS; also the code of its findings.
    table : str
    fields : tuple of str
        The constrained fields; the first one is where a finding points.
    limit : object
        What is demanded: the pattern, the allowed values, the bound, the referenced table and fields.
    hint : str
        What to do about a violation.
    """

    kind: str
    table: str
    fields: tuple[str, ...]
    limit: Any
    hint: str

    @property
    def field(self) -> str:
        """The field at which a finding points."""
        return self.fields[0]

    @property
    def name(self) -> str:
        """Unique within a model."""
        return f"{self.table}.{'+'.join(self.fields)}:{self.kind}"

    def message(self) -> str:
        """What is wrong where the demand is broken."""
        what = f"{self.table}.{'+'.join(self.fields)}"
        match self.kind:
            case "type":
                return f"{what} is not {self.limit}"
            case "required":
                return f"{what} is empty, and it is required"
            case "enum":
                return f"{what} is none of {_listed(self.limit)}"
            case "pattern":
                return f"{what} does not have the form that its schema asks for"
            case "minimum" | "maximum":
                return f"{what} is {'below' if self.kind == 'minimum' else 'above'} {self.limit}"
            case "exclusive-minimum" | "exclusive-maximum":
                return f"{what} is not {'above' if self.kind == 'exclusive-minimum' else 'below'} {self.limit}"
            case "min-length" | "max-length":
                return f"{what} is {'shorter' if self.kind == 'min-length' else 'longer'} than {self.limit} characters"
            case "foreign-key":
                return f"{what} stands nowhere in {self.limit[0]}.{'+'.join(self.limit[1])}"
            case "date-bounds":
                return f"{what} does not agree with {' and '.join(self.limit)}"
            case _:
                return f"{what} is not unique"


def _listed(values: tuple[Any, ...]) -> str:
    names = [str(v) for v in values]
    return ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:12])} and {len(names) - 12} more"


def _typed(field: Field) -> bool:
    """Whether the type of a field leaves out some texts."""
    return field.type not in ("string", "any") or (
        field.type == "string" and field.descriptor.get("format", "default") != "default"
    )


def _expected(table: Table, field: Field) -> str:
    """What a cell of the field must be, in words."""
    if table.canonical:
        return EXPECTED[field.type]
    form = field.descriptor.get("format", "default")
    return f"a {field.type}{'' if form == 'default' else f' of the format {form!r}'} as Table Schema sets it out"


def _cell(table: Table, field: Field) -> Iterator[Constraint]:
    def make(kind: str, limit: Any, hint: str) -> Constraint:
        return Constraint(kind, table.name, (field.name,), limit, hint)

    if (table.canonical and field.type in PATTERNS) or (not table.canonical and _typed(field)):
        yield make("type", _expected(table, field), f"Write {_expected(table, field)}.")
    if table.required(field):
        yield make("required", True, f"Fill it: {field.description}")
    if field.allowed:
        yield make("enum", field.allowed, f"Use one of {_listed(field.allowed)}.")
    if "pattern" in field.constraints:
        hint = field.descriptor.get("patternHint", f"write it like {field.descriptor.get('example')}")
        yield make(
            "pattern",
            field.constraints["pattern"],
            f"It must be {hint}." if "patternHint" in field.descriptor else f"{hint[0].upper()}{hint[1:]}.",
        )
    for key, kind in _RANGES.items():
        if key in field.constraints:
            yield make(
                kind, field.constraints[key], f"Check the value{f' (unit: {field.unit})' if field.unit else ''}."
            )
    if field.constraints.get("unique"):
        yield make("unique", True, "Two rows have the same value; mend one of them.")


def constraints_of(table: Table) -> list[Constraint]:
    """Every demand that the schema of a table makes."""
    found = [c for field in table.fields for c in _cell(table, field)]
    if table.primary_key:
        found.append(
            Constraint(
                "primary-key",
                table.name,
                table.primary_key,
                True,
                "Two rows have the same key; remove or rename one of them.",
            )
        )
    found += [
        Constraint("unique-key", table.name, key, True, "Two rows agree in all of these fields; mend one of them.")
        for key in table.unique_keys
    ]
    for key in table.foreign_keys:
        hint = f"Add it to {key.resource}, or correct it."
        found.append(Constraint("foreign-key", table.name, key.fields, (key.resource, key.reference), hint))
    for field in table.fields:
        if field.bounds:
            hint = "Write the first and the last day that the date allows, as the codebook page on dates says."
            found.append(Constraint("date-bounds", table.name, (field.name,), field.bounds, hint))
    return found


def all_constraints(model: Model) -> list[Constraint]:
    """Every demand that the schemas of a package make."""
    return [c for table in model for c in constraints_of(table)]
