"""The requests of the coding page and the responses to them, as plain JSON values.

Rows have a key that the page assigns, so that every finding names its field as `table!key.column`. Anchors are sent and
received as character offsets, in code points of the text as obtained; the page has the text and extracts the spans.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from clausula.coding.blind import visible_tables
from clausula.coding.drafts import draft_path, read_draft, write_draft
from clausula.coding.form import NAMED, UNITS, Column, Form, Sheet, is_lead
from clausula.coding.instructions import page_instructions
from clausula.coding.page_labels import in_labels
from clausula.coding.passes import Pass, prefilled_rows, retired_names, shown_rows
from clausula.coding.proposed_log import proposed_rows
from clausula.coding.quotes import paragraphs
from clausula.coding.submission import FormRow, Submission
from clausula.coding.submit import Mode, check_text, submit
from clausula.coding.suggest import Suggester
from clausula.coding.topics import TOPICS
from clausula.coding.workbook_format import options, takes_local_names
from clausula.coding.workbook_write import COLUMN_WIDTHS
from clausula.core.commit import finish
from clausula.core.findings import Finding, finding
from clausula.core.package import open_package
from clausula.core.tables import Tables, read_tables
from clausula.evidence.anchors import uncovered_sentences
from clausula.evidence.sentences import sentences
from clausula.evidence.text import Text

SPAN_CELLS = ("start", "end")
"""Cells that a page sends instead of a quote."""

TOPIC_FIELDS = ("topic_id", "parent_topic_id", "label", "definition")
"""What the page lists of each topic."""

MAX_ROWS = 20_000
"""The maximum number of rows in a submission."""

MAX_CELL_LENGTH = 100_000
"""The maximum number of characters in a cell."""


class MalformedRequest(Exception):
    """Raised when a request does not have the form that the page sends."""


def _local_tables(column: Column) -> list[str]:
    """Return the tables whose local names a column contains."""
    if column.name == "record":
        return list(UNITS)
    return [column.refers] if takes_local_names(column) else []


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": column.title,
        "help": column.help,
        "required": column.required,
        "given": column.given,
        "choices": [list(choice) for choice in column.choices],
        "local_tables": _local_tables(column),
        "refers": "" if takes_local_names(column) else column.refers,
        "long": column.name in COLUMN_WIDTHS,
    }


def _sheet(sheet: Sheet, form: Form) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "title": sheet.table.title,
        "description": sheet.table.description or sheet.table.grain,
        "letter": NAMED.get(sheet.name, ""),
        "unit": sheet.name in UNITS,
        "parent": sheet.parent,
        "anchored": "quote" in sheet.names,
        "key": sheet.table.primary_key[0],
        "prefilled": sorted(sheet.prefilled),
        "columns": [_column(column) for column in sheet.columns if column.name != "occurrence"],
    }


def _cells(row: FormRow) -> dict[str, str]:
    return {name: value for name, value in row.cells.items() if value}


@dataclass(frozen=True)
class PageApi:
    """The data behind the coding page of one pass over one source.

    Attributes
    ----------
    root : Path
        The package.
    source_id, letter : str
    raw : str
        The text of the source, in the registered edition.
    coder : str
        ID of the coder, if known.
    suggestions : bool
        Whether the page makes suggestions.
    offered : set of str
        The tables for whose units suggestions were offered; if any, this is recorded in the pass.
    """

    root: Path
    source_id: str
    letter: str
    raw: str
    coder: str = ""
    suggestions: bool = False
    offered: set[str] = field(default_factory=set)

    @property
    def pass_id(self) -> str:
        """ID of the pass."""
        return f"{self.source_id}.{self.letter}"

    @cached_property
    def edition(self) -> str:
        """The hash of the text, which a draft must be for."""
        return hashlib.sha256(self.raw.encode("utf-8")).hexdigest()

    @cached_property
    def sentence_numbers(self) -> dict[tuple[int, int], int]:
        """The numbers of the sentences of the text, from 1."""
        return {span: number for number, span in enumerate(sentences(self.raw), 1)}

    def tables(self) -> Tables:
        """Read the current tables.

        Raises
        ------
        CouldNotRun
            If they cannot be read, the source is not registered, or the text is a different edition.
        """
        finish(self.root)
        tables = read_tables(open_package(self.root))
        check_text(tables, self.source_id, self.raw)
        return tables

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the functions that answer what the page sends, by path."""
        return {"submit": self.submit, "uncovered": self.uncovered, "draft": self.draft, "suggest": self.suggest}

    def form(self) -> dict[str, Any]:
        """Return everything that the page shows: form, lists, text, and the rows of the pass."""
        tables = self.tables()
        source = tables.index("sources")[self.source_id,]
        form = Form(tables.package.model, is_lead(self.letter))
        visible = visible_tables(tables, self.source_id, self.letter)
        rows = shown_rows(Pass(tables, form, self.source_id, self.letter), Text(self.raw), placed=True)
        return {
            "source": self.source_id,
            "title": source["title"],
            "letter": self.letter,
            "lead": form.lead,
            "text": self.raw,
            "edition": self.edition,
            "retired": sorted(retired_names(tables, self.source_id)),
            "paragraphs": [list(span) for span in paragraphs(self.raw)],
            "instructions": page_instructions(form.lead),
            "sheets": [_sheet(sheet, form) for sheet in form],
            "lists": self.lists(visible, form),
            "topics": [[row[name] for name in TOPIC_FIELDS] for row in visible[TOPICS]],
            "aliases": [[row["alias"], row["actor_id"]] for row in visible["actor_aliases"]],
            "rows": [{"table": row.table, "cells": _cells(row)} for row in rows],
            "prefilled": [
                {"table": row.table, "cells": _cells(row)} for row in prefilled_rows(tables, form, rows, self.coder)
            ],
            "proposed_log": [_cells(row) for row in (proposed_rows(self.raw) if form.lead else ())],
            "suggestions": self.suggestions,
            "draft": self._draft(form),
        }

    @cached_property
    def _suggester(self) -> Suggester:
        """The suggestions from what the coder may see when the first one is asked for."""
        tables = self.tables()
        form = Form(tables.package.model, is_lead(self.letter))
        return Suggester(visible_tables(tables, self.source_id, self.letter), form)

    def suggest(self, payload: Any) -> dict[str, Any]:
        """Return suggestions for a unit with the given spans and summary; none if they are switched off.

        Raises
        ------
        MalformedRequest
            If the request does not have the form that the page sends.
        """
        spans = _list(payload, "spans")
        table, summary = payload.get("table"), payload.get("summary")
        if not all(_is_span(span) for span in spans) or table not in UNITS or not isinstance(summary, str):
            raise MalformedRequest("a request for suggestions must have a table, spans and a summary")
        if not self.suggestions:
            return {"suggestions": []}
        words = " … ".join(self.raw[start:end] for start, end in spans)[:MAX_CELL_LENGTH]
        found = self._suggester.suggest(table, words, summary[:MAX_CELL_LENGTH])
        if found:
            self.offered.add(table)
        return {"suggestions": [one.as_dict() for one in found]}

    def _draft(self, form: Form) -> dict[str, Any]:
        """Return the draft of the pass with its revision, and findings if it cannot be used."""
        draft = read_draft(self.root, self.pass_id, self.edition)
        content = draft.content
        if draft.offered:
            self.offered.add("draft")
        try:
            if content is not None:
                _check_draft(form, content)
        except MalformedRequest:
            content = None
        findings = []
        if not draft.is_readable or content is not draft.content:
            findings = [finding("unreadable-draft", file=draft_path(self.pass_id)).as_dict()]
        return {"revision": draft.revision, "content": content, "findings": findings}

    def draft(self, payload: Any) -> dict[str, Any]:
        """Keep what the coder has entered, in place of the draft that the page knows.

        Raises
        ------
        MalformedRequest
            If the request does not have the form that the page sends.
        CouldNotRun
            If another tab has written a draft since.
        """
        content = payload.get("content") if isinstance(payload, dict) else 0
        revision = payload.get("revision") if isinstance(payload, dict) else None
        if not isinstance(revision, str) or not (content is None or isinstance(content, dict)):
            raise MalformedRequest("a draft must have a revision and a content")
        if content is not None:
            _check_draft(Form(open_package(self.root).model, is_lead(self.letter)), content)
        place = self.root, self.pass_id, self.edition
        return {"revision": write_draft(*place, content, revision, bool(self.offered))}

    def lists(self, tables: Tables, form: Form) -> dict[str, list[list[str]]]:
        """Return the options of the drop-downs of IDs, by the table that they refer to."""
        lists: dict[str, list[list[str]]] = {}
        for sheet in form:
            for column in sheet.columns:
                if column.refers and not takes_local_names(column) and column.refers not in lists:
                    listed = options(tables, column, self.source_id)
                    lists[column.refers] = [list(one) for one in listed]
        return lists

    def uncovered(self, payload: Any) -> dict[str, Any]:
        """Return the sentences outside the given spans, which have no record and no reason, and the number of all."""
        spans = _list(payload, "spans")
        if not all(_is_span(span) for span in spans):
            raise MalformedRequest("spans must be pairs of offsets")
        found = uncovered_sentences(Text(self.raw), [(span[0], span[1]) for span in spans], self.source_id)
        offsets = [tuple(int(number) for number in (one.value or "0-0").split("-")) for one in found]
        numbers = self.sentence_numbers
        return {"sentences": [[a, b, numbers.get((a, b), 0)] for a, b in offsets], "total": len(numbers)}

    def submit(self, payload: Any) -> dict[str, Any]:
        """Check what the page submits and, unless the mode is `check`, import it.

        Raises
        ------
        MalformedRequest
            If the request does not have the form that the page sends.
        CouldNotRun
            If a table cannot be read, or changed during the check; nothing was written.
        """
        form = Form(open_package(self.root).model, is_lead(self.letter))
        mode = payload.get("mode") if isinstance(payload, dict) else None
        if mode not in ("check", "valid", "all"):
            raise MalformedRequest("mode must be check, valid or all")
        rows, shown = (list(_rows(form, _list(payload, name))) for name in ("rows", "shown"))
        if self.offered:
            rows = [_with_suggestions(row) for row in rows]
        findings = [finding for row in rows for finding in _unwritable(row)]
        bad = {finding.cell for finding in findings}
        rows = [_writable(row) if bad & {row.at(), *row.where.values()} else row for row in rows]
        submitted = Submission(self.source_id, self.letter, rows, shown, reading_findings=findings)
        outcome = submit(self.root, submitted, self.raw, Mode(mode == "valid", mode == "check"))
        report = outcome.report
        listed = [in_labels(form, one) for one in report.sorted()]
        return {"imported": outcome.imported, "findings": listed, **report.checked}


