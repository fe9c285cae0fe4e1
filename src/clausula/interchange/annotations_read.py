"""Reading W3C Web Annotations: records from those in our own form, and findings for those that cannot be mapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.coding.form import RECORDS
from clausula.coding.quotes import places
from clausula.core.findings import CouldNotRun, Finding, finding, shown
from clausula.core.lexical import format_value
from clausula.core.model import Model
from clausula.core.tables import Tables
from clausula.evidence.text import Text
from clausula.interchange.annotations_write import PREFIX, URN
from clausula.interchange.records import PARTS, Anchor, ImportRequest, Record, Values, fields_of

MAX_BYTES = 50 << 20
"""Maximum size of a file to import, in bytes."""


def read_limited(path: Path) -> bytes:
    """Read a submitted file of limited size.

    Raises
    ------
    CouldNotRun
        If it is larger than `MAX_BYTES`.
    """
    if path.stat().st_size > MAX_BYTES:
        raise CouldNotRun.of("file-too-large:import", limit=MAX_BYTES >> 20, file=path.name)
    return path.read_bytes()


def _document(path: Path) -> Any:
    try:
        return json.loads(read_limited(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CouldNotRun.of("not-json", error=shown(str(error), 200), file=path.name) from error


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _items(document: Any) -> Iterator[Any]:
    """Yield the annotations of a collection, a page or a list, or a single annotation."""
    if isinstance(document, list):
        yield from document
    elif isinstance(document, dict) and "first" in document:
        yield from _items(document["first"])
    elif isinstance(document, dict) and "items" in document:
        yield from _as_list(document["items"])
    else:
        yield document


@dataclass
class _Reader:
    model: Model
    source_id: str
    text: Text
    name: str
    findings: list[Finding] = field(default_factory=list)
    skipped: int = 0
    records: dict[str, Record] = field(default_factory=dict)

    def report(self, code: str, place: str, **given: Any) -> None:
        self.findings.append(finding(code, cell=place, **given))

    def values(self, table: str, given: Mapping[str, Any], names: Iterable[str]) -> Values:
        known = {f"{PREFIX}:{name}": name for name in names}
        return {
            known[key]: format_value(value)
            for key, value in given.items()
            if key in known and isinstance(value, str | int | float | bool)
        }

    def span(self, place: str, target: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the span of an annotation, from its offsets or else from its quote."""
        selectors = [one for one in _as_list(target.get("selector")) if isinstance(one, dict)]
        by_type = {str(one.get("type")): one for one in selectors}
        at, quote = by_type.get("TextPositionSelector"), by_type.get("TextQuoteSelector")
        if at is not None and type(at.get("start")) is int and type(at.get("end")) is int:
            return self.check_span(place, target, at["start"], at["end"])
        if quote is not None and isinstance(quote.get("exact"), str):
            return self.find_quote(place, quote)
        self.report("missing-selector", place)
        return None

    def check_span(self, place: str, target: Mapping[str, Any], start: int, end: int) -> tuple[str, str]:
        """Return the offsets, or the new ones if the span with this hash has moved."""
        expected = target.get(f"{PREFIX}:fingerprint")
        try:
            if not isinstance(expected, str) or (0 <= start < end and self.text.matches(start, end, expected)):
                return str(start), str(end)
            found = self.text.find(expected)
        except ValueError:
            return str(start), str(end)
        if not found:
            self.report("broken-anchor:annotation", place, start=start, end=end)
            return str(start), str(end)
        low, high = min(found, key=lambda span: abs(span[0] - start))
        self.report("moved-anchor", place, start=start, end=end, low=low, high=high)
        return str(low), str(high)

    def find_quote(self, place: str, quote: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the span of a quote; if it occurs more than once, the one whose context matches."""
        found = places(self.text, quote["exact"])
        if len(found) > 1:
            before, after = str(quote.get("prefix") or ""), str(quote.get("suffix") or "")
            raw = self.text.raw
            fits = [s for s in found if raw[: s[0]].endswith(before) and raw[s[1] :].startswith(after)]
            found = fits if before or after else found
        if len(found) == 1:
            return str(found[0][0]), str(found[0][1])
        if found:
            self.report("ambiguous-quote", place, number=len(found))
        else:
            self.report("quote-not-found", place)
        return None

    def body(self, place: str, item: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
        """Return the table and the body of the record in an annotation."""
        for one in _as_list(item.get("body")):
            kinds = (
                [str(kind).removeprefix(f"{PREFIX}:") for kind in _as_list(one.get("type"))]
                if isinstance(one, dict)
                else []
            )
            table = next((kind for kind in kinds if kind in RECORDS), None)
            if table is not None:
                return table, one
        self.report("unknown-annotation-body", place, prefix=PREFIX)
        return None

    def read(self, number: int, item: Any) -> None:
        place = f"{self.name}!{number}"
        targets = (
            [one for one in _as_list(item.get("target")) if isinstance(one, dict)] if isinstance(item, dict) else []
        )
        if len(targets) != 1:
            self.report("not-an-annotation", place)
            return
        source = targets[0].get("source")
        source = source.get("id") if isinstance(source, dict) else source
        if str(source).replace(":", "/").rpartition("/")[2] != self.source_id:
            self.skipped += 1
            return
        body, span = self.body(place, item), self.span(place, targets[0])
        if body is None or span is None:
            return
        key = str(body[1].get("id") or place)
        record = self.records.get(key) or Record(body[0], _local(key, body[0]), {}, {}, (), place)
        self.records[key] = self.with_anchor(self.with_body(record, body[1]), item, span)

    def with_body(self, record: Record, body: Mapping[str, Any]) -> Record:
        """Return the record with the values of this body added."""
        key = RECORDS[record.table]
        values = self.values(record.table, body, fields_of(self.model[record.table], [key]))
        parts = dict(record.parts) or {name: () for name in PARTS if self.model[name].primary_key[0] == key}
        for name in parts:
            rows = [one for one in _as_list(body.get(f"{PREFIX}:{name}")) if isinstance(one, dict)]
            if rows:
                names = fields_of(self.model[name], [key])
                parts[name] = tuple(self.values(name, row, names) for row in rows)
        return replace(record, values=record.values | values, parts=parts)

    def with_anchor(self, record: Record, item: Mapping[str, Any], span: tuple[str, str]) -> Record:
        names = fields_of(self.model["attributions"], ["evidence_id"])
        voices = [one for one in _as_list(item.get(f"{PREFIX}:attributions")) if isinstance(one, dict)]
        anchor = Anchor(
            str(item.get("id") or "").removeprefix(f"{URN}evidence:"),
            self.source_id,
            str(item.get(f"{PREFIX}:bearing") or "states"),
            *span,
            self.hash_of(span),
            tuple(self.values("attributions", voice, names) for voice in voices),
        )
        return replace(record, anchors=(*record.anchors, anchor))

    def hash_of(self, span: tuple[str, str]) -> str:
        try:
            return self.text.fingerprint(int(span[0]), int(span[1]))
        except ValueError:
            return ""


def _local(key: str, table: str) -> str:
    return key.removeprefix(f"{URN}{table}:") if key.startswith(f"{URN}{table}:") else ""


def read_annotations(tables: Tables, request: ImportRequest, text: Text) -> tuple[list[Record], list[Finding]]:
    """Return the records in the annotations on a source, and findings for annotations that cannot be mapped.

    Raises
    ------
    CouldNotRun
        If the file is not valid JSON or has no annotation on the source.
    """
    path, source_id = request.path, request.source_id
    reader = _Reader(tables.package.model, source_id, text, path.name)
    for number, item in enumerate(_items(_document(path)), 1):
        reader.read(number, item)
    if not reader.records and not reader.findings:
        counted = {"source": source_id, "skipped": reader.skipped}
        raise CouldNotRun.of("nothing-to-import:annotations", file=path.name, **counted)
    return list(reader.records.values()), reader.findings
