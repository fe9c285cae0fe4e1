"""Facts that all metadata formats share: people, date and identifiers."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor


def people(metadata: Descriptor) -> list[Descriptor]:
    """Return the contributors: name, and ORCID and affiliation if given."""
    return [dict(person) for person in metadata["contributors"]]


def agents(metadata: Descriptor) -> list[Descriptor]:
    """Return the contributors as schema.org agents; a collective is an organisation."""
    listed: list[Descriptor] = []
    for person in people(metadata):
        agent: Descriptor = {"@type": "Person" if person.get("familyName") else "Organization", "name": person["title"]}
        if person.get("path"):
            agent["@id"] = person["path"]
        listed.append(agent)
    return listed


def day(metadata: Descriptor) -> str:
    """Return the date of the version in ISO 8601."""
    return str(metadata["created"])[:10]


def identifiers(metadata: Descriptor) -> dict[str, Any]:
    """Return the DOI as a schema.org identifier, if there is one."""
    return {"identifier": f"https://doi.org/{metadata['doi']}"} if metadata.get("doi") else {}
