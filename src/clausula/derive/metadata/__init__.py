"""Metadata in the formats of catalogues and archives, derived from `schemas/` and the manifest.

A DOI, an ORCID or an address is included only if `schemas/package.json` has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clausula.core.model import Model
from clausula.derive.descriptor import to_json
from clausula.derive.metadata import crate, croissant, csvw, ddi, schema_org

FOLDER = "metadata"
CRATE = "ro-crate-metadata.json"

Where = Callable[[str], str]
"""Maps the path of a file in the package to the path written in the metadata."""


def upwards(path: str) -> str:
    """Return a path relative to the folder `metadata`."""
    return f"../{path}"


def metadata_files(model: Model, manifest: dict[str, Any]) -> dict[str, bytes]:
    """Return the committed metadata files by path."""
    return {
        f"{FOLDER}/croissant.json": to_json(croissant.croissant(model, manifest, upwards)),
        f"{FOLDER}/csvw.json": to_json(csvw.csvw(model, upwards)),
        f"{FOLDER}/schema-org.jsonld": to_json(schema_org.schema_org(model, manifest, upwards)),
        f"{FOLDER}/ddi-codebook.xml": ddi.ddi(model, manifest),
        CRATE: to_json(crate.crate(model, manifest)),
    }
