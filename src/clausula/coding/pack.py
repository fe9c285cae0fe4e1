"""A pack: everything that a coder of any kind needs for one pass over one source, and nothing of another pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from clausula.coding.answer_form import MAX_ENUM, answer_schema, columns_of, is_anchored, is_required, part_names
from clausula.coding.blind import linked_instruments, text_instruments, visible_tables
from clausula.coding.form import GROUPS, NUMBERED, UNITS, Column, Form, Sheet, is_lead
from clausula.coding.instructions import pack_instructions
from clausula.coding.numbered_text import NumberedText, ranges_of
from clausula.coding.pack_codebook import codebook
from clausula.coding.passes import check_coder
from clausula.coding.proposed_log import proposed_log
from clausula.coding.submit import check_text
from clausula.coding.topics import TOPICS, current_version
from clausula.coding.workbook_format import actor_aliases
from clausula.core.findings import CouldNotRun
from clausula.core.model import LABELS, MEANINGS
from clausula.core.tables import Tables
from clausula.evidence.text import Text

NOT_LISTED = ("coders", "coding_passes", "evidence", "disputes")
"""Tables whose rows a pack does not list: other coders and passes, and what an answer names itself."""


@dataclass(frozen=True)
class PackRequest:
    """What a pack is for.

    Attributes
    ----------
    source_id, letter : str
    coder : str
        ID of the coder, if the table `coders` has it.
    units : sequence of str
        The kinds of units to code; empty for all.
    related : sequence of str
        Instruments whose provisions are listed, so that links can refer to them.
    examples : bool
        Whether the codebook contains its worked examples.
    """

    source_id: str
    letter: str
    coder: str = ""
    units: Sequence[str] = ()
    related: Sequence[str] = ()
    examples: bool = True


def restricted(form: Form, units: Iterable[str]) -> Form:
    """Return a form without the units that are not wanted, and without their parts."""
    left_out = set(UNITS) - set(units) if units else set()
    parts = {table for unit in left_out for table in part_names(form, unit).values()} - {"evidence"}
    parts |= {"absences"} if "provisions" in left_out else set()
    wanted = Form(form.model, form.lead)
    wanted.sheets = {name: sheet for name, sheet in form.sheets.items() if name not in left_out | parts}
    return wanted


def _values(column: Column, sheet: Sheet) -> list[list[str]]:
    """Return the values of a closed list with their definitions."""
    field = sheet.table[column.name] if column.name in sheet.table.names else None
    listed = (field.categories or field.scale) if field else ()
    if listed:
        return [[str(one.value), one.description or one.label] for one in listed]
    return [[value, ""] for value, _ in column.choices] if len(column.choices) <= MAX_ENUM else []


def _column(column: Column, sheet: Sheet) -> dict[str, Any]:
    field = sheet.table[column.name] if column.name in sheet.table.names else None
    found: dict[str, Any] = {"name": column.name, "required": is_required(sheet, column)}
    about = field.description if field else column.help
    found["about"] = f"{about} Unit: {field.unit}." if field and field.unit else about
    if column.refers:
        found["refers"] = column.refers
    if values := _values(column, sheet):
        found["values"] = values
    if field and field.page:
        found["page"] = field.page
    return found


def form_of(form: Form) -> list[dict[str, Any]]:
    """Return the tables of a form with their fields, as plain values."""
    return [
        {
            "table": sheet.name,
            "about": sheet.table.grain,
            "fields": [_column(column, sheet) for column in columns_of(sheet) if column.name not in NUMBERED],
            "anchored": is_anchored(sheet),
            "parts": part_names(form, sheet.name),
        }
        for sheet in form
    ]


def lists(tables: Tables, form: Form, request: PackRequest) -> dict[str, list[list[str]]]:
    """Return the rows that the answer can refer to, by table: ID, name and, for topics, the definition."""
    found: dict[str, list[list[str]]] = {}
    for sheet in form:
        for column in sheet.columns:
            if column.refers == GROUPS:
                found[GROUPS] = [[r["topic_id"], r["label"], ""] for r in tables[TOPICS] if r["leaf"] != "true"]
            elif column.refers in tables.rows and column.refers not in (*found, *NOT_LISTED):
                found[column.refers] = _listed(tables, column.refers, request)
    return {name: rows for name, rows in found.items() if rows}


def _listed(tables: Tables, name: str, request: PackRequest) -> list[list[str]]:
    structure = tables.table(name)
    rows = tables[name]
    if name == "topics":
        rows = [row for row in rows if row["leaf"] == "true"]
    if name in UNITS:
        related = request.related or linked_instruments(tables, request.source_id)
        rows = [row for row in rows if row.get("instrument_id") in related and name == "provisions"]
    label = next((one for one in LABELS if one in structure.names), "")
    meaning = next((one for one in MEANINGS if one in structure.names and one != label), "")
    columns = [structure.primary_key[0], *filter(None, [label, meaning if name == "topics" else ""])]
    aliases = _aliases(tables) if name == "actors" else {}
    return [[*(row[column] for column in columns), *aliases.get(row[columns[0]], ())] for row in rows]


def _aliases(tables: Tables) -> dict[str, list[str]]:
    """Return the aliases of each actor, as one text."""
    return {actor: [f"also {'; '.join(names)}"] for actor, names in actor_aliases(tables).items()}


def _proposals(numbered: NumberedText) -> dict[str, str]:
    reasons: dict[str, list[int]] = {}
    for number, reason in proposed_log(numbered):
        reasons.setdefault(reason, []).append(number)
    return {reason: ranges_of(numbers) for reason, numbers in reasons.items()}


def sentence_texts(numbered: NumberedText) -> list[tuple[int, str, bool]]:
    """Return every sentence with its number and whether it begins a paragraph, with the numbering in front of it."""
    found, reached, raw = [], 0, numbered.text.raw
    for number, (start, end) in enumerate(numbered.spans, 1):
        before = raw[reached:start]
        found.append((number, " ".join(raw[reached:end].split()), "\n" in before or not reached))
        reached = end
    return found


def make_pack(tables: Tables, raw: str, request: PackRequest) -> dict[str, Any]:
    """Return the pack of a pass over a source as plain values; the same tables and text always give the same values.

    Parameters
    ----------
    tables : Tables
    raw : str
        The text of the source.
    request : PackRequest

    Raises
    ------
    CouldNotRun
        If the text is a different edition, or there is no such coder, unit or instrument.
    """
    source = tables.index("sources").get((request.source_id,))
    if source is not None:
        check_text(tables, request.source_id, raw)
    check_coder(tables, request.coder)
    visible = visible_tables(tables, request.source_id, request.letter)
    for instrument in request.related:
        if (instrument,) not in visible.index("instruments"):
            raise CouldNotRun.of("unknown-record", record=instrument)
    whole = Form(tables.package.model, is_lead(request.letter))
    form = restricted(whole, request.units)
    numbered = NumberedText(Text(raw))
    instruments = text_instruments(visible, request.source_id)
    given = {"coder_id": request.coder} if request.coder else {}
    return {
        "source": request.source_id,
        "pass": request.letter,
        "title": source["title"] if source else request.source_id,
        "language": source["language"] if source else "",
        "registered": source is not None,
        "codebook_version": current_version(tables),
        "instruments": instruments,
        "coding_passes": given,
        "instructions": pack_instructions(form, instruments, source is not None),
        "text": [
            {"sentence": n, "start": numbered.spans[n - 1][0], "end": numbered.spans[n - 1][1], "text": t, "new": new}
            for n, t, new in sentence_texts(numbered)
        ],
        "proposed_log": _proposals(numbered) if form.lead else {},
        "codebook": codebook(tables.package.root, form, request.examples),
        "form": form_of(form),
        "lists": lists(visible, form, request),
        "answer_schema": answer_schema(form, request.source_id, request.letter, source is None),
    }
