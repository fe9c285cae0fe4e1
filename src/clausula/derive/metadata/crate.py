"""RO-Crate 1.1: the package as a research object, one entity for each file."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor, Model
from clausula.core.package import DESCRIPTOR
from clausula.derive.citation import licence
from clausula.derive.metadata.schema_org import common


def _coding(metadata: Descriptor) -> list[dict[str, Any]]:
    """Return the coding as a `CreateAction` of its coders; empty where no provenance is stated."""
    made = metadata.get("provenance")
    if not made:
        return []
    coders = [
        {
            "@id": f"#coder-{coder['coder_id']}",
            "@type": "Person" if coder["kind"] == "person" else "SoftwareApplication",
            "name": coder["coder_id"],
            "description": coder["description"],
        }
        for coder in made["coders"]
    ]
    roles = {"agent": "Person", "instrument": "SoftwareApplication"}
    action = {
        "@id": "#coding",
        "@type": "CreateAction",
        "name": "Coding of the texts",
        "description": f"{made['statement']} {made['details']}",
        **({"startTime": made["first"], "endTime": made["last"]} if made["first"] else {}),
        **{
            role: [{"@id": coder["@id"]} for coder in coders if coder["@type"] == kind]
            for role, kind in roles.items()
            if any(coder["@type"] == kind for coder in coders)
        },
        "result": {"@id": "./"},
    }
    return [action, *coders]


def crate(model: Model, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the content of `ro-crate-metadata.json`."""
    files: list[dict[str, Any]] = [
        {
            "@id": DESCRIPTOR,
            "@type": "File",
            "name": "Descriptor of the data package",
            "encodingFormat": "application/json",
        }
    ]
    for table in model:
        for form, media in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")):
            facts = manifest["tables"][table.name][form]
            files.append(
                {
                    "@id": facts["path"],
                    "@type": "File",
                    "name": table.title,
                    "description": table.grain,
                    "encodingFormat": media,
                    "contentSize": str(facts["bytes"]),
                    "sha256": facts["sha256"],
                }
            )
    described = common(model.metadata)
    makers = [{"@id": agent.get("@id", f"#maker-{i}"), **agent} for i, agent in enumerate(described["creator"], 1)]
    terms = licence(model.metadata)
    root = {
        "@id": "./",
        "@type": "Dataset",
        **described,
        "creator": [{"@id": maker["@id"]} for maker in makers],
        "license": {"@id": terms["path"]},
        "keywords": ", ".join(model.metadata["keywords"]),
        "hasPart": [{"@id": file["@id"]} for file in files],
    }
    about = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    deed = {"@id": terms["path"], "@type": "CreativeWork", "name": terms["title"], "identifier": terms["name"]}
    graph = [about, root, deed, *makers, *files, *_coding(model.metadata)]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
