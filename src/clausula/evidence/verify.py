"""Verification of the anchors of one source in its text."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from clausula.core.findings import WARNING, CouldNotRun, Finding
from clausula.evidence.anchors import LAYER, Verified, uncovered, verify_rows
from clausula.evidence.text import Text

SUFFIXES = (".txt", ".md")


def text_file(folder: Path, source: str) -> Path | None:
    """The file in a folder that holds the text of a source: its id with .txt or .md."""
    return next((path for suffix in SUFFIXES if (path := folder / f"{source}{suffix}").is_file()), None)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with its line ends as they are.

    Raises
    ------
    CouldNotRun
        If the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotRun(
            Finding(
                "unreadable-text",
                f"{path.name} cannot be read as UTF-8: {error}",
                "Save the text as UTF-8.",
                file=path.name,
            )
        ) from error


def edition_finding(text: str, characters: int, digest: str, source: str) -> Finding | None:
    """A warning where a text is not the one that was coded, by its length and hash; None where it is."""
    if len(text) == characters and hashlib.sha256(text.encode("utf-8")).hexdigest() == digest:
        return None
    return Finding(
        "different-edition",
        f"{source}: this is not the text that was coded ({len(text)} characters, coded {characters})",
        "Anchors are looked for all the same.",
        WARNING,
        table="sources",
        key=f"source_id={source}",
        layers=(LAYER,),
    )


def verify_source(
    source: str, raw: str, anchors: list[dict[str, Any]], log: list[dict[str, Any]], same_edition: bool = True
) -> Verified:
    """Verify all anchors of one source in its text.

    In the very text that was coded, the passages of the coding log must stand where they say as well, and anchors and
    log together account for every sentence. In another edition only the anchors are looked for.
    """
    text = Text(raw)
    result = Verified()
    verify_rows(text, anchors, "evidence", "evidence_id", result)
    if same_edition:
        passages = Verified()
        verify_rows(text, log, "coding_log", "start", passages)
        spans = [(row["start"], row["end"]) for row in [*anchors, *log]]
        result.findings += [*passages.findings, *uncovered(text, spans, source)]
    return result
