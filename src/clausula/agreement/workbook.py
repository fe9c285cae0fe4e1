"""Conflicts as a workbook: written for people to decide in, read back with every fault told by sheet and cell."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.agreement.conflicts import PRESENT, UNIT, Conflict, Key, resolution_key, resolutions
from clausula.agreement.open_conflicts import Decision, Session
from clausula.agreement.prompts import label, page_of, question
from clausula.agreement.resolve import BAD, RESOLUTIONS, faults, normal
from clausula.agreement.unit_pairs import PREFIX
from clausula.core.findings import CouldNotRun, Finding

SHEET = "conflicts"
KEY = ("source_id", "round", "unit_a", "unit_b", "variable", "item")
SHOWN = ("record", "question", "words_a", "value_a", "words_b", "value_b")
LOG_REASON = "log_reason"
"""Asked where a record is removed; workbooks of before have no such column."""

ANSWER = ("take", "other_value", "reason", "note", LOG_REASON)
COLUMNS = (*KEY, *SHOWN, *ANSWER)
TAKE = ("a", "b", "other")
WIDE = {"question": 40, "value_a": 30, "value_b": 30, "other_value": 24, "note": 50, "variable": 28, "record": 28}
LIMIT = 100_000
"""Most rows that a workbook of conflicts may have."""


def _cells(session: Session, conflict: Conflict) -> list[str]:
    variable = session.variables.get(conflict.variable)
    return [
        conflict.source,
        str(conflict.round),
        conflict.unit_a,
        conflict.unit_b,
        conflict.variable,
        conflict.item,
        conflict.record,
        question(session.package.root, page_of(variable)),
        conflict.place_a,
        label(variable, conflict.value_a),
        conflict.place_b,
        label(variable, conflict.value_b),
    ]


def write(session: Session, path: Path) -> int:
    """Write the open conflicts of a source to a workbook; the number of them.

    Raises
    ------
    CouldNotRun
        If the file exists, because there may be decisions in it.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped,unused-ignore]

    if path.exists():
        raise CouldNotRun(Finding("file-exists", f"{path} exists", "Name another file, or remove it.", file=path.name))
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(list(COLUMNS))
    for number, conflict in enumerate(session.open, 2):
        for column, text in enumerate(_cells(session, conflict), 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # a text is never run as a formula
    reasons = ",".join(str(v) for v in session.model[RESOLUTIONS]["reason"].allowed)
    logged = ",".join(str(v) for v in session.model["coding_log"]["reason"].allowed)
    for name, listed in (("take", ",".join(TAKE)), ("reason", reasons), (LOG_REASON, logged)):
        choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        letter = get_column_letter(COLUMNS.index(name) + 1)
        choice.add(f"{letter}2:{letter}{max(len(session.open), 1) + 1}")
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
    return len(session.open)


def _open(path: Path) -> Any:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped,unused-ignore]

    try:
        book = load_workbook(path)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, EOFError) as error:
        message = f"{path} cannot be read as a workbook: {error}"
        raise CouldNotRun(Finding("unreadable-workbook", message, "Save it as .xlsx.", file=path.name)) from error
    if SHEET not in book.sheetnames:
        hint = "Use the workbook that `clausula code resolve SOURCE --workbook` writes."
        raise CouldNotRun(Finding("missing-sheet", f"{path} has no sheet {SHEET!r}", hint, file=path.name))
    return book[SHEET]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


@dataclass(frozen=True)
class _Line:
    """One row of the sheet that has an answer: its number, its texts, and the letter of each column."""

    file: str
    number: int
    texts: dict[str, str]
    letters: dict[str, str]

    def finding(self, column: str, code: str, message: str, hint: str) -> Finding:
        """Something wrong in one of its cells."""
        place = f"{self.file} {SHEET}!{self.letters.get(column, 'A')}{self.number}"
        return Finding(code, message, hint, file=place, value=self.texts.get(column) or None)


