"""Rows that depend on the provisions of an instrument: their ordinals, and the absences of topics."""

from __future__ import annotations

from collections.abc import Callable

from clausula.agreement.apply_value import Tables
from clausula.agreement.passes import Row

END = 10**9


def insert_by_rank(rows: list[Row], new: Row, group: str, rank: Callable[[Row], int]) -> None:
    """Insert a row into its group by rank, or at the end of the table if it is the first of its group."""
    members = [i for i, row in enumerate(rows) if row[group] == new[group]]
    later = [i for i in members if rank(rows[i]) > rank(new)]
    rows.insert(later[0] if later else members[-1] + 1 if members else len(rows), new)


def start_of_provision(tables: Tables, record: str) -> int:
    """Return the offset of the first anchor that states a provision, or a very large number if it has none."""
    stated = [r for r in tables["evidence"] if r["provision_id"] == record and r["bearing"] == "states" and r["start"]]
    return min((int(row["start"]) for row in stated), default=END)


def number_provisions(tables: Tables, instrument: str) -> None:
    """Set the ordinals of the provisions of an instrument from 1, in the order of the rows."""
    provisions = [row for row in tables["provisions"] if row["instrument_id"] == instrument]
    for number, row in enumerate(provisions, 1):
        row["ordinal"] = str(number)
    tables.touched.add("provisions")


def insert_provision(tables: Tables, new: Row) -> None:
    """Insert a provision among those of its instrument, in the order of the text, and number them again."""
    rows, instrument = tables["provisions"], new["instrument_id"]
    indices = [i for i, row in enumerate(rows) if row["instrument_id"] == instrument]
    ordered = sorted((rows[i] for i in indices), key=lambda row: int(row["ordinal"]))
    for i, row in zip(indices, ordered, strict=True):
        rows[i] = row
    insert_by_rank(rows, new, "instrument_id", lambda row: start_of_provision(tables, row["provision_id"]))
    number_provisions(tables, instrument)


def renumber_provisions(tables: Tables, instrument: str) -> None:
    """Close the gap in the ordinals of an instrument after a provision was removed."""
    provisions = [row for row in tables["provisions"] if row["instrument_id"] == instrument]
    for number, row in enumerate(sorted(provisions, key=lambda row: int(row["ordinal"])), 1):
        row["ordinal"] = str(number)
    tables.touched.add("provisions")


def update_absences(tables: Tables, instrument: str) -> None:
    """Update the absences of a complete instrument; rows that remain keep their notes."""
    complete = next((row for row in tables["instruments"] if row["instrument_id"] == instrument), None)
    if complete is None or complete["coverage"] != "complete":
        return
    present = {row["topic_id"] for row in tables["provisions"] if row["instrument_id"] == instrument}
    absences = [row for row in tables["absences"] if row["instrument_id"] == instrument]
    tables.remove("absences", [row for row in absences if row["topic_id"] in present])
    order = [row["topic_id"] for row in tables["topics"] if row["leaf"] == "true"]
    known = {row["topic_id"] for row in absences}
    for topic in order:
        if topic not in present | known:
            new = dict.fromkeys(tables.package.model["absences"].names, "")
            new |= {"instrument_id": instrument, "topic_id": topic, "source_id": complete["source_id"]}
            insert_by_rank(tables["absences"], new, "instrument_id", lambda row: order.index(row["topic_id"]))
            tables.touched.add("absences")
