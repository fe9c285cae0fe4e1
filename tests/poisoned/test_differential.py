"""frictionless beside DuckDB on random changes: whatever one finds and the other does not has a known reason.

`CLAUSULA_EXAMPLES=3000 pytest tests/poisoned/test_differential.py` looks further than CI does.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings

from clausula.core.constraints import Constraint, constraints_of
from clausula.core.findings import Report
from clausula.core.lexical import parse
from clausula.core.package import csv_path
from clausula.validation import frictionless_layer, schema_layer
from clausula.validation.duckdb_engine import open_store
from tests.conftest import ROOT
from tests.poisoned.differences import BOTH, DIFFERENCES, Difference, Seen, reads
from tests.poisoned.mutate import Change, Sheet, apply, changes, sheets_of, write
from tests.poisoned.tables import loosen_descriptor
from tests.poisoned.test_constraints import MODEL, part

EXAMPLES = int(os.environ.get("CLAUSULA_EXAMPLES", "40"))
TABLES = ["provisions", "provision_quantities", "reaction_targets", "events", "actors", "evidence"]
"""Tables with every type and every kind of demand."""

SHEETS = sheets_of(Path(__file__).parents[1] / "mini", TABLES)
At = tuple[str, int, str]
"""Kind, row and field of a finding."""


@pytest.fixture(scope="module")
def ground(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = Path(shutil.copytree(built, tmp_path_factory.mktemp("differential") / "package"))
    loosen_descriptor(target)
    return target


def both(root: Path, table: str) -> tuple[set[At], set[At]]:
    """What each of them finds of what both enforce."""
    ours, theirs = Report(10_000), Report(10_000)
    store = open_store(part(MODEL, root, table), rules=False)
    try:
        schema_layer.check(store, ours)
        frictionless_layer.check(store, theirs, {table})
    finally:
        store.close()
    told = [{(f.code, f.row or 0, f.field or "") for f in r.findings if f.table == table} for r in (ours, theirs)]
    assert not {code for code, _, _ in told[1]} & {"failed-layer", "unreadable-file"}
    return tuple({at for at in one if at[0] in BOTH} for one in told)  # type: ignore[return-value]


def odd(sheets: dict[str, Sheet], constraint: Constraint) -> frozenset[str]:
    """Texts that stand in the columns of a key, or in those to which it refers, and that frictionless alone reads."""
    columns = {(constraint.table, field) for field in constraint.fields}
    if constraint.kind == "foreign-key":
        columns |= {(constraint.limit[0], field) for field in constraint.limit[1]}
    texts = {
        (MODEL[table][field].type, row[field])
        for table, field in columns
        if table in sheets and field in sheets[table].header
        for row in sheets[table].records()
    }
    return frozenset(text for kind, text in texts if reads(kind, text) and parse(kind, text) is None)


def seen(sheets: dict[str, Sheet], table: str, at: At, ours: set[At], is_ours: bool) -> Seen:
    kind, row, field = at
    record = sheets[table].records()[row - 1]
    constraint = next(c for c in constraints_of(MODEL[table]) if c.kind == kind and c.field == field)
    typeless = ("type", row, field) in ours
    strange = odd(sheets, constraint) if kind in ("primary-key", "foreign-key", "unique") else frozenset()
    target = constraint.limit[0] if kind == "foreign-key" else table
    astray = target in sheets and sheets[target].header != SHEETS[target].header
    of_type = MODEL[table][field].type
    return Seen(is_ours, kind, of_type, record[field], record, constraint.fields, typeless, strange, astray)


def differing(ground: Path, made: Sequence[Change]) -> list[tuple[Seen, Difference | None]]:
    """Every difference that some changes bring about, with what explains it."""
    sheets = copy.deepcopy(SHEETS)
    for change in made:
        apply(sheets, change)
    touched = {str(change[1]) for change in made}
    before = {name: (ground / csv_path(name)).read_bytes() for name in touched}
    write(sheets, touched, ground)
    found = []
    try:
        for name in sorted(touched):
            if sheets[name].header != SHEETS[name].header:
                continue  # which column is meant is then a guess, and both have said what is wrong with the header
            ours, theirs = both(ground, name)
            found += [seen(sheets, name, at, ours, at in ours) for at in sorted(ours ^ theirs)]
    finally:
        for name, content in before.items():
            (ground / csv_path(name)).write_bytes(content)
    return [(one, next((d for d in DIFFERENCES if d.holds(one)), None)) for one in found]


@settings(
    max_examples=EXAMPLES,
    derandomize="CLAUSULA_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(made=changes(SHEETS))
def test_every_difference_has_a_known_reason(ground: Path, made: list[Change]) -> None:
    unexplained = [one for one, reason in differing(ground, made) if reason is None]
    for one in unexplained:
        note(f"{'ours' if one.ours else 'theirs'}: {one}")
    assert not unexplained


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d.name)
def test_each_reason_is_still_one(ground: Path, difference: Difference) -> None:
    assert difference.name in {reason.name for _, reason in differing(ground, difference.example) if reason}


def test_the_page_tells_each() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    section = page.split("## Where frictionless differs\n")[1].split("\n## ")[0]
    told = [" ".join(item.split()) for item in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]
    assert told == [difference.says for difference in DIFFERENCES]
