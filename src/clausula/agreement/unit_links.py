"""Links from the units of second passes to records, found by matching them with the units of the leading pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clausula.agreement.compare import Comparison
from clausula.agreement.final_records import LAYER
from clausula.agreement.passes import RECORDS, TARGETS
from clausula.agreement.stated_values import ANCHOR_ROW, compared_table
from clausula.agreement.variables import SETS, Variable, row_identity
from clausula.core.findings import Finding, finding
from clausula.core.model import Model
from clausula.core.store import Store, Values

ANCHOR_VARIABLES = tuple(f"evidence.{name}" for name in ANCHOR_ROW)


@dataclass(frozen=True)
class UnitLink:
    """A link that a unit lacks: the pass and the unit, what it matches, the record, and for a target its number."""

    pass_id: str
    unit: str
    lead: str
    other: str
    record: str
    kind: str
    target_no: str = ""


def _targets(model: Model, rows: Iterable[Values]) -> dict[tuple[str, str], str]:
    """Return the numbers of the targets of records, by record and identity."""
    variable = Variable(compared_table(model[TARGETS]), None, SETS)
    return {(row["reaction_id"], row_identity(variable, row)): row["target_no"] for row in rows}


def missing_links(comparisons: Iterable[Comparison], store: Store) -> Iterator[UnitLink]:
    """Yield the links that units of second passes lack although they match a unit that has a record."""
    model = store.package.model
    linked = {
        (row["pass_id"], row["unit"])
        for row in store.records("coding_units")
        if any(row[model[kind].primary_key[0]] for kind in RECORDS.values())
    }
    unlinked = {(row["pass_id"], row["unit"]) for row in store.records("coding_units")} - linked
    numbers = _targets(model, store.records(TARGETS))
    variable = Variable(compared_table(model[TARGETS]), None, SETS)
    for one in comparisons:
        for kind, matching in one.matchings.items():
            for a, b in matching.pairs:
                record = b.record or a.record
                if not record:
                    continue
                if (one.b.name, b.name) not in linked:
                    yield UnitLink(one.b.name, b.name, one.a.name, a.name, record, kind)
                for target, row in b.rows.get(TARGETS, {}).items():
                    name, number = f"{b.name}.{target}", numbers.get((record, row_identity(variable, row)), "")
                    if number and (one.b.name, name) in unlinked:
                        yield UnitLink(one.b.name, name, one.a.name, a.name, record, kind, number)


def with_links(model: Model, rows: Iterable[Values], links: Iterable[UnitLink]) -> list[Values]:
    """Return the rows of `coding_units` with links filled in."""
    found = {(link.pass_id, link.unit): link for link in links}

    def linked(row: Values) -> Values:
        link = found.get((row["pass_id"], row["unit"]))
        if link is None:
            return row
        return {**row, model[link.kind].primary_key[0]: link.record, "target_no": link.target_no}

    return [linked(row) for row in rows]


def unit_findings(comparisons: Iterable[Comparison], store: Store) -> Iterator[Finding]:
    """Yield findings on units that lack the link to their record."""
    rows = {(row["pass_id"], row["unit"]): n for n, row in enumerate(store.records("coding_units"), 1)}
    for link in missing_links(comparisons, store):
        given = {"unit": link.unit, "name": link.pass_id, "other": link.other, "lead": link.lead, "record": link.record}
        yield finding("unlinked-unit", **given, **_place(rows, link.pass_id, link.unit, "unit"))


def span_findings(store: Store) -> Iterator[Finding]:
    """Yield findings on units whose span is not that of the first anchor that states them."""
    first: dict[tuple[str, str], tuple[bool, int, str]] = {}
    anchors: dict[tuple[str, str, str], Values] = {}
    for row in store.stream("codings", ("variable", ANCHOR_VARIABLES)):
        anchors.setdefault((row["pass_id"], row["unit"], row["item"]), {})[row["variable"]] = row["value"]
    for (pass_id, unit, item), values in anchors.items():
        start, end, bearing = (values.get(name, "") for name in ANCHOR_VARIABLES)
        here = (bearing != "states", int(item) if item.isdigit() else 0, f"{start}-{end}")
        first[pass_id, unit] = min(first.get((pass_id, unit), here), here)
    units = store.records("coding_units")
    rows = {(row["pass_id"], row["unit"]): n for n, row in enumerate(units, 1)}
    for row in units:
        pass_id, unit = row["pass_id"], row["unit"]
        span = f"{row['start']}-{row['end']}"
        anchor = first.get((pass_id, unit.partition(".")[0]))
        if anchor and anchor[2] != span:
            given = {"unit": unit, "name": pass_id, "span": span, "anchor": anchor[2]}
            yield finding("unit-span-mismatch", **given, **_place(rows, pass_id, unit, "start"))


def _place(rows: dict[tuple[str, str], int], pass_id: str, unit: str, name: str) -> dict[str, Any]:
    key = f"pass_id={pass_id}, unit={unit}"
    return {"table": "coding_units", "field": name, "key": key, "row": rows[pass_id, unit], "layers": (LAYER,)}
