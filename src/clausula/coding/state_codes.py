"""Codes of states from ISO 3166, Correlates of War, and Gleditsch and Ward, filled in where a form lacks them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from clausula.coding.answer_names import plain
from clausula.coding.submission import FormRow, Submission
from clausula.core.findings import Finding
from clausula.core.store import Values
from clausula.core.tables import Tables

CODES = ("iso3", "iso2", "cow_code", "gw_code")


@cache
def _registry() -> dict[str, Values]:
    """Return the codes of states by their ISO code and by each name that only one of them has."""
    path = Path(__file__).with_name("state_codes.csv")
    found = defaultdict[str, list[Values]](list)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            codes = {name: row[name] for name in CODES}
            for name in {plain(name) for name in (row["iso3"], *row["names"].split(";"))}:
                found[name].append(codes)
    return {name: rows[0] for name, rows in found.items() if len(rows) == 1}


def codes_of(cells: Mapping[str, str]) -> Values:
    """Return the codes that a state lacks, by its ISO code, name or ID; none if it has another code already."""
    given = {name: cells.get(name, "") for name in CODES}
    names = [given["iso3"]] if given["iso3"] else [cells.get("name", ""), cells.get("actor_id", "")]
    known = next((_registry()[name] for name in map(plain, names) if name in _registry()), {})
    if any(value not in ("", known.get(name)) for name, value in given.items()):
        return {}
    return {name: value for name, value in known.items() if value and not given[name]}


def with_state_codes(tables: Tables, submission: Submission) -> tuple[Submission, list[Finding]]:
    """Return a submission in which new states have the codes of the registries, and a note for each.

    A state that is in the tables without codes stays as it is there.
    """
    known, rows, findings = tables.index("actors"), list[FormRow](), list[Finding]()
    for row in submission.rows:
        is_state = row.table == "actors" and row["kind"] == "state"
        stored = known.get((row["actor_id"],)) if is_state else None
        codes = codes_of(row.cells) if is_state and (stored is None or any(stored[name] for name in CODES)) else {}
        if codes:
            rows.append(replace(row, cells={**row.cells, **codes}))
            listed = ", ".join(f"{name} {value}" for name, value in codes.items())
            findings.append(row.finding("filled-registry-code", "iso3", listed=listed))
        else:
            rows.append(row)
    return (replace(submission, rows=rows), findings) if findings else (submission, [])
