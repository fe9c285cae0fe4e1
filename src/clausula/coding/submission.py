"""What a coder hands in, whichever form it was written in: rows by table, each cell knowing where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clausula.core.findings import ERROR, Finding, shown


@dataclass(frozen=True)
class Fault:
    """What is wrong, before it is known where: code, message and what to do."""

    code: str
    message: str
    hint: str
    severity: str = ERROR


@dataclass(frozen=True)
class Row:
    """One row of a form.

    Attributes
    ----------
    table : str
    cells : mapping of str to str
        By the names of the form's columns; empty and absent are the same.
    place : str
        Where the row stands: a sheet and its row, or a part of a page.
    where : mapping of str to str
        Where each cell stands (`provisions!C7`); a column that is not named stands where the row does.
    """

    table: str
    cells: Mapping[str, str]
    place: str = ""
    where: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column) or ""

    def at(self, column: str = "") -> str:
        """Where a cell stands."""
        return self.where.get(column) or self.place or self.table

    def finding(self, column: str, fault: Fault) -> Finding:
        """A finding on one of its cells; without a column, on the row."""
        value = self[column]
        return Finding(
            fault.code,
            fault.message,
            fault.hint,
            fault.severity,
            table=self.table,
            field=column or None,
            value=shown(value) if value else None,
            cell=self.at(column),
        )


@dataclass(frozen=True)
class Submission:
    """The rows of one pass over one source, as handed in.

    Attributes
    ----------
    source_id : str
    letter : str
        The pass: `a` leads, the others are kept beside it.
    rows : list of Row
        Everything that the pass says, not only what changed.
    shown : list of Row
        The rows as the coder was shown them, for telling what the coder changed from what others did; empty if the
        coder was shown none.
    codebook_version : str
        The version of the package whose codebook was followed.
    origin : str
        What tells the workbook or page from others, so that its next hand-in is known as its own; may be empty.
    said : list of Finding
        What reading the form has found already.
    """

    source_id: str
    letter: str
    rows: list[Row]
    shown: list[Row] = field(default_factory=list)
    codebook_version: str = ""
    origin: str = ""
    said: list[Finding] = field(default_factory=list)

    @property
    def pass_id(self) -> str:
        """Id of the pass."""
        return f"{self.source_id}.{self.letter}"

    def of(self, table: str) -> Iterator[Row]:
        """The rows of one table."""
        return (row for row in self.rows if row.table == table)
