"""References from one unit to another, such as what a provision depends on, in a form in which passes can be compared.

Each pass has its own local names: `p002` of one pass need not be `p002` of the other. A reference is therefore compared
by the record of the unit that it names. If that unit has no record yet, the record of the matching unit counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausula.agreement.passes import RECORDS, Pass, Unit
from clausula.core.model import Model


def link_fields(model: Model) -> Iterator[tuple[str, str]]:
    """Yield the child tables of records and their fields that refer to other records."""
    for table in model:
        for key in table.foreign_keys if table.same_row else ():
            if key.resource in RECORDS.values() and key.fields[0] != table.primary_key[0]:
                yield table.name, key.fields[0]


def resolve_links(a: Pass, b: Pass, pairs: Iterable[tuple[Unit, Unit]], model: Model) -> None:
    """Replace the local names in references between units by the records of these units.

    Parameters
    ----------
    a, b : Pass
        Two passes over one source; their units are changed.
    pairs : iterable of (Unit, Unit)
        The matched units of the two passes.
    model : Model
    """
    names = [{unit.name: unit.record for unit in one.units.values() if unit.record} for one in (a, b)]
    for pair in pairs:
        record = pair[0].record or pair[1].record or pair[0].name
        for known, unit in zip(names, pair, strict=True):
            known.setdefault(unit.name, record)
    fields = list(link_fields(model))
    for one, known in zip((a, b), names, strict=True):
        for unit in one.units.values():
            for table, name in fields:
                for row in unit.rows.get(table, {}).values():
                    if name in row:
                        row[name] = known.get(row[name], row[name])
