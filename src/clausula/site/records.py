"""The content of the pages of instruments, actors, topics and sources."""

from __future__ import annotations

from typing import Any

from clausula.site.context import Context, Record

PROVISION_PARTS = (
    "provision_actors",
    "provision_quantities",
    "provision_places",
    "provision_links",
    "evidence",
    "disputes",
)


def _provision(context: Context, row: Record) -> Record:
    """Return a provision with its related rows, links in both directions, positions, evidence and disputes."""
    provision_id = row["provision_id"]
    parts = {name: context.rows(name, "provision_id", provision_id) for name in PROVISION_PARTS}
    return {
        **row,
        **parts,
        "later_links": context.rows("provision_links", "earlier_provision_id", provision_id),
        "positions": context.positions_on("provision", provision_id),
    }


def instrument(context: Context, row: Record) -> Record:
    """Return an instrument with all related records."""
    instrument_id = row["instrument_id"]
    provisions = sorted(context.rows("provisions", "instrument_id", instrument_id), key=lambda p: p["ordinal"])
    return {
        "row": row,
        "actors": context.rows("instrument_actors", "instrument_id", instrument_id),
        "links_to": context.rows("instrument_links", "instrument_id", instrument_id),
        "linked_from": context.rows("instrument_links", "related_instrument_id", instrument_id),
        "provisions": [_provision(context, provision) for provision in provisions],
        "positions": context.positions_on("instrument", instrument_id),
        "events": context.rows("events", "instrument_id", instrument_id),
        "absences": context.rows("absences", "instrument_id", instrument_id),
    }


def actor(context: Context, row: Record) -> Record:
    """Return an actor with its affiliations, positions, and roles in instruments, provisions and events."""
    actor_id = row["actor_id"]
    targets: dict[str, list[Record]] = {}
    for position in context.positions:
        if position["claimant_id"] == actor_id:
            targets.setdefault(position["reaction_id"], []).append(position)
    reactions = {r["reaction_id"]: r for r in context.rows("reactions", "claimant_id", actor_id)}
    return {
        "row": row,
        "aliases": context.rows("actor_aliases", "actor_id", actor_id),
        "offices": context.rows("affiliations", "actor_id", actor_id),
        "members": context.rows("affiliations", "organisation_id", actor_id),
        "instruments": context.rows("instrument_actors", "actor_id", actor_id),
        "provisions": [
            {**role, "instrument_id": context.instrument_of(role["provision_id"])}
            for role in context.rows("provision_actors", "actor_id", actor_id)
        ],
        "reactions": [
            {
                **reactions[reaction_id],
                "targets": targets.get(reaction_id, []),
                "evidence": context.rows("evidence", "reaction_id", reaction_id),
                "disputes": context.rows("disputes", "reaction_id", reaction_id),
            }
            for reaction_id in sorted(reactions, key=lambda n: (reactions[n].get("date_to", ""), n))
        ],
        "as_speaker": [r for r in context.rows("reactions", "speaker_id", actor_id) if r["claimant_id"] != actor_id],
        "events": context.rows("event_actors", "actor_id", actor_id),
        "disputes": context.rows("disputes", "actor_id", actor_id),
    }


def topic(context: Context, row: Record) -> Record:
    """Return a topic with its provisions in chronological order, positions, absences and crosswalk.

    Records of subtopics are not included; they are on the pages of the subtopics.
    """
    topic_id = row["topic_id"]
    instruments = {i["instrument_id"]: i for i in context.all("instruments")}

    def sort_key(provision: Record) -> tuple[Any, ...]:
        instrument = instruments[provision["instrument_id"]]
        dates = instrument.get("date_to", "9"), instrument.get("date_from", "")
        return *dates, instrument["instrument_id"], provision["ordinal"]

    return {
        "row": row,
        "children": context.rows("topics", "parent_topic_id", topic_id),
        "dates": {name: one.get("date") for name, one in instruments.items()},
        "provisions": [
            {**p, "earlier_links": context.rows("provision_links", "provision_id", p["provision_id"])}
            for p in sorted(context.rows("provisions", "topic_id", topic_id), key=sort_key)
        ],
        "positions": context.positions_on("topic", topic_id),
        "absences": context.rows("absences", "topic_id", topic_id),
        "crosswalk": context.rows("crosswalk", "topic_id", topic_id),
    }


def source(context: Context, row: Record) -> Record:
    """Return a source with counts of what was coded from it."""
    source_id = row["source_id"]
    return {
        "row": row,
        "anchors": len(context.rows("evidence", "source_id", source_id)),
        "reactions": len(context.rows("reactions", "source_id", source_id)),
        "passes": context.rows("coding_passes", "source_id", source_id),
        "instruments": context.rows("instruments", "source_id", source_id),
    }


def process(context: Context, row: Record) -> Record:
    """Return a process with its instruments and events in chronological order."""
    process_id = row["process_id"]

    def sort_key(one: Record) -> tuple[str, str]:
        return str(one.get("date_to", one.get("date_from", "9"))), str(one.get("date_from", ""))

    events = [
        {**event, "actors": context.rows("event_actors", "event_id", event["event_id"])}
        for event in sorted(context.rows("events", "process_id", process_id), key=sort_key)
    ]
    instruments = sorted(context.rows("instruments", "process_id", process_id), key=sort_key)
    return {"row": row, "instruments": instruments, "events": events}
