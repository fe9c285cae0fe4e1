"""Application of decisions to the tables: create or remove the record of a unit, or set a value and its dependents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from clausula.agreement.apply_value import CannotApply, Tables, apply_value
from clausula.agreement.compare import Comparison
from clausula.agreement.conflicts import ABSENT, PRESENT, Conflict
from clausula.agreement.create_record import assign_record, create_record, records_by_unit
from clausula.agreement.dependent_rows import renumber_provisions, update_absences
from clausula.agreement.passes import Row, Unit
from clausula.agreement.remove_record import remove_record
from clausula.agreement.variables import Variable, row_identity
from clausula.evidence.text import Text

DEPENDENT_FIELDS = {
    "provisions.conditionality": ("condition", "condition_provision_id"),
    "provisions.timing": ("due",),
    "reaction_targets.position": ("stance",),
    "reaction_targets.conditional": ("condition",),
}
"""Fields that depend on a variable: a decision copies them from the pass that had the decided value."""

TOPIC = "provisions.topic_id"


@dataclass(frozen=True)
class DecisionWriter:
    """Writer of decisions on one source to the tables.

    Attributes
    ----------
    decided : collection of (unit_a, unit_b, variable, item)
        Conflicts with a decision of their own; dependent fields among them are not copied.
    """

    tables: Tables
    comparison: Comparison
    text: Text | None
    decided: Collection[tuple[str, str, str, str]]

    def coded_unit(self, conflict: Conflict) -> tuple[str, Unit]:
        """Return the ID of the pass that has the unit in conflict, and the unit."""
        one = self.comparison.a if conflict.unit_a else self.comparison.b
        return one.name, one.units[conflict.unit_a or conflict.unit_b]

    def record(self, conflict: Conflict) -> str:
        """Return the ID of the record that resulted from a unit, according to the current tables."""
        for one, name in ((self.comparison.a, conflict.unit_a), (self.comparison.b, conflict.unit_b)):
            found = records_by_unit(self.tables, one.name).get(name, "")
            if found:
                return found
        return ""

    def apply_unit(self, conflict: Conflict, value: str, log_reason: str = "", same: str = "") -> None:
        """Apply a decision on whether there is a unit.

        Parameters
        ----------
        same : str
            ID of the record of the same unit in the other pass, if there is one.
        """
        if value not in (PRESENT, ABSENT):
            raise CannotApply(f"{value!r} is not a valid decision on {conflict.variable}")
        pass_id, unit = self.coded_unit(conflict)
        record = self.record(conflict)
        if value == ABSENT:
            if record and not self._is_shared(record, pass_id, unit):
                self._remove(conflict, record, log_reason)
        elif same and record and record != same:
            raise CannotApply(f"{record} and {same} are separate records; first decide which of them is absent")
        elif same:
            assign_record(self.tables, pass_id, unit, same)
        elif not record:
            create_record(self.tables, unit, pass_id, conflict.source, self.text)

    def _is_shared(self, record: str, pass_id: str, unit: Unit) -> bool:
        """Return whether the record also resulted from other units, so that it has to be kept."""
        return any(
            record in (row["provision_id"], row["reaction_id"], row["event_id"])
            and (row["pass_id"], row["unit"].partition(".")[0]) != (pass_id, unit.name)
            for row in self.tables["coding_units"]
        )

    def _remove(self, conflict: Conflict, record: str, log_reason: str) -> None:
        key = self.tables.package.model[conflict.kind].primary_key[0]
        removed = [row for row in self.tables[conflict.kind] if row[key] == record]
        remove_record(self.tables, conflict, record, log_reason, self.text)
        for row in removed if conflict.kind == "provisions" else ():
            renumber_provisions(self.tables, row["instrument_id"])
            update_absences(self.tables, row["instrument_id"])

    def apply_value(self, variable: Variable, conflict: Conflict, value: str, agrees_with: str) -> None:
        """Apply a decision on a value."""
        units = (self.comparison.a.units.get(conflict.unit_a), self.comparison.b.units.get(conflict.unit_b))
        apply_value(self.tables, variable, conflict, value, units)
        unit = dict(zip("ab", units, strict=True)).get(agrees_with)
        if unit is not None and variable.name in DEPENDENT_FIELDS:
            one = self.comparison.a if agrees_with == "a" else self.comparison.b
            self._copy_dependents(variable, conflict, unit, records_by_unit(self.tables, one.name))
        if variable.name == TOPIC:
            for row in self._rows(variable, conflict):
                update_absences(self.tables, row["instrument_id"])

    def _rows(self, variable: Variable, conflict: Conflict) -> list[Row]:
        rows = self.tables.rows_of_record(variable.table, conflict.record)
        return [row for row in rows if not variable.per_row or row_identity(variable, row) == conflict.item]

    def _copy_dependents(self, variable: Variable, conflict: Conflict, unit: Unit, records: dict[str, str]) -> None:
        """Copy the dependent fields from a pass to the record."""
        table = variable.table
        rows = unit.rows.get(table.name, {}).values() if variable.per_row else [unit.values]
        coded = [row for row in rows if not variable.per_row or row_identity(variable, row) == conflict.item]
        for name in DEPENDENT_FIELDS[variable.name]:
            key = (conflict.unit_a, conflict.unit_b, f"{table.name}.{name}", conflict.item)
            if key in self.decided or not coded or name not in coded[0]:
                continue
            value = records.get(coded[0][name], coded[0][name])
            for row in self._rows(variable, conflict):
                self.tables.set(table, row, table[name], value)