def _lines(sheet: Any, path: Path, found: list[Finding]) -> Iterator[_Line]:
    """Every row that has an answer."""
    header = [_text(cell.value) for cell in next(sheet.iter_rows(max_row=1), ())]
    letters = {name: sheet.cell(1, i).column_letter for i, name in enumerate(header, 1) if name}
    missing = [name for name in (*KEY, *ANSWER) if name not in letters and name != LOG_REASON]
    if missing:
        hint = "Use the workbook that `clausula code resolve SOURCE --workbook` writes."
        top = _Line(path.name, 1, {}, letters)
        found.append(top.finding("", "missing-column", f"the column {missing[0]!r} is missing", hint))
        return
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_row=min(LIMIT, sheet.max_row)), 2):
        texts = {name: _text(cells[i].value) for i, name in enumerate(header) if name and i < len(cells)}
        line = _Line(path.name, number, texts, letters)
        if not any(texts.get(name) for name in ANSWER):
            continue
        formulas = [n for i, n in enumerate(header) if n in (*KEY, *ANSWER) and cells[i].data_type == "f"]
        found += [line.finding(n, "formula", "the cell holds a formula", "Enter the value.") for n in formulas]
        if not formulas:
            yield line


def _key(row: dict[str, str]) -> Key:
    number = int(row["round"]) if row["round"].isdigit() else 0
    return (row["source_id"], number, row["unit_a"], row["unit_b"], row["variable"], row["item"])


def _taken(session: Session, conflict: Conflict, row: dict[str, str]) -> str:
    sides = {"a": conflict.value_a, "b": conflict.value_b}
    return sides[row["take"]] if row["take"] in sides else normal(session, conflict, row["other_value"])


def _as_same(session: Session, conflict: Conflict, row: dict[str, str]) -> str | None:
    """How a unit that is the same in the other pass is recorded."""
    same = conflict.variable == UNIT and _taken(session, conflict, row).startswith(PREFIX)
    return PRESENT if same else None


def _located(wrong: Iterable[Finding], line: _Line) -> Iterator[Finding]:
    for one in wrong:
        column = "other_value" if one.field == "value" else one.field or "take"
        yield line.finding(column, one.code, one.message, one.hint)


def read(session: Session, path: Path) -> tuple[list[Decision], list[Finding], int]:
    """The decisions of a workbook.

    Returns
    -------
    list of Decision, list of Finding, int
        The decisions that are new; everything that is wrong, by sheet and cell; and the number of rows whose
        decision was recorded before.

    Raises
    ------
    CouldNotRun
        If the file is no workbook of conflicts.
    """
    found: list[Finding] = []
    decisions: dict[Key, Decision] = {}
    known = {conflict.key: conflict for conflict in session.all if conflict.source == session.source}
    settled = {resolution_key(row): row["value"] for row in resolutions(session.package)}
    done = 0
    for line in _lines(_open(path), path, found):
        row, key = line.texts, _key(line.texts)
        if key not in known:
            hint = "Leave the first columns as they were written."
            found.append(line.finding("unit_a", "unknown-conflict", "the passes do not differ here", hint))
        elif row["take"] not in TAKE:
            found.append(line.finding("take", BAD, "nothing is chosen", f"Choose one of {', '.join(TAKE)}."))
        elif key in settled and settled[key] in (_taken(session, known[key], row), _as_same(session, known[key], row)):
            done += 1
        elif key in settled:
            message = f"it was resolved before, as {settled[key] or 'nothing'!r}"
            hint = "Change the row of resolutions by hand if the decision is a new one."
            found.append(line.finding("take", "conflict-already-resolved", message, hint))
        elif key in decisions:
            found.append(line.finding("take", BAD, "it is decided twice", "Remove one of the rows."))
        else:
            value = _taken(session, known[key], row)
            decisions[key] = Decision(known[key], value, row["reason"], row["note"], row.get(LOG_REASON, ""))
            found += _located(faults(session, decisions[key]), line)
    return list(decisions.values()), found, done
