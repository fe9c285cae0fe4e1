"""Verification of the anchors of a whole package, read from its tables source by source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from clausula.core.findings import ERROR, INFO, SHOWN, CouldNotRun, Finding, Report
from clausula.core.package import Package, open_package
from clausula.core.progress import Progress, quiet
from clausula.evidence.anchors import LAYER
from clausula.evidence.verify import edition_finding, read_text, text_file, verify_source
from clausula.validation.duckdb_engine import Store, open_store

NEEDED = ("sources", "evidence", "coding_log")
"""The tables that verification reads."""

MEMORY = "300MB"
"""What DuckDB may hold of them before it spills to disk."""

BATCH = 10_000


Group = tuple[int, list[dict[str, Any]]]
"""The row number of a source, and its anchors."""


def _grouped(store: Store, table: str, key: str) -> Iterator[Group]:
    """The anchors of a table, source by source in the order of the sources; no more than one source's in memory."""
    given = " AND ".join(f'a."{name}" IS NOT NULL' for name in ("start", "end", "fingerprint"))
    query = f"""SELECT s._row, a._row, a.{key}, a."start", a."end", a.fingerprint FROM main.{table} a
        JOIN main.sources s ON s.source_id = a.source_id WHERE {given} ORDER BY s._row, a."start", a."end", a._row"""
    cursor = store.con.cursor()
    rows = chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))
    cursor.execute(query)
    names = ["row", key, "start", "end", "fingerprint"]
    for source, group in groupby(rows, key=itemgetter(0)):
        yield source, [dict(zip(names, row[1:], strict=True)) for row in group]


def _of(groups: Iterator[Group], pending: list[Group], source: int) -> list[dict[str, Any]]:
    """The anchors of the source that comes next, out of a stream in the same order."""
    if not pending:
        pending.extend(islice(groups, 1))
    return pending.pop()[1] if pending and pending[0][0] == source else []


def verify_store(
    store: Store, report: Report, texts: Path, require_all: bool = False, progress: Progress = quiet
) -> dict[str, dict[str, Any]]:
    """Verify the anchors of all sources whose text is in a folder; what became of them, by source.

    Raises
    ------
    CouldNotRun
        If the folder holds no text of any source.
    """
    if not texts.is_dir():
        raise CouldNotRun(Finding("texts-not-found", f"{texts} is no folder", "Name the folder that holds the texts."))
    told: dict[str, dict[str, Any]] = {}
    sources = store.con.execute("SELECT _row, source_id, characters, sha256 FROM main.sources ORDER BY _row").fetchall()
    evidence, log = _grouped(store, "evidence", "evidence_id"), _grouped(store, "coding_log", "start")
    next_evidence: list[Group] = []
    next_log: list[Group] = []
    for row, source, characters, digest in sources:
        progress(f"verifying {source}")
        anchors, passages = _of(evidence, next_evidence, row), _of(log, next_log, row)
        path = text_file(texts, source)
        if path is None:
            report.add(_absent(source, texts, require_all))
            told[source] = {"text": "absent"}
            continue
        raw = read_text(path)
        edition = edition_finding(raw, characters, digest, source)
        result = verify_source(source, raw, anchors, passages, same_edition=edition is None)
        for finding in [*([edition] if edition else []), *result.findings]:
            report.add(store.locate(finding, {}) if finding.row else finding)
        told[source] = {"text": path.name, "verified": result.verified, "moved": result.moved, "broken": result.broken}
    if all(entry["text"] == "absent" for entry in told.values()):
        message = f"{texts} holds no text of any source"
        raise CouldNotRun(Finding("texts-not-found", message, "Name each file by the id of its source, with .txt."))
    return told


def _absent(source: str, texts: Path, require_all: bool) -> Finding:
    message, hint = f"no text of {source} in {texts}", f"Put it there as {source}.txt."
    severity = ERROR if require_all else INFO
    return Finding("missing-text", message, hint, severity, table="sources", key=f"source_id={source}", layers=(LAYER,))


def _needed(package: Package) -> Package:
    """The package as far as verification looks at it; CouldNotRun if it has no evidence."""
    if not package.own or any(name not in package.resources for name in NEEDED):
        message = f"{package.root} has no table of evidence as schemas/ of clausula state it"
        raise CouldNotRun(
            Finding("missing-evidence", message, "Verify a package of clausula, or of a project made like it.")
        )
    resources = {name: package.resources[name] for name in NEEDED}
    tables = {name: resource.table for name, resource in resources.items()}
    return replace(package, resources=resources, model=replace(package.model, tables=tables))


def verify(
    root: Path, texts: Path, require_all: bool = False, shown: int = SHOWN, progress: Progress = quiet
) -> Report:
    """Verify every anchor of a package in the texts of a folder.

    Parameters
    ----------
    root : Path
        The package.
    texts : Path
        A folder with one file for each source, named by its id, .txt or .md.
    require_all : bool
        Whether a text that is absent is an error.

    Returns
    -------
    Report
        `checked["sources"]` has the numbers of verified, moved and broken anchors by source.

    Raises
    ------
    CouldNotRun
        If there is no package, or the folder holds no text of any source.
    """
    package = open_package(root)
    store = open_store(_needed(package), memory=MEMORY)
    report = Report(shown)
    report.extend(store.findings)
    told = verify_store(store, report, texts, require_all, progress)
    report.checked = {"package": str(package.root), "texts": str(texts), "sources": told}
    return report
