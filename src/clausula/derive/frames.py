"""Typed columns derived from a schema: pandas dtypes, the Arrow schema, and typed tables built from CSV text.

Types by Table Schema type:

| Table Schema | pandas | Arrow |
|---|---|---|
| string | str | string |
| string with categories | category, ordered if the schema says so | dictionary |
| integer | Int64 | int64 |
| number | Float64 | double |
| boolean | boolean | bool |
| date | datetime64[ms] | timestamp[ms] |

Dates are timestamps at midnight because pandas reads Arrow dates as Python objects. A numeric scale (strength, stance)
remains an integer, so that it can be used in calculations; its labels are in the codebook.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clausula.core.lexical import parse
from clausula.core.model import Field, Table
from clausula.core.wording import count

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_PANDAS = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[ms]"}
_BLOCK = {
    "integer": ("int64", "Int64"),
    "number": ("float64", "Float64"),
    "boolean": ("bool", "boolean"),
    "date": ("datetime", "datetime64[ms]"),
}


class InvalidValues(ValueError):
    """Raised for cells that are not valid values of their type.

    Attributes
    ----------
    cells : list of (int, str, str)
        Row from 1, field and text of each such cell.
    """

    def __init__(self, table: str, cells: list[tuple[int, str, str]]) -> None:
        row, field, text = cells[0]
        invalid = count(len(cells), "invalid cell")
        super().__init__(f"{table}: row {row}, {field}: {text!r} is not a valid value of its type ({invalid})")
        self.cells = cells


def pandas_dtype(field: Field) -> Any:
    """Return the pandas dtype of a field."""
    if field.categories and field.type == "string":
        import pandas as pd

        return pd.CategoricalDtype([c.value for c in field.categories], ordered=field.ordered)
    return _PANDAS.get(field.type, "str")


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type of a field."""
    import pyarrow as pa

    if field.categories and field.type == "string":
        return pa.dictionary(pa.int8(), pa.string(), ordered=field.ordered)
    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.timestamp("ms")}
    return types.get(field.type, pa.string())


def _pandas_block(table: Table) -> bytes:
    """Return the metadata from which pandas restores nullable types and ordered categories, with a fixed version."""
    columns: list[dict[str, Any]] = []
    for field in table.fields:
        entry: dict[str, Any] = {"name": field.name, "field_name": field.name, "metadata": None}
        if field.categories and field.type == "string":
            entry |= {"pandas_type": "categorical", "numpy_type": "int8"}
            entry["metadata"] = {"num_categories": len(field.categories), "ordered": field.ordered}
        else:
            pandas_type, numpy_type = _BLOCK.get(field.type, ("unicode", "str"))
            entry |= {"pandas_type": pandas_type, "numpy_type": numpy_type}
        columns.append(entry)
    block = {"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "2.0.0"}
    return json.dumps(block).encode("utf-8")


def arrow_schema(table: Table, version: str) -> pa.Schema:
    """Return the Arrow schema of a table, with titles, descriptions and units in its metadata."""
    import pyarrow as pa

    fields = []
    for field in table.fields:
        notes = {"title": field.title, "description": field.description, "unit": field.unit}
        labels = {str(c.value): c.label for c in field.categories or field.scale}
        if labels:
            notes["labels"] = json.dumps(labels, ensure_ascii=False)
        metadata = {k: v for k, v in notes.items() if v}
        fields.append(pa.field(field.name, arrow_type(field), nullable=not table.required(field), metadata=metadata))
    about = {"table": table.name, "title": table.title, "grain": table.grain, "version": version}
    notes_of_table = {f"clausula.{k}".encode(): v.encode() for k, v in about.items()}
    return pa.schema(fields, metadata={**notes_of_table, b"pandas": _pandas_block(table)})


def _column(field: Field, texts: Sequence[str | None]) -> list[Any]:
    return [None if text is None else parse(field.type, text) for text in texts]


def _array(field: Field, values: list[Any]) -> pa.Array:
    import pyarrow as pa

    kind = arrow_type(field)
    if field.type == "date":
        return pa.array(values, type=pa.date32()).cast(kind)
    if not pa.types.is_dictionary(kind):
        return pa.array(values, type=kind)
    codes = {category.value: number for number, category in enumerate(field.categories)}
    indices = pa.array([None if value is None else codes[value] for value in values], type=pa.int8())
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(codes), type=pa.string()), ordered=field.ordered)


def arrow_table(table: Table, rows: Sequence[Sequence[str | None]], version: str) -> pa.Table:
    """Return a typed Arrow table built from the text of its cells.

    Parameters
    ----------
    rows : sequence of sequence of str or None
        Cells in the order of the schema; None for a missing value.

    Raises
    ------
    NotTyped
        If a cell is not a valid value of its type or not one of its categories; it lists all such cells.
    """
    import pyarrow as pa

    invalid: list[tuple[int, str, str]] = []
    arrays = []
    for place, field in enumerate(table.fields):
        texts = [row[place] for row in rows]
        values = _column(field, texts)
        allowed = {c.value for c in field.categories} if field.type == "string" else set()
        bad = [
            n
            for n, (text, value) in enumerate(zip(texts, values, strict=True))
            if text is not None and (value is None or (allowed and value not in allowed))
        ]
        invalid += [(n + 1, field.name, str(texts[n])) for n in bad]
        if not invalid:
            arrays.append(_array(field, values))
    if invalid:
        raise InvalidValues(table.name, invalid)
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table, version))


def lenient_frame(table: Table, rows: Sequence[Sequence[str | None]]) -> pd.DataFrame:
    """Return a frame of any cells: closed lists become plain strings, and invalid values become missing."""
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for place, field in enumerate(table.fields):
        values = _column(field, [row[place] for row in rows])
        columns[field.name] = pd.Series(values, dtype=_PANDAS.get(field.type, "str"))
    return pd.DataFrame(columns)


def cell_texts(table: pa.Table) -> list[list[str]]:
    """Return the text of every cell of a typed table, row by row; the inverse of `arrow_table`."""
    from clausula.core.lexical import format_value

    columns = [[format_value(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def to_frame(data: pa.Table, table: Table) -> pd.DataFrame:
    """Return a pandas frame with the dtypes of the schema."""
    frame: pd.DataFrame = data.to_pandas()
    return frame.astype({field.name: pandas_dtype(field) for field in table.fields})
