"""The structure of a package: tables, fields and keys, read from Table Schema descriptors.

`schemas/` is the only place that defines the structure of Clausula's own tables. A field with the same meaning in
several tables is defined once, in `schemas/fields.json`, and the tables refer to it with `$ref`. `resolve_table`
combines the two into a plain Table Schema (version 2), from which everything else is derived. A foreign package has
plain Table Schemas of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Descriptor = dict[str, Any]


LABELS = ("name", "title", "label", "summary", "statement", "description")
"""Fields that name a record for a reader; the first that a table has."""

MEANINGS = ("definition", "description")
"""Fields that explain a record; the first that a table has."""


class SchemaError(ValueError):
    """Raised for an invalid schema or descriptor; the message names the file and the place."""


class KindError(SchemaError):
    """Raised for a property whose value is of the wrong kind, which the profile of the standard also reports."""


@dataclass(frozen=True)
class Category:
    """One value of a closed list, with its label, its definition, and the version of the codebook that introduced it.

    `since` is empty if the value was there from the start. `broader` is the value under which a dataset added this one
    to a list that it copied, or empty.
    """

    value: str | int
    label: str
    description: str = ""
    since: str = ""
    broader: str = ""


@dataclass(frozen=True)
class ForeignKey:
    """Fields whose values must exist in the referenced fields of another table or of the same table."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One field of a table; `descriptor` is the resolved Table Schema field, including custom properties."""

    name: str
    descriptor: Descriptor

    @property
    def type(self) -> str:
        """Table Schema type; `any` if the schema gives none."""
        return str(self.descriptor.get("type", "any"))

    @property
    def title(self) -> str:
        """Short name for people."""
        return str(self.descriptor.get("title", self.name))

    @property
    def description(self) -> str:
        """Description of the field."""
        return str(self.descriptor.get("description", ""))

    @property
    def constraints(self) -> Mapping[str, Any]:
        """Table Schema constraints by name."""
        return self.descriptor.get("constraints") or {}

    @property
    def required(self) -> bool:
        """Whether the constraints of the field require a value; see also `Table.required`."""
        return bool(self.constraints.get("required"))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """Categories of the field; empty if it has no closed list."""
        return _categories(self.descriptor.get("categories"))

    @property
    def ordered(self) -> bool:
        """Whether the categories are ordered."""
        return bool(self.descriptor.get("categoriesOrdered"))

    @property
    def scale(self) -> tuple[Category, ...]:
        """Labelled points of a numeric scale; empty if the field is not a scale."""
        return _categories(self.descriptor.get("scale"))

    @cached_property
    def allowed(self) -> tuple[str | int, ...]:
        """Every value that categories, enum or scale allow; empty if there is no closed list."""
        listed = [c.value for c in self.categories or self.scale]
        enum = self.constraints.get("enum") or ()
        both = {str(v) for v in enum}
        return tuple(v for v in listed if str(v) in both) if listed and enum else tuple(listed or enum)

    @property
    def level(self) -> str:
        """Level of measurement: identifier, text, nominal, ordinal, interval or ratio."""
        return str(self.descriptor.get("level", "text"))

    @property
    def unit(self) -> str:
        """Unit of the values, or an empty string."""
        return str(self.descriptor.get("unit", ""))

    @property
    def page(self) -> str:
        """Name of the codebook page of the field, or an empty string."""
        return str(self.descriptor.get("page", ""))

    @property
    def coded(self) -> bool:
        """Whether a coder decides the value by the codebook."""
        return bool(self.descriptor.get("coded"))

    @property
    def since(self) -> str:
        """Version of the codebook that introduced the field; empty if it was there from the start."""
        return str(self.descriptor.get("since", ""))

    @property
    def bounds(self) -> tuple[str, str] | None:
        """For an EDTF date, the names of the fields with its first and last day."""
        pair = self.descriptor.get("bounds")
        return (str(pair[0]), str(pair[1])) if pair else None