def _list(payload: Any, name: str) -> list[Any]:
    value = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(value, list) or len(value) > MAX_ROWS:
        raise MalformedRequest(f"{name} must be a list of at most {MAX_ROWS:,} items")
    return value


def _check_draft(form: Form, content: Mapping[str, Any]) -> None:
    """Check that a draft has the form that the page sends.

    Raises
    ------
    MalformedRequest
        If it does not.
    """
    if set(content) != {"rows", "shown", "next", "saved"}:
        raise MalformedRequest("a draft must have rows, the rows that were shown, the next key and what is saved")
    if type(content["next"]) is not int or not isinstance(content["saved"], str):
        raise MalformedRequest("the next key of a draft must be a number, and what is saved a string")
    for name in ("rows", "shown"):
        for _ in _rows(form, _list(content, name)):
            pass


def _is_span(span: Any) -> bool:
    return isinstance(span, list) and len(span) == 2 and all(type(n) is int and 0 <= n < 10**9 for n in span)


def _rows(form: Form, payload: Iterable[Any]) -> Iterable[FormRow]:
    """Yield the rows of a request as form rows, without rows that nobody filled in."""
    for item in payload:
        one = item if isinstance(item, dict) else {}
        table, key, cells = one.get("table"), one.get("key"), one.get("cells")
        if not isinstance(table, str) or table not in form or type(key) is not int or not isinstance(cells, dict):
            raise MalformedRequest("a row must have a table, a numeric key and cells")
        sheet = form[table]
        known = {*sheet.names, *(SPAN_CELLS if "quote" in sheet.names else ())} - {"quote", "occurrence"}
        if not all(name in known and isinstance(text, str) for name, text in cells.items()):
            raise MalformedRequest(f"the cells of {table} must be strings in columns of that table")
        if any(len(text) > MAX_CELL_LENGTH for text in cells.values()):
            raise MalformedRequest(f"a cell must have at most {MAX_CELL_LENGTH:,} characters")
        place = f"{table}!{key}"
        trimmed: Mapping[str, str] = {name: text.strip() for name, text in cells.items()}
        if sheet.used(trimmed):
            yield FormRow(table, trimmed, place, {name: f"{place}.{name}" for name in sheet.names})


def _with_suggestions(row: FormRow) -> FormRow:
    """Record in the row of a pass that its coder was offered suggestions."""
    if row.table != "coding_passes":
        return row
    return FormRow(row.table, {**row.cells, "suggestions": "true"}, row.place, row.where)


def _is_writable(char: str) -> bool:
    return char in "\n\t" or (char >= " " and not "\ud800" <= char <= "\udfff")


def _unwritable(row: FormRow) -> Iterable[Finding]:
    """Yield findings on characters that cannot be stored in a table."""
    for name, text in row.cells.items():
        if not all(map(_is_writable, text)):
            yield row.finding("control-character", name)


def _writable(row: FormRow) -> FormRow:
    cells = {name: "".join(filter(_is_writable, text)) for name, text in row.cells.items()}
    return FormRow(row.table, cells, row.place, row.where)
