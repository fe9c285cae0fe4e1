"""Workbook of conflicts: written for the adjudicator, read back with every error located by sheet and cell."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.agreement.conflicts import PRESENT, UNIT, Conflict, Key, resolution_key, resolutions
from clausula.agreement.open_conflicts import Adjudication, Decision
from clausula.agreement.prompts import codebook_page, label, page_question
from clausula.agreement.resolve import INVALID_DECISION, RESOLUTIONS, check_decision, normalise
from clausula.agreement.unit_pairs import PREFIX
from clausula.agreement.variables import quoted
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.store import Store

SHEET = "conflicts"
KEY = ("source_id", "round", "unit_a", "unit_b", "variable", "item")
CONTEXT = ("record", "question", "span_a", "value_a", "span_b", "value_b")
LOG_REASON = "log_reason"
"""Needed only if a record is removed; older workbooks do not have this column."""

ANSWER = ("take", "other_value", "reason", "note", LOG_REASON)
COLUMNS = (*KEY, *CONTEXT, *ANSWER)
CHOICES = ("a", "b", "other")
WIDE = {"question": 40, "value_a": 30, "value_b": 30, "other_value": 24, "note": 50, "variable": 28, "record": 28}
LIMIT = 100_000
"""Largest number of rows that are read from a workbook."""


def _cells(adjudication: Adjudication, conflict: Conflict) -> list[str]:
    variable = adjudication.variables.get(conflict.variable)
    return [
        conflict.source,
        str(conflict.round),
        conflict.unit_a,
        conflict.unit_b,
        conflict.variable,
        conflict.item,
        conflict.record,
        page_question(adjudication.package.root, codebook_page(variable)),
        conflict.place_a,
        label(variable, conflict.value_a),
        conflict.place_b,
        label(variable, conflict.value_b),
    ]


def write(adjudication: Adjudication, path: Path) -> int:
    """Write the open conflicts of a source to a workbook, and return their number.

    Raises
    ------
    CouldNotRun
        If the file exists, because it may contain decisions.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped,unused-ignore]

    if path.exists():
        hint = "Choose another file name, or delete the file."
        raise CouldNotRun(Finding("file-exists", f"{path} already exists", hint, file=path.name))
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(list(COLUMNS))
    for number, conflict in enumerate(adjudication.open, 2):
        for column, text in enumerate(_cells(adjudication, conflict), 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # text, so that it is never evaluated as a formula
    reasons = ",".join(str(v) for v in adjudication.model[RESOLUTIONS]["reason"].allowed)
    logged = ",".join(str(v) for v in adjudication.model["coding_log"]["reason"].allowed)
    for name, listed in (("take", ",".join(CHOICES)), ("reason", reasons), (LOG_REASON, logged)):
        choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        letter = get_column_letter(COLUMNS.index(name) + 1)
        choice.add(f"{letter}2:{letter}{max(len(adjudication.open), 1) + 1}")
        sheet.add_data_validation(choice)
    for column, name in enumerate(COLUMNS, 1):
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        if name in ANSWER:
            head.fill = PatternFill("solid", fgColor="FFF2CC")
        sheet.column_dimensions[get_column_letter(column)].width = WIDE.get(name, 12)
    sheet.freeze_panes = "A2"
    staged = path.with_name(f".{path.name}.part")
    try:
        book.save(staged)
        os.replace(staged, path)  # noqa: PTH105
    finally:
        staged.unlink(missing_ok=True)
    return len(adjudication.open)


def _open(path: Path) -> Any:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped,unused-ignore]

    try:
        book = load_workbook(path)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, EOFError) as error:
        message = f"{path} cannot be read as a workbook: {error}"
        raise CouldNotRun(
            Finding("unreadable-workbook", message, "Save the workbook as .xlsx.", file=path.name)
        ) from error
    if SHEET not in book.sheetnames:
        hint = "Use the workbook that `clausula code resolve SOURCE --out FILE` writes."
        raise CouldNotRun(Finding("missing-sheet", f"{path} has no sheet {SHEET!r}", hint, file=path.name))
    return book[SHEET]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


