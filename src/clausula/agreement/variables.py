"""Variables on which passes are compared, derived from the schemas, and the values of a pass for one unit.

Every coded field with a level of measurement is a variable. There are three types:

- A field of a record (`provisions.modality`) has one value for each unit.
- The child rows of a record (`provision_actors.obligor`, `provision_quantities`) form one set for each unit. In the
  schema of the child table, `sameRow` lists the fields that identify a row, and `setsBy` names the field whose
  categories form separate sets.
- A further field of the child rows (`provision_actors.basis`) has one value for each row that both passes have.

Free text is not compared. An EDTF date is measured by its first day, or by its last day if the first is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from clausula.agreement.passes import RECORDS, Unit, version_key
from clausula.core.edtf import bounds
from clausula.core.findings import CouldNotRun
from clausula.core.model import Field, Model, Table
from clausula.core.store import Values

METRICS = ("nominal", "ordinal", "interval", "ratio")
SETS = "sets"
EMPTY = ""
"""Nominal category of an empty cell: leaving a cell empty is a coding decision like any other."""


@dataclass(frozen=True)
class Variable:
    """A variable on which passes are compared.

    Attributes
    ----------
    table : Table
    field : Field or None
        None for a set of rows.
    metric : str
        nominal, ordinal, interval, ratio, or sets.
    category : str
        For one of several sets of a table: the category of `setsBy`.
    """

    table: Table
    field: Field | None
    metric: str
    category: str = ""

    @cached_property
    def name(self) -> str:
        """Name of the table and of the field or category, joined by a full stop; the table alone for a single set."""
        tail = self.field.name if self.field else self.category
        return f"{self.table.name}.{tail}" if tail else self.table.name

    @cached_property
    def introduced(self) -> str:
        """Version of the codebook that introduced the variable; empty if it was there from the start."""
        found = [self.table.since, self.field.since if self.field else ""]
        if self.category:
            found += [c.since for c in self.table[self.table.sets_by].categories if str(c.value) == self.category]
        return max(found, key=version_key)

    @property
    def since(self) -> str:
        """Version of the codebook since which the variable can be coded as it is, with all fields of its rows."""
        return max((self.introduced, *(self.table[name].since for name in self.table.same_row)), key=version_key)

    @cached_property
    def per_row(self) -> bool:
        """Whether there is a value for each child row that both passes have, rather than one for each unit."""
        return self.field is not None and bool(self.table.same_row)

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """Fields whose values identify a row across passes."""
        shared = self.category and not self.field
        return tuple(name for name in self.table.same_row if not shared or name != self.table.sets_by)


@dataclass(frozen=True, slots=True)
class ValuePair:
    """The values of two passes on one variable, for one unit or one of its child rows, as text."""

    item: str
    a: str
    b: str


def _metric(field: Field, table: Table) -> str:
    if field.bounds:
        return table[field.bounds[0]].level
    return field.level if field.coded and field.level in METRICS else ""


def _field_variables(table: Table, skip: tuple[str, ...] = ()) -> Iterator[Variable]:
    for field in table.fields:
        metric = _metric(field, table)
        if metric and field.name not in skip:
            yield Variable(table, field, metric)


def variables(model: Model, record: str) -> tuple[Variable, ...]:
    """Return the variables of a table of records and of its child tables."""
    found: tuple[Variable, ...] | None = model.memo.get(("variables", record))
    if found is None:
        found = model.memo["variables", record] = tuple(_variables(model, record))
    return found


def _variables(model: Model, record: str) -> list[Variable]:
    found = list(_field_variables(model[record]))
    key = model[record].primary_key[0]
    for table in model:
        if not table.same_row or not (key in table.primary_key or is_child_of_evidence(table)):
            continue
        if table.sets_by:
            found += [Variable(table, None, SETS, str(c.value)) for c in table[table.sets_by].categories]
        else:
            found.append(Variable(table, None, SETS))
        found += _field_variables(table, skip=table.same_row)
    return found


def is_child_of_evidence(table: Table) -> bool:
    """Return whether the rows of a table belong to anchors, and through them to records of any kind."""
    return any(key.resource == "evidence" for key in table.foreign_keys)


def all_variables(model: Model) -> list[Variable]:
    """Return every variable once, in the order of the tables."""
    found = {v.name: v for record in RECORDS.values() for v in variables(model, record)}
    return list(found.values())


def row_identity(variable: Variable, row: Values) -> str:
    """Return the values that identify a row across passes, separated by spaces."""
    if len(variable.identity) == 1:
        return row.get(variable.identity[0], "")
    return " ".join(filter(None, [row.get(name, "") for name in variable.identity]))


def row_set(variable: Variable, unit: Unit) -> frozenset[str]:
    """Return the set of rows that a pass coded for a unit, as row identities."""
    rows = unit.rows.get(variable.table.name)
    if not rows:
        return frozenset()
    by = variable.table.sets_by
    return frozenset(row_identity(variable, row) for row in rows.values() if not by or row.get(by) == variable.category)


def format_set(values: frozenset[str]) -> str:
    """Return a set as text, in alphabetical order, separated by semicolons."""
    return "; ".join(sorted(values))


def quoted(value: str | None) -> str:
    """Return a value in quotation marks, or "no value" if it is empty or None."""
    return repr(value) if value else "no value"


@lru_cache(maxsize=10_000)
def parse_set(text: str) -> frozenset[str]:
    """Return the members of a set written with semicolons."""
    return frozenset(filter(None, (part.strip() for part in text.split(";"))))


def _rows_by_identity(variable: Variable, unit: Unit) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for row in unit.rows.get(variable.table.name, {}).values():
        found.setdefault(row_identity(variable, row), row)
    return found


def value_pairs(variable: Variable, a: Unit, b: Unit) -> list[ValuePair]:
    """Return the values of two passes for a unit that both coded; an empty list if the variable applies to neither."""
    if variable.field is None:
        return [ValuePair("", format_set(row_set(variable, a)), format_set(row_set(variable, b)))]
    name = variable.field.name
    if not variable.per_row:
        applies = name in a.values or name in b.values
        return [ValuePair("", a.values.get(name, ""), b.values.get(name, ""))] if applies else []
    table = variable.table.name
    if table not in a.rows or table not in b.rows:
        return []
    left, right = _rows_by_identity(variable, a), _rows_by_identity(variable, b)
    return [
        ValuePair(item, left[item].get(name, ""), right[item].get(name, ""))
        for item in left
        if item in right and (name in left[item] or name in right[item])
    ]


def scale_value(variable: Variable, text: str) -> str | float | frozenset[str] | None:
    """Convert a text to its value on the scale of a variable.

    Returns
    -------
    str, float, `frozenset` of str, or None
        The text itself on the nominal level; the index of the category on the ordinal level; a number on the interval
        and ratio levels, for a date its day number (`datetime.date.toordinal`); a set for a set of rows; None for a
        value that is not on the scale.
    """
    if variable.field is None:
        return parse_set(text)
    if variable.metric == "nominal":
        return text or EMPTY
    if not text:
        return None
    try:
        return _number(variable.field, variable.metric, text)
    except ValueError as error:
        given = {"text": text, "variable": variable.name, "error": error}
        raise CouldNotRun.of("unreadable-value", **given, table="codings") from error


def _number(field: Field, metric: str, text: str) -> float | None:
    """Convert a text to a number on an ordinal, interval or ratio scale."""
    if field.bounds:
        day = next(filter(None, bounds(text)), None)
        return None if day is None else float(day.toordinal())
    if metric == "ordinal" and field.allowed:
        return float([str(v) for v in field.allowed].index(text))
    return float(text)
