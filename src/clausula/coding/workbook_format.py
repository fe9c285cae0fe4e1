"""The parts of a workbook that writing and reading share: cell texts, sheet names, reproducible bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from clausula.coding.blind import linked_instruments
from clausula.coding.form import GROUPS, NAMED, UNITS, Column
from clausula.coding.named_entities import ADDED
from clausula.coding.submission import FormRow
from clausula.core.model import LABELS
from clausula.core.requirements import needs
from clausula.core.tables import Tables

README, TEXT, LISTS, ABOUT = "Read me", "Text", "Lists", "About"
OWN_SHEETS = (README, TEXT, LISTS, ABOUT)
"""Sheets of a workbook that do not contain tables."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""The first characters of texts that a spreadsheet would treat as a formula or drop."""

_CHOICE = re.compile(r"(\S+) \(.*\)", re.DOTALL)
_SPAN = re.compile(r"\[span ([0-9]+)-([0-9]+)\] .*…", re.DOTALL)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def import_openpyxl() -> Any:
    """Import and return openpyxl.

    Raises
    ------
    CouldNotRun
        If it is not installed.
    """
    with needs("workbooks", "coding"):
        import openpyxl
    return openpyxl


def header(column: Column) -> str:
    """Return the text of a header cell; a star marks a required column."""
    return f"{column.title} *" if column.required else column.title


def labelled(value: str, label: str) -> str:
    """Return a value with its label, as drop-downs show it."""
    return f"{value} ({label})" if label and label != value else value


def without_label(column: Column, text: str) -> str:
    """Return the value of a cell without its label."""
    match = _CHOICE.fullmatch(text)
    if match is None:
        return text
    if column.choices:
        return match[1] if match[1] in {value for value, _ in column.choices} else text
    return match[1] if column.refers else text


def quote_cell(row: FormRow, raw: str) -> str:
    """Return the cell of a quote; one that is too long for a cell is shown as its offsets and its first words."""
    if not row["start"]:
        return row["quote"]
    words = " ".join(raw[int(row["start"]) : int(row["end"])][:400].split())
    return f"[span {row['start']}-{row['end']}] {words[:200]} …"


def read_quote(text: str) -> dict[str, str]:
    """Return the cells that a quote stands for: itself, or its offsets."""
    match = _SPAN.fullmatch(text)
    return {"start": match[1], "end": match[2]} if match else {"quote": text}


def takes_local_names(column: Column) -> bool:
    """Return whether a column contains local names of this workbook."""
    return column.refers in NAMED and column.name != "earlier_provision_id"


def options(tables: Tables, column: Column, source_id: str) -> list[tuple[str, str]]:
    """Return the options of a drop-down, values or existing IDs with their labels; empty if any text is allowed."""
    if column.choices:
        return list(column.choices)
    if column.refers == GROUPS:
        return [(row["topic_id"], _short(row["label"])) for row in tables["topics"] if row["leaf"] != "true"]
    if not column.refers or takes_local_names(column) or column.refers not in tables.rows:
        return []
    table = tables.table(column.refers)
    named = next((name for name in LABELS if name in table.names), "")
    rows: Iterable[dict[str, str]] = tables[column.refers]
    if column.refers == "coding_passes":
        rows = tables.where("coding_passes", source_id=source_id)
    if column.refers == "topics":
        rows = (row for row in rows if row["leaf"] == "true")
    if column.refers in UNITS:
        own = {row["instrument_id"] for row in tables.where("instruments", source_id=source_id)}
        related = linked_instruments(tables, source_id)
        rows = (r for r in rows if r["instrument_id"] not in own and (not related or r["instrument_id"] in related))
    listed = [(row[table.primary_key[0]], _short(row[named]) if named else "") for row in rows]
    if column.refers not in ADDED:
        return listed
    aliases = actor_aliases(tables) if column.refers == "actors" else {}
    named_rows = [(one, _short("; ".join([name, *aliases.get(one, ())]), 160)) for one, name in listed]
    return sorted(named_rows, key=lambda row: row[1].casefold())


def actor_aliases(tables: Tables) -> dict[str, list[str]]:
    """Return the aliases of each actor, so that a spreadsheet finds the actor by them."""
    found: dict[str, list[str]] = {}
    for row in tables["actor_aliases"]:
        found.setdefault(row["actor_id"], []).append(row["alias"])
    return found


def _short(label: str, limit: int = 60) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1].rstrip()}…"


def workbook_bytes(book: Any) -> bytes:
    """Return the bytes of a workbook; the same content gives the same bytes at any time and on any machine."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, content)
    return out.getvalue()
