"""The form of a coding pass, derived from the schemas: the tables and columns that a coder fills.

A form has the fields of the schemas except those that can be computed: IDs and the source (the form uses local names
such as `p003`), first and last days of dates, and offsets and hashes (the coder enters a quote instead).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from clausula.core.model import Field, Model, Table

UNITS = {"provisions": "p", "reactions": "r", "events": "v"}
"""Tables whose rows are the units of a pass, with the letter of their local names."""

RECORDS = {"provisions": "provision_id", "reactions": "reaction_id", "events": "event_id"}
"""The ID fields of the records that are created from units."""

NAMED = {**UNITS, "evidence": "e", "disputes": "d"}
"""Tables whose rows have local names."""

UNIT_PARTS = (
    "provision_topics",
    "provision_actors",
    "provision_propositions",
    "provision_dependencies",
    "provision_triggers",
    "provision_reservations",
    "provision_quantities",
    "provision_places",
    "provision_links",
    "reaction_targets",
    "event_actors",
    "evidence",
    "attributions",
)
"""Tables whose rows belong to a unit."""

LEAD_ONLY = (
    "topics",
    "processes",
    "instruments",
    "instrument_actors",
    "instrument_links",
    "actor_aliases",
    "affiliations",
    "provision_links",
    "absences",
    "disputes",
    "coding_log",
)
"""Tables that only the leading pass fills; they contain no values of units, so passes are not compared on them."""

SHEETS = (
    "coders",
    "coding_passes",
    "topics",
    "actors",
    "places",
    "processes",
    "instruments",
    "instrument_actors",
    "instrument_links",
    "actor_aliases",
    "affiliations",
    "propositions",
    "provisions",
    "provision_topics",
    "provision_actors",
    "provision_propositions",
    "provision_dependencies",
    "provision_triggers",
    "provision_reservations",
    "provision_quantities",
    "provision_places",
    "provision_links",
    "reactions",
    "reaction_targets",
    "events",
    "event_actors",
    "evidence",
    "attributions",
    "absences",
    "disputes",
    "coding_log",
)
"""The tables of the form, in the order in which a coder fills them."""

NUMBERED = ("ordinal", "dependency_no", "trigger_no", "quantity_no", "target_no", "step")
"""Numbers that are assigned automatically if the coder leaves them empty."""

ANCHOR_FIELDS = ("start", "end", "fingerprint")
"""Fields that are computed from a quote."""

VERSION_FIELDS = ("codebook_version", "since")
"""Fields with the version of the codebook that a pass was coded with, or that a row was added with."""

COMPUTED = {"topics": ("leaf",)}
"""Further fields that are computed: a topic is a leaf if no other topic is below it."""

GROUPS = "topic_groups"
"""The list of topics that group others; the list `topics` has those that can be coded."""

PREFILLED_COLUMNS = {"absences": ("topic_id",)}
"""Columns that the form fills in advance: a row with no other value counts as empty."""

LEAD = "a"
"""The pass that fills the tables; values of other passes are stored separately until the passes are compared."""


@dataclass(frozen=True)
class Column:
    """One column of a form.

    Attributes
    ----------
    name : str
        The field of the schema; or `id` (local name), `record` (what an anchor supports), `quote`, `occurrence`.
    choices : tuple of (value, label)
        The closed list; empty if there is none. A value that says enough by itself has no label.
    refers : str
        The table whose IDs or local names the column contains; empty if none.
    given : bool
        Whether the form fills the column, not the coder.
    """

    name: str
    title: str
    help: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    refers: str = ""
    given: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table of a form with its columns."""

    table: Table
    columns: tuple[Column, ...]
    shown_in: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def parent(self) -> str:
        """The field with the unit that a row belongs to; empty for tables outside units."""
        if self.name not in UNIT_PARTS:
            return ""
        return "record" if self.name == "evidence" else self.table.primary_key[0]

    @cached_property
    def item(self) -> tuple[str, ...]:
        """The fields that identify a row within its unit."""
        return () if self.name == "evidence" else self.table.primary_key[1:]

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Fields that refer to other units, of this pass or of other sources."""
        return tuple(
            key.fields[0]
            for key in self.table.foreign_keys
            if key.resource in UNITS and key.fields[0] != self.parent and self.name != "evidence"
        )

    @cached_property
    def prefilled(self) -> frozenset[str]:
        """Columns that are filled in advance, so that a value in them does not make a row used."""
        return frozenset(c.name for c in self.columns if c.given) | frozenset(PREFILLED_COLUMNS.get(self.name, ()))

    def used(self, cells: Mapping[str, str]) -> bool:
        """Return whether the coder has filled in any cell of a row."""
        return any(text for name, text in cells.items() if name not in self.prefilled)

    def column(self, field: str) -> str:
        """Return the column that shows a field of the schema; empty if no column does."""
        return field if field in self.names else self.shown_in.get(field, "")

    def fields(self) -> Iterator[Field]:
        """Yield the fields that have a column of their own name."""
        return (field for field in self.table.fields if field.name in self.names)


_EMPHASIS = re.compile(r"\*([^*\n]+)\*")
"""Emphasis in the descriptions of the schemas, which a note or a hint would show as asterisks."""


def _help(field: Field) -> str:
    lines = [field.description]
    listed = field.categories or field.scale
    lines += [f"{c.value}: {c.label}. {c.description}" for c in listed]
    if field.unit:
        lines.append(f"Unit: {field.unit}")
    if field.page:
        lines.append(f"Codebook: {field.page}")
    return _EMPHASIS.sub(r"\1", "\n".join(line for line in lines if line))


def _choices(field: Field) -> tuple[tuple[str, str], ...]:
    if field.type == "boolean":
        return (("true", "Yes"), ("false", "No"))
    labels = {c.value: c.label for c in field.categories or field.scale}
    return tuple((str(value), labels.get(value, "")) for value in field.allowed)


def _column(table: Table, field: Field) -> Column:
    refers = next((k.resource for k in table.foreign_keys if k.fields == (field.name,)), "")
    if table.name == refers == "topics":
        refers = GROUPS
    required = table.required(field) and field.name not in NUMBERED
    text = _help(field)
    if field.name in NUMBERED:
        text += "\nIf left empty, the number is assigned automatically."
    return Column(field.name, field.title, text, required, _choices(field), refers)


def _computed(table: Table) -> set[str]:
    bounds = {name for field in table.fields if field.bounds for name in field.bounds}
    given = {"source_id", "pass_id", *VERSION_FIELDS} if table.name != "sources" else set()
    given |= set(COMPUTED.get(table.name, ()))
    return bounds | given | {name for name in ANCHOR_FIELDS if {"start", "end"} <= set(table.names)}


QUOTE = Column("quote", "Quote", "The span that supports the row, pasted from the text.", True)
OCCURRENCE = Column(
    "occurrence", "Occurrence", "The number of the match, from 1, if the quote occurs more than once in the text."
)
RECORD = Column("record", "Record", "The local name of the provision, reaction or event that the quote supports.", True)


def _sheet(table: Table) -> Sheet:
    computed = _computed(table)
    shown_in = {name: field.name for field in table.fields if field.bounds for name in field.bounds}
    columns: list[Column] = []
    if table.name in NAMED:
        local = f"The name of this row within the pass: {NAMED[table.name]} and a number."
        columns.append(Column("id", "Local name", local, given=True))
        computed.add(table.primary_key[0])
        shown_in[table.primary_key[0]] = "id"
    if table.name == "evidence":
        columns.append(RECORD)
        computed |= set(RECORDS.values())
        shown_in |= dict.fromkeys(["evidence_id", *RECORDS.values()], "record")
    columns += [_column(table, field) for field in table.fields if field.name not in computed]
    if set(ANCHOR_FIELDS) <= computed:
        columns += [QUOTE, OCCURRENCE]
        shown_in |= dict.fromkeys(ANCHOR_FIELDS, "quote")
    return Sheet(table, tuple(columns), shown_in)


class Form:
    """The form of one pass over one source.

    Parameters
    ----------
    model : Model
        The structure of the package.
    lead : bool
        Whether this is the leading pass, which fills the tables.
    """

    def __init__(self, model: Model, lead: bool = True) -> None:
        self.model = model
        self.lead = lead
        names = [name for name in SHEETS if lead or name not in LEAD_ONLY]
        self.sheets: dict[str, Sheet] = {name: _sheet(model[name]) for name in names}

    def __getitem__(self, table: str) -> Sheet:
        return self.sheets[table]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets.values())

    def __contains__(self, table: str) -> bool:
        return table in self.sheets


def is_lead(letter: str) -> bool:
    """Return whether a pass is the leading pass, which fills the tables."""
    return letter == LEAD
