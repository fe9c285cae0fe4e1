"""Verification of all anchors of a package, source by source."""

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
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine

REQUIRED_TABLES = ("sources", "evidence", "coding_log")
"""The tables that verification reads."""

MEMORY = "300MB"
"""Memory that DuckDB may use for these tables before it spills to disk."""

BATCH = 10_000


Group = tuple[int, list[dict[str, Any]]]
"""Row number of a source, and its anchors."""


def _anchors_by_source(store: DuckDBEngine, table: str, key: str) -> Iterator[Group]:
    """Yield the anchors of a table, grouped by source in the order of the sources; one group is in memory at a time."""
    complete = " AND ".join(f'a."{name}" IS NOT NULL' for name in ("start", "end", "fingerprint"))
    query = f"""SELECT s._row, a._row, a.{key}, a."start", a."end", a.fingerprint FROM main.{table} a
        JOIN main.sources s ON s.source_id = a.source_id WHERE {complete} ORDER BY s._row, a."start", a."end", a._row"""
    cursor = store.con.cursor()
    rows = chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))
    cursor.execute(query)
    names = ["row", key, "start", "end", "fingerprint"]
    for source, group in groupby(rows, key=itemgetter(0)):
        yield source, [dict(zip(names, row[1:], strict=True)) for row in group]


def _next_anchors(groups: Iterator[Group], pending: list[Group], source: int) -> list[dict[str, Any]]:
    """Return the anchors of the next source from a stream in source order; empty if it has none."""
    if not pending:
        pending.extend(islice(groups, 1))
    return pending.pop()[1] if pending and pending[0][0] == source else []


def verify_store(
    store: DuckDBEngine, report: Report, texts: Path, require_all: bool = False, progress: Progress = quiet
) -> dict[str, dict[str, Any]]:
    """Verify the anchors of all sources whose text is in a folder; return the results by source.

    Raises
    ------
    CouldNotRun
        If the folder does not contain the text of any source.
    """
    if not texts.is_dir():
        raise CouldNotRun(Finding("texts-not-found", f"{texts} is not a folder", "Pass the folder with the texts."))
    outcomes: dict[str, dict[str, Any]] = {}
    sources = store.con.execute("SELECT _row, source_id, characters, sha256 FROM main.sources ORDER BY _row").fetchall()
    evidence = _anchors_by_source(store, "evidence", "evidence_id")
    log = _anchors_by_source(store, "coding_log", "start")
    next_evidence: list[Group] = []
    next_log: list[Group] = []
    for row, source, characters, digest in sources:
        progress(f"verifying {source}")
        anchors, passages = _next_anchors(evidence, next_evidence, row), _next_anchors(log, next_log, row)
        path = text_file(texts, source)
        if path is None:
            report.add(_missing_text(source, texts, require_all))
            outcomes[source] = {"text": "absent"}
            continue
        raw = read_text(path)
        edition = edition_finding(raw, characters, digest, source)
        result = verify_source(source, raw, anchors, passages, same_edition=edition is None)
        for finding in [*([edition] if edition else []), *result.findings]:
            report.add(store.locate(finding, {}) if finding.row else finding)
        counts = {"verified": result.verified, "moved": result.moved, "broken": result.broken}
        outcomes[source] = {"text": path.name, **counts}
    if all(entry["text"] == "absent" for entry in outcomes.values()):
        message = f"{texts} does not contain the text of any source"
        raise CouldNotRun(Finding("texts-not-found", message, "Name each file after its source ID, such as ID.txt."))
    return outcomes


def _missing_text(source: str, texts: Path, require_all: bool) -> Finding:
    message, hint = f"the text of {source} was not found in {texts}", f"Add it as {source}.txt."
    severity = ERROR if require_all else INFO
    return Finding("missing-text", message, hint, severity, table="sources", key=f"source_id={source}", layers=(LAYER,))


def _evidence_tables(package: Package) -> Package:
    """Return the package restricted to the tables that verification reads; raise CouldNotRun if one is missing."""
    if not package.own or any(name not in package.resources for name in REQUIRED_TABLES):
        message = f"{package.root} does not have the evidence tables of a Clausula package"
        hint = f"Pass a package with the tables {', '.join(REQUIRED_TABLES)} and their schemas."
        raise CouldNotRun(Finding("missing-evidence", message, hint))
    resources = {name: package.resources[name] for name in REQUIRED_TABLES}
    tables = {name: resource.table for name, resource in resources.items()}
    return replace(package, resources=resources, model=replace(package.model, tables=tables))


def verify(
    root: Path, texts: Path, require_all: bool = False, shown: int = SHOWN, progress: Progress = quiet
) -> Report:
    """Verify every anchor of a package against the texts in a folder.

    Parameters
    ----------
    root : Path
        The folder of the package.
    texts : Path
        A folder with one file per source, named after the source ID with .txt or .md.
    require_all : bool
        Whether a missing text is an error.
    shown : int
        Number of findings kept per code, table and field. Counts are always complete.

    Returns
    -------
    Report
        `checked["sources"]` has the numbers of verified, moved and broken anchors by source.

    Raises
    ------
    CouldNotRun
        If there is no package, or the folder does not contain the text of any source.
    """
    package = open_package(root)
    store = open_engine(_evidence_tables(package), memory=MEMORY)
    report = Report(shown)
    report.extend(store.findings)
    outcomes = verify_store(store, report, texts, require_all, progress)
    report.checked = {"package": str(package.root), "texts": str(texts), "sources": outcomes}
    return report
