"""What follows from the provisions of an instrument: their ordinals, and the topics on which it provides nothing."""

from __future__ import annotations

from collections.abc import Callable

from clausula.agreement.apply_value import Tables
from clausula.agreement.passes import Row

LAST = 10**9


def in_order(rows: list[Row], new: Row, group: str, rank: Callable[[Row], int]) -> None:
    """Insert a row among those of its group by a rank; at the end if it is the first of its group."""
    mine = [i for i, row in enumerate(rows) if row[group] == new[group]]
    later = [i for i in mine if rank(rows[i]) > rank(new)]
    rows.insert(later[0] if later else mine[-1] + 1 if mine else len(rows), new)


def first_place(tables: Tables, record: str) -> int:
    """Where the words that state a provision begin."""
    stated = [r for r in tables["evidence"] if r["provision_id"] == record and r["bearing"] == "states" and r["start"]]
    return min((int(row["start"]) for row in stated), default=LAST)


def renumber(tables: Tables, instrument: str) -> None:
    """Number the provisions of an instrument without gaps, in the order in which they stand."""
    mine = [row for row in tables["provisions"] if row["instrument_id"] == instrument]
    for number, row in enumerate(mine, 1):
        row["ordinal"] = str(number)
    tables.touched.add("provisions")


def insert_provision(tables: Tables, new: Row) -> None:
    """Put a provision among its siblings, by its place in the text."""
    rows, instrument = tables["provisions"], new["instrument_id"]
    places = [i for i, row in enumerate(rows) if row["instrument_id"] == instrument]
    mine = sorted((rows[i] for i in places), key=lambda row: int(row["ordinal"]))
    for i, row in zip(places, mine, strict=True):
        rows[i] = row
    in_order(rows, new, "instrument_id", lambda row: first_place(tables, row["provision_id"]))
    renumber(tables, instrument)


def close_gaps(tables: Tables, instrument: str) -> None:
    """Number the provisions anew after one has gone."""
    mine = [row for row in tables["provisions"] if row["instrument_id"] == instrument]
    for number, row in enumerate(sorted(mine, key=lambda row: int(row["ordinal"])), 1):
        row["ordinal"] = str(number)
    tables.touched.add("provisions")


def remake_absences(tables: Tables, instrument: str) -> None:
    """Make the absences of a complete instrument anew; those that stay keep their notes."""
    whole = next((row for row in tables["instruments"] if row["instrument_id"] == instrument), None)
    if whole is None or whole["coverage"] != "complete":
        return
    have = {row["topic_id"] for row in tables["provisions"] if row["instrument_id"] == instrument}
    held = [row for row in tables["absences"] if row["instrument_id"] == instrument]
    tables.drop("absences", [row for row in held if row["topic_id"] in have])
    order = [row["topic_id"] for row in tables["topics"] if row["leaf"] == "true"]
    known = {row["topic_id"] for row in held}
    for topic in order:
        if topic not in have | known:
            new = dict.fromkeys(tables.package.model["absences"].names, "")
            new |= {"instrument_id": instrument, "topic_id": topic, "source_id": whole["source_id"]}
            in_order(tables["absences"], new, "instrument_id", lambda row: order.index(row["topic_id"]))
            tables.touched.add("absences")
