"""The result of a validation in Python: the report, and for each table its good rows and its failures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clausula.core.findings import ERROR, CouldNotRun, Finding, Report, group_of
from clausula.core.model import Table
from clausula.core.pandas_text import text_dtype, text_index
from clausula.derive.frames import pandas_dtype
from clausula.validation.duckdb_engine import DuckDBEngine

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class CheckedTable:
    """A table after its validation. It keeps the engine open, so that its rows can be asked for."""

    engine: DuckDBEngine = field(repr=False)
    report: Report = field(repr=False)
    name: str

    @property
    def _table(self) -> Table:
        return self.engine.tables[self.name].table

    @cached_property
    def _errors(self) -> list[tuple[int, Finding]]:
        """The errors on rows, each with the number of its row."""
        listed = Counter(group_of(one) for one in self.report.findings)
        for group, number in self.report.counts.items():
            if group[1] == self.name and number > listed[group]:
                known = {"listed": listed[group], "number": number, "kind": group[0]}
                raise CouldNotRun.of("too-many-findings", **known, table=self.name)
        rows: dict[tuple[str, int], int] = {}
        first = 1
        for file in self.engine.tables[self.name].files:
            rows |= {(file.resource.path, line): row for row, line in enumerate(file.lines or (), first)}
            first += file.rows
        found = [one for one in self.report.findings if one.table == self.name and one.severity == ERROR]
        numbered = [(one.row or rows.get((one.file or "", one.line or 0)), one) for one in found]
        return sorted(((row, one) for row, one in numbered if row), key=lambda pair: (pair[0], pair[1].code))

    @property
    def good(self) -> pd.DataFrame:
        """The rows without errors, with the types of the schema; the index is the number of the row, from 1."""
        bad = ", ".join(str(row) for row in sorted({row for row, _ in self._errors}))
        where = f" WHERE _row NOT IN ({bad})" if bad else ""
        return self._rows(self.engine.typed_columns(self._table), where, typed=True)

    @property
    def failures(self) -> pd.DataFrame:
        """The rows with errors as they are in the file; one row for each error, by row, code and field."""
        import pandas as pd

        rows = [row for row, _ in self._errors]
        numbers = ", ".join(str(row) for row in sorted(set(rows))) or "NULL"
        cells = [self.engine.cell(self._table, name).expression for name in self._table.names]
        columns = ", ".join(f"CAST({cell} AS VARCHAR) AS {cell}" for cell in cells)
        frame = self._rows(columns, f" WHERE _row IN ({numbers})").loc[rows]
        labels = [(row, one.code, one.field or "") for row, one in self._errors]
        frame.index = pd.MultiIndex.from_tuples(labels, names=["row", "code", "field"]) if labels else frame.index
        return frame

    def _rows(self, columns: str, where: str, typed: bool = False) -> pd.DataFrame:
        import pandas as pd
        import pyarrow as pa

        source = f"{self.engine.numbered(self.name)} t"
        data = self.engine.con.sql(f"SELECT _row, {columns} FROM {source}{where} ORDER BY _row").to_arrow_table()
        kinds: dict[Any, Any] = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}
        kinds |= {pa.bool_(): pd.BooleanDtype(), pa.string(): text_dtype()}
        frame: pd.DataFrame = data.to_pandas(types_mapper=kinds.get).set_index("_row")
        frame.columns = text_index(frame.columns)
        frame.index = pd.Index(frame.index.astype("int64"), name="row")
        fields = {f.name: f for f in self._table.fields} if typed else {}
        return frame.astype(
            {
                name: pandas_dtype(f)
                for name, f in fields.items()
                if (f.type == "date" and frame[name].dtype != text_dtype()) or (f.categories and f.type == "string")
            }
        )


@dataclass
class ValidationReport(Report):
    """The findings of a validation, and the tables that were checked.

    Attributes
    ----------
    tables : dict of str to CheckedTable
        For each table `good`, the rows without errors, and `failures`, the rows with errors.
    """

    tables: dict[str, CheckedTable] = field(default_factory=dict)
