"""The evidence layer: do the anchors stand in the texts, and does every sentence bear a record or a reason?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clausula.core.findings import ERROR, WARNING, Finding
from clausula.evidence.text import Text

LAYER = "evidence"
_SENTENCE = re.compile(r"\S.*?(?:[.!?;][\"'”’)]*(?=\s|$)|$)")
_NUMBER = re.compile(r"[\W_]*(?:\d+|[ivx]+)?[\W_]*")


@dataclass
class Verified:
    """What became of the anchors of one source."""

    verified: int = 0
    moved: int = 0
    broken: int = 0
    findings: list[Finding] = field(default_factory=list)


def verify_anchor(text: Text, start: int, end: int, wanted: str) -> tuple[str, list[tuple[int, int]]]:
    """State of one anchor: verified, moved (with every place where its words stand) or broken."""
    if 0 <= start < end <= len(text.raw) and text.holds(start, end, wanted):
        return "verified", []
    places = text.find(wanted)
    return ("moved" if places else "broken"), places


def _nearest(places: list[tuple[int, int]], start: int) -> tuple[int, int]:
    return min(places, key=lambda place: abs(place[0] - start))


def verify_rows(text: Text, rows: list[dict[str, Any]], table: str, key: str, result: Verified) -> None:
    """Verify the anchors of one table in one text."""
    for row in rows:
        state, places = verify_anchor(text, row["start"], row["end"], row["fingerprint"])
        setattr(result, state, getattr(result, state) + 1)
        if state == "verified":
            continue
        at = f"{row['start']}-{row['end']}"
        if state == "moved":
            start, end = _nearest(places, row["start"])
            also = f" (the words stand in {len(places)} places; this is the nearest)" if len(places) > 1 else ""
            message = f"the words of {at} stand at {start}-{end}{also}"
            hint, severity = "The text is another edition; the anchor still holds.", WARNING
        else:
            message, hint, severity = (
                f"the words of {at} stand nowhere in the text",
                "Read the passage again and code it anew.",
                ERROR,
            )
        result.findings.append(
            Finding(
                f"anchor-{state}",
                message,
                hint,
                severity,
                table=table,
                field="start",
                key=f"{key}={row[key]}",
                value=at,
                row=row["row"],
                layers=(LAYER,),
            )
        )


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence or line that has more than a number to it."""
    for line in re.finditer(r"[^\n]+", text):
        for match in _SENTENCE.finditer(line.group()):
            if match.group() and not _NUMBER.fullmatch(match.group()):
                yield line.start() + match.start(), line.start() + match.end()


def _merged(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Starts and ends of the union of spans, in order, so that one of them can be looked up."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        elif start < end:
            starts.append(start)
            ends.append(end)
    return starts, ends


def uncovered(text: Text, spans: list[tuple[int, int]], source: str) -> list[Finding]:
    """Sentences that overlap neither an anchor nor a passage of the coding log."""
    starts, ends = _merged(spans)

    def covered(a: int, b: int) -> bool:
        before = bisect_left(starts, b)
        return before > 0 and ends[before - 1] > a

    missing = [(a, b) for a, b in sentences(text.raw) if not covered(a, b)]
    return [
        Finding(
            "uncoded-sentence",
            f"{source}: the sentence at {a}-{b} bears no record and no reason",
            "Code it, or give the reason in coding_log.",
            table="coding_log",
            field="start",
            key=f"source_id={source}",
            value=f"{a}-{b}",
            layers=(LAYER,),
        )
        for a, b in missing
    ]
