"""Registration of a source: its metadata and the hashes of its text, never the text itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clausula.coding.candidate import Candidate
from clausula.coding.checks import check_rows
from clausula.coding.form import Form
from clausula.coding.merge import merge
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


def _already_registered(tables: Tables, values: Values) -> Finding | None:
    """Return a finding if the text or the ID is already registered."""
    for row in tables["sources"]:
        if row["fingerprint"] == values["fingerprint"]:
            known = row["source_id"]
            place = {"table": "sources", "field": "fingerprint", "key": f"source_id={known}"}
            return finding("already-registered", source=known, **place)
        if row["source_id"] == values["source_id"]:
            place = {"table": "sources", "cell": option("source_id")}
            return finding("already-registered:other-text", source=row["source_id"], **place)
    return None


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
    table = tables.table("sources")
    values = {field.name: given.get(field.name, "") for field in entered_fields(table)}
    values["source_id"] = values["source_id"] or proposed_id(path)
    try:
        values |= measure(raw)
    except ValueError:
        raise CouldNotRun.of("empty-text", file=path.name) from None
    values = with_bounds(table, values)
    report = Report()
    if (registered := _already_registered(tables, values)) is not None:
        report.add(registered)
        return Registration(report, values)
    where = {name: option(name) for name in values} | dict.fromkeys(MEASURED, path.name)
    row = FormRow("sources", values, path.name, where)
    form = Form(tables.package.model)
    merged = merge(form, tables, [TableRow("sources", values, row)])
    report.extend(check_rows(Candidate(form, merged, merged), [row], tables))
    if not report.total(ERROR):
        write_tables(tables, merged.tables)
    return Registration(report, values)
