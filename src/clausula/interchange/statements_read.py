"""Reading statements that Discourse Network Analyzer (or we) listed, and what of foreign ones cannot be mapped.

A list of ours bears its own columns and comes back as it went out. Of a foreign one, actors and concepts are looked up
by id or name; positions (rDNA: `startCaret`, `endCaret`) count as that program counts, in UTF-16; an event list has no
positions, so its `text` is looked for. Agreement stands for the ends of the scale of stances, with a warning.
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
from clausula.coding.table_store import Tables
from clausula.core.findings import WARNING, CouldNotRun, Finding, shown
from clausula.core.model import Model
from clausula.evidence.text import Text
from clausula.interchange.annotations_read import load
from clausula.interchange.labels import TARGETS, Labels
from clausula.interchange.records import ANCHOR, Anchored, Record, Values, Wanted, fields_of
from clausula.interchange.statements_write import agreement, bare

ALIASES = {
    "id": "statement ID",
    "statementid": "statement ID",
    "documentid": "document ID",
    "docid": "document ID",
    "startcaret": "utf16 start",
    "endcaret": "utf16 stop",
    "organisation": "organization",
}
"""Other names of columns, without case, blanks and underscores."""

AGREES = {"1": "2", "true": "2", "yes": "2", "0": "-2", "false": "-2", "no": "-2"}
"""What agreement stands for where no stance is given."""


UNDATED = "Not later than the date of the document."


def _header(cells: list[str], known: set[str]) -> list[str]:
    plain = {re.sub(r"[\W_]", "", name).casefold(): name for name in known} | ALIASES
    return [cell if cell in known else plain.get(re.sub(r"[\W_]", "", cell).casefold(), cell) for cell in cells]


def _lines(path: Path, known: set[str]) -> Iterator[tuple[int, Values]]:
    """Lines of a list with their numbers, by the names of columns."""
    try:
        raw = load(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CouldNotRun(Finding("encoding", f"{path.name} is not UTF-8", "Save it so.", file=path.name)) from error
    first = raw.partition("\n")[0]
    reader = csv.reader(io.StringIO(raw, newline=""), delimiter=";" if first.count(";") >= first.count(",") else ",")
    try:
        header = _header(next(reader, []), known)
        lacking = [name for name in ("concept",) if name not in header]
        if lacking or not {"person", "organization", "claimant_id"} & set(header):
            what = f"{path.name} has no columns concept and person or organization"
            raise CouldNotRun(Finding("not-statements", what, "Export the event list as CSV.", file=path.name))
        for cells in reader:
            if any(cells):
                yield reader.line_num, {k: bare(v).strip() for k, v in zip(header, cells, strict=False)}
    except csv.Error as error:
        what = f"{path.name} cannot be read as CSV: {error}"
        raise CouldNotRun(Finding("not-csv", what, "Export it anew.", file=path.name)) from error


def _code_points(raw: str, units: int) -> int:
    """A position in UTF-16 units as one in code points."""
    return len(raw.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


@dataclass
class _Reader:
    model: Model
    labels: Labels
    source_id: str
    text: Text
    name: str
    findings: list[Finding] = field(default_factory=list)
    guessed: int = 0
    others: int = 0

    def fault(self, cell: str, code: str, message: str, hint: str, value: str = "") -> None:
        self.findings.append(Finding(code, message, hint, value=shown(value) if value else None, cell=cell))

    def actor(self, place: str, column: str, name: str) -> str:
        """The actor of a name."""
        found = self.labels.actor_named(name)
        if len(found) == 1:
            return found[0]
        code, what = ("unknown-actor", "no actor") if not found else ("ambiguous-actor", f"{len(found)} actors")
        hint = "Write the id of an actor, or enter the actor (or its alias) first."
        self.fault(f"{place}.{column}", code, f"{what} of this name", hint, name)
        return ""

    def actors(self, place: str, line: Values) -> tuple[Values, dict[str, str]]:
        """Claimant and speaker, and the columns in which they stand."""
        if line.get("claimant_id"):
            return {name: line[name] for name in ("claimant_id", "speaker_id") if line.get(name)}, {}
        columns = [name for name in ("organization", "person") if line.get(name)]
        found = {name: self.actor(place, name, line[name]) for name in columns}
        if not columns:
            self.fault(f"{place}.organization", "unknown-actor", "the statement has no actor", "Name one.")
            return {}, {"claimant_id": "organization"}
        values = {"claimant_id": found[columns[0]], "speaker_id": found.get("person", "")}
        where = {"claimant_id": columns[0], "speaker_id": "person"}
        return {name: value for name, value in values.items() if value}, where

    def target(self, place: str, line: Values) -> Values:
        """What a statement is about, and the stance on it."""
        names = fields_of(self.model["reaction_targets"], ["reaction_id"])
        values = {name: line[name] for name in names if line.get(name)}
        if not any(values.get(name) for name in TARGETS):
            found = self.labels.target_named(line.get("concept", ""))
            if len(found) == 1:
                values |= dict(found)
            else:
                code = "ambiguous-concept" if found else "unknown-concept"
                message = (
                    "several targets have this name" if found else "no instrument, provision or topic of this name"
                )
                hint = "Write the id of a topic, instrument or provision, or crosswalk the concept first."
                self.fault(f"{place}.concept", code, message, hint, line.get("concept", ""))
        agrees = line.get("agreement", "").casefold()
        if "position" not in values:
            values |= {"position": "expressed", "conditional": values.get("conditional", "false")}
            if agrees in AGREES and "stance" not in values:
                values["stance"] = AGREES[agrees]
                self.guessed += 1
        if agrees and agrees not in AGREES:
            self.fault(
                f"{place}.agreement", "invalid-agreement", "agreement is neither 0 nor 1", "Write 0 or 1.", agrees
            )
        elif agrees and agreement(values.get("stance", "")) != agreement(AGREES[agrees]):
            message = f"agreement {agrees} does not go with the stance {values.get('stance', '') or '(none)'}"
            self.fault(f"{place}.agreement", "agreement-stance-mismatch", message, "Correct one of the two.")
        return values

    def anchors(self, place: str, line: Values) -> tuple[Anchored, ...]:
        """The anchors of a statement: all of them where the list is ours, else the words that it gives."""
        if line.get("anchors"):
            return self.own(place, line["anchors"])
        start, stop, quote = line.get("start", ""), line.get("stop", ""), line.get("text", "")
        units = (line.get("utf16 start", ""), line.get("utf16 stop", ""))
        if all(one.isascii() and one.isdigit() and len(one) < 10 for one in units):
            start, stop = (str(_code_points(self.text.raw, int(one))) for one in units)
            past = int(units[1]) > len(self.text.raw.encode("utf-16-le")) // 2
            stop = units[1] if past else stop
        elif not start and quote and len(found := places(self.text, quote)) == 1:
            start, stop = map(str, found[0])
        return (Anchored("", self.source_id, "states", start, stop, quote=quote),)

    def own(self, place: str, cell: str) -> tuple[Anchored, ...]:
        names = fields_of(self.model["attributions"], ["evidence_id"])
        try:
            found = [
                Anchored(
                    **{name: str(one[name]) for name in ANCHOR if name != "source_id"},
                    source_id=self.source_id,
                    voices=tuple({n: str(v[n]) for n in names if v.get(n)} for v in one["voices"]),
                )
                for one in json.loads(cell)
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.fault(f"{place}.anchors", "invalid-anchors", "the cell is not as it was exported", "Export it anew.")
            return ()
        for one in found:
            self.verified(place, one)
        return tuple(found)

    def verified(self, place: str, anchor: Anchored) -> None:
        try:
            start, end = int(anchor.start), int(anchor.end)
            stands = 0 <= start < end <= len(self.text.raw) and self.text.holds(start, end, anchor.fingerprint)
        except ValueError:
            stands = False
        if not stands:
            what = f"the words of {anchor.start}-{anchor.end} do not stand there in the text"
            self.fault(f"{place}.anchors", "broken-anchor", what, "Hand in the list with the text that was coded.")

    def reaction(self, place: str, line: Values) -> tuple[Values, dict[str, str]]:
        """The fields of the reaction of a statement; without a date of its own it is not later than the document."""
        names = fields_of(self.model["reactions"], ["reaction_id", "source_id"])
        values: Values = {name: line[name] for name in names if line.get(name)}
        actors, where = self.actors(place, line)
        day = line.get("time", "")[:10]
        if "date_basis" not in values and "date" not in values and re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            values |= {"date": f"../{day}", "date_basis": "inferred"}
            values.setdefault("note", UNDATED)
        return {**values, **actors, "source_id": self.source_id}, where


def _same_statement(record: Record) -> tuple[Any, ...]:
    """What makes two lines one reaction: its id, or who says it in which words."""
    spans = tuple((one.start, one.end, one.quote) for one in record.anchors)
    return (
        (record.record,)
        if record.record
        else (spans, record.values.get("claimant_id"), record.values.get("speaker_id"))
    )


def _joined(first: Record, other: Record) -> Record:
    """A reaction of which another line tells a further target."""
    targets = (*first.parts["reaction_targets"], *other.parts["reaction_targets"])
    ordered = sorted(targets, key=lambda one: int(number) if (number := one.get("target_no", "")).isdecimal() else 99)
    return replace(first, parts={"reaction_targets": tuple(ordered)}, anchors=first.anchors or other.anchors)


def read_statements(tables: Tables, wanted: Wanted, text: Text) -> tuple[list[Record], list[Finding]]:
    """The reactions that statements on a source make, and what cannot be mapped.

    Raises
    ------
    CouldNotRun
        If the file is no list of statements, or holds nothing on the source.
    """
    path, source_id, model = wanted.path, wanted.source_id, tables.package.model
    reader = _Reader(model, Labels(lambda name: tables[name]), source_id, text, path.name)
    known = {name for table in ("reactions", "reaction_targets") for name in model[table].names}
    known |= {"statement ID", "time", "document ID", "text", "person", "organization", "concept", "agreement"}
    known |= {"start", "stop", "anchors"}
    lines = list(_of_source(list(_lines(path, known)), source_id, wanted.document, path.name))
    found: dict[tuple[Any, ...], Record] = {}
    for number, line in lines:
        place = f"{path.name}!{number}"
        values, where = reader.reaction(place, line)
        targets = (reader.target(place, line),)
        anchors = reader.anchors(place, line) if line.get("anchors") or not line.get("reaction_id") else ()
        record = Record(
            "reactions", line.get("reaction_id", ""), values, {"reaction_targets": targets}, anchors, place, where
        )
        key = _same_statement(record)
        if key in found:
            record = _joined(found[key], record)
        found[key] = record
    if reader.guessed:
        message = (
            f"{reader.guessed} stance(s) come from agreement alone: 1 was taken for 2, 0 for -2, without a condition"
        )
        hint = "Check them against the codebook; a column stance says it better."
        reader.findings.append(Finding("derived-stance", message, hint, WARNING, cell=path.name))
    return list(found.values()), reader.findings


def _of_source(
    lines: list[tuple[int, Values]], source_id: str, document: str, name: str
) -> Iterator[tuple[int, Values]]:
    """The lines on a source: by its id where the list has it, else by the number of the document."""
    documents = {line.get("document ID", "") for _, line in lines}
    own = any(line.get("source_id") for _, line in lines)
    if not own and not document and len(documents) > 1:
        what = f"{name} has statements of {len(documents)} documents"
        listed = shown(", ".join(sorted(documents)), 120)
        raise CouldNotRun(Finding("ambiguous-document", what, f"Say which with --document: {listed}.", file=name))
    wanted = [
        (number, line)
        for number, line in lines
        if (line.get("source_id") == source_id if own else not document or line.get("document ID") == document)
    ]
    if not wanted:
        what = f"{name} holds no statement on {source_id}"
        raise CouldNotRun(Finding("nothing-to-import", what, "Name another file, source or document.", file=name))
    yield from wanted
