"""Decisions on who speaks in a reaction: the attribution chains of its anchors, as one of the passes has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from clausula.adjudication.records import CannotApply, SourceRecords
from clausula.agreement.passes import Unit
from clausula.agreement.variables import Variable, row_identity
from clausula.coding.pass_rows import PassRow
from clausula.coding.quotes import Span, offsets
from clausula.core.store import Values

Chains = dict[str, list[Values]]
"""The chain of each anchor, from the first step to the last."""


def set_chains(
    records: SourceRecords, variable: Variable, record: str, units: Iterable[Unit | None], wanted: frozenset[str]
) -> None:
    """Set the chains of a record so that together they have the wanted members.

    A pass that has exactly these members gives the chains of the anchors that overlap its own. Otherwise members
    that are wanted stay, and those that are missing come from a pass, at their step.

    Parameters
    ----------
    units : iterable of Unit or None
        The unit as coded in each pass; that of the decision first.

    Raises
    ------
    CannotApply
        If no pass has a member that is missing, or none of its anchors is an anchor of the record.
    """
    table = variable.table.name
    rows = records.of(table, record)
    present: Chains = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.item[0], int(row.item[1]))):
        present[row.item[0]].append(row.values)
    coded = [_chains(records, record, table, unit) for unit in units if unit is not None]
    found = present
    for chains in coded:
        if _members(variable, chains) == wanted:
            found = present | chains
            break
    if _members(variable, found) != wanted:
        found = {
            anchor: [one for one in chain if row_identity(variable, one) in wanted] for anchor, chain in found.items()
        }
        for name in sorted(wanted - _members(variable, found)):
            if not any(_insert(variable, found, chains, name) for chains in coded):
                raise CannotApply(f"neither pass has the row {name!r} in {table} at an anchor of this record")
    records.drop(rows)
    for anchor, chain in found.items():
        for step, values in enumerate(chain, 1):
            records.add(PassRow(table, record, (anchor, str(step)), values))


def _members(variable: Variable, chains: Chains) -> frozenset[str]:
    return frozenset(row_identity(variable, one) for chain in chains.values() for one in chain)


def _insert(variable: Variable, found: Chains, chains: Chains, name: str) -> bool:
    """Insert a member into the chains of the anchors at which a pass has it, and return whether there was one."""
    placed = False
    for anchor, chain in chains.items():
        for step, one in enumerate(chain):
            if row_identity(variable, one) == name and anchor in found:
                found[anchor].insert(step, one)
                placed = True
    return placed


def _chains(records: SourceRecords, record: str, table: str, unit: Unit) -> Chains:
    """Return the chains of a unit in a pass, by the anchor of the record that its anchor overlaps."""
    own = {
        row.item[0]: span
        for row in records.of("evidence", record)
        if (span := offsets(row.values["start"], row.values["end"]))
    }
    steps: dict[str, list[tuple[int, Values]]] = defaultdict(list)
    for item, row in unit.rows.get(table, {}).items():
        number, _, step = item.partition(" ")
        steps[number].append((int(step) if step.isdigit() else 0, row))
    sheet, found = records.form[table], Chains()
    names = [name for name in sheet.table.names if name not in (sheet.parent, *sheet.item)]
    for number, chain in steps.items():
        for anchor in _overlapping(own, unit.rows.get("evidence", {}).get(number, {})):
            ordered = sorted(chain, key=lambda one: one[0])
            found.setdefault(anchor, [{name: row.get(name, "") for name in names} for _, row in ordered])
    return found


def _overlapping(own: dict[str, Span], anchor: Values) -> Iterator[str]:
    span = offsets(anchor.get("start", ""), anchor.get("end", ""))
    return (name for name, one in own.items() if span and one[0] < span[1] and span[0] < one[1])
