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

from clausula.core.csvio import lenient_rows
from clausula.core.model import Model, Table
from clausula.core.package import DESCRIPTOR, MANIFEST, Package, csv_path, parquet_path
from clausula.core.progress import Progress, quiet
from clausula.core.rules import RULES
from clausula.derive import checks, citation, expectations, frames, overview, pages, provenance
from clausula.derive.descriptor import descriptor, to_json
from clausula.derive.metadata import metadata_files

SUITE = "validation/expectations/baseline.json"
CODEBOOK = "docs/codebook"
CHECKS = "docs/checks.md"
AGREEMENT = "agreement"
README = "README.md"


def cells_of(package: Package, table: Table) -> list[list[str | None]]:
    """Return the cells of a CSV table in the order of its schema; missing values are None."""
    rows = (cells for _, cells in lenient_rows(package.file(package.resources[table.name])))
    header = next(rows, None)
    if header is None:
        raise ValueError(f"{csv_path(table.name)} has no header line")
    places = [header.index(name) for name in table.names]
    missing = set(table.missing_values)
    return [[None if row[place] in missing else row[place] for place in places] for row in rows]


def parquet_bytes(table: Table, cells: list[list[str | None]], version: str) -> bytes:
    """Return the typed Parquet file of a table; the same cells, schema, version and pyarrow give the same bytes."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    data = frames.arrow_table(table, cells, version)
    pq.write_table(data, sink, compression="zstd", version="2.6", row_group_size=1 << 20)
    return sink.getvalue()


def facts(content: bytes, path: str) -> dict[str, Any]:
    """Return the path, size and SHA-256 of a file."""
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _tables(package: Package, progress: Progress) -> tuple[dict[str, bytes], dict[str, Any]]:
    import pyarrow

    version = package.model.metadata["version"]
    files: dict[str, bytes] = {}
    entries: dict[str, Any] = {}
    for table in package.model:
        progress(f"typing {table.name}")
        cells = cells_of(package, table)
        target = parquet_path(table.name)
        files[target] = parquet_bytes(table, cells, version)
        entries[table.name] = {
            "rows": len(cells),
            "columns": len(table.fields),
            "csv": facts(package.file(package.resources[table.name]).read_bytes(), csv_path(table.name)),
            "parquet": facts(files[target], target),
        }
    return files, {"version": version, "pyarrow": pyarrow.__version__, "tables": entries}


def rows_of(package: Package, name: str) -> list[dict[str, str | None]]:
    """Return the rows of a table as text by field; empty if the package has no such table."""
    if name not in package.model.tables:
        return []
    table = package.model[name]
    return [dict(zip(table.names, row, strict=True)) for row in cells_of(package, table)]


def provenance_of(package: Package) -> provenance.Provenance | None:
    """How the data of a package were made; None if it has no coders or passes."""
    tables = {name: rows_of(package, name) for name in (provenance.CODERS, provenance.PASSES)}
    return provenance.of_tables(package.model, tables)


def overview_files(package: Package) -> dict[str, bytes]:
    """Return the page on the contents of the data with up-to-date generated parts; empty if there is no such page.

    Raises
    ------
    pages.PageError
        If the page does not have exactly one block for each part.
    """
    path = package.root / overview.PAGE
    if not path.is_file():
        return {}
    tables = {name: rows_of(package, name) for name in package.model.tables}
    text = overview.refresh(path.read_text(encoding="utf-8"), package.model, tables)
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


def derived_files(package: Package, progress: Progress = quiet) -> Mapping[str, bytes]:
    """Return every derived file of a package with its own schemas, by path; the manifest comes last.

    Raises
    ------
    frames.NotTyped
        If a cell is not a valid value of its type.
    pages.PageError
        If a codebook page is missing.
    """
    files, manifest = _tables(package, progress)
    made = provenance_of(package)
    facts = made.as_dict() if made else None
    manifest["provenance"] = facts
    model = replace(package.model, metadata=provenance.described(package.model.metadata, facts))
    progress("describing the package")
    files[DESCRIPTOR] = to_json(descriptor(model, manifest))
    files[SUITE] = to_json({"suites": [expectations.suite(table) for table in model]})
    files.update(page_files(package.root, model, rows_of(package, AGREEMENT), made))
    files.update(overview_files(package))
    readme = package.root / README
    if readme.is_file():
        files[README] = provenance.refreshed(readme.read_text(encoding="utf-8"), made).encode("utf-8")
    files[CHECKS] = checks.page(model, package.root / RULES)
    files["CITATION.cff"] = citation.citation_cff(model.metadata)
    files[".zenodo.json"] = citation.zenodo_json(model.metadata)
    files.update(metadata_files(model, manifest))
    files[MANIFEST] = to_json(manifest)
    return files
