"""Carrying out decisions: whether there is a unit makes and removes records; a value takes along what goes with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from clausula.agreement.apply_value import NotWritable, Tables, apply_decision
from clausula.agreement.compare import Comparison
from clausula.agreement.conflicts import ABSENT, PRESENT, Conflict
from clausula.agreement.create_record import give_id, local_names, make_record
from clausula.agreement.dependent_rows import close_gaps, remake_absences
from clausula.agreement.passes import Row, Unit
from clausula.agreement.remove_record import remove_record
from clausula.agreement.variables import Variable, identity
from clausula.evidence.text import Text

TOGETHER = {
    "provisions.conditionality": ("condition", "condition_provision_id"),
    "provisions.timing": ("due",),
    "reaction_targets.position": ("stance",),
    "reaction_targets.conditional": ("condition",),
}
"""Fields that say more of a variable, and follow the pass that a decision on it agrees with."""

TOPIC = "provisions.topic_id"


@dataclass(frozen=True)
class Settling:
    """What it takes to carry out decisions on one source.

    Attributes
    ----------
    decided : collection of (unit_a, unit_b, variable, item)
        What has a decision of its own, and so follows no other.
    """

    tables: Tables
    comparison: Comparison
    text: Text | None
    decided: Collection[tuple[str, str, str, str]]

    def side(self, conflict: Conflict) -> tuple[str, Unit]:
        """The pass that has a unit alone, and the unit."""
        one = self.comparison.a if conflict.unit_a else self.comparison.b
        return one.name, one.units[conflict.unit_a or conflict.unit_b]

    def record(self, conflict: Conflict) -> str:
        """Id of the record that came of a unit, as the tables have it now."""
        for one, name in ((self.comparison.a, conflict.unit_a), (self.comparison.b, conflict.unit_b)):
            found = local_names(self.tables, one.name).get(name, "")
            if found:
                return found
        return ""

    def unit(self, conflict: Conflict, value: str, log_reason: str = "", same: str = "") -> None:
        """Carry out a decision on whether there is a unit.

        Parameters
        ----------
        same : str
            The record of the unit of the other pass that is the same one.
        """
        if value not in (PRESENT, ABSENT):
            raise NotWritable(f"{value!r} is no decision on {conflict.variable}")
        pass_id, unit = self.side(conflict)
        record = self.record(conflict)
        if value == ABSENT:
            if record and not self._shared(record, pass_id, unit):
                self._remove(conflict, record, log_reason)
        elif same and record and record != same:
            raise NotWritable(f"{record} and {same} are two records; decide first which of them is absent")
        elif same:
            give_id(self.tables, pass_id, unit, same)
        elif not record:
            make_record(self.tables, unit, pass_id, conflict.source, self.text)

    def _shared(self, record: str, pass_id: str, unit: Unit) -> bool:
        """Whether the record came of other units too, and so stays when this one is none."""
        return any(
            record in (row["provision_id"], row["reaction_id"], row["event_id"])
            and (row["pass_id"], row["unit"].partition(".")[0]) != (pass_id, unit.name)
            for row in self.tables["coding_units"]
        )

    def _remove(self, conflict: Conflict, record: str, log_reason: str) -> None:
        key = self.tables.package.model[conflict.kind].primary_key[0]
        gone = [row for row in self.tables[conflict.kind] if row[key] == record]
        remove_record(self.tables, conflict, record, log_reason, self.text)
        for row in gone if conflict.kind == "provisions" else ():
            close_gaps(self.tables, row["instrument_id"])
            remake_absences(self.tables, row["instrument_id"])

    def value(self, variable: Variable, conflict: Conflict, value: str, agrees_with: str) -> None:
        """Carry out a decision on a value."""
        units = (self.comparison.a.units.get(conflict.unit_a), self.comparison.b.units.get(conflict.unit_b))
        apply_decision(self.tables, variable, conflict, value, units)
        names = TOGETHER.get(variable.name, ())
        unit = dict(zip("ab", units, strict=True)).get(agrees_with)
        if unit is not None and names:
            one = self.comparison.a if agrees_with == "a" else self.comparison.b
            self._follow(variable, conflict, unit, local_names(self.tables, one.name))
        if variable.name == TOPIC:
            for row in self._rows(variable, conflict):
                remake_absences(self.tables, row["instrument_id"])

    def _rows(self, variable: Variable, conflict: Conflict) -> list[Row]:
        rows = self.tables.of_record(variable.table, conflict.record)
        return [row for row in rows if not variable.of_rows or identity(variable, row) == conflict.item]

    def _follow(self, variable: Variable, conflict: Conflict, unit: Unit, names: dict[str, str]) -> None:
        """Take along what the pass says beside the value."""
        table = variable.table
        below = unit.rows.get(table.name, {}).values() if variable.of_rows else [unit.values]
        given = [row for row in below if not variable.of_rows or identity(variable, row) == conflict.item]
        for name in TOGETHER[variable.name]:
            own = (conflict.unit_a, conflict.unit_b, f"{table.name}.{name}", conflict.item)
            if own in self.decided or not given or name not in given[0]:
                continue
            said = names.get(given[0][name], given[0][name])
            for row in self._rows(variable, conflict):
                self.tables.set(table, row, table[name], said)
