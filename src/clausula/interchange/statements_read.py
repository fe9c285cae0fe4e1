"""Reading statements exported by Discourse Network Analyzer or by Clausula.

A list exported by Clausula has extra columns and is imported without loss. In a list from DNA, actors and concepts are
looked up by ID or name. Offsets (rDNA: `startCaret`, `endCaret`) are in UTF-16 units. An event list has no offsets, so
its `text` is searched for. Agreement is read as a stance of 2 or -2, with a warning. Statements that cannot be mapped
are findings.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.coding.quotes import places
from clausula.core.findings import CouldNotRun, Finding, finding, shown
from clausula.core.model import Model
from clausula.core.tables import Tables
from clausula.core.wording import count
from clausula.evidence.text import Text
from clausula.interchange.annotations_read import read_limited
from clausula.interchange.labels import TARGETS, Labels
from clausula.interchange.records import ANCHOR_FIELDS, Anchor, ImportRequest, Record, Values, fields_of
from clausula.interchange.statements_write import VARIABLES, agreement, unescape_formula

ALIASES = {
    "id": "statement ID",
    "statementid": "statement ID",
    "documentid": "document ID",
    "docid": "document ID",
    "startcaret": "utf16 start",
    "endcaret": "utf16 stop",
    "organisation": "organization",
}
"""Other names of columns, in lower case and without spaces and underscores."""

STANCES = {"1": "2", "true": "2", "yes": "2", "0": "-2", "false": "-2", "no": "-2"}
"""The stance for each value of agreement, used if no stance is given."""


ANCHOR_DEFAULTS = {**{name: "" for name in ANCHOR_FIELDS if name != "source_id"}, "bearing": "states"}
"""The fields of an anchor in a list, and what they are if they are left out: its hash is computed from the text."""

UNDATED = "Not later than the date of the document."


def _header(cells: list[str], known: set[str]) -> list[str]:
    plain = {re.sub(r"[\W_]", "", name).casefold(): name for name in known} | ALIASES
    return [cell if cell in known else plain.get(re.sub(r"[\W_]", "", cell).casefold(), cell) for cell in cells]


def _lines(path: Path, known: set[str]) -> Iterator[tuple[int, Values]]:
    """Yield the lines of a list with their numbers, by column name."""
    try:
        raw = read_limited(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CouldNotRun.of("encoding:not-utf-8", file=path.name) from error
    first = raw.partition("\n")[0]
    reader = csv.reader(io.StringIO(raw, newline=""), delimiter=";" if first.count(";") >= first.count(",") else ",")
    try:
        header = _header(next(reader, []), known)
        if "concept" not in header or not {"person", "organization", "claimant_id"} & set(header):
            raise CouldNotRun.of("not-statements", file=path.name)
        for cells in reader:
            if any(cells):
                yield reader.line_num, {k: unescape_formula(v).strip() for k, v in zip(header, cells, strict=False)}
    except csv.Error as error:
        raise CouldNotRun.of("not-csv", error=error, file=path.name) from error


def _code_points(raw: str, units: int) -> int:
    """Convert an offset in UTF-16 units to code points."""
    return len(raw.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


@dataclass
class _Reader:
    model: Model
    labels: Labels
    source_id: str
    text: Text
    findings: list[Finding] = field(default_factory=list)
    derived: int = 0

    def report(self, code: str, cell: str, value: str = "", **given: Any) -> None:
        self.findings.append(finding(code, value=shown(value) if value else None, cell=cell, **given))

    def actor(self, place: str, column: str, name: str) -> str:
        """Return the actor with a name; empty, with a finding, if there is not exactly one."""
        found = self.labels.actor_named(name)
        if len(found) == 1:
            return found[0]
        if found:
            self.report("ambiguous-actor", f"{place}.{column}", name, number=len(found))
        else:
            self.report("unknown-actor", f"{place}.{column}", name)
        return ""

    def actors(self, place: str, line: Values) -> tuple[Values, dict[str, str]]:
        """Return claimant and speaker, and the columns that they come from."""
        if line.get("claimant_id"):
            return {name: line[name] for name in ("claimant_id", "speaker_id") if line.get(name)}, {}
        columns = [name for name in ("organization", "person") if line.get(name)]
        found = {name: self.actor(place, name, line[name]) for name in columns}
        if not columns:
            self.report("unknown-actor:none", f"{place}.organization")
            return {}, {"claimant_id": "organization"}
        values = {"claimant_id": found[columns[0]], "speaker_id": found.get("person", "")}
        where = {"claimant_id": columns[0], "speaker_id": "person"}
        return {name: value for name, value in values.items() if value}, where

    def target(self, place: str, line: Values) -> Values:
        """Return the target of a statement and the stance on it."""
        names = fields_of(self.model["reaction_targets"], ["reaction_id"])
        values = {name: line[name] for name in names if line.get(name)}
        if not any(values.get(name) for name in TARGETS):
            found = self.labels.target_named(line.get("concept", ""))
            if len(found) == 1:
                values |= dict(found)
            else:
                code = "ambiguous-concept" if found else "unknown-concept"
                self.report(code, f"{place}.concept", line.get("concept", ""))
        agrees = line.get("agreement", "").casefold()
        if "position" not in values:
            values |= {"position": "expressed", "conditional": values.get("conditional", "false")}
            if agrees in STANCES and "stance" not in values:
                values["stance"] = STANCES[agrees]
                self.derived += 1
        if agrees and agrees not in STANCES:
            self.report("invalid-agreement", f"{place}.agreement", agrees)
        elif agrees and agreement(values.get("stance", "")) != agreement(STANCES[agrees]):
            stance = values.get("stance", "") or "(none)"
            self.report("agreement-stance-mismatch", f"{place}.agreement", agrees=agrees, stance=stance)
        return values

    def anchors(self, place: str, line: Values) -> tuple[Anchor, ...]:
        """Return the anchors of a statement: its anchors column if present, otherwise one from its offsets or text."""
        if line.get("anchors"):
            return self.parse_anchors(place, line["anchors"])
        start, stop, quote = line.get("start", ""), line.get("stop", ""), line.get("text", "")
        units = (line.get("utf16 start", ""), line.get("utf16 stop", ""))
        if all(one.isascii() and one.isdigit() and len(one) < 10 for one in units):
            start, stop = (str(_code_points(self.text.raw, int(one))) for one in units)
            past = int(units[1]) > len(self.text.raw.encode("utf-16-le")) // 2
            stop = units[1] if past else stop
        elif not start and quote and len(found := places(self.text, quote)) == 1:
            start, stop = map(str, found[0])
        return (Anchor("", self.source_id, "states", start, stop, quote=quote),)

    def parse_anchors(self, place: str, cell: str) -> tuple[Anchor, ...]:
        names = fields_of(self.model["attributions"], ["evidence_id"])
        try:
            found = [
                Anchor(
                    **{name: str(one.get(name, default)) for name, default in ANCHOR_DEFAULTS.items()},
                    source_id=self.source_id,
                    voices=tuple({n: str(v[n]) for n in names if v.get(n)} for v in one.get("voices", [])),
                    quote=str(one.get("quote", "")),
                )
                for one in json.loads(cell)
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.report("invalid-anchors", f"{place}.anchors")
            return ()
        for one in found:
            if one.quote and not one.start:
                continue
            try:
                start, end = int(one.start), int(one.end)
                matches = 0 <= start < end <= len(self.text.raw)
                matches = matches and (not one.fingerprint or self.text.matches(start, end, one.fingerprint))
            except ValueError:
                matches = False
            if not matches:
                self.report("broken-anchor:statement", f"{place}.anchors", start=one.start, end=one.end)
        return tuple(found)

    def reaction(self, place: str, line: Values) -> tuple[Values, dict[str, str]]:
        """Return the fields of the reaction; without a date of its own, it is dated no later than the document."""
        names = fields_of(self.model["reactions"], ["reaction_id", "source_id"])
        values: Values = {name: line[name] for name in names if line.get(name)}
        actors, where = self.actors(place, line)
        day = line.get("time", "")[:10]
        if "date_basis" not in values and "date" not in values:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
                values |= {"date": f"../{day}", "date_basis": "inferred"}
                values.setdefault("note", UNDATED)
            else:
                where["date_basis"] = "time"
                self.report("missing-date:time" if day else "missing-date", f"{place}.time", line.get("time", ""))
        return {**values, **actors, "source_id": self.source_id}, where


def _same_statement(record: Record) -> tuple[Any, ...]:
    """Return the key by which lines are joined to one reaction: its ID, or spans, claimant and speaker."""
    spans = tuple((one.start, one.end, one.quote) for one in record.anchors)
    anonymous = (spans, record.values.get("claimant_id"), record.values.get("speaker_id"))
    return (record.record,) if record.record else anonymous


def _joined(first: Record, other: Record) -> Record:
    """Add the targets of another line to a reaction."""
    targets = (*first.parts["reaction_targets"], *other.parts["reaction_targets"])
    ordered = sorted(targets, key=lambda one: int(number) if (number := one.get("target_no", "")).isdecimal() else 99)
    return replace(first, parts={"reaction_targets": tuple(ordered)}, anchors=first.anchors or other.anchors)


def read_statements(tables: Tables, request: ImportRequest, text: Text) -> tuple[list[Record], list[Finding]]:
    """Return the reactions in a list of statements on a source, and findings for lines that cannot be mapped.

    Raises
    ------
    CouldNotRun
        If the file is not a list of statements or has none on the source.
    """
    path, source_id, model = request.path, request.source_id, tables.package.model
    reader = _Reader(model, Labels(lambda name: tables[name]), source_id, text)
    known = {name for table in ("reactions", "reaction_targets") for name in model[table].names}
    lines = _lines(
        path, known | {"statement ID", "time", "document ID", "text", *VARIABLES, "start", "stop", "anchors"}
    )
    found: dict[tuple[Any, ...], Record] = {}
    for number, line in _of_source(list(lines), source_id, request.document, path.name):
        place, record_id = f"{path.name}!{number}", line.get("reaction_id", "")
        values, where = reader.reaction(place, line)
        targets = {"reaction_targets": (reader.target(place, line),)}
        anchors = reader.anchors(place, line) if line.get("anchors") or not record_id else ()
        record = Record("reactions", record_id, values, targets, anchors, place, where)
        key = _same_statement(record)
        found[key] = _joined(found[key], record) if key in found else record
    if reader.derived:
        reader.report("derived-stance", path.name, stances=count(reader.derived, "stance"))
    return list(found.values()), reader.findings


def _of_source(lines: list[tuple[int, Values]], source_id: str, document: str, name: str) -> list[tuple[int, Values]]:
    """Return the lines on a source: by source ID if the list has it, otherwise by document number."""
    documents = {line.get("document ID", "") for _, line in lines}
    own = any(line.get("source_id") for _, line in lines)
    if not own and not document and len(documents) > 1:
        listed = shown(", ".join(sorted(documents)), 120)
        raise CouldNotRun.of("ambiguous-document", number=len(documents), documents=listed, file=name)
    selected = [
        (number, line)
        for number, line in lines
        if (line.get("source_id") == source_id if own else not document or line.get("document ID") == document)
    ]
    if not selected:
        raise CouldNotRun.of("nothing-to-import:statements", source=source_id, file=name)
    return selected
