"""Every committed file that is derived from the schemas and the CSV tables, as bytes by path.

`clausula build` writes these files, and the drift check compares them with the committed ones. Both use this module.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from clausula.core.model import Model
from clausula.core.package import DESCRIPTOR, MANIFEST, csv_path, parquet_path
from clausula.core.progress import Progress, quiet
from clausula.core.rules import RULES, parse_rule, read_rules
from clausula.core.store import Store, TableFile
from clausula.derive import checks, citation, expectations, frames, overview, pages, provenance, text_rule
from clausula.derive.descriptor import descriptor, to_json
from clausula.derive.metadata import metadata_files

SUITE = "validation/expectations/baseline.json"
CODEBOOK = "docs/codebook"
CHECKS = "docs/checks.md"
AGREEMENT = "agreement"
README = "README.md"


def parquet_bytes(file: TableFile, version: str) -> bytes:
    """Return the typed Parquet file of a table; the same cells, schema, version and pyarrow give the same bytes."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(frames.typed(file, version), sink, compression="zstd", version="2.6", row_group_size=1 << 20)
    return sink.getvalue()


def facts(content: bytes, path: str) -> dict[str, Any]:
    """Return the path, size and SHA-256 of a file."""
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _tables(store: Store, progress: Progress) -> tuple[dict[str, bytes], dict[str, Any]]:
    import pyarrow

    version = store.package.model.metadata["version"]
    files: dict[str, bytes] = {}
    entries: dict[str, Any] = {}
    for table in store.package.model:
        progress(f"typing {table.name}")
        file, target = store.sound(table.name), parquet_path(table.name)
        files[target] = parquet_bytes(file, version)
        entries[table.name] = {
            "rows": len(file.rows),
            "columns": len(table.fields),
            "csv": {"path": csv_path(table.name), "bytes": file.size, "sha256": file.digest},
            "parquet": facts(files[target], target),
        }
    return files, {"version": version, "pyarrow": pyarrow.__version__, "tables": entries}


def provenance_of(store: Store) -> provenance.Provenance | None:
    """How the data of a package were made; None if it has no coders or passes."""
    tables = {name: store.records(name) for name in (provenance.CODERS, provenance.PASSES)}
    return provenance.of_tables(store.package.model, tables)


def overview_files(store: Store) -> dict[str, bytes]:
    """Return the page on the contents of the data with up-to-date generated parts; empty if there is no such page.

    Raises
    ------
    pages.PageError
        If the page does not have exactly one block for each part.
    """
    model = store.package.model
    path = store.package.root / overview.PAGE
    if not path.is_file():
        return {}
    tables = {name: store.records(name) for name in model.tables}
    text = overview.refresh(path.read_text(encoding="utf-8"), model, tables)
    return {overview.PAGE: text.encode("utf-8")}


def page_files(
    root: Path, model: Model, figures: Sequence[pages.Figure] = (), made: provenance.Provenance | None = None
) -> dict[str, bytes]:
    """Return the codebook pages with up-to-date generated parts, and the index of the codebook.

    Raises
    ------
    pages.PageError
        If a page that the schemas name is missing or has no block for its generated part.
    """
    folder = root / CODEBOOK
    files: dict[str, bytes] = {}
    titles: dict[str, str] = {}
    required = {*pages.pages(model), pages.UNITS}
    for name in sorted({*required, *(p.stem for p in folder.glob("*.md") if p.stem != "README")}):
        path = folder / f"{name}.md"
        if not path.is_file():
            raise pages.PageError(f"the codebook page {CODEBOOK}/{name}.md, named in the schemas, does not exist")
        text = path.read_text(encoding="utf-8")
        titles[name] = text.splitlines()[0].removeprefix("# ")
        if name in required:
            fresh = pages.refresh(text, model, name, figures, made.agreement if made else "")
            files[f"{CODEBOOK}/{name}.md"] = provenance.refreshed(fresh, made).encode("utf-8")
    files[f"{CODEBOOK}/README.md"] = pages.index(model, titles).encode("utf-8")
    return files


def derived_files(store: Store, progress: Progress = quiet) -> Mapping[str, bytes]:
    """Return every derived file of a package with its own schemas, by path; the manifest comes last.

    Raises
    ------
    frames.InvalidValues
        If a cell is not a valid value of its type.
    FaultyTable
        If the file of a table has a fault.
    pages.PageError
        If a codebook page is missing.
    """
    package = store.package
    files, manifest = _tables(store, progress)
    made = provenance_of(store)
    facts = made.as_dict() if made else None
    manifest["provenance"] = facts
    model = replace(package.model, metadata=provenance.described(package.model.metadata, facts))
    progress("describing the package")
    files[DESCRIPTOR] = to_json(descriptor(model, manifest))
    files[SUITE] = to_json({"suites": [expectations.suite(table) for table in model]})
    files[text_rule.PATH] = text_rule.look_alike_rule(package.model)
    files.update(page_files(package.root, model, store.records(AGREEMENT), made))
    files.update(overview_files(store))
    readme = package.root / README
    if readme.is_file():
        files[README] = provenance.refreshed(readme.read_text(encoding="utf-8"), made).encode("utf-8")
    on_disk = {rule.code: rule for rule in read_rules(package.root / RULES)}
    derived = parse_rule(package.root / text_rule.PATH, files[text_rule.PATH].decode("utf-8"))
    files[CHECKS] = checks.page(model, [rule for _, rule in sorted({**on_disk, derived.code: derived}.items())])
    files["CITATION.cff"] = citation.citation_cff(model.metadata)
    files[".zenodo.json"] = citation.zenodo_json(model.metadata)
    files.update(metadata_files(model, manifest))
    files[MANIFEST] = to_json(manifest)
    return files
