"""The records as they stand in the package, in the shape of a coder's units, to be asked the same questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clausula.agreement.compare import Comparison
from clausula.agreement.conflicts import PRESENT, UNIT, resolution_key
from clausula.agreement.passes import RECORDS, Row, Unit, rows_of
from clausula.agreement.variables import (
    Answer,
    Variable,
    all_variables,
    below_evidence,
    identity,
    members,
    parsed,
    spelled,
)
from clausula.core.findings import ERROR, INFO, Finding
from clausula.core.model import Model, Table
from clausula.core.package import Package

LAYER = "agreement"


@dataclass(frozen=True)
class Final:
    """The records of a package, by id."""

    model: Model
    units: dict[str, Unit]

    def value(self, record: str, variable: Variable, item: str) -> str | None:
        """What a record says on a variable, spelled as in a conflict; None if it has not the row that is asked for."""
        unit = self.units[record]
        if variable.field is None:
            return spelled(members(variable, unit))
        if not variable.of_rows:
            return unit.values.get(variable.field.name, "")
        rows = unit.rows.get(variable.table.name, {}).values()
        found = [row.get(variable.field.name, "") for row in rows if identity(variable, row) == item]
        return found[0] if found else None


def owner(table: Table, row: Row, anchors: dict[str, str]) -> str:
    """Id of the record that a row below it belongs to."""
    if below_evidence(table):
        return anchors.get(row["evidence_id"], "")
    return row[table.primary_key[0]]


def read_final(package: Package) -> Final:
    """Read the records and the rows below them that passes are compared on."""
    model = package.model
    units: dict[str, Unit] = {}
    for letter, kind in RECORDS.items():
        key = model[kind].primary_key[0]
        for row in rows_of(package, kind):
            units[row[key]] = Unit(letter, [], row[key], row)
    anchors = {
        row["evidence_id"]: row["provision_id"] or row["reaction_id"] or row["event_id"]
        for row in rows_of(package, "evidence")
    }
    for table in model:
        if table.same_row:
            for number, row in enumerate(rows_of(package, table.name)):
                unit = units.get(owner(table, row, anchors))
                if unit is not None:
                    unit.rows.setdefault(table.name, {})[str(number)] = row
    return Final(model, units)


def _record(row: Row) -> str:
    return row["provision_id"] or row["reaction_id"] or row["event_id"]


def _same(variable: Variable, one: str, other: str) -> bool:
    return parsed(one) == parsed(other) if variable.field is None else one == other


def not_applied(final: Final, resolved: Iterable[Row]) -> list[Finding]:
    """Resolutions whose decided value is not what the record says, where a record came of the unit."""
    known = {v.name: v for v in all_variables(final.model)}
    found = []
    for number, row in enumerate(resolved, 1):
        record, variable = _record(row), known.get(row["variable"])
        if variable is None:
            if row["variable"] != UNIT:
                found.append(_finding(row, number, "unknown-variable", f"no variable is named {row['variable']!r}"))
            elif row["value"] == PRESENT and record not in final.units:
                found.append(_finding(row, number, "unapplied-decision", "the unit was kept and no record came of it"))
            continue
        said = final.value(record, variable, row["item"]) if record in final.units else row["value"]
        if said is None or not _same(variable, said, row["value"]):
            told = f"{record} has {said or 'nothing'!r} and the decision was {row['value'] or 'nothing'!r}"
            found.append(_finding(row, number, "unapplied-decision", told))
    return found


def _finding(row: Row, number: int, code: str, message: str) -> Finding:
    key = f"source_id={row['source_id']}, resolution_no={row['resolution_no']}"
    return Finding(
        code,
        f"{row['variable']}: {message}",
        "Bring the record and the resolution together; `clausula code resolve` writes both.",
        ERROR,
        table="resolutions",
        field="value",
        key=key,
        value=row["value"] or None,
        row=number,
        layers=(LAYER,),
    )


def departures(final: Final, comparisons: Iterable[Comparison], resolved: Iterable[Row]) -> list[Finding]:
    """Values on which both passes agree and the record says another thing, with no resolution that tells why.

    A record into which several units of one pass were joined is left out; the resolution on the unit tells of it.
    """
    known = {resolution_key(row) for row in resolved}
    found = []
    for comparison in comparisons:
        joined = Counter(unit.record for unit in comparison.a.units.values())
        for kind in RECORDS.values():
            for a, b, variable, answer in comparison.answers(kind, final.model):
                if answer.a != answer.b or a.record != b.record or a.record not in final.units or joined[a.record] > 1:
                    continue
                said = final.value(a.record, variable, answer.item)
                key = (comparison.source, comparison.round, a.name, b.name, variable.name, answer.item)
                if key not in known and said is not None and not _same(variable, said, answer.a):
                    found.append(_departure(comparison.source, a.record, variable, answer, said))
    return found


def _departure(source: str, record: str, variable: Variable, answer: Answer, said: str) -> Finding:
    what = f"{variable.name} of {answer.item}" if answer.item else variable.name
    return Finding(
        "record-pass-mismatch",
        f"{record}: both passes have {answer.a or 'nothing'!r} for {what}, the record has {said or 'nothing'!r}",
        "Say why in a resolution that agrees with neither.",
        INFO,
        table=variable.table.name,
        field=variable.field.name if variable.field else None,
        key=f"source_id={source}",
        layers=(LAYER,),
    )
