"""Metadata for citation and deposit, derived from `schemas/package.json`: CITATION.cff, .zenodo.json, BibTeX.

A DOI or ORCID is included only if `schemas/package.json` has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from clausula.core.model import Descriptor
from clausula.derive.descriptor import to_json


def licence(metadata: Descriptor) -> Descriptor:
    """Return the licence of the data; that of the code has another scope."""
    found: Descriptor = next(one for one in metadata["licenses"] if one["scope"] == "data")
    return found


def _people(metadata: Descriptor) -> list[str]:
    return [str(person["title"]) for person in metadata["contributors"]]


def sentence(metadata: Descriptor) -> str:
    """Return the citation as one line of text."""
    people = ", ".join(_people(metadata))
    doi = f" https://doi.org/{metadata['doi']}" if metadata.get("doi") else ""
    return f"{people} ({metadata['created'][:4]}). {metadata['title']} (version {metadata['version']}) [data set].{doi}"


def text(metadata: Descriptor) -> str:
    """Return the citation, and below it how the data were made where the metadata state it."""
    made = metadata.get("provenance")
    return f"{sentence(metadata)}\n{made['statement']}" if made else sentence(metadata)


def apa(metadata: Descriptor) -> str:
    """Return the reference of a data set in the style of the APA (7th edition), without markup.

    The publisher is left out where it is the author, as the style asks.
    """
    people = _people(metadata)
    authors = people[0] if len(people) == 1 else f"{', '.join(people[:-1])}, & {people[-1]}"
    doi = f" https://doi.org/{metadata['doi']}" if metadata.get("doi") else ""
    year, version = metadata["created"][:4], metadata["version"]
    return f"{authors.rstrip('.')}. ({year}). {metadata['title']} (Version {version}) [Data set].{doi}"


def bibtex(metadata: Descriptor) -> str:
    """Return the citation as a BibTeX entry."""
    fields = {
        "author": " and ".join(f"{{{person}}}" for person in _people(metadata)),
        "title": f"{{{metadata['title']}}}",
        "year": metadata["created"][:4],
        "version": metadata["version"],
        "note": f"Data set. {made['statement']}" if (made := metadata.get("provenance")) else "Data set",
        **({"doi": metadata["doi"]} if metadata.get("doi") else {}),
    }
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{metadata['name']}_{metadata['version'].replace('.', '_')},\n{body}\n}}"


STYLES: dict[str, Callable[[Descriptor], str]] = {"text": text, "apa": apa, "bibtex": bibtex}
"""The styles of `clausula.cite`."""


def citation_cff(metadata: Descriptor) -> bytes:
    """Return CITATION.cff, format version 1.2.0. JSON strings are valid YAML, so no YAML library is needed."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them as below.",
        "type: dataset",
        f"title: {json.dumps(metadata['title'], ensure_ascii=False)}",
        f"version: {json.dumps(metadata['version'])}",
        f"date-released: {metadata['created'][:10]}",
        f"license: {licence(metadata)['name']}",
        f"abstract: {json.dumps(metadata['description'], ensure_ascii=False)}",
        "keywords:",
        *(f"  - {json.dumps(word, ensure_ascii=False)}" for word in metadata["keywords"]),
        "authors:",
        *(f"  - name: {json.dumps(person, ensure_ascii=False)}" for person in _people(metadata)),
        *([f"doi: {metadata['doi']}"] if metadata.get("doi") else []),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def zenodo_json(metadata: Descriptor) -> bytes:
    """Return .zenodo.json, the metadata of a deposit."""
    deposit: dict[str, Any] = {
        "title": metadata["title"],
        "description": metadata["description"],
        "upload_type": "dataset",
        **({"method": f"{made['statement']} {made['details']}"} if (made := metadata.get("provenance")) else {}),
        "access_right": "open",
        "license": licence(metadata)["name"],
        "version": metadata["version"],
        "publication_date": metadata["created"][:10],
        "creators": [{"name": person} for person in _people(metadata)],
        "keywords": metadata["keywords"],
        "language": "eng",
    }
    return to_json(deposit)
