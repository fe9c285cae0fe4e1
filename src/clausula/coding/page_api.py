"""The desk: what the page of a pass is given, and what it hands in, as plain values of JSON.

Rows have a key of the page's own, so that every finding names its field as `table!key.column`. Anchors go out and come
in as positions in code points of the text as obtained; the page knows the text and cuts the words out itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.coding.form import NAMED, UNITS, Column, Form, Sheet, is_lead
from clausula.coding.instructions import page_instructions
from clausula.coding.passes import Pass, offered, shown_rows
from clausula.coding.quotes import paragraphs
from clausula.coding.submission import Fault, Row, Submission
from clausula.coding.submit import Mode, check_text, submit
from clausula.coding.table_store import Tables, read_tables
from clausula.coding.workbook_format import is_local, options
from clausula.coding.workbook_write import WIDE
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import open_package
from clausula.core.publish import recover
from clausula.evidence.anchors import uncovered
from clausula.evidence.text import Text

PLACED = ("start", "end")
"""What a page gives in the place of a quote."""

MOST = 20_000
"""Rows that a page may hand in."""

LONGEST = 100_000
"""Characters of a cell."""


class Malformed(Exception):
    """What came is not what a page hands in."""


def _takes(sheet: Sheet, column: Column) -> list[str]:
    """The tables whose local names a column takes."""
    if column.name == "record":
        return list(UNITS)
    return [column.refers] if is_local(column) else []


def _column(sheet: Sheet, column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": column.title,
        "help": column.help,
        "required": column.required,
        "given": column.given,
        "choices": [list(choice) for choice in column.choices],
        "takes": _takes(sheet, column),
        "refers": "" if is_local(column) else column.refers,
        "long": column.name in WIDE,
    }


def _sheet(sheet: Sheet, form: Form) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "title": sheet.table.title,
        "about": sheet.table.description or sheet.table.grain,
        "letter": NAMED.get(sheet.name, ""),
        "unit": sheet.name in UNITS,
        "parent": sheet.parent,
        "anchored": "quote" in sheet.names,
        "key": sheet.table.primary_key[0],
        "idle": sorted(sheet.idle),
        "columns": [_column(sheet, column) for column in sheet.columns if column.name != "occurrence"],
    }


def _cells(row: Row) -> dict[str, str]:
    return {name: value for name, value in row.cells.items() if value}


@dataclass(frozen=True)
class Desk:
    """One pass over one source at the desk.

    Attributes
    ----------
    root : Path
        The package.
    source_id, letter : str
    raw : str
        The text of the source, in the edition that was registered.
    """

    root: Path
    source_id: str
    letter: str
    raw: str

    def tables(self) -> Tables:
        """The tables as they are now.

        Raises
        ------
        CouldNotRun
            If they cannot be read, there is no such source, or the text is another one.
        """
        recover(self.root)
        tables = read_tables(open_package(self.root))
        if not any(tables.where("sources", source_id=self.source_id)):
            what = f"no source has the id {self.source_id!r}"
            raise CouldNotRun(Finding("unknown-source", what, "Register it with `clausula code new`."))
        check_text(tables, self.source_id, self.raw)
        return tables

    def form(self) -> dict[str, Any]:
        """Everything that the page shows: form, lists, text, and the rows of the pass."""
        tables = self.tables()
        source = tables.index("sources")[self.source_id,]
        form = Form(tables.package.model, is_lead(self.letter))
        rows = shown_rows(Pass(tables, form, self.source_id, self.letter), Text(self.raw), placed=True)
        return {
            "source": self.source_id,
            "title": source["title"],
            "letter": self.letter,
            "lead": form.lead,
            "text": self.raw,
            "edition": hashlib.sha256(self.raw.encode("utf-8")).hexdigest(),
            "paragraphs": [list(span) for span in paragraphs(self.raw)],
            "instructions": page_instructions(form.lead),
            "sheets": [_sheet(sheet, form) for sheet in form],
            "lists": self.lists(tables, form),
            "rows": [{"table": row.table, "cells": _cells(row)} for row in rows],
            "offered": [{"table": row.table, "cells": _cells(row)} for row in offered(tables, form, rows)],
        }

    def lists(self, tables: Tables, form: Form) -> dict[str, list[list[str]]]:
        """What drop-downs of ids offer, by the table that they refer to."""
        lists: dict[str, list[list[str]]] = {}
        for sheet in form:
            for column in sheet.columns:
                if column.refers and not is_local(column) and column.refers not in lists:
                    listed = options(tables, sheet, column, self.source_id)
                    lists[column.refers] = [list(one) for one in listed]
        return lists

    def uncovered(self, sent: Any) -> dict[str, list[list[int]]]:
        """Sentences that bear neither a record nor a reason, given the spans that do."""
        spans = _list(sent, "spans")
        if not all(_is_span(span) for span in spans):
            raise Malformed("spans must be pairs of positions")
        found = uncovered(Text(self.raw), [(span[0], span[1]) for span in spans], self.source_id)
        return {"sentences": [[int(number) for number in (finding.value or "0-0").split("-")] for finding in found]}

    def submit(self, sent: Any) -> dict[str, Any]:
        """Check what the page hands in and, unless it only asks, take it over.

        Raises
        ------
        Malformed
            If it is not what a page hands in.
        CouldNotRun
            If a table cannot be read, or was changed meanwhile; nothing was written.
        """
        form = Form(open_package(self.root).model, is_lead(self.letter))
        mode = sent.get("mode") if isinstance(sent, dict) else None
        if mode not in ("check", "part", "whole"):
            raise Malformed("mode must be check, part or whole")
        rows, shown = (list(_rows(form, _list(sent, name))) for name in ("rows", "shown"))
        said = [finding for row in rows for finding in _unwritable(row)]
        bad = {finding.cell for finding in said}
        rows = [_writable(row) if bad & {row.at(), *row.where.values()} else row for row in rows]
        handed_in = Submission(self.source_id, self.letter, rows, shown, said=said)
        outcome = submit(self.root, handed_in, self.raw, Mode(mode == "part", mode == "check"))
        report = outcome.report
        return {"taken": outcome.taken, "findings": [f.as_dict() for f in report.sorted()], **report.checked}


def _list(sent: Any, name: str) -> list[Any]:
    value = sent.get(name) if isinstance(sent, dict) else None
    if not isinstance(value, list) or len(value) > MOST:
        raise Malformed(f"{name} must be a list of at most {MOST}")
    return value


def _is_span(span: Any) -> bool:
    return isinstance(span, list) and len(span) == 2 and all(type(n) is int and 0 <= n < 10**9 for n in span)


def _rows(form: Form, sent: Iterable[Any]) -> Iterable[Row]:
    """Rows of the form out of what was sent; those that nobody filled in are left aside."""
    for item in sent:
        one = item if isinstance(item, dict) else {}
        table, key, cells = one.get("table"), one.get("key"), one.get("cells")
        if not isinstance(table, str) or table not in form or type(key) is not int or not isinstance(cells, dict):
            raise Malformed("a row must have the name of a table, a number and cells")
        sheet = form[table]
        known = {*sheet.names, *(PLACED if "quote" in sheet.names else ())} - {"quote", "occurrence"}
        if not all(name in known and isinstance(text, str) for name, text in cells.items()):
            raise Malformed(f"a cell of {table} must be a text in one of its columns")
        if any(len(text) > LONGEST for text in cells.values()):
            raise Malformed(f"a cell may have {LONGEST} characters")
        place = f"{table}!{key}"
        trimmed: Mapping[str, str] = {name: text.strip() for name, text in cells.items()}
        if sheet.used(trimmed):
            yield Row(table, trimmed, place, {name: f"{place}.{name}" for name in sheet.names})


def _is_writable(char: str) -> bool:
    return char in "\n\t" or (char >= " " and not "\ud800" <= char <= "\udfff")


def _unwritable(row: Row) -> Iterable[Finding]:
    """Characters that no table can hold."""
    for name, text in row.cells.items():
        if not all(map(_is_writable, text)):
            fault = Fault("control-character", "the text holds a character that cannot be written", "Write it anew.")
            yield row.finding(name, fault)


def _writable(row: Row) -> Row:
    cells = {name: "".join(filter(_is_writable, text)) for name, text in row.cells.items()}
    return Row(row.table, cells, row.place, row.where)
