"""Verification of all anchors of a package, source by source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from clausula.core.findings import ERROR, INFO, SHOWN, CouldNotRun, Finding, Report, finding
from clausula.core.package import Package, open_package
from clausula.core.progress import Progress, quiet
from clausula.evidence.anchors import KEYS, LAYER, Row, finding_at
from clausula.evidence.verify import edition_finding, read_text, text_file, verify_source
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine

REQUIRED_TABLES = ("sources", "evidence", "coding_log")
"""The tables that verification reads."""

MEMORY = "300MB"
"""Memory that DuckDB may use for these tables before it spills to disk."""

BATCH = 10_000

STATES = ("verified", "moved", "broken")

Group = tuple[int, list[Row]]
"""Row number of a source, or 0 for anchors whose source is not in the table of sources, and its anchors."""


def _anchors_by_source(engine: DuckDBEngine, table: str) -> Iterator[Group]:
    """Yield all anchors of a table, grouped by source in the order of the sources; one group is in memory at a time.

    The first group has the anchors of unknown sources, if there are any.
    """
    key = KEYS[table]
    query = f"""SELECT coalesce(s._row, 0), a._row, a.{key}, a."start", a."end", a.fingerprint, a.source_id
        FROM main.{table} a LEFT JOIN (SELECT source_id, min(_row) AS _row FROM main.sources GROUP BY source_id) s
        ON s.source_id = a.source_id ORDER BY 1, a."start", a."end", a._row"""
    cursor = engine.con.cursor()
    rows = chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))
    cursor.execute(query)
    names = ["row", key, "start", "end", "fingerprint", "source_id"]
    for source, group in groupby(rows, key=itemgetter(0)):
        yield source, [dict(zip(names, row[1:], strict=True)) for row in group]


def _next_anchors(groups: Iterator[Group], pending: list[Group], source: int) -> list[Row]:
    """Return the anchors of the next source from a stream in source order; empty if it has none."""
    if not pending:
        pending.extend(islice(groups, 1))
    return pending.pop()[1] if pending and pending[0][0] == source else []


def _unknown_source(row: Row, table: str) -> Finding:
    """Return the finding for an anchor whose source is not in the table of sources."""
    return finding_at("broken-anchor:source", row, table, "source_id")


MALFORMED = ("pattern", "type", "required")
"""What other layers call a malformed hash or offset, whose anchor is broken."""


def verify_store(
    engine: DuckDBEngine, report: Report, texts: Path, require_all: bool = False, progress: Progress = quiet
) -> dict[str, dict[str, Any]]:
    """Verify the anchors of all sources whose text is in a folder; return the results by source.

    Every anchor is counted: as verified, moved or broken, or as unchecked if the text of its source is missing. Anchors
    of unknown sources are broken and counted under the ID that they name. A cell that is malformed
    according to the report has no second finding.

    Raises
    ------
    CouldNotRun
        If the folder does not contain the text of any source.
    """
    if not texts.is_dir():
        raise CouldNotRun.of("texts-not-found", texts=texts)
    outcomes: dict[str, dict[str, Any]] = {}
    told = {(one.table, one.row, one.field) for one in report.findings if one.row and one.code in MALFORMED}
    sources = engine.con.execute(
        "SELECT _row, source_id, characters, sha256 FROM main.sources ORDER BY _row"
    ).fetchall()
    evidence = _anchors_by_source(engine, "evidence")
    log = _anchors_by_source(engine, "coding_log")
    next_evidence: list[Group] = []
    next_log: list[Group] = []
    for row in _next_anchors(evidence, next_evidence, 0):
        report.add(engine.locate(_unknown_source(row, "evidence"), {}))
        entry = outcomes.setdefault(row["source_id"] or "", {"text": "unknown source", **dict.fromkeys(STATES, 0)})
        entry["broken"] += 1
    for row in _next_anchors(log, next_log, 0):
        report.add(engine.locate(_unknown_source(row, "coding_log"), {}))
    for number, source, characters, digest in sources:
        if source is None or source in outcomes:
            continue
        progress(f"verifying {source}")
        anchors, passages = _next_anchors(evidence, next_evidence, number), _next_anchors(log, next_log, number)
        path = text_file(texts, source)
        if path is None:
            report.add(_missing_text(source, texts, require_all))
            outcomes[source] = {"text": "absent", "unchecked": len(anchors)}
            continue
        raw = read_text(path)
        edition = edition_finding(raw, characters, digest, source)
        result = verify_source(source, raw, anchors, passages, same_edition=edition is None)
        for found in [*([edition] if edition else []), *result.findings]:
            if found.code == "broken-anchor" and (found.table, found.row, found.field) in told:
                continue
            report.add(engine.locate(found, {}) if found.row else found)
        outcomes[source] = {"text": path.name, **{state: getattr(result, state) for state in STATES}}
    if all(entry["text"] in ("absent", "unknown source") for entry in outcomes.values()):
        raise CouldNotRun.of("texts-not-found:empty", texts=texts)
    return outcomes


def _missing_text(source: str, texts: Path, require_all: bool) -> Finding:
    place = {"table": "sources", "key": f"source_id={source}", "severity": ERROR if require_all else INFO}
    return finding("missing-text", source=source, texts=texts, **place, layers=(LAYER,))


def has_evidence(package: Package) -> bool:
    """Return whether a package has all tables that verification reads."""
    return package.own and all(name in package.resources for name in REQUIRED_TABLES)


def _evidence_tables(package: Package) -> Package:
    """Return the package restricted to the tables that verification reads; raise CouldNotRun if one is missing."""
    if not has_evidence(package):
        raise CouldNotRun.of("missing-evidence", root=package.root, tables=", ".join(REQUIRED_TABLES))
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
        `checked["sources"]` has the numbers of verified, moved, broken and unchecked anchors by source; they add up
        to all anchors.

    Raises
    ------
    CouldNotRun
        If there is no package, or the folder does not contain the text of any source.
    """
    package = open_package(root)
    engine = open_engine(_evidence_tables(package), memory=MEMORY)
    report = Report(shown)
    report.extend(engine.findings)
    outcomes = verify_store(engine, report, texts, require_all, progress)
    report.checked = {"package": str(package.root), "texts": str(texts), "sources": outcomes}
    return report
