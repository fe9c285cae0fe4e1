"""Rows of pages in the order in which they are shown, where that takes more than a lookup."""

from __future__ import annotations

from typing import Any

from clausula.site.context import Context, Record


def actor(context: Context, actor_id: str) -> dict[str, Any]:
    """Return the reactions of an actor in chronological order with their targets, and its roles in provisions."""
    targets: dict[str, list[Record]] = {}
    for position in context.positions:
        if position["claimant_id"] == actor_id:
            targets.setdefault(position["reaction_id"], []).append(position)
    reactions = context.rows("reactions", "claimant_id", actor_id)
    roles = context.rows("provision_actors", "actor_id", actor_id)
    return {
        "reactions": sorted(reactions, key=lambda r: (r.get("date_to", ""), r["reaction_id"])),
        "targets": targets,
        "roles": [{**role, "instrument_id": context.instrument_of(role["provision_id"])} for role in roles],
    }


def provisions_on(context: Context, topic_id: str) -> list[Record]:
    """Return the provisions on a topic itself, primary or secondary, in chronological order."""
    instruments = {i["instrument_id"]: i for i in context.all("instruments")}

    def sort_key(provision: Record) -> tuple[Any, ...]:
        instrument = instruments[provision["instrument_id"]]
        dates = instrument.get("date_to", "9"), instrument.get("date_from", "")
        return *dates, instrument["instrument_id"], provision["ordinal"]

    listed = [*context.rows("provisions", "topic_id", topic_id)]
    for row in context.rows("provision_topics", "topic_id", topic_id):
        listed += context.rows("provisions", "provision_id", row["provision_id"])
    return sorted(listed, key=sort_key)


def process(context: Context, row: Record) -> Record:
    """Return a process with its instruments and events in chronological order."""

    def sort_key(one: Record) -> tuple[str, str]:
        return str(one.get("date_to", one.get("date_from", "9"))), str(one.get("date_from", ""))

    of_process = {name: context.rows(name, "process_id", row["process_id"]) for name in ("instruments", "events")}
    listed = {name: sorted(rows, key=sort_key) for name, rows in of_process.items()}
    coded = [one for one in listed["instruments"] if one["instrument_id"] in context.coded_instruments]
    return {"row": row, **listed, "coded": coded}
