"""The metadata of a deposit for the Records API of InvenioRDM, on which Zenodo runs."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor
from clausula.derive.citation import licence
from clausula.derive.metadata.facts import agents, day


def _creator(agent: Descriptor) -> dict[str, Any]:
    kind = "personal" if agent["@type"] == "Person" else "organizational"
    who: dict[str, Any] = {"type": kind, "name": agent["name"]}
    if kind == "personal":
        given, _, family = str(agent["name"]).rpartition(" ")
        who |= {"given_name": given, "family_name": family}
    orcid = str(agent.get("@id", "")).removeprefix("https://orcid.org/")
    if orcid and orcid != agent.get("@id"):
        who["identifiers"] = [{"scheme": "orcid", "identifier": orcid}]
    return {"person_or_org": who}


def _methods(metadata: Descriptor) -> dict[str, Any]:
    made = metadata.get("provenance")
    if not made:
        return {}
    text = f"{made['statement']} {made['details']}"
    return {"additional_descriptions": [{"description": text, "type": {"id": "methods"}}]}


def record(metadata: Descriptor) -> dict[str, Any]:
    """Return the request body that creates or updates a draft."""
    return {
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": True},
        "metadata": {
            "resource_type": {"id": "dataset"},
            "title": metadata["title"],
            "publication_date": day(metadata),
            "creators": [_creator(agent) for agent in agents(metadata)],
            "description": metadata["description"],
            **_methods(metadata),
            "version": metadata["version"],
            "rights": [{"id": licence(metadata)["name"].lower()}],
            "languages": [{"id": "eng"}],
            "subjects": [{"subject": word} for word in metadata["keywords"]],
            "publisher": "Zenodo",
        },
    }
