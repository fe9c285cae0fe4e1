"""The practice coding as the answer of a program: units with their parts inside them, sentences and quotes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clausula.coding.answer_form import part_names
from clausula.coding.form import NAMED, UNITS, Form, Sheet
from clausula.coding.numbered_text import NumberedText
from clausula.core.schemas import load_model
from clausula.evidence.text import Text
from tests.coding.practice import RAW, SOURCE, Rows, coding
from tests.conftest import ROOT

NUMBERED = NumberedText(Text(RAW))


def sentences_of(quote: str) -> str:
    (span,) = NUMBERED.matches(quote)
    numbers = NUMBERED.numbers_in(span)
    return f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def anchored(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the numbers of the sentences of its quote, elided if it is long."""
    words = row["quote"].split()
    quote = " ".join([*words[:5], "…", *words[-4:]]) if len(words) > 12 else row["quote"]
    return {**row, "quote": quote, "sentences": sentences_of(row["quote"])}


def typed(sheet: Sheet, row: dict[str, str]) -> dict[str, Any]:
    """Return a row with numbers and booleans as JSON has them."""
    kinds = {field.name: field.type for field in sheet.table.fields}
    return {k: json.loads(v) if kinds.get(k) in ("integer", "number", "boolean") else v for k, v in row.items() if v}


def answer(rows: Rows | None = None, letter: str = "a") -> dict[str, Any]:
    """Return rows of the form as an answer."""
    rows = rows or coding()
    form = Form(load_model(ROOT / "schemas"), letter == "a")
    found: dict[str, Any] = {"source": SOURCE, "pass": letter}
    for sheet in form:
        if not sheet.parent and sheet.name in rows:
            found[sheet.name] = [typed(sheet, row) for row in rows[sheet.name]]
    for unit in UNITS:
        for one in found.get(unit, []):
            for name, table in part_names(form, unit).items():
                parent = form[table].parent
                own = [row for row in rows.get(table, []) if row[parent] == one["id"]]
                kept = [typed(form[table], {k: v for k, v in row.items() if k not in (parent, "id")}) for row in own]
                if kept:
                    one[name] = [anchored(row) for row in kept] if table == "evidence" else kept
    if letter == "a":
        found["coding_log"] = [
            {"reason": r["reason"], "sentences": sentences_of(r["quote"])} for r in rows["coding_log"]
        ]
        found["absences"] = [{"instrument_id": SOURCE, "topic_id": "others"}]
    return found


def write_answer(folder: Path, value: dict[str, Any], name: str = "answer.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def unit(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a unit of an answer by its local name."""
    table = next(table for table, letter in NAMED.items() if letter == name[0])
    return next(one for one in value[table] if one["id"] == name)