@dataclass(frozen=True)
class _AnsweredRow:
    """A row of the sheet with a decision: its number, its cells as text, and the letter of each column."""

    file: str
    number: int
    texts: dict[str, str]
    letters: dict[str, str]

    def finding(self, column: str, code: str, message: str, hint: str) -> Finding:
        """Return a finding on one of the cells."""
        place = f"{self.file} {SHEET}!{self.letters.get(column, 'A')}{self.number}"
        return Finding(code, message, hint, file=place, value=self.texts.get(column) or None)


def _answered_rows(sheet: Any, path: Path, found: list[Finding]) -> Iterator[_AnsweredRow]:
    """Yield the rows with a decision, and add findings on the header and on formulas."""
    header = [_text(cell.value) for cell in next(sheet.iter_rows(max_row=1), ())]
    letters = {name: sheet.cell(1, i).column_letter for i, name in enumerate(header, 1) if name}
    missing = [name for name in (*KEY, *ANSWER) if name not in letters and name != LOG_REASON]
    if missing:
        hint = "Use the workbook that `clausula code resolve SOURCE --out FILE` writes."
        top = _AnsweredRow(path.name, 1, {}, letters)
        found.append(top.finding("", "missing-column", f"column {missing[0]!r} is missing", hint))
        return
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_row=min(LIMIT, sheet.max_row)), 2):
        texts = {name: _text(cells[i].value) for i, name in enumerate(header) if name and i < len(cells)}
        row = _AnsweredRow(path.name, number, texts, letters)
        if not any(texts.get(name) for name in ANSWER):
            continue
        formulas = [n for i, n in enumerate(header) if n in (*KEY, *ANSWER) and cells[i].data_type == "f"]
        found += [row.finding(n, "formula", "the cell contains a formula", "Enter the value.") for n in formulas]
        if not formulas:
            yield row


def _key(row: dict[str, str]) -> Key:
    number = int(row["round"]) if row["round"].isdigit() else 0
    return (row["source_id"], number, row["unit_a"], row["unit_b"], row["variable"], row["item"])


def _decided_value(adjudication: Adjudication, conflict: Conflict, row: dict[str, str]) -> str:
    sides = {"a": conflict.value_a, "b": conflict.value_b}
    return sides[row["take"]] if row["take"] in sides else normalise(adjudication, conflict, row["other_value"])


def _recorded_values(adjudication: Adjudication, conflict: Conflict, row: dict[str, str]) -> tuple[str, ...]:
    """Return the values under which a decision may be recorded; the same unit in the other pass counts as present."""
    value = _decided_value(adjudication, conflict, row)
    return (value, PRESENT) if conflict.variable == UNIT and value.startswith(PREFIX) else (value,)


def _locate(findings: Iterable[Finding], row: _AnsweredRow) -> Iterator[Finding]:
    for one in findings:
        column = "other_value" if one.field == "value" else one.field or "take"
        yield row.finding(column, one.code, one.message, one.hint)


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
    found: list[Finding] = []
    decisions: dict[Key, Decision] = {}
    known = {conflict.key: conflict for conflict in adjudication.conflicts if conflict.source == adjudication.source}
    resolved = {resolution_key(row): row["value"] for row in resolutions(Store(adjudication.package))}
    done = 0
    for row in _answered_rows(_open(path), path, found):
        texts, key = row.texts, _key(row.texts)
        if key not in known:
            hint = "Do not change the first columns; restore their values from a new workbook."
            found.append(row.finding("unit_a", "unknown-conflict", "this conflict does not exist", hint))
        elif texts["take"] not in CHOICES:
            message = f"{texts['take']!r} is not a valid choice" if texts["take"] else "no choice was made"
            found.append(row.finding("take", INVALID_DECISION, message, f"Choose one of {', '.join(CHOICES)}."))
        elif key in resolved and resolved[key] in _recorded_values(adjudication, known[key], texts):
            done += 1
        elif key in resolved:
            message = f"the conflict is already resolved; the decision is {quoted(resolved[key])}"
            hint = "To change the decision, edit its row in resolutions."
            found.append(row.finding("take", "conflict-already-resolved", message, hint))
        elif key in decisions:
            message = "the conflict has two decisions in this workbook"
            found.append(row.finding("take", INVALID_DECISION, message, "Delete one of the rows."))
        else:
            value = _decided_value(adjudication, known[key], texts)
            decisions[key] = Decision(known[key], value, texts["reason"], texts["note"], texts.get(LOG_REASON, ""))
            found += _locate(check_decision(adjudication, decisions[key]), row)
    return list(decisions.values()), found, done
