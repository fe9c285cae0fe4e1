"""The records of a source as rows of a pass, and what decisions do to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from clausula.adjudication.open_conflicts import Adjudication
from clausula.agreement.conflicts import Conflict
from clausula.coding.form import LEAD, RECORDS, UNITS, Form
from clausula.coding.merge import Place
from clausula.coding.pass_rows import PassRow, with_order, without_order
from clausula.coding.passes import TABLE_OF_LETTER, Pass
from clausula.coding.pending import searched_topics, searched_version
from clausula.coding.quotes import Span, offsets
from clausula.core.edtf import with_bounds
from clausula.core.store import Values
from clausula.core.tables import key_of

OUTSIDE_UNITS = ("absences", "coding_log")
"""Tables outside units that decisions change."""

UnitOfPass = tuple[str, str]
"""ID of a pass, and the local name of a unit in it."""


class CannotApply(ValueError):
    """A decision that cannot be applied to the records automatically."""


@dataclass(frozen=True)
class _Records(Pass):
    """The records of a source, named as if one pass had coded them all."""

    names: Mapping[str, str]

    def units(self) -> dict[str, Values]:
        return {unit: {} for unit in self.names}

    def records(self) -> dict[str, str]:
        return dict(self.names)

    def _values(self) -> dict[tuple[str, str], dict[tuple[str, ...], Values]]:
        return defaultdict(lambda: defaultdict(dict))


def matched_records(adjudication: Adjudication) -> dict[UnitOfPass, str]:
    """Return the record of each unit of a source that is matched with a unit that has one.

    `clausula agreement --write` enters these records in the table `coding_units`; a decision does not wait for it.
    """
    found: dict[UnitOfPass, str] = {}
    for one in adjudication.comparisons:
        for a, b in (pair for m in one.matchings.values() for pair in m.pairs if one.source == adjudication.source):
            if record := a.record or b.record:
                found |= {(one.a.name, a.name): record, (one.b.name, b.name): record}
    return found


class SourceRecords:
    """The records of one source as rows of a pass, changed by one decision after another.

    Attributes
    ----------
    shown : list of PassRow
        The rows as they were in the tables.
    ids : dict of str to str
        The ID of each record, by its local name here; new records have none yet.
    units : dict of UnitOfPass to str
        The local name of the record of each unit of the passes.
    assigned : list of UnitOfPass
        Units whose record was assigned by a decision.
    removed : list of str
        IDs of removed records.
    reserved : dict of UnitOfPass to str
        The local name of the record that a decision will create for a unit.
    """

    def __init__(self, adjudication: Adjudication, decided: Collection[tuple[str, ...]]) -> None:
        self.adjudication, self.decided = adjudication, decided
        self.tables = tables = adjudication.tables
        self.source, self.text = adjudication.source, adjudication.text
        self.form = Form(tables.package.model)
        linked = {
            (row["pass_id"], row["unit"]): next((row[name] for name in RECORDS.values() if row[name]), "")
            for row in tables["coding_units"]
            if row["pass_id"].startswith(f"{self.source}.") and "." not in row["unit"]
        }
        for unit, record in matched_records(adjudication).items():
            linked[unit] = linked.get(unit) or record
        anchored = [row[n] for n in RECORDS.values() for row in tables.where("evidence", source_id=self.source)]
        wanted = {*linked.values(), *anchored}
        self.ids: dict[str, str] = {}
        for table, letter in UNITS.items():
            known = [row[RECORDS[table]] for row in tables[table] if row[RECORDS[table]] in wanted]
            self.ids |= {f"{letter}{number:03d}": record for number, record in enumerate(known, 1)}
        self.shown_ids = dict(self.ids)
        names = {record: name for name, record in self.ids.items()}
        self.units = {unit: names[record] for unit, record in linked.items() if record in names}
        self.assigned: list[UnitOfPass] = []
        self.reserved: dict[UnitOfPass, str] = {}
        self.removed: list[str] = []
        self.shown = list(_Records(tables, self.form, self.source, LEAD, self.ids).pass_rows())
        for name in OUTSIDE_UNITS:
            key = tables.table(name)
            self.shown += [
                PassRow(name, "", key_of(key, row), row) for row in tables.where(name, source_id=self.source)
            ]
        self.rows = {self._place(row): row for row in without_order(self.shown)}

    @staticmethod
    def _place(row: PassRow) -> Place:
        return row.table, (row.unit, *row.item)

    def of(self, table: str, unit: str | None = None) -> list[PassRow]:
        """Return the rows of a table, or those of one record."""
        return [row for row in self.rows.values() if row.table == table and unit in (None, row.unit)]

    def add(self, row: PassRow) -> None:
        """Add a row, or replace the row with its key."""
        self.rows[self._place(row)] = replace(row, values=with_bounds(self.form[row.table].table, row.values))

    def drop(self, rows: Iterable[PassRow]) -> None:
        """Remove rows."""
        for row in rows:
            del self.rows[self._place(row)]

    def cells(self, row: PassRow) -> Values:
        """Return the fields of a row, including those that identify it."""
        return {**dict(zip(self.form[row.table].item, row.item, strict=False)), **row.values}

    def record_of(self, conflict: Conflict) -> str:
        """Return the local name of the record that resulted from a unit; empty if there is none."""
        passes = self.adjudication.comparison(conflict)
        units = ((passes.a.name, conflict.unit_a), (passes.b.name, conflict.unit_b))
        return next((self.units[unit] for unit in units if unit in self.units), "")

    def new(self) -> set[str]:
        """Return the local names of new records."""
        return {name for name in self.units.values() if name not in self.ids}

    def reserve(self, conflict: Conflict) -> None:
        """Reserve the local name of the record that will be created for a unit, so that others can refer to it."""
        passes = self.adjudication.comparison(conflict)
        unit = (passes.a.name, conflict.unit_a) if conflict.unit_a else (passes.b.name, conflict.unit_b)
        if unit not in self.reserved:
            letter, taken = UNITS[conflict.kind], {*self.ids, *self.new(), *self.reserved.values()}
            free = (name for n in range(1, 10**6) if (name := f"{letter}{n:03d}") not in taken)
            self.reserved[unit] = next(free)

    def linked(self, table: str, pass_id: str, values: Values) -> Values:
        """Return coded values with records instead of the units of the pass."""
        form, found = self.form[table], dict(values)
        for name in form.links:
            if found.get(name, "")[:1] in TABLE_OF_LETTER and found[name][1:].isdigit():
                unit = self.units.get((pass_id, found[name])) or self.reserved.get((pass_id, found[name]), "")
                found[name] = self.ids.get(unit, unit)
        return found

    def covered(self) -> list[Span]:
        """Return the spans that an anchor or a logged reason covers."""
        rows = [*self.of("evidence"), *self.of("coding_log")]
        return [span for row in rows if (span := offsets(row.values["start"], row.values["end"]))]

    def log(self, span: Span, values: Values, **known: str) -> None:
        """Log a span without the spaces and punctuation at its ends, unless nothing remains."""
        if not known:
            if self.text is None:
                raise CannotApply(
                    f"the text is needed to log the span {span[0]}-{span[1]}; pass --texts DIR or --text FILE"
                )
            low, high = self.text.letter_span(*span)
            if low >= high:
                return
            span = self.text.raw_span(low, high)
            known = {"fingerprint": self.text.fingerprint(*span)}
        if not values["reason"]:
            quote = f" ({' '.join(self.text.raw[slice(*span)].split())})" if self.text else ""
            message = f"the span {span[0]}-{span[1]}{quote} would have neither a record nor a logged reason"
            raise CannotApply(f"{message}; give a log_reason")
        row = {**values, "source_id": self.source, "start": str(span[0]), "end": str(span[1]), **known}
        self.add(PassRow("coding_log", "", (self.source, row["start"]), row))

    def update_absences(self, instrument: str) -> None:
        """Update the absences of a complete instrument; rows that remain keep their notes."""
        if not any(self.tables.where("instruments", instrument_id=instrument, coverage="complete")):
            return
        own = [row for row in self.of("provisions") if row.values["instrument_id"] == instrument]
        units = {row.unit for row in own}
        coded = {row.values["topic_id"] for row in own}
        coded |= {row.item[0] for row in self.of("provision_topics") if row.unit in units}
        absent = {r.values["topic_id"]: r for r in self.of("absences") if r.values["instrument_id"] == instrument}
        self.drop(row for topic, row in absent.items() if topic in coded)
        for topic in searched_topics(self.tables, self.source):
            key = (instrument, topic)
            if topic not in coded and topic not in absent:
                version = searched_version(self.tables, self.source)
                values = dict(zip(("instrument_id", "topic_id"), key, strict=True))
                values |= {"source_id": self.source, "codebook_version": version, "note": ""}
                self.add(PassRow("absences", "", key, values))

    def ordered(self) -> list[PassRow]:
        """Return all rows with ordinals: by the order of the text, or without gaps in the order that a coder gave."""
        rows = list(self.rows.values())
        blank = [replace(row, values={**row.values, "ordinal": ""}) for row in self.of("provisions")]
        in_text_order = with_order([*self.of("evidence"), *blank])
        by_text = {row.unit: int(row.values["ordinal"]) for row in in_text_order if row.table == "provisions"}
        order: dict[str, list[PassRow]] = defaultdict(list)
        for row in sorted(self.of("provisions"), key=lambda row: by_text[row.unit]):
            order[row.values["instrument_id"]].append(row)
        found = [row for row in rows if row.table != "provisions"]
        for own in order.values():
            ranked = [row for row in own if row.values["ordinal"].isdigit()]
            ranked.sort(key=lambda row: int(row.values["ordinal"]))
            for row in [row for row in own if row not in ranked]:
                later = (n for n, other in enumerate(ranked) if by_text[other.unit] > by_text[row.unit])
                ranked.insert(next(later, len(ranked)), row)
            found += [replace(r, values={**r.values, "ordinal": str(n)}) for n, r in enumerate(ranked, 1)]
        return found


def uncovered(span: Span, covers: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that no other span covers."""
    start, found = span[0], []
    for low, high in sorted(covers):
        if high <= start or low >= span[1]:
            continue
        if low > start:
            found.append((start, low))
        start = max(start, high)
    return [*found, (start, span[1])] if start < span[1] else found