@dataclass(frozen=True)
class Table:
    """One table with its fields and keys; `descriptor` is the resolved Table Schema.

    Attributes
    ----------
    memo : dict
        What was derived from the schema and is needed again, by name.
    """

    name: str
    descriptor: Descriptor
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    foreign_keys: tuple[ForeignKey, ...]
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def title(self) -> str:
        """Short name for people."""
        return str(self.descriptor.get("title", self.name))

    @property
    def grain(self) -> str:
        """Grain of the table: what one row represents, in one sentence."""
        return str(self.descriptor.get("grain", ""))

    @property
    def description(self) -> str:
        """What the table is for, beyond its grain."""
        return str(self.descriptor.get("description", ""))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the fields in order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def coded_names(self) -> tuple[str, ...]:
        """Names of the fields whose values a coder decides, in order."""
        return tuple(field.name for field in self.fields if field.coded)

    @property
    def canonical(self) -> bool:
        """Whether every value has exactly one spelling, which is stricter than Table Schema."""
        return bool(self.descriptor.get("canonical"))

    @cached_property
    def same_row(self) -> tuple[str, ...]:
        """Fields that identify the same row in two coding passes; empty if passes are not compared on this table."""
        return listed_names(self.descriptor.get("sameRow"))

    @property
    def since(self) -> str:
        """Version of the codebook that introduced the table; empty if it was there from the start."""
        return str(self.descriptor.get("since", ""))

    @cached_property
    def sets_by(self) -> str:
        """Field whose categories divide the rows of a record into sets, or an empty string."""
        return str(self.descriptor.get("setsBy", ""))

    @property
    def fields_match(self) -> str:
        """How the columns of a file must match the fields: exact, equal, subset, superset or partial."""
        value = self.descriptor.get("fieldsMatch", "exact")
        return str(value[0] if isinstance(value, list) and value else value)

    @cached_property
    def missing_values(self) -> tuple[str, ...]:
        """Texts that represent a missing value."""
        return _missing(self.descriptor.get("missingValues", [""]))

    def missing(self, field: Field) -> tuple[str, ...]:
        """Return the texts that represent a missing value in a field."""
        own = field.descriptor.get("missingValues")
        return self.missing_values if own is None else _missing(own)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def __getitem__(self, name: str) -> Field:
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"table {self.name} has no field {name!r}") from None

    def required(self, field: Field) -> bool:
        """Return whether the field must have a value, by its constraints or as part of the primary key."""
        return field.required or field.name in self.primary_key


@dataclass(frozen=True)
class Model:
    """The tables of a package in published order, and its metadata.

    Attributes
    ----------
    memo : dict
        What was derived from the tables and is needed again, by name and table.
    """

    tables: Mapping[str, Table]
    metadata: Descriptor
    memo: dict[tuple[str, str], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def owner(self, table: Table, field: str) -> str | None:
        """Return the table whose records a field identifies: by its primary key, or as a foreign key of one field."""
        if table.primary_key == (field,):
            return table.name
        return next((key.resource for key in table.foreign_keys if key.fields == (field,)), None)

    def referencing(self, table: str) -> Iterator[tuple[Table, ForeignKey]]:
        """Yield every foreign key that refers to the table, with the table that has it."""
        return ((t, k) for t in self for k in t.foreign_keys if k.resource == table)


def _categories(listed: Any) -> tuple[Category, ...]:
    def read(one: Any) -> Category:
        if not isinstance(one, dict):
            return Category(one, str(one))
        texts = (str(one.get(key, "")) for key in ("description", "since", "broader"))
        return Category(one["value"], str(one.get("label", one["value"])), *texts)

    return tuple(map(read, listed or ()))


def _missing(listed: Any) -> tuple[str, ...]:
    return tuple(str(v["value"]) if isinstance(v, dict) else str(v) for v in listed or ())


def listed_names(value: Any) -> tuple[str, ...]:
    """Return the names of fields in a key, which are one text or a list."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def table_from_descriptor(name: str, descriptor: Descriptor) -> Table:
    """Build a table from a plain Table Schema, version 1 or 2.

    Raises
    ------
    SchemaError
        If a key names a field that the table does not have, or a field has no name.
    """
    try:
        fields = tuple(Field(str(f["name"]), f) for f in descriptor["fields"])
        foreign = tuple(
            ForeignKey(
                listed_names(k["fields"]),
                k["reference"].get("resource") or name,
                listed_names(k["reference"]["fields"]),
            )
            for k in descriptor.get("foreignKeys") or ()
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"schema of {name}: {type(error).__name__}: {error}") from error
    primary = listed_names(descriptor.get("primaryKey"))
    unique = tuple(listed_names(key) for key in descriptor.get("uniqueKeys") or ())
    known = {field.name for field in fields}
    used = [*primary, *(n for key in unique for n in key), *(n for key in foreign for n in key.fields)]
    for field_name in used:
        if field_name not in known:
            raise SchemaError(f"schema of {name}: a key names the field {field_name!r}, which the table does not have")
    return Table(name, descriptor, fields, primary, unique, foreign)
