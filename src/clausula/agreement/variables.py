"""What passes are compared on, derived from the schemas, and what a pass says of a variable for one unit.

Every field that the schemas call coded and give a level of measurement is a variable, three ways:

- a field of a record (`provisions.modality`): one value for each unit;
- the rows below a record (`provision_actors.obligor`, `provision_quantities`): one set for each unit; `sameRow` of the
  table says by which fields two rows are the same, `setsBy` whether each category makes a set of its own;
- a further field of such rows (`provision_actors.basis`): one value for each row that both passes have.

Free text is not measured. An EDTF date is measured by its first day, or its last where the first is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausula.agreement.passes import RECORDS, Row, Unit
from clausula.core.edtf import bounds
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Field, Model, Table

METRICS = ("nominal", "ordinal", "interval", "ratio")
SETS = "sets"
ABSENT = ""
"""What a cell that was left empty counts as, where that is a decision like any other: on the nominal level."""


@dataclass(frozen=True)
class Variable:
    """One thing on which passes are compared.

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

    @property
    def name(self) -> str:
        """The table, a full stop, and the field or the category; the table alone for its rows as one set."""
        tail = self.field.name if self.field else self.category
        return f"{self.table.name}.{tail}" if tail else self.table.name

    @property
    def of_rows(self) -> bool:
        """Whether there is a value for each row that both passes have, not for each unit."""
        return self.field is not None and bool(self.table.same_row)


@dataclass(frozen=True)
class Answer:
    """What two passes say on one variable of one unit, or of one of its rows: the texts as they stand."""

    item: str
    a: str
    b: str


def _metric(field: Field, table: Table) -> str:
    if field.bounds:
        return table[field.bounds[0]].level
    return field.level if field.coded and field.level in METRICS else ""


def _of_table(table: Table, skip: tuple[str, ...] = ()) -> Iterator[Variable]:
    for field in table.fields:
        metric = _metric(field, table)
        if metric and field.name not in skip:
            yield Variable(table, field, metric)


def variables(model: Model, record: str) -> list[Variable]:
    """The variables of a table of records and of the tables below it."""
    found = list(_of_table(model[record]))
    key = model[record].primary_key[0]
    for table in model:
        if not table.same_row or not (key in table.primary_key or below_evidence(table)):
            continue
        if table.sets_by:
            found += [Variable(table, None, SETS, str(c.value)) for c in table[table.sets_by].categories]
        else:
            found.append(Variable(table, None, SETS))
        found += _of_table(table, skip=table.same_row)
    return found


def below_evidence(table: Table) -> bool:
    """Whether the rows of a table hang on anchors, and so on records of every kind."""
    return any(key.resource == "evidence" for key in table.foreign_keys)


def all_variables(model: Model) -> list[Variable]:
    """Every variable once, in the order of the tables."""
    found = {v.name: v for record in RECORDS.values() for v in variables(model, record)}
    return list(found.values())


def identity(variable: Variable, row: Row) -> str:
    """What a row is to the other pass: the values by which it is the same row, joined by blanks."""
    names = [
        n for n in variable.table.same_row if variable.field or n != variable.table.sets_by or not variable.category
    ]
    return " ".join(filter(None, (row.get(name, "") for name in names)))


def members(variable: Variable, unit: Unit) -> frozenset[str]:
    """The set that a pass gave a unit."""
    rows = unit.rows.get(variable.table.name, {}).values()
    by = variable.table.sets_by
    return frozenset(identity(variable, row) for row in rows if not by or row.get(by) == variable.category)


def spelled(values: frozenset[str]) -> str:
    """A set as text."""
    return "; ".join(sorted(values))


def parsed(text: str) -> frozenset[str]:
    """A set out of its text."""
    return frozenset(filter(None, (part.strip() for part in text.split(";"))))


def _rows(variable: Variable, unit: Unit) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in unit.rows.get(variable.table.name, {}).values():
        found.setdefault(identity(variable, row), row)
    return found


def answers(variable: Variable, a: Unit, b: Unit) -> list[Answer]:
    """What two passes say of a unit that both saw; nothing if neither was asked."""
    if variable.field is None:
        return [Answer("", spelled(members(variable, a)), spelled(members(variable, b)))]
    name = variable.field.name
    if not variable.of_rows:
        asked = name in a.values or name in b.values
        return [Answer("", a.values.get(name, ""), b.values.get(name, ""))] if asked else []
    left, right = _rows(variable, a), _rows(variable, b)
    return [
        Answer(item, left[item].get(name, ""), right[item].get(name, ""))
        for item in left
        if item in right and (name in left[item] or name in right[item])
    ]


def measured(variable: Variable, text: str) -> str | float | frozenset[str] | None:
    """The value that a text stands for on the scale of the variable, or None where it has no place on it.

    A place among the categories for the ordinal level, a number for interval and ratio, a day as its ordinal.
    """
    if variable.field is None:
        return parsed(text)
    if variable.metric == "nominal":
        return text or ABSENT
    if not text:
        return None
    try:
        return _on_scale(variable.field, variable.metric, text)
    except ValueError as error:
        message = f"{text!r} is no value of {variable.name}: {error}"
        raise CouldNotRun(Finding("unreadable-value", message, "Correct it in codings.", table="codings")) from error


def _on_scale(field: Field, metric: str, text: str) -> float | None:
    """The place of a text on an ordinal, interval or ratio scale."""
    if field.bounds:
        day = next(filter(None, bounds(text)), None)
        return None if day is None else float(day.toordinal())
    if metric == "ordinal" and field.allowed:
        return float([str(v) for v in field.allowed].index(text))
    return float(text)
