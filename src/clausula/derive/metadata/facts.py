"""What every form of metadata says in its own words: title, people, licence, citation."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor


def licence(metadata: Descriptor, scope: str = "data") -> Descriptor:
    """The licence of the data or of the code."""
    found: Descriptor = next(one for one in metadata["licenses"] if one["scope"] == scope)
    return found


def people(metadata: Descriptor) -> list[Descriptor]:
    """Who made it: name, and ORCID and affiliation where they are stated."""
    return [dict(person) for person in metadata["contributors"]]


def agents(metadata: Descriptor) -> list[Descriptor]:
    """Who made it, in the terms of schema.org; a collective is an organisation."""
    listed: list[Descriptor] = []
    for person in people(metadata):
        agent: Descriptor = {"@type": "Person" if person.get("familyName") else "Organization", "name": person["title"]}
        if person.get("path"):
            agent["@id"] = person["path"]
        listed.append(agent)
    return listed


def day(metadata: Descriptor) -> str:
    """The day of the version, ISO 8601."""
    return str(metadata["created"])[:10]


def identifiers(metadata: Descriptor) -> dict[str, Any]:
    """The DOI, as schema.org says it, where there is one."""
    return {"identifier": f"https://doi.org/{metadata['doi']}"} if metadata.get("doi") else {}
