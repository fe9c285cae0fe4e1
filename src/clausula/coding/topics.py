"""Topics that a coder adds, and the version of the codebook with which a text was searched for a topic.

A new topic has a version that no pass was coded with, so that no text that was coded before has to account for it.
`clausula code pending` lists the texts that were not searched for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clausula.agreement.passes import version_key
from clausula.coding.pass_rows import PassRow
from clausula.core.tables import Tables

TOPICS = "topics"


def current_version(tables: Tables) -> str:
    """Return the version of the codebook with all topics: that of the package, or of the newest topic if later."""
    versions = [str(tables.package.model.metadata["version"]), *(row["since"] for row in tables[TOPICS])]
    return max(versions, key=version_key)


def version_of_new_topics(tables: Tables) -> str:
    """Return the version of the codebook that introduces a topic which is added now.

    It is the version of the package if no pass was coded with it yet, and else the next one after the newest pass.
    """
    own = str(tables.package.model.metadata["version"])
    newest = max((row["codebook_version"] for row in tables["coding_passes"]), key=version_key, default="")
    if version_key(own) > version_key(newest):
        return own
    major, minor, patch = (*version_key(newest), 0, 0)[:3]
    return f"{major}.{minor}.{patch + 1}"


def searched_for(tables: Tables, source_id: str, version: str) -> set[str]:
    """Return the leaf topics that a text was searched for with a version of the codebook, and those that it lacks."""
    lacking = {row["topic_id"] for row in tables.where("absences", source_id=source_id)}
    return lacking | {
        row["topic_id"]
        for row in tables.where(TOPICS, leaf="true")
        if version_key(row["since"]) <= version_key(version)
    }


def with_topic_versions(tables: Tables, pass_rows: Iterable[PassRow]) -> list[PassRow]:
    """Return rows of a pass in which topics and absences have their version, and new topics are leaves or not.

    An absence has at least the version that introduced its topic: who searched for a topic used a codebook that had it.
    """
    rows = list(pass_rows)
    known = {row["topic_id"]: row for row in tables[TOPICS]}
    added = {row.values["topic_id"] for row in rows if row.table == TOPICS} - set(known)
    parents = {row.values["parent_topic_id"] for row in rows if row.table == TOPICS}
    parents |= {row["parent_topic_id"] for row in known.values()}
    new = version_of_new_topics(tables) if added else ""

    def since(topic: str) -> str:
        return known[topic]["since"] if topic in known else new if topic in added else ""

    def values(row: PassRow) -> Mapping[str, str]:
        topic = row.values.get("topic_id", "")
        if row.table == TOPICS:
            leaf = known[topic]["leaf"] if topic in known else "false" if topic in parents else "true"
            return {"since": since(topic), "leaf": leaf}
        if row.table == "absences":
            version = row.values.get("codebook_version", "")
            return {"codebook_version": max(version, since(topic), key=version_key)}
        return {}

    return [replace(row, values={**row.values, **more}) if (more := values(row)) else row for row in rows]
