"""Absences whose topic is named in the text: each needs a note that says why nothing is provided on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clausula.core.findings import Finding, finding
from clausula.core.wording import singular
from clausula.evidence.anchors import LAYER, bad_offset
from clausula.evidence.verify import edition_finding, read_text, text_file
from clausula.validation.duckdb_engine import DuckDBEngine

TABLES = frozenset({"absences", "topics", "evidence", "provisions", "sources"})

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
"""Words of a label that say nothing about its subject."""

_UNEXPLAINED = """SELECT a._row, a.instrument_id, a.topic_id, a.source_id, t.label
    FROM main.absences a JOIN main.topics t USING (topic_id) WHERE a.note IS NULL ORDER BY a._row"""
_PASSAGES = """SELECT DISTINCT e.source_id, p.instrument_id, p.provision_id, e."start", e."end"
    FROM main.evidence e JOIN main.provisions p USING (provision_id) ORDER BY ALL"""
_SOURCES = "SELECT source_id, characters, sha256 FROM main.sources ORDER BY _row"


def subject(text: str) -> frozenset[str]:
    """Return what a text is about: its words in lower case and in the singular, without articles and prepositions."""
    return frozenset(singular(word) for word in map(str.lower, _WORD.findall(text)) if word not in _SMALL)


def named_absences(engine: DuckDBEngine, texts: Path) -> Iterator[Finding]:
    """Yield a warning for each absence without a note whose topic is named in a passage of the same instrument.

    A topic is named where all words of its label occur, in the singular or plural, in one passage on which a provision
    rests. Only texts in the edition that was coded are searched.
    """
    if not set(engine.tables) >= TABLES:
        return
    read: dict[str, str] = {}
    for source, characters, digest in engine.rows(_SOURCES):
        path = text_file(texts, source) if source else None
        raw = read_text(path) if path else ""
        if path and edition_finding(raw, characters, digest, source) is None:
            read[source] = raw
    passages: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for source, instrument, provision, start, end in engine.rows(_PASSAGES):
        raw = read.get(source, "")
        if bad_offset({"start": start, "end": end}, len(raw)) is None:
            passages.setdefault(instrument, []).append((provision, subject(raw[start:end])))
    for row, instrument, topic, source, label in engine.rows(_UNEXPLAINED):
        words = subject(label or "")
        named = [provision for provision, found in passages.get(instrument, []) if words and words <= found]
        if source in read and named:
            place = {"table": "absences", "field": "topic_id", "value": topic, "row": row, "layers": (LAYER,)}
            key = {"instrument_id": instrument, "topic_id": topic}
            yield engine.locate(finding("named-absence", topic=topic, provision=named[0], **place), key)
