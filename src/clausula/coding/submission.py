"""A submission from any form: rows by table, each cell with its place in the form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clausula.coding.form import UNITS, Form
from clausula.core.findings import Finding, finding, shown


@dataclass(frozen=True)
class FormRow:
    """One row of a form.

    Attributes
    ----------
    table : str
    cells : mapping of str to str
        Values by the names of the form's columns; an absent cell is the same as an empty one.
    place : str
        Where the row is: a sheet and its row, or a part of a page.
    where : mapping of str to str
        Where each cell is (`provisions!C7`); a column that is not listed has the place of the row.
    number : int
        The number of the row in its submission, which identifies it whatever happens to its cells.
    """

    table: str
    cells: Mapping[str, str]
    place: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column) or ""

    def at(self, column: str = "") -> str:
        """Return the place of a cell."""
        return self.where.get(column) or self.place or self.table

    def has_cell(self, cells: Collection[str | None]) -> bool:
        """Return whether one of the places is in this row."""
        return any(place in cells for place in (self.at(), *self.where.values()))

    def finding(self, code: str, column: str, **given: Any) -> Finding:
        """Return a registered finding on a cell of this row, or on the row if no column is given."""
        value = shown(self[column]) or None
        return finding(code, **given, table=self.table, field=column or None, value=value, cell=self.at(column))


@dataclass(frozen=True)
class Submission:
    """The submitted rows of one pass over one source.

    Attributes
    ----------
    source_id : str
    letter : str
        The pass: `a` is the leading pass.
    rows : list of FormRow
        All rows of the pass, not only those that changed.
    shown : list of FormRow
        The rows as the coder was shown them, to distinguish the coder's changes from those of others; empty if the
        coder was shown none.
    codebook_version : str
        The version of the package whose codebook the coder used.
    origin : str
        Identifies the workbook or page, so that its next submission is recognised; may be empty.
    reading_findings : list of Finding
        The findings from reading the form.
    registration : FormRow, optional
        The row of the source, if it is not registered yet: it is registered with its first pass, or not at all.
    presumed : list of (int, int)
        Where quotes with an error probably belong: their sentences are not reported as missing a record.
    """

    source_id: str
    letter: str
    rows: list[FormRow]
    shown: list[FormRow] = field(default_factory=list)
    codebook_version: str = ""
    origin: str = ""
    reading_findings: list[Finding] = field(default_factory=list)
    registration: FormRow | None = None
    presumed: list[tuple[int, int]] = field(default_factory=list)

    @property
    def pass_id(self) -> str:
        """ID of the pass."""
        return f"{self.source_id}.{self.letter}"

    def numbered(self) -> Submission:
        """Return the submission with its rows numbered."""
        return replace(self, rows=[replace(row, number=number) for number, row in enumerate(self.rows)])

    def of(self, table: str) -> Iterator[FormRow]:
        """Return the rows of one table."""
        return (row for row in self.rows if row.table == table)


def units_of(form: Form, rows: Sequence[FormRow]) -> list[str]:
    """Return the unit of each row; empty outside units. A chain of voices belongs to the unit of its anchor."""
    anchors = {row["id"]: row["record"] for row in rows if row.table == "evidence"}
    found = []
    for row in rows:
        if row.table == "attributions":
            found.append(anchors.get(row["evidence_id"], ""))
        else:
            found.append(row["id"] if row.table in UNITS else row[form[row.table].parent])
    return found
