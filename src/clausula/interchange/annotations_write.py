"""W3C Web Annotations (JSON-LD): one annotation per anchor, with the coded record as its body.

Offsets are code points of the text as obtained, from 0, with exclusive ends. The first annotation of a record contains
all its values; further ones refer to it by its ID.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from clausula.core.lexical import parse
from clausula.core.model import Model, Table
from clausula.interchange.records import Anchor, Record, Texts, quote_of

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PREFIX = "clausula"
URN = "urn:clausula:"
POSITIONS = "code points of the text as obtained, from 0, ends exclusive"
AROUND = 32
"""Number of characters before and after a quote that are written as its context."""


def urn(table: str, key: str) -> str:
    """Return the URN of a row."""
    return f"{URN}{table}:{key}"


def _typed(table: Table, values: Mapping[str, str]) -> dict[str, Any]:
    """Return fields under our prefix as JSON values: numbers and truth values typed, dates as text."""
    kinds = {field.name: field.type for field in table.fields}
    return {
        f"{PREFIX}:{name}": parse(kinds[name], text) if kinds[name] in ("integer", "number", "boolean") else text
        for name, text in values.items()
    }


def _body(model: Model, record: Record, full: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"id": urn(record.table, record.record), "type": f"{PREFIX}:{record.table}"}
    if not full:
        return body
    parts = {
        f"{PREFIX}:{name}": [_typed(model[name], row) for row in rows] for name, rows in record.parts.items() if rows
    }
    return {**body, **_typed(model[record.table], record.values), **parts}


def _selectors(anchor: Anchor, texts: Texts) -> Any:
    start, end = int(anchor.start), int(anchor.end)
    place = {"type": "TextPositionSelector", "start": start, "end": end}
    quote = quote_of(texts, anchor)
    if not quote:
        return place
    text = texts(anchor.source_id)
    raw = text.raw if text else ""
    before, after = raw[max(0, start - AROUND) : start], raw[end : end + AROUND]
    return [place, {"type": "TextQuoteSelector", "exact": quote, "prefix": before, "suffix": after}]


def _annotation(model: Model, record: Record, anchor: Anchor, full: bool, texts: Texts) -> dict[str, Any]:
    voices = [_typed(model["attributions"], voice) for voice in anchor.voices]
    return {
        "id": urn("evidence", anchor.evidence_id),
        "type": "Annotation",
        "motivation": "classifying",
        f"{PREFIX}:bearing": anchor.bearing,
        **({f"{PREFIX}:attributions": voices} if voices else {}),
        "body": _body(model, record, full),
        "target": {
            "type": "SpecificResource",
            "source": urn("sources", anchor.source_id),
            f"{PREFIX}:fingerprint": anchor.fingerprint,
            "selector": _selectors(anchor, texts),
        },
    }


def write_annotations(model: Model, records: Iterable[Record], texts: Texts) -> bytes:
    """Return records as one annotation collection with one page, as JSON-LD in UTF-8.

    Parameters
    ----------
    model : Model
    records : iterable of Record
    texts : callable
        Function that returns the text of a source to quote from, or None.

    Returns
    -------
    bytes
    """
    items = [
        _annotation(model, record, anchor, number == 0, texts)
        for record in records
        for number, anchor in enumerate(record.anchors)
    ]
    metadata = model.metadata
    name = f"{URN}{metadata['name']}:{metadata['version']}:annotations"
    page = {"id": f"{name}:1", "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": items}
    collection = {
        "@context": [CONTEXT, {PREFIX: f"{URN}field:"}],
        "id": name,
        "type": "AnnotationCollection",
        "label": f"{metadata['title']}, {metadata['version']}",
        f"{PREFIX}:positions": POSITIONS,
        "total": len(items),
        "first": page,
    }
    return (json.dumps(collection, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
