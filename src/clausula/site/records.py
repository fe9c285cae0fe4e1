"""What stands on the page of an instrument, an actor, a topic, and on that of the sources."""

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
    """A provision with its parts, the links back and forward, the positions on it, its evidence and its disputes."""
    own = row["provision_id"]
    parts = {name: context.rows(name, "provision_id", own) for name in PROVISION_PARTS}
    return {
        **row,
        **parts,
        "taken_up": context.rows("provision_links", "earlier_provision_id", own),
        "positions": context.positions_on("provision", own),
    }


def instrument(context: Context, row: Record) -> Record:
    """An instrument with all that is known of it."""
    own = row["instrument_id"]
    provisions = sorted(context.rows("provisions", "instrument_id", own), key=lambda p: p["ordinal"])
    return {
        "row": row,
        "actors": context.rows("instrument_actors", "instrument_id", own),
        "back": context.rows("instrument_links", "instrument_id", own),
        "forward": context.rows("instrument_links", "related_instrument_id", own),
        "provisions": [_provision(context, provision) for provision in provisions],
        "positions": context.positions_on("instrument", own),
        "events": context.rows("events", "instrument_id", own),
        "absences": context.rows("absences", "instrument_id", own),
    }


def actor(context: Context, row: Record) -> Record:
    """An actor with its offices, its parts in instruments and provisions, its positions and its part in events."""
    own = row["actor_id"]
    said: dict[str, list[Record]] = {}
    for position in context.positions:
        if position["claimant_id"] == own:
            said.setdefault(position["reaction_id"], []).append(position)
    reactions = {r["reaction_id"]: r for r in context.rows("reactions", "claimant_id", own)}
    return {
        "row": row,
        "aliases": context.rows("actor_aliases", "actor_id", own),
        "offices": context.rows("affiliations", "actor_id", own),
        "members": context.rows("affiliations", "organisation_id", own),
        "instruments": context.rows("instrument_actors", "actor_id", own),
        "provisions": [
            {**part, "instrument_id": context.home(part["provision_id"])}
            for part in context.rows("provision_actors", "actor_id", own)
        ],
        "reactions": [
            {
                **reactions[number],
                "targets": said.get(number, []),
                "evidence": context.rows("evidence", "reaction_id", number),
                "disputes": context.rows("disputes", "reaction_id", number),
            }
            for number in sorted(reactions, key=lambda n: (reactions[n].get("date_to", ""), n))
        ],
        "spoken": [r for r in context.rows("reactions", "speaker_id", own) if r["claimant_id"] != own],
        "events": context.rows("event_actors", "actor_id", own),
        "disputes": context.rows("disputes", "actor_id", own),
    }


def topic(context: Context, row: Record) -> Record:
    """A topic with its provisions through the instruments, the positions on it and its matches elsewhere.

    What belongs to a topic below it stands on the page of that topic alone.
    """
    own = row["topic_id"]
    instruments = {i["instrument_id"]: i for i in context.all("instruments")}

    def time(provision: Record) -> tuple[Any, ...]:
        home = instruments[provision["instrument_id"]]
        return home.get("date_to", "9"), home.get("date_from", ""), home["instrument_id"], provision["ordinal"]

    return {
        "row": row,
        "children": context.rows("topics", "parent_topic_id", own),
        "dates": {name: one.get("date") for name, one in instruments.items()},
        "provisions": [
            {**p, "back": context.rows("provision_links", "provision_id", p["provision_id"])}
            for p in sorted(context.rows("provisions", "topic_id", own), key=time)
        ],
        "positions": context.positions_on("topic", own),
        "absences": context.rows("absences", "topic_id", own),
        "crosswalk": context.rows("crosswalk", "topic_id", own),
    }


def source(context: Context, row: Record) -> Record:
    """A source with what was coded from it."""
    own = row["source_id"]
    return {
        "row": row,
        "anchors": len(context.rows("evidence", "source_id", own)),
        "reactions": len(context.rows("reactions", "source_id", own)),
        "passes": context.rows("coding_passes", "source_id", own),
        "instruments": context.rows("instruments", "source_id", own),
    }


def process(context: Context, row: Record) -> Record:
    """A process with its instruments and events in the order of time."""
    own = row["process_id"]

    def time(one: Record) -> tuple[str, str]:
        return str(one.get("date_to", one.get("date_from", "9"))), str(one.get("date_from", ""))

    events = [
        {**event, "actors": context.rows("event_actors", "event_id", event["event_id"])}
        for event in sorted(context.rows("events", "process_id", own), key=time)
    ]
    instruments = sorted(context.rows("instruments", "process_id", own), key=time)
    return {"row": row, "instruments": instruments, "events": events}
