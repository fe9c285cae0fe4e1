"""Croissant 1.1 (MLCommons, 2026): the tables as record sets over their CSV files.

Foreign keys are left out, because the reader of the format joins tables on them and fails if one may be empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clausula.core.model import Descriptor, Field, Model, Table
from clausula.derive import citation
from clausula.derive.metadata import prov
from clausula.derive.metadata.schema_org import common

TERMS = """
citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes isLiveDataset jsonPath
key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform
"""
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    **prov.CONTEXT,
    "rai": "http://mlcommons.org/croissant/RAI/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in TERMS.split()},
}
TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}


def _field(table: Table, field: Field) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": TYPES.get(field.type, "sc:Text"),
        "source": {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": field.name}},
    }


def _annotation(metadata: Descriptor) -> dict[str, Any]:
    """Return who annotated, in the terms of the RAI vocabulary 1.0; nothing where no provenance is stated."""
    made = metadata.get("provenance")
    if not made:
        return {}
    machines = [f"{c['coder_id']}: {c['description']}" for c in made["coders"] if c["kind"] != "person"]
    people = [f"{c['coder_id']}: {c['description']}" for c in made["coders"] if c["kind"] == "person"]
    return {
        "rai:dataAnnotationProtocol": f"{made['statement']} {made['details']} The codebook is in docs/codebook.",
        "rai:annotationsPerItem": f"{sum(made['passes'].values())} coding passes over {made['sources']} sources.",
        **({"rai:machineAnnotationTools": machines} if machines else {}),
        "rai:annotatorDemographics": people or ["No person made a coding pass."],
    }


def croissant(model: Model, manifest: dict[str, Any], where: Callable[[str], str]) -> dict[str, Any]:
    """Return the content of `croissant.json`."""
    files, sets = [], []
    for table in model:
        facts = manifest["tables"][table.name]["csv"]
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": f"{table.name}.csv",
                "name": f"{table.name}.csv",
                "description": table.grain,
                "contentUrl": where(facts["path"]),
                "contentSize": f"{facts['bytes']} B",
                "encodingFormat": "text/csv",
                "sha256": facts["sha256"],
            }
        )
        key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
        sets.append(
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": f"{table.grain} {table.description}",
                **({"key": key[0] if len(key) == 1 else key} if key else {}),
                "field": [_field(table, field) for field in table.fields],
            }
        )
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        **common(model.metadata),
        **prov.generated_by(model.metadata),
        **_annotation(model.metadata),
        "citeAs": citation.bibtex(model.metadata).replace("\n", " "),
        "distribution": files,
        "recordSet": sets,
    }
