"""What frictionless is given of a descriptor: nothing that it would fetch, guess, or read outside the package.

The library follows profiles, controls, pipelines and addresses wherever they lead, and guesses encoding and dialect
where none is stated. It gets the properties that describe a table, and no others.
"""

from __future__ import annotations

from typing import Any

from clausula.core.findings import Finding
from clausula.core.model import SchemaError
from clausula.core.package import DESCRIPTOR, Package
from clausula.core.paths import inside
from clausula.core.schemas import read_json

LAYER = "frictionless"
PROFILES = "https://datapackage.org/profiles/"
RESOURCE = (
    *("name", "path", "type", "title", "description", "format", "mediatype"),
    *("encoding", "bytes", "hash", "schema", "dialect"),
)
"""Properties of a resource that frictionless is given."""


def fault(code: str, message: str, hint: str) -> Finding:
    """A fault of the descriptor."""
    return Finding(code, message, hint, file=DESCRIPTOR, layers=(LAYER,))


def _paths(entry: dict[str, Any]) -> list[str]:
    """Every path that a resource of a descriptor names."""
    named = [entry.get("path"), entry.get("schema"), entry.get("dialect")]
    listed = [
        part for value in (entry.get("path"), entry.get("extrapaths")) if isinstance(value, list) for part in value
    ]
    return [path for path in [*named, *listed] if isinstance(path, str)]


def _plain(entry: dict[str, Any], package: Package) -> dict[str, Any]:
    """A resource without what the library would follow; that of others with its schema put in."""
    kept = {"encoding": "utf-8", "dialect": {}, **{key: entry[key] for key in RESOURCE if key in entry}}
    known = package.resources.get(str(entry.get("name")))
    if known is not None and not package.own:
        kept["schema"] = known.table.descriptor
        kept["path"] = known.path
    if isinstance(kept["dialect"], dict):
        own = ("csv", "delimiter", "quoteChar", "doubleQuote", "escapeChar", "header", "lineTerminator")
        kept["dialect"] = {key: value for key, value in kept["dialect"].items() if key in own}
    return kept


def read(package: Package) -> dict[str, Any] | Finding:
    """The descriptor for frictionless, or the fault that keeps it from being read."""
    try:
        descriptor = read_json(package.root / DESCRIPTOR)
    except SchemaError as error:
        return fault("bad-descriptor", str(error), "Run `clausula build`.")
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return fault("bad-descriptor", f"{DESCRIPTOR}: resources is no list of objects", "Run `clausula build`.")
    if not package.own:
        entries = [entry for entry in entries if entry.get("name") in package.resources]
    for path in (path for entry in entries for path in _paths(entry)):
        if inside(package.root, path) is None:
            hint = "Paths are relative, with forward slashes, without steps up."
            return fault("unsafe-path", f"the path {path!r} leaves the package", hint)
    left_out = ("profile", "$schema", "resources")
    kept = {k: v for k, v in descriptor.items() if k not in left_out} if package.own else {"name": "package"}
    if str(descriptor.get("$schema", "")).startswith(PROFILES):
        kept["$schema"] = f"{PROFILES}2.0/datapackage.json"
    return {**kept, "resources": [_plain(entry, package) for entry in entries]}
