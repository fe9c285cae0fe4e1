"""Reading of an answer into the rows of a form: every fault is a finding at its JSON Pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clausula.coding.answer_absences import expanded, searched_topics
from clausula.coding.answer_anchors import AnchorReader
from clausula.coding.answer_form import (
    HEAD,
    OTHERS,
    PROPOSED,
    QUOTE,
    REGISTRATION,
    SENTENCES,
    VERSION,
    VERSION_PATTERN,
    columns_of,
    is_anchored,
    is_top_level,
    part_names,
)
from clausula.coding.answer_log import Logged, log_rows
from clausula.coding.answer_names import Names, choice, names_in, similar_keys
from clausula.coding.form import GROUPS, NAMED, UNITS, Column, Form, Sheet
from clausula.coding.named_entities import ADDED
from clausula.coding.numbered_text import NumberedText
from clausula.coding.quotes import Span
from clausula.coding.submission import FormRow
from clausula.coding.topics import TOPICS
from clausula.core.findings import Finding, finding, shown
from clausula.core.lexical import format_value
from clausula.core.model import LABELS
from clausula.core.tables import Tables

LOCAL_NAME = re.compile(r"([a-z])0*([0-9]{1,4})")

MAX_CELL_LENGTH = 100_000
"""The maximum number of characters in a value."""


@dataclass
class Answer:
    """An answer as rows of a form.

    Attributes
    ----------
    rows : list of FormRow
        Rows with offsets instead of quotes.
    findings : list of Finding
    units : dict of str to str
        The local name of the unit at a JSON Pointer.
    registration : mapping of str to str, optional
        The row of the source, if the answer has one.
    presumed : list of (int, int)
        Where quotes with an error probably belong.
    """

    rows: list[FormRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    registration: FormRow | None = None
    presumed: list[Span] = field(default_factory=list)

    def unit_at(self, place: str) -> str:
        """Return the local name of the unit that contains a place; empty if none does."""
        return self.units.get("/".join(place.split("/")[:3]), "")


def local_name(text: str) -> str:
    """Return a local name in its full form: p1 as p001; any other text as it is."""
    match = LOCAL_NAME.fullmatch(text)
    return f"{match[1]}{int(match[2]):03d}" if match and match[1] in NAMED.values() else text


@dataclass
class AnswerReader:
    """Reads the answer of one pass.

    Parameters
    ----------
    form : Form
    tables : Tables
        The tables that the coder may see.
    numbered : NumberedText
        The text of the source.
    registered : Tables, optional
        All tables. An ID or name in them is accepted although the coder does not see the row: it may have been in the
        pack, and another pass may since be the only one that uses it. No message shows such a row.
    """

    form: Form
    tables: Tables
    numbered: NumberedText
    registered: Tables | None = None
    answer: Answer = field(default_factory=Answer)
    names: dict[str, Names] = field(default_factory=dict)
    logged: list[Logged] = field(default_factory=list)

    @property
    def anchors(self) -> AnchorReader:
        """What finds the quotes of the answer."""
        return AnchorReader(self.numbered, self.answer.findings, self.answer.presumed)

    def report(self, code: str, place: str, table: str | None = None, value: str | None = None, **given: Any) -> None:
        """Add a finding at a place."""
        self.answer.findings.append(finding(code, **given, table=table, value=value, cell=place))

    def read(self, payload: Mapping[str, Any]) -> Answer:
        """Read an answer."""
        self.names = names_in(self.tables, self.form)
        self.add_declared(payload)
        known = [*HEAD, VERSION, REGISTRATION, *(sheet.name for sheet in self.form if is_top_level(sheet))]
        known += [PROPOSED] if self.form.lead else []
        for name, value in payload.items():
            if name not in known:
                self.report("unknown-column:answer", f"/{name}", name=shown(name), known=similar_keys(name, known))
            elif name == REGISTRATION:
                self.read_registration(value)
            elif name in self.form:
                for place, item in self.items(value, f"/{name}", name):
                    self.read_object(self.form[name], item, place)
        self.answer.rows = self.with_absences(payload)
        if self.form.lead:
            rows, findings = log_rows(self.numbered, self.logged, self.answer.rows, payload.get(PROPOSED) is True)
            self.answer.rows += rows
            self.answer.findings += findings
        return self.answer

    def with_absences(self, payload: Mapping[str, Any]) -> list[FormRow]:
        """Return the rows with an absence for every topic that the value for all other topics stands for."""
        given = payload.get(VERSION)
        if given is not None and not (isinstance(given, str) and re.fullmatch(VERSION_PATTERN, given)):
            self.report("malformed-answer:kind", f"/{VERSION}", value=shown(str(given)), kind="a version such as 0.3.0")
            given = None
        added = [row["topic_id"] for row in self.answer.rows if row.table == TOPICS]
        names = self.names[TOPICS].ids if TOPICS in self.names else ()
        searched = searched_topics(self.tables, payload, given or "") | set(added)
        return expanded(self.answer.rows, [one for one in names if one in searched])

    def add_declared(self, payload: Mapping[str, Any]) -> None:
        """Add the entities that the answer itself declares to the names."""
        for table, names in self.names.items():
            name = TOPICS if table == GROUPS else table
            key = self.tables.table(name).primary_key[0]
            listed = payload.get(name)
            for item in listed if isinstance(listed, list) else [listed]:
                if isinstance(item, dict) and isinstance(item.get(key), str):
                    labels = [label for name in LABELS if isinstance(label := item.get(name), str) and label]
                    known = [label for label in labels if names.resolve(label) in names.ids]
                    names.add(item[key].strip(), *(label for label in labels if label not in known))

    def items(self, value: Any, place: str, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the objects of a list with their places; an object without a list counts as a list of one."""
        listed = value if isinstance(value, list) else [] if value is None else [value]
        for number, item in enumerate(listed):
            here = f"{place}/{number}" if isinstance(value, list) else place
            if isinstance(item, dict):
                yield here, item
            else:
                self.report("malformed-answer:kind", here, table, value=shown(str(item)), kind="an object")

    def read_object(
        self, sheet: Sheet, item: dict[str, Any], place: str, parent: Mapping[str, str] | None = None
    ) -> None:
        """Read an object and everything inside it."""
        parts = part_names(self.form, sheet.name)
        columns = {column.name: column for column in columns_of(sheet)}
        anchored = (SENTENCES, QUOTE, "occurrence") if is_anchored(sheet) else ()
        cells: dict[str, str] = dict(parent or {})
        where = {name: f"{place}/{name}" for name in (*sheet.names, *anchored)}
        for name, value in item.items():
            if name in parts or name in parts.values():
                continue
            if name in columns:
                cells[name] = self.value(columns[name], value, where[name], sheet)
            elif name not in anchored:
                known = similar_keys(name, [*columns, *anchored, *parts])
                self.report("unknown-column:answer", f"{place}/{name}", sheet.name, name=shown(name), known=known)
        if sheet.name in UNITS:
            self.answer.units[place] = cells.get("id", "")
        elif sheet.name in NAMED and "id" not in cells:
            letter = NAMED[sheet.name]
            cells["id"] = f"{letter}{sum(row.table == sheet.name for row in self.answer.rows) + 1:03d}"
        if sheet.name == "coding_log":
            self.read_log(sheet, item, cells, place)
            return
        if anchored:
            where["quote"] = f"{place}/{QUOTE if QUOTE in item else SENTENCES}"
            cells |= self.anchors.offsets(sheet, item, place)
        self.answer.rows.append(FormRow(sheet.name, cells, place, where))
        for short, table in parts.items():
            for name in (short, table) if short != table else (short,):
                owner = {self.form[table].parent: cells.get("id", "")}
                for number, (here, part) in enumerate(self.items(item.get(name), f"{place}/{name}", table)):
                    first = {"bearing": "states"} if table == "evidence" and not number else {}
                    self.read_object(self.form[table], {**first, **part}, here, owner)

    def value(self, column: Column, value: Any, place: str, sheet: Sheet) -> str:
        """Return the text of a value: names are replaced by IDs, labels by values."""
        if isinstance(value, dict | list):
            self.report("malformed-answer:kind", place, sheet.name, value=shown(str(value)), kind="a single value")
            return ""
        if value is None:
            return ""
        text = value.strip() if isinstance(value, str) else format_value(value)
        if column.name != "quote":
            text = " ".join(text.split())
        if len(text) > MAX_CELL_LENGTH:
            self.report("malformed-answer:kind", place, sheet.name, kind=f"at most {MAX_CELL_LENGTH:,} characters")
            return ""
        if not all(char.isprintable() or char == " " for char in text):
            self.report("control-character", place, sheet.name, value=shown(text))
            text = "".join(char for char in text if char.isprintable() or char == " ")
        if column.name in ("id", "record") or local_name(text) != text:
            return local_name(text)
        if column.choices:
            return choice(column, text)
        if sheet.name == "absences" and column.name == "topic_id" and text == OTHERS:
            return text
        own = self.tables.table(sheet.name).primary_key[:1] == (column.name,) and not column.refers
        if text and column.refers in self.names and not own:
            return self.known(column, text, place, sheet)
        return text

    def known(self, column: Column, text: str, place: str, sheet: Sheet) -> str:
        """Return the ID that a text is or names, and report it if there is none."""
        names = self.names[column.refers]
        found = names.resolve(text)
        if found not in names.ids and column.refers in self.all_names:
            found = self.all_names[column.refers].resolve(text)
        local = column.refers in NAMED and LOCAL_NAME.fullmatch(text)
        if found not in names.ids and not local and not self.is_registered(column.refers, found):
            similar = ", ".join(f"{one} ({names.ids[one]})" if names.ids[one] else one for one in names.similar(text))
            where = {"table": column.refers, "similar": shown(similar, 300) or "none"}
            open_list = column.refers in self.form
            self.answer.findings.append(
                finding(
                    "unknown-id" if open_list else "unknown-id:closed",
                    **where,
                    name=shown(text),
                    field=column.name,
                    cell=place,
                    value=shown(text),
                )
            )
        return found

    def is_registered(self, table: str, name: str) -> bool:
        """Return whether any row of a table has this ID, also one that the coder does not see."""
        if self.registered is None or table not in self.registered.rows:
            return False
        key = self.registered.table(table).primary_key[0]
        return any(row[key] == name for row in self.registered[table])

    @cached_property
    def all_names(self) -> dict[str, Names]:
        """The names of every entity that passes add, also of those that the coder does not see."""
        found = names_in(self.registered, self.form) if self.registered is not None else {}
        return {name: names for name, names in found.items() if name in ADDED}

    def read_log(self, sheet: Sheet, item: Mapping[str, Any], cells: dict[str, str], place: str) -> None:
        """Read an entry of the log: ranges of sentences, or a quote."""
        where = {name: f"{place}/{name}" for name in sheet.names} | {"quote": f"{place}/{SENTENCES}"}
        row = FormRow(sheet.name, cells, place, where)
        if item.get(QUOTE):
            if span := self.anchors.span(sheet, item, place):
                offsets = {"start": str(span[0]), "end": str(span[1])}
                self.answer.rows.append(FormRow(sheet.name, {**cells, **offsets}, place, where))
            return
        ranges = self.anchors.ranges(sheet, item, place) or []
        self.logged.append(Logged(row, [n for low, high in ranges for n in range(low, high + 1)]))

    def read_registration(self, value: Any) -> None:
        """Read the row of the source itself, for an answer that registers it."""
        from clausula.coding.source_fields import entered_fields

        fields = {one.name: one for one in entered_fields(self.tables.table(REGISTRATION))}
        for place, item in self.items(value, f"/{REGISTRATION}", REGISTRATION):
            cells = {}
            for name, given in item.items():
                if name in fields:
                    cells[name] = self.value(
                        Column(name, name, ""), given, f"{place}/{name}", self.form["coding_passes"]
                    )
                else:
                    known = similar_keys(name, fields)
                    self.report("unknown-column:answer", f"{place}/{name}", REGISTRATION, name=shown(name), known=known)
            where = {name: f"{place}/{name}" for name in self.tables.table(REGISTRATION).names}
            self.answer.registration = FormRow(REGISTRATION, cells, place, where)
