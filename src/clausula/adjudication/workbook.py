"""Workbook of conflicts: written for the adjudicator, and read back like any coding workbook."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from clausula.adjudication.decisions import RESOLUTIONS, SAME, Decision, check_decision, normalise
from clausula.adjudication.open_conflicts import Adjudication
from clausula.adjudication.prompts import codebook_page, label, page_question, unit_words
from clausula.agreement.conflicts import PRESENT, UNIT, Conflict, Key, resolution_key
from clausula.agreement.passes import Unit
from clausula.agreement.variables import quoted
from clausula.coding.form import Column, Form, Sheet
from clausula.coding.submission import FormRow
from clausula.coding.workbook_format import import_openpyxl, workbook_bytes
from clausula.coding.workbook_lists import drop_down
from clausula.coding.workbook_read import WorkbookReader, load
from clausula.coding.workbook_write import CellWriter
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Finding, shown
from clausula.core.model import Model

KEY = ("source_id", "round", "unit_a", "unit_b", "variable", "item")
CONTEXT = (
    "record",
    "question",
    *("span_a", "text_a", "summary_a", "value_a"),
    *("span_b", "text_b", "summary_b", "value_b"),
)
ANSWER = ("take", "other_value", "reason", "note", "log_reason")
CHOICES = ("a", "b", "other")
HELP = {
    "take": "a or b: the value of that pass is right. other: neither is; write the right one into other_value.",
    "other_value": "The right value, if you took other. For a unit also same:p007, the unit p007 of the other pass.",
    "reason": "Why the passes differ or which rule decides; the codebook page on passes defines the reasons. Required.",
    "note": "What a reader should know about the decision. Optional.",
    "log_reason": "If a unit is absent and nothing else rests on its sentence: the reason for the coding log.",
}
"""The notes on the headers of the columns that the adjudicator fills in."""

WIDTHS = {"question": 40, "other_value": 24, "note": 50, "variable": 28, "record": 28}
WIDTHS |= {f"{name}_{side}": width for name, width in (("text", 60), ("summary", 40), ("value", 30)) for side in "ab"}
WRAPPED = {"question", "note", *(f"{name}_{side}" for name in ("text", "summary", "value") for side in "ab")}


def conflict_sheet(model: Model, titles: Collection[str] = CONTEXT) -> Sheet:
    """Return the columns of the workbook; those of a decision are filled by the adjudicator.

    Parameters
    ----------
    titles : collection of str
        The columns of a workbook that is read: it may lack those that only show something.
    """
    names = (*KEY, *(name for name in CONTEXT if name in titles), *ANSWER)
    columns = (Column(name, name, HELP.get(name, ""), given=name not in ANSWER) for name in names)
    return Sheet(model["conflicts"], tuple(columns), {})


def _cells(adjudication: Adjudication, conflict: Conflict) -> dict[str, str]:
    variable = adjudication.variables.get(conflict.variable)
    units = dict(zip("ab", adjudication.units(conflict), strict=True))
    shown_units = {side: unit for side, unit in units.items() if unit is not None}
    return {
        **{f"summary_{side}": _summary(adjudication, unit) for side, unit in shown_units.items()},
        **{f"text_{side}": unit_words(adjudication.text, unit) for side, unit in shown_units.items()},
        **adjudication.conflict_values(conflict),
        "record": conflict.record,
        "question": page_question(adjudication.package.root, codebook_page(variable)),
        "span_a": conflict.place_a,
        "value_a": label(variable, conflict.value_a),
        "span_b": conflict.place_b,
        "value_b": label(variable, conflict.value_b),
    }


def _summary(adjudication: Adjudication, unit: Unit) -> str:
    """Return the summary that a pass gave a unit or, if it gave none, that of the record."""
    own = unit.values.get("summary", "")
    records = adjudication.tables.index(unit.kind) if unit.record and not own else {}
    return own or records.get((unit.record,), {}).get("summary", "")


def write(adjudication: Adjudication, path: Path) -> int:
    """Write the open conflicts of a source to a workbook, and return their number.

    Raises
    ------
    CouldNotRun
        If the file exists, because it may contain decisions.
    """
    if path.exists():
        raise CouldNotRun.of("file-exists:decisions", path=path, file=path.name)
    book, model = import_openpyxl().Workbook(), adjudication.model
    sheet, writer, page = conflict_sheet(model), CellWriter(book), book.active
    page.title = sheet.name
    listed = {name: [str(v) for v in model[table]["reason"].allowed] for name, table in _REASONS.items()}
    for number, column in enumerate(sheet.columns, 1):
        writer.write_header(page.cell(1, number), column)
        letter = page.cell(1, number).column_letter
        page.column_dimensions[letter].width = WIDTHS.get(column.name, 12)
        if options := {"take": CHOICES, **listed}.get(column.name):
            rule = drop_down(f'"{",".join(options)}"', False)  # a spreadsheet would refuse A for a
            rule.add(f"{letter}2:{letter}{max(len(adjudication.open), 1) + 1}")
            page.add_data_validation(rule)
    for line, conflict in enumerate(adjudication.open, 2):
        cells = _cells(adjudication, conflict)
        for number, name in enumerate(sheet.names, 1):
            writer.write(page.cell(line, number), cells.get(name, ""))
            if name in WRAPPED:
                page.cell(line, number).alignment = writer.wrap
    page.freeze_panes = "A2"
    commit(path.parent, {path.name: workbook_bytes(book)})
    return len(adjudication.open)


_REASONS = {"reason": RESOLUTIONS, "log_reason": "coding_log"}
"""The table in which each kind of reason is stored."""


def _key(row: FormRow) -> Key:
    number = int(row["round"]) if row["round"].isdecimal() else 0
    return (row["source_id"], number, row["unit_a"], row["unit_b"], row["variable"], row["item"])


def _lower(row: FormRow) -> FormRow:
    """Return a row with its choices in lower case, so that A is a and Slip is slip."""
    return replace(row, cells={**row.cells, **{name: row[name].lower() for name in ("take", *_REASONS)}})


def _decision(adjudication: Adjudication, conflict: Conflict, row: FormRow) -> Decision:
    sides = {"a": conflict.value_a, "b": conflict.value_b}
    value = sides[row["take"]] if row["take"] in sides else normalise(adjudication, conflict, row["other_value"])
    return Decision(conflict, value, row["reason"], row["note"], row["log_reason"])


def _is_recorded(decision: Decision, value: str) -> bool:
    """Return whether a decision was recorded with a value; the same unit in the other pass counts as present."""
    same = decision.conflict.variable == UNIT and decision.value.startswith(SAME)
    return value == (PRESENT if same else decision.value)


def read(adjudication: Adjudication, path: Path) -> tuple[list[Decision], list[Finding], int]:
    """Read the decisions from a workbook.

    Returns
    -------
    list of Decision, list of Finding, int
        The new decisions; findings located by sheet and cell; and the number of rows whose decision is already
        recorded.

    Raises
    ------
    CouldNotRun
        If the file is not a workbook of conflicts.
    """
    book, sheet = load(path), conflict_sheet(adjudication.model)
    if sheet.name in book.sheetnames:
        sheet = conflict_sheet(adjudication.model, {str(cell.value) for cell in book[sheet.name][1]})
    if sheet.name not in book.sheetnames:
        raise CouldNotRun.of("missing-sheet:decisions", path=path, name=sheet.name, file=path.name)
    reader = WorkbookReader(book, Form(adjudication.model))
    rows = [_lower(row) for row in reader.rows(sheet)]
    found = reader.findings
    decisions: dict[Key, Decision] = {}
    known = {conflict.key: conflict for conflict in adjudication.conflicts if conflict.source == adjudication.source}
    resolved = {resolution_key(row): row["value"] for row in adjudication.tables[RESOLUTIONS]}
    done = 0
    if any(finding.code == "missing-column" for finding in found):
        return [], found, done
    for row in rows:
        key = _key(row)
        if key not in known:
            found.append(row.finding("unknown-conflict", "unit_a"))
            continue
        decision = _decision(adjudication, known[key], row)
        if row["take"] not in CHOICES:
            what = f"{row['take']!r} is not a valid choice" if row["take"] else "no choice was made"
            found.append(row.finding("invalid-decision:choice", "take", what=what, choices=", ".join(CHOICES)))
        elif key in resolved and _is_recorded(decision, resolved[key]):
            done += 1
        elif key in resolved:
            found.append(row.finding("conflict-already-resolved", "take", decision=quoted(resolved[key])))
        elif key in decisions:
            found.append(row.finding("invalid-decision:two-rows", "take"))
        else:
            decisions[key] = decision
            for one in check_decision(adjudication, decision):
                column = "other_value" if one.field == "value" else one.field or "take"
                value, cell = shown(row[column]) or None, row.at(column)
                found.append(replace(one, table=row.table, field=column, key=None, value=value, cell=cell))
    return list(decisions.values()), found, done
