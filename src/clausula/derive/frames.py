"""Typed columns derived from a schema: pandas dtypes, the Arrow schema, and typed tables built from CSV text.

Types by Table Schema type:

| Table Schema | pandas | Arrow |
|---|---|---|
| string | str | string |
| string with categories | category, ordered if the schema says so | dictionary |
| integer | Int64 | int64 |
| number | Float64 | double |
| boolean | boolean | bool |
| date | datetime64[ms] | date32 |

The frames are the same on pandas 2.3 and 3 (see `clausula.core.pandas_text`). Dates in the Parquet files are DATE; they
become timestamps at midnight on loading. A numeric scale (strength, stance) remains an integer, so that it can be used
in calculations; its labels are in the codebook.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.core.lexical import format_value, parse
from clausula.core.model import Field, Table
from clausula.core.pandas_text import text_dtype, text_index
from clausula.core.store import TableFile
from clausula.core.wording import count

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_PANDAS = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[ms]"}
_BLOCK = {
    "integer": ("int64", "Int64"),
    "number": ("float64", "Float64"),
    "boolean": ("bool", "boolean"),
    "date": ("date", "date32[day][pyarrow]"),
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

        names = dict.fromkeys(str(c.value) for c in field.categories)
        return pd.CategoricalDtype(text_index(names), ordered=field.ordered)
    return _PANDAS.get(field.type) or text_dtype()


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type of a field."""
    import pyarrow as pa

    if field.categories and field.type == "string":
        return pa.dictionary(pa.int8(), pa.string(), ordered=field.ordered)
    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
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


def _parse(field: Field, column: pa.ChunkedArray) -> tuple[list[str], list[Any], pa.Array]:
    """Return the distinct texts of a column, the value of each or None if it has none, and their indices by row."""
    encoded = column.combine_chunks().dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    return texts, [parse(field.type, text) for text in texts], encoded.indices


def _array(field: Field, values: list[Any]) -> pa.Array:
    import pyarrow as pa

    kind = arrow_type(field)
    if not pa.types.is_dictionary(kind):
        return pa.array(values, type=kind)
    codes = {category.value: number for number, category in enumerate(field.categories)}
    indices = pa.array([None if value is None else codes[value] for value in values], type=pa.int8())
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(codes), type=pa.string()), ordered=field.ordered)


def typed(file: TableFile, version: str) -> pa.Table:
    """Return the typed Arrow table of a file; it is made once, and each distinct text is parsed once.

    Raises
    ------
    InvalidValues
        If a cell is not a valid value of its type or not one of its categories; it lists all such cells.
    """
    if "typed" not in file.memo:
        file.memo["typed"] = _typed(file, version)
    made: pa.Table = file.memo["typed"]
    return made


def _typed(file: TableFile, version: str) -> pa.Table:
    import pyarrow as pa

    invalid: list[tuple[int, str, str]] = []
    arrays = []
    for field, column in zip(file.table.fields, file.strings.columns, strict=True):
        texts, values, indices = _parse(field, column)
        allowed = {c.value for c in field.categories} if field.type == "string" else set()
        bad = {i for i, v in enumerate(values) if v is None or (allowed and v not in allowed)}
        if bad:
            rows = enumerate(indices.to_pylist(), 1)
            invalid += [(row, field.name, texts[i]) for row, i in rows if i in bad]
        if not invalid:
            arrays.append(_array(field, values).take(indices))
    if invalid:
        raise InvalidValues(file.table.name, invalid)
    return pa.Table.from_arrays(arrays, schema=arrow_schema(file.table, version))


def lenient_frame(file: TableFile) -> pd.DataFrame:
    """Return a frame of any cells: closed lists become plain strings, and invalid values become missing."""
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for field, column in zip(file.table.fields, file.strings.columns, strict=True):
        _, values, indices = _parse(field, column)
        cells = [None if i is None else values[i] for i in indices.to_pylist()]
        columns[field.name] = pd.Series(cells, dtype=_PANDAS.get(field.type) or text_dtype())
    return pd.DataFrame(columns)


def cell_texts(table: pa.Table) -> list[tuple[str, ...]]:
    """Return the text of every cell of a typed table, row by row; the inverse of `typed`."""
    return list(zip(*map(_texts, table.columns), strict=True))


def _texts(column: pa.ChunkedArray) -> list[str]:
    """Return the texts of a typed column; each distinct value is formatted once."""
    import pyarrow as pa

    cells = column.unify_dictionaries().combine_chunks()
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    texts = [format_value(value) for value in encoded.dictionary.to_pylist()]
    return ["" if i is None else texts[i] for i in encoded.indices.to_pylist()]


def read_parquet(source: Path | bytes) -> pa.Table:
    """Return the table in a Parquet file, given its path or its content.

    It is read on this thread alone: a process can abort if it exits while a thread of the reader waits for it.

    Raises
    ------
    OSError or `pyarrow.ArrowException`
        If the file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source, pre_buffer=False) as file:
        return file.read(use_threads=False)


def to_frame(data: pa.Table, table: Table) -> pd.DataFrame:
    """Return a pandas frame with the dtypes of the schema."""
    # One thread: the tables are small, and a process can abort if it exits before the reader's threads do.
    frame: pd.DataFrame = data.to_pandas(date_as_object=False, use_threads=False)
    frame.columns = text_index(frame.columns)
    for name, column in frame.items():
        if column.dtype == "category":
            as_text: Any = text_index(column.cat.categories)
            frame[name] = column.cat.rename_categories(as_text)
    return frame.astype({field.name: pandas_dtype(field) for field in table.fields})
