"""The rows of entities that a submission adds, changes or removes, and those that it leaves as they are."""

from __future__ import annotations

from collections.abc import Iterable

from clausula.coding.form import is_lead
from clausula.coding.named_entities import ADDED, added_by_others, coded_by_others, of_others
from clausula.coding.pass_rows import PassRow
from clausula.coding.records import TableRow
from clausula.coding.submission import Submission
from clausula.core.tables import Tables, key_of


def _id(tables: Tables, row: PassRow | TableRow) -> str:
    return key_of(tables.table(row.table), row.values)[0]


def present_rows(tables: Tables, rows: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows of the tables that have the keys of other rows."""
    index = {name: tables.index(name) for name in ADDED}
    found = ((row.table, index[row.table].get((_id(tables, row),))) for row in rows)
    return [TableRow(name, values) for name, values in found if values is not None]


def added_entities(tables: Tables, submission: Submission, rows: Iterable[PassRow]) -> list[PassRow]:
    """Return the entities that a blind pass adds, or that only this pass has added."""
    entities = [row for row in rows if row.table in ADDED]
    fixed = of_others(tables, submission.source_id, submission.letter) if entities else {}
    return [row for row in entities if _id(tables, row) not in fixed[row.table]]


def replaced_entities(tables: Tables, submission: Submission, submitted: Iterable[TableRow]) -> list[TableRow]:
    """Return the entities that only another pass has added and the leading pass adds too: its values replace theirs."""
    entities = [row for row in submitted if row.table in ADDED]
    added = added_by_others(tables, submission.source_id, submission.letter) if entities else {}
    return present_rows(tables, [row for row in entities if _id(tables, row) in added[row.table]])


def without_fixed_entities(tables: Tables, submission: Submission, rows: list[TableRow]) -> list[TableRow]:
    """Return earlier rows without entities that a submission does not remove, because others refer to them."""
    if not any(row.table in ADDED for row in rows):
        return rows
    find = coded_by_others if is_lead(submission.letter) else of_others
    fixed = find(tables, submission.source_id, submission.letter)
    return [row for row in rows if row.table not in ADDED or _id(tables, row) not in fixed[row.table]]
