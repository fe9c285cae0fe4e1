"""A schema.org Dataset as JSON-LD, for search engines and catalogues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clausula.core.model import Descriptor, Model
from clausula.derive import citation
from clausula.derive.citation import licence
from clausula.derive.metadata import prov
from clausula.derive.metadata.facts import agents, day, identifiers


def common(metadata: Descriptor) -> dict[str, Any]:
    """Return the properties that describe the dataset as a whole."""
    return {
        "name": metadata["title"],
        "description": metadata["description"],
        "version": metadata["version"],
        "datePublished": day(metadata),
        "license": licence(metadata)["path"],
        "creator": agents(metadata),
        "keywords": metadata["keywords"],
        "inLanguage": "en",
        **identifiers(metadata),
    }


def schema_org(model: Model, manifest: dict[str, Any], where: Callable[[str], str]) -> dict[str, Any]:
    """Return the description of the dataset, its files and its variables."""
    downloads = []
    for table in model:
        for form, media in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")):
            facts = manifest["tables"][table.name][form]
            downloads.append(
                {
                    "@type": "DataDownload",
                    "name": facts["path"],
                    "description": table.grain,
                    "contentUrl": where(facts["path"]),
                    "encodingFormat": media,
                    "contentSize": f"{facts['bytes']} B",
                    "sha256": facts["sha256"],
                }
            )
    variables = [
        {"@type": "PropertyValue", "name": f"{t.name}.{f.name}", "description": f.description}
        | ({"unitText": f.unit} if f.unit else {})
        for t in model
        for f in t.fields
        if f.coded
    ]
    return {
        "@context": ["https://schema.org/", prov.CONTEXT],
        "@type": "Dataset",
        **common(model.metadata),
        **prov.generated_by(model.metadata),
        **({"measurementTechnique": made["statement"]} if (made := model.metadata.get("provenance")) else {}),
        "citation": citation.sentence(model.metadata),
        "isAccessibleForFree": True,
        "distribution": downloads,
        "variableMeasured": variables,
    }
