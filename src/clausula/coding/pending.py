"""Topics that were added to the codebook after a text was searched, and that nobody has searched it for since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausula.agreement.passes import version_key
from clausula.core.findings import CouldNotRun
from clausula.core.tables import Tables


@dataclass(frozen=True)
class PendingTopic:
    """A topic on which an instrument has neither a provision nor an absence.

    Attributes
    ----------
    since : str
        Version of the codebook that added the topic.
    searched : str
        Newest version of the codebook that the text was coded with; empty if it has no pass.
    """

    instrument_id: str
    source_id: str
    topic_id: str
    since: str
    searched: str


def searched_version(tables: Tables, source_id: str) -> str:
    """Return the newest version of the codebook that a source was coded with; empty if it has no pass.

    A pass whose coder was given the units did not search the text.
    """
    passes = tables.where("coding_passes", source_id=source_id)
    versions = [row["codebook_version"] for row in passes if row.get("units_given") != "true"]
    return max(versions, key=version_key, default="")


def searched_topics(tables: Tables, source_id: str) -> list[str]:
    """Return the leaf topics that the codebook of the newest pass over a source had; all of them without a pass."""
    version = searched_version(tables, source_id)
    return [
        row["topic_id"]
        for row in tables.where("topics", leaf="true")
        if not version or version_key(row["since"]) <= version_key(version)
    ]


def pending_topics(tables: Tables, source_id: str = "") -> Iterator[PendingTopic]:
    """Yield the leaf topics that are not accounted for in the instruments coded from their complete text.

    Parameters
    ----------
    source_id : str, optional
        The source whose instruments are looked at; by default all sources.

    Raises
    ------
    CouldNotRun
        If there is no such source.
    """
    if source_id and (source_id,) not in tables.index("sources"):
        raise CouldNotRun.of("unknown-source", source=source_id)
    instrument_of = {row["provision_id"]: row["instrument_id"] for row in tables["provisions"]}
    known = {(row["instrument_id"], row["topic_id"]) for name in ("provisions", "absences") for row in tables[name]}
    known |= {
        (instrument_of.get(row["provision_id"], ""), row["topic_id"]) for row in tables.rows.get("provision_topics", [])
    }
    for instrument in tables.where("instruments", coverage="complete"):
        if source_id not in ("", instrument["source_id"]):
            continue
        searched = searched_version(tables, instrument["source_id"])
        for topic in tables.where("topics", leaf="true"):
            if (instrument["instrument_id"], topic["topic_id"]) not in known:
                place = instrument["instrument_id"], instrument["source_id"]
                yield PendingTopic(*place, topic["topic_id"], topic.get("since", ""), searched)
