"""What a reader needs to check a record: the values of each pass, its sources, and the words that it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun
from clausula.evidence.text import Text, is_fingerprint
from clausula.evidence.verify import read_text, text_file

Record = dict[str, Any]

SOURCE_FIELDS = ["source_id", "title", "publisher", "author", "date", "locator", "characters", "sha256"]
LEFT_OUT = ("evidence.start", "evidence.end", "ordinal")
"""Values of a pass that are shown elsewhere: the spans are those of the units."""


def pass_values(data: Dataset, units: list[Record]) -> list[Record]:
    """Return what each pass coded for a record, one row for each variable, with a column for each pass.

    Parameters
    ----------
    data : Dataset
    units : list of dict
        The rows of `coding_units` of the record.
    """
    if not units:
        return []
    codings = data.load("codings")
    codings = codings[codings["unit"].isin([unit["unit"] for unit in units])]
    rows: dict[tuple[int, str, str], Record] = {}
    for unit in sorted(units, key=lambda one: str(one["pass_id"])):
        target = unit.get("target_no")
        own = codings[(codings["pass_id"] == unit["pass_id"]) & (codings["unit"] == unit["unit"])]
        for coded in own.to_dict("records"):
            if coded["variable"] in LEFT_OUT or pd.isna(coded["value"]):
                continue
            item = "" if coded["item"] == "1" else str(coded["item"])
            key = (int(target or 0), str(coded["variable"]), item)
            labels = {"target_no": target, "variable": coded["variable"], "item": item}
            row = rows.setdefault(key, {name: value for name, value in labels.items() if value})
            row[f"pass_{str(unit['pass_id']).rpartition('.')[2]}"] = coded["value"]
    return [row for _, row in sorted(rows.items(), key=lambda one: one[0][0])]


def sources_of(data: Dataset, anchors: list[Record]) -> list[Record]:
    """Return where the texts behind anchors can be obtained, and by which length and hash their edition is known."""
    sources = data.load("sources")
    named = sources[sources["source_id"].isin([anchor["source_id"] for anchor in anchors])]
    rows = named[SOURCE_FIELDS].to_dict("records")
    return [{str(name): value for name, value in row.items() if not pd.isna(value)} for row in rows]


def add_words(anchors: list[Record], texts: Path) -> None:
    """Add to each anchor its span in the reader's own copy of the text, or why there is none."""
    if not texts.is_dir():
        raise CouldNotRun.of("texts-not-found", texts=texts)
    known: dict[str, Text | None] = {}
    for anchor in anchors:
        source = anchor["source_id"]
        if source not in known:
            path = text_file(texts, source)
            known[source] = None if path is None else Text(read_text(path))
        anchor["words"] = _words(known[source], anchor)


def _words(text: Text | None, anchor: Record) -> str:
    """Return the text of a span; if its hash is elsewhere in the text, the span there."""
    if text is None:
        return "(the text is not in the folder)"
    start, end, wanted = int(anchor["start"]), int(anchor["end"]), str(anchor["fingerprint"])
    if not is_fingerprint(wanted):
        return "(the hash is malformed)"
    if 0 <= start < end <= len(text.raw) and text.matches(start, end, wanted):
        return " ".join(text.raw[start:end].split())
    if places := text.find(wanted):
        low, high = places[0]
        return f"{' '.join(text.raw[low:high].split())} (moved to {low}-{high})"
    return "(the span is not in the text)"
