"""Verification of the anchors of one source against its text."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding, finding
from clausula.evidence.anchors import (
    LAYER,
    VerificationResult,
    bad_offset,
    places_by_hash,
    uncoded_source,
    uncovered_sentences,
    verify_rows,
)
from clausula.evidence.text import Text

SUFFIXES = (".txt", ".md")


def text_file(folder: Path, source: str) -> Path | None:
    """Return the text file of a source in a folder, named by the ID of the source with .txt or .md; None if missing."""
    if Path(source).name != source:
        return None
    paths = (folder / f"{source}{suffix}" for suffix in SUFFIXES)
    return next((path for path in paths if os.path.isfile(path)), None)  # noqa: PTH113 - False for an impossible name


def read_text(path: Path) -> str:
    """Read a text file in UTF-8, keeping its line endings.

    Raises
    ------
    CouldNotRun
        If the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotRun.of("unreadable-text", error=error, file=path.name) from error


def edition_finding(text: str, characters: int | None, digest: str | None, source: str) -> Finding | None:
    """Return a warning if a text is not the edition that was coded, by its length and hash; else None."""
    if len(text) == characters and hashlib.sha256(text.encode("utf-8")).hexdigest() == digest:
        return None
    expected = "an unknown number" if characters is None else f"{characters:,}"
    given = {"source": source, "characters": len(text), "expected": expected}
    return finding("different-edition:verified", **given, table="sources", key=f"source_id={source}", layers=(LAYER,))


def verify_source(
    source: str, raw: str, anchors: list[dict[str, Any]], log: list[dict[str, Any]], same_edition: bool = True
) -> VerificationResult:
    """Verify all anchors of one source against its text.

    In the edition that was coded, the spans of the coding log are verified too, and anchors and log together must cover
    every sentence, unless there are none, because the text was registered and not coded yet. In a different edition,
    only the anchors are searched for. Every anchor is counted in one state.
    """
    text = Text(raw)
    result = VerificationResult()
    verify_rows(text, anchors, "evidence", result, same_edition, places_by_hash([*anchors, *log]))
    if same_edition:
        logged = VerificationResult()
        verify_rows(text, log, "coding_log", logged)
        spans = [(row["start"], row["end"]) for row in [*anchors, *log] if bad_offset(row, len(raw)) is None]
        uncovered = uncovered_sentences(text, spans, source) if anchors or log else [uncoded_source(text, source)]
        result.findings += [*logged.findings, *uncovered]
    return result
