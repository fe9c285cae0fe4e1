"""Reading W3C Web Annotations: those of our own form as they are, and what of others cannot be mapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.coding.form import RECORDS
from clausula.coding.quotes import places
from clausula.coding.table_store import Tables
from clausula.core.findings import WARNING, CouldNotRun, Finding, shown
from clausula.core.lexical import spell
from clausula.core.model import Model
from clausula.evidence.text import Text
from clausula.interchange.annotations_write import PREFIX, URN
from clausula.interchange.records import PARTS, Anchored, Record, Values, Wanted, fields_of

LARGEST = 50 << 20
"""Bytes of a file that is read."""


def load(path: Path) -> bytes:
    """The bytes of a file that somebody hands in.

    Raises
    ------
    CouldNotRun
        If it is too large.
    """
    if path.stat().st_size > LARGEST:
        what = f"{path.name} has more than {LARGEST >> 20} MB"
        raise CouldNotRun(Finding("file-too-large", what, "Hand it in by parts.", file=path.name))
    return path.read_bytes()


def _document(path: Path) -> Any:
    try:
        return json.loads(load(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        what = f"{path.name} is no JSON in UTF-8: {shown(str(error), 200)}"
        raise CouldNotRun(Finding("not-json", what, "Export it anew.", file=path.name)) from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _items(document: Any) -> Iterator[Any]:
    """The annotations of a collection, a page, a list or a single one."""
    if isinstance(document, list):
        yield from document
    elif isinstance(document, dict) and "first" in document:
        yield from _items(document["first"])
    elif isinstance(document, dict) and "items" in document:
        yield from _listed(document["items"])
    else:
        yield document


@dataclass
class _Reader:
    model: Model
    source_id: str
    text: Text
    name: str
    findings: list[Finding] = field(default_factory=list)
    others: int = 0
    records: dict[str, Record] = field(default_factory=dict)

    def fault(self, place: str, code: str, message: str, hint: str, severity: str = "error") -> None:
        self.findings.append(Finding(code, message, hint, severity, cell=place))

    def values(self, table: str, given: Mapping[str, Any], names: Iterable[str]) -> Values:
        known = {f"{PREFIX}:{name}": name for name in names}
        return {
            known[key]: spell(value)
            for key, value in given.items()
            if key in known and isinstance(value, str | int | float | bool)
        }

    def span(self, place: str, target: Mapping[str, Any]) -> tuple[str, str] | None:
        """Where an annotation stands: by its positions, else by its quote."""
        selectors = [one for one in _listed(target.get("selector")) if isinstance(one, dict)]
        by_type = {str(one.get("type")): one for one in selectors}
        at, quote = by_type.get("TextPositionSelector"), by_type.get("TextQuoteSelector")
        if at is not None and type(at.get("start")) is int and type(at.get("end")) is int:
            return self.standing(place, target, at["start"], at["end"])
        if quote is not None and isinstance(quote.get("exact"), str):
            return self.quoted(place, quote)
        hint = "Give a TextPositionSelector in code points, or a TextQuoteSelector."
        self.fault(place, "missing-selector", "the annotation does not say which words it means", hint)
        return None

    def standing(self, place: str, target: Mapping[str, Any], start: int, end: int) -> tuple[str, str]:
        """Positions, or the new ones where the words have moved."""
        wanted = target.get(f"{PREFIX}:fingerprint")
        try:
            if not isinstance(wanted, str) or (0 <= start < end and self.text.holds(start, end, wanted)):
                return str(start), str(end)
            found = self.text.find(wanted)
        except ValueError:
            return str(start), str(end)
        if not found:
            self.fault(place, "broken-anchor", f"the words of {start}-{end} stand nowhere in the text", "Code it anew.")
            return str(start), str(end)
        low, high = min(found, key=lambda span: abs(span[0] - start))
        message = f"the words of {start}-{end} stand at {low}-{high}"
        self.fault(place, "moved-anchor", message, "The new place was taken.", WARNING)
        return str(low), str(high)

    def quoted(self, place: str, quote: Mapping[str, Any]) -> tuple[str, str] | None:
        """The place of a quote; where it stands more than once, the one whose surroundings fit."""
        found = places(self.text, quote["exact"])
        if len(found) > 1:
            before, after = str(quote.get("prefix") or ""), str(quote.get("suffix") or "")
            raw = self.text.raw
            fits = [s for s in found if raw[: s[0]].endswith(before) and raw[s[1] :].startswith(after)]
            found = fits if before or after else found
        if len(found) == 1:
            return str(found[0][0]), str(found[0][1])
        count = "nowhere" if not found else f"{len(found)} times"
        code = "quote-not-found" if not found else "ambiguous-quote"
        self.fault(place, code, f"the words of the annotation stand {count} in the text", "Give positions.")
        return None

    def body(self, place: str, item: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
        """The table and body of the record that an annotation names."""
        for one in _listed(item.get("body")):
            kinds = (
                [str(kind).removeprefix(f"{PREFIX}:") for kind in _listed(one.get("type"))]
                if isinstance(one, dict)
                else []
            )
            table = next((kind for kind in kinds if kind in RECORDS), None)
            if table is not None:
                return table, one
        hint = f"A body must have the type {PREFIX}:provisions, {PREFIX}:reactions or {PREFIX}:events, and its fields."
        self.fault(place, "unknown-annotation-body", "the body of the annotation is no record of ours", hint)
        return None

    def read(self, number: int, item: Any) -> None:
        place = f"{self.name}!{number}"
        targets = (
            [one for one in _listed(item.get("target")) if isinstance(one, dict)] if isinstance(item, dict) else []
        )
        if len(targets) != 1:
            self.fault(place, "not-an-annotation", "this is no annotation with one target", "Give each its own.")
            return
        source = targets[0].get("source")
        source = source.get("id") if isinstance(source, dict) else source
        if str(source).replace(":", "/").rpartition("/")[2] != self.source_id:
            self.others += 1
            return
        body, span = self.body(place, item), self.span(place, targets[0])
        if body is None or span is None:
            return
        key = str(body[1].get("id") or place)
        record = self.records.get(key) or Record(body[0], _local(key, body[0]), {}, {}, (), place)
        self.records[key] = self.with_anchor(self.filled(record, body[1]), item, span)

    def filled(self, record: Record, body: Mapping[str, Any]) -> Record:
        """The record with what this body says of it."""
        key = RECORDS[record.table]
        values = self.values(record.table, body, fields_of(self.model[record.table], [key]))
        parts = dict(record.parts) or {name: () for name in PARTS if self.model[name].primary_key[0] == key}
        for name in parts:
            rows = [one for one in _listed(body.get(f"{PREFIX}:{name}")) if isinstance(one, dict)]
            if rows:
                names = fields_of(self.model[name], [key])
                parts[name] = tuple(self.values(name, row, names) for row in rows)
        return replace(record, values=record.values | values, parts=parts)

    def with_anchor(self, record: Record, item: Mapping[str, Any], span: tuple[str, str]) -> Record:
        names = fields_of(self.model["attributions"], ["evidence_id"])
        voices = [one for one in _listed(item.get(f"{PREFIX}:attributions")) if isinstance(one, dict)]
        anchor = Anchored(
            str(item.get("id") or "").removeprefix(f"{URN}evidence:"),
            self.source_id,
            str(item.get(f"{PREFIX}:bearing") or "states"),
            *span,
            self.print(span),
            tuple(self.values("attributions", voice, names) for voice in voices),
        )
        return replace(record, anchors=(*record.anchors, anchor))

    def print(self, span: tuple[str, str]) -> str:
        try:
            return self.text.fingerprint(int(span[0]), int(span[1]))
        except ValueError:
            return ""


def _local(key: str, table: str) -> str:
    return key.removeprefix(f"{URN}{table}:") if key.startswith(f"{URN}{table}:") else ""


def read_annotations(tables: Tables, wanted: Wanted, text: Text) -> tuple[list[Record], list[Finding]]:
    """The records that annotations on a source bear, and what cannot be mapped.

    Raises
    ------
    CouldNotRun
        If the file is no JSON, or holds nothing on the source.
    """
    path, source_id = wanted.path, wanted.source_id
    reader = _Reader(tables.package.model, source_id, text, path.name)
    for number, item in enumerate(_items(_document(path)), 1):
        reader.read(number, item)
    if not reader.records and not reader.findings:
        what = f"{path.name} holds no annotation on {source_id} ({reader.others} on other sources)"
        raise CouldNotRun(Finding("nothing-to-import", what, "Name another file or source.", file=path.name))
    return list(reader.records.values()), reader.findings
