"""Evidence layer: check that anchors match the texts, and that every sentence has a record or a logged reason."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clausula.core.findings import Finding, finding
from clausula.evidence.sentences import sentences
from clausula.evidence.text import Text, is_fingerprint

LAYER = "evidence"
KEYS = {"evidence": "evidence_id", "coding_log": "start"}
"""The tables with anchors, and the field that names a row in a finding."""

Row = dict[str, Any]
"""An anchor: `row`, its key, `start`, `end` and `fingerprint`; an offset that is missing or not a number is None."""


@dataclass
class VerificationResult:
    """Result of verifying one source: counts of anchors by state, and findings."""

    verified: int = 0
    moved: int = 0
    broken: int = 0
    findings: list[Finding] = field(default_factory=list)


def bad_offset(row: Row, characters: int | None) -> tuple[str, str] | None:
    """Return the offset of an anchor that cannot be right and what is wrong with it, or None.

    Parameters
    ----------
    characters : int, optional
        Length of the text; None if the text is not the edition that was coded.
    """
    start, end = row["start"], row["end"]
    for name, offset in (("start", start), ("end", end)):
        if offset is None:
            return name, f"its {name} is missing or is not a whole number"
    if start < 0:
        return "start", "its start is negative"
    if end <= start:
        return "end", "its end is not after its start"
    if characters is not None and end > characters:
        return "end", f"its end is after the end of the text, which has {characters:,} characters"
    return None


def finding_at(code: str, row: Row, table: str, name: str = "", **given: Any) -> Finding:
    """Return a finding on a field of an anchor; on its span if no field is named."""
    value = row[name] if name else f"{row['start']}-{row['end']}"
    return finding(
        code,
        table=table,
        field=name or "start",
        key=f"{KEYS[table]}={row[KEYS[table]]}",
        value=None if value is None else str(value),
        row=row["row"],
        layers=(LAYER,),
        **given,
    )


def places_by_hash(rows: Iterable[Row]) -> dict[str, list[int]]:
    """Return the starts of the spans that have the same hash in the coded edition, in the order of the text."""
    found: dict[str, set[int]] = {}
    for row in rows:
        if row["fingerprint"] and row["start"] is not None:
            found.setdefault(row["fingerprint"], set()).add(row["start"])
    return {mark: sorted(starts) for mark, starts in found.items()}


class _Shifts:
    """How far the text around each place of the coded edition has moved, from the spans that are found once."""

    def __init__(self, text: Text, rows: list[Row], coded: dict[str, list[int]]) -> None:
        self._text, self._rows, self._coded = text, rows, coded

    @cached_property
    def _known(self) -> list[tuple[int, int]]:
        """The coded start of each span that both texts have once, and how far it moved, in the order of the text."""
        once = {mark: starts[0] for mark, starts in self._coded.items() if len(starts) == 1}
        found = ((once[row["fingerprint"]], row["fingerprint"]) for row in self._rows if row["fingerprint"] in once)
        places = ((start, self._text.find(mark)) for start, mark in dict.fromkeys(found))
        return sorted((start, match[0][0] - start) for start, match in places if len(match) == 1)

    def expected(self, start: int) -> int:
        """Return where a span should be now: as far from its old place as the nearest span that was found once."""
        return start + min(self._known, key=lambda one: abs(one[0] - start), default=(start, 0))[1]


def _place(row: Row, places: list[tuple[int, int]], known: list[int], shifts: _Shifts) -> tuple[int, int] | None:
    """Return the match of a span that moved; None if its words were at more places, so that it may have been left out.

    Spans with the same words keep their order, so if all are still there, each has the match at its own position.
    """
    if len(places) == len(known):
        return places[known.index(row["start"])]
    if len(places) < len(known):
        return None
    expected = shifts.expected(int(row["start"]))
    return min(places, key=lambda place: abs(place[0] - expected))


def verify_rows(  # noqa: PLR0913, PLR0917 - one text, one table, and what is known of the edition
    text: Text,
    rows: list[Row],
    table: str,
    result: VerificationResult,
    same_edition: bool = True,
    coded: dict[str, list[int]] | None = None,
) -> None:
    """Verify the anchors of one table in one text, and add the counts and findings to a result.

    Parameters
    ----------
    coded : dict of str to list of int, optional
        The starts of the spans by hash in the coded edition, also of other tables; by default those of the rows.
    """
    coded = places_by_hash(rows) if coded is None else coded
    shifts = _Shifts(text, rows, coded)
    for row in rows:
        fault = bad_offset(row, len(text.raw) if same_edition else None)
        if fault is None and not is_fingerprint(row["fingerprint"] or ""):
            fault = "fingerprint", "its hash is missing or malformed"
        if fault is not None:
            result.broken += 1
            result.findings.append(finding_at("broken-anchor:invalid", row, table, fault[0], reason=fault[1]))
            continue
        start, end, wanted = row["start"], row["end"], row["fingerprint"]
        known = coded.get(wanted, [start])
        unclear = not same_edition and len(known) > 1
        if not unclear and end <= len(text.raw) and text.matches(start, end, wanted):
            result.verified += 1
            continue
        span = f"{start}-{end}"
        places = text.find(wanted)
        place = _place(row, places, known if not same_edition else [start], shifts) if places else None
        if place == (start, end) or (place and unclear and text.matches(start, end, wanted) and place[0] == start):
            result.verified += 1
        elif place is not None:
            result.moved += 1
            low, high = place
            nearest = f" (the nearest of {len(places)} matches)" if len(places) > 1 else ""
            moved: dict[str, Any] = {"span": span, "start": low, "end": high, "nearest": nearest}
            code = "moved-anchor:edition" if same_edition else "moved-anchor:verified"
            result.findings.append(finding_at(code, row, table, **moved))
        elif places:
            result.broken += 1
            given: dict[str, Any] = {"span": span, "coded": len(known), "present": len(places)}
            result.findings.append(finding_at("broken-anchor:ambiguous", row, table, **given))
        else:
            result.broken += 1
            result.findings.append(finding_at("broken-anchor:verified", row, table, span=span))


def _merged(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return the sorted starts and ends of the union of spans, for binary search."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        elif start < end:
            starts.append(start)
            ends.append(end)
    return starts, ends


def uncovered_sentences(text: Text, spans: list[tuple[int, int]], source: str) -> list[Finding]:
    """Return a finding for each sentence that overlaps neither an anchor nor a span of the coding log."""
    starts, ends = _merged(spans)

    def covered(a: int, b: int) -> bool:
        before = bisect_left(starts, b)
        return before > 0 and ends[before - 1] > a

    return [
        finding(
            "uncoded-sentence",
            source=source,
            table="coding_log",
            field="start",
            key=f"source_id={source}",
            value=f"{a}-{b}",
            layers=(LAYER,),
        )
        for a, b in sentences(text.raw)
        if not covered(a, b)
    ]


def uncoded_source(text: Text, source: str) -> Finding:
    """Return a finding on a text without any anchor or entry in the coding log."""
    given = {"source": source, "number": sum(1 for _ in sentences(text.raw))}
    return finding("uncoded-source", **given, table="sources", key=f"source_id={source}", layers=(LAYER,))
