"""How the data were made, in the terms of PROV-O (W3C Recommendation, 2013), for the JSON-LD forms."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor

CONTEXT = {"prov": "http://www.w3.org/ns/prov#"}
AGENTS = {"person": "prov:Person", "language_model": "prov:SoftwareAgent", "program": "prov:SoftwareAgent"}


def generated_by(metadata: Descriptor) -> dict[str, Any]:
    """Return the activity of coding with its agents, as `prov:wasGeneratedBy`; empty where none is stated."""
    made = metadata.get("provenance")
    if not made:
        return {}
    activity: dict[str, Any] = {
        "@type": "prov:Activity",
        "prov:label": f"{made['statement']} {made['details']}",
        **({"prov:startedAtTime": made["first"], "prov:endedAtTime": made["last"]} if made["first"] else {}),
        "prov:wasAssociatedWith": [
            {
                "@type": AGENTS[coder["kind"]],
                "@id": f"#coder-{coder['coder_id']}",
                "prov:label": coder["coder_id"],
                "description": coder["description"],
            }
            for coder in made["coders"]
        ],
    }
    return {"prov:wasGeneratedBy": activity}
