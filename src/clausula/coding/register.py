"""Registration of a source: its metadata and the hashes of its text, never the text itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clausula.coding.candidate import Candidate
from clausula.coding.checks import check_rows
from clausula.coding.form import Form
from clausula.coding.merge import Merged, merge
from clausula.coding.records import TableRow
from clausula.coding.source_fields import MEASURED, entered_fields, option
from clausula.coding.submission import FormRow
from clausula.core.commit import finish
from clausula.core.edtf import with_bounds
from clausula.core.findings import ERROR, CouldNotRun, Finding, Report, finding
from clausula.core.package import open_package
from clausula.core.store import Values
from clausula.core.tables import Tables, read_tables, write_tables
from clausula.evidence.text import Text
from clausula.evidence.verify import read_text


@dataclass(frozen=True)
class Registration:
    """The registered source, or the findings that prevented its registration."""

    report: Report
    values: Values


def proposed_id(path: Path) -> str:
    """Return an ID derived from a file name."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:80]


def measure(raw: str) -> Values:
    """Return the length and the hashes of a text.

    Raises
    ------
    ValueError
        If the text contains no letter or digit.
    """
    digest = hashlib.sha256(raw.encode("utf-8")).hexdigest()
    return dict(zip(MEASURED, (str(len(raw)), digest, Text(raw).fingerprint()), strict=True))


def _already_registered(tables: Tables, row: FormRow) -> Finding | None:
    """Return a finding if the text or the ID is already registered."""
    for known in tables["sources"]:
        if known["fingerprint"] == row["fingerprint"]:
            source = known["source_id"]
            place = {"table": "sources", "field": "fingerprint", "key": f"source_id={source}"}
            return finding("already-registered", source=source, **place)
        if known["source_id"] == row["source_id"]:
            place = {"table": "sources", "cell": row.at("source_id")}
            return finding("already-registered:other-text", source=row["source_id"], **place)
    return None


def prepare(tables: Tables, row: FormRow, raw: str) -> tuple[Merged, list[Finding]]:
    """Return the tables with a text as a further source, and the findings on its row; nothing is written.

    Parameters
    ----------
    tables : Tables
    row : FormRow
        The fields of `sources` that a person enters, each with its place.
    raw : str
        The text.

    Raises
    ------
    CouldNotRun
        If the text is empty.
    """
    table = tables.table("sources")
    values = {field.name: row[field.name] for field in entered_fields(table)}
    try:
        values |= measure(raw)
    except ValueError:
        raise CouldNotRun.of("empty-text", file=row.place) from None
    measured = replace(row, cells=with_bounds(table, values))
    form = Form(tables.package.model)
    if (registered := _already_registered(tables, measured)) is not None:
        return Merged(tables), [registered]
    merged = merge(form, tables, [TableRow("sources", dict(measured.cells), measured)])
    return merged, check_rows(Candidate(form, merged, merged), [measured], tables)


def register(root: Path, path: Path, given: Mapping[str, str]) -> Registration:
    """Register the text in a file as a source.

    Parameters
    ----------
    root : Path
        The package.
    path : Path
        The text, in UTF-8. The file is only read; the text is never copied.
    given : mapping of str to str
        Values of the fields of `sources` that a person enters.

    Raises
    ------
    CouldNotRun
        If the text cannot be read or is empty, or a table changed during the check.
    """
    finish(root)
    tables = read_tables(open_package(root))
    raw = read_text(path)
    values = {**given, "source_id": given.get("source_id") or proposed_id(path)}
    where = {name: option(name) for name in tables.table("sources").names} | dict.fromkeys(MEASURED, path.name)
    merged, findings = prepare(tables, FormRow("sources", values, path.name, where), raw)
    report = Report()
    report.extend(findings)
    if not report.total(ERROR):
        write_tables(tables, merged.tables)
    return Registration(report, merged.tables.index("sources").get((values["source_id"],), values))
