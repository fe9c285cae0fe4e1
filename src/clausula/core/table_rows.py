"""Tables that are not CSV or Parquet: JSON, spreadsheets, and data in the descriptor, read row by row."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from clausula.core.csv_dialect import Numbered, arrange
from clausula.core.package import Resource

READERS = ("json", "ndjson", "xlsx", "ods")
"""The formats that are read row by row."""

SHEETS = ("xlsx", "ods")

LARGEST = 1 << 30
"""Largest file, in bytes, and largest unpacked workbook, that is read."""


class RowsError(ValueError):
    """Raised if a file is not a table of its format; the message says why."""


def read_rows(resource: Resource, path: Path | None) -> Iterator[tuple[int, list[Any]]]:
    """Yield the header, then the rows, each with its number in the file; cells have the types of the format.

    Parameters
    ----------
    path : Path, optional
        The file; None if the data are in the descriptor.

    Raises
    ------
    RowsError
        If it cannot be read.
    """
    if path is not None and path.stat().st_size > LARGEST:
        raise RowsError(f"it is larger than {LARGEST >> 30} GiB")
    try:
        if resource.format in SHEETS:
            assert path is not None
            rows = _sheet(resource, path)
            yield from arrange(_without_comments(rows, resource), resource.dialect)
        else:
            yield from _structured(resource, _json(resource, path))
    except RowsError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError, zipfile.BadZipFile) as error:
        raise RowsError(f"it is not valid {resource.format.upper()}: {str(error) or type(error).__name__}") from error


def _without_comments(rows: Iterable[list[Any]], resource: Resource) -> Iterator[Numbered]:
    comment = resource.dialect.comment_char
    for number, cells in enumerate(rows, 1):
        if not (comment and cells and isinstance(cells[0], str) and cells[0].startswith(comment)):
            yield number, number, cells


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


def _json(resource: Resource, path: Path | None) -> Any:
    """Return the data of a JSON file, or those in the descriptor."""
    if path is None:
        return resource.data
    encoding = "utf-8-sig" if resource.dialect.encoding == "utf-8" else resource.dialect.encoding
    text = path.read_text(encoding=encoding)
    if resource.format == "ndjson":
        lines = enumerate(io.StringIO(text), 1)
        return [_loads(line) for _, line in lines if line.strip()]
    return _loads(text)


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_constant)


def _structured(resource: Resource, data: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of an array of arrays or of objects."""
    for name in filter(None, str(resource.options.get("property", "")).split(".")):
        if not isinstance(data, dict) or name not in data:
            raise RowsError(f"it has no property {name!r:.60}")
        data = data[name]
    if not isinstance(data, list):
        raise RowsError("it is not an array of rows; the property of the dialect names where the rows are")
    kind = resource.options.get("itemType") or ("object" if data and isinstance(data[0], dict) else "array")
    expected = dict if kind == "object" else list
    for number, row in enumerate(data, 1):
        if not isinstance(row, expected):
            raise RowsError(f"row {number} is not an {kind}")
    if not data:
        yield 0, list(resource.table.names)
    elif kind == "object":
        keys = list(resource.options.get("itemKeys") or _keys(data, resource.table.names))
        yield 0, keys
        yield from ((number, [row.get(key) for key in keys]) for number, row in enumerate(data, 1))
    else:
        if not resource.dialect.header:
            yield 0, list(resource.table.names)
        first = count(0 if resource.dialect.header else 1)
        yield from zip(first, data, strict=False)


def _keys(rows: list[dict[str, Any]], names: Iterable[str]) -> list[str]:
    """Return the keys of all objects: those that are fields in their order, then the others."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return [*(name for name in names if name in keys), *(key for key in keys if key not in set(names))]


def _sheet(resource: Resource, path: Path) -> Iterator[list[Any]]:
    """Yield the rows of a sheet, without empty cells and rows at the end."""
    rows = _open_xlsx(resource, path) if resource.format == "xlsx" else _open_ods(resource, path)
    waiting = 0
    for row in rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            waiting += 1
            continue
        yield from ([] for _ in range(waiting))
        waiting = 0
        yield cells


def _require_small(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise RowsError(f"its content is larger than {LARGEST >> 30} GiB")


def _chosen(names: list[str], options: Any) -> str:
    """Return the name of the sheet that a dialect names."""
    name, number = options.get("sheetName"), options.get("sheetNumber", 1)
    if name is not None:
        if name not in names:
            raise RowsError(f"it has no sheet {name!r:.60}")
        return str(name)
    if number > len(names):
        raise RowsError(f"it has {len(names)} sheets, none with number {number}")
    return str(names[number - 1])


def _open_xlsx(resource: Resource, path: Path) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    _require_small(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book[_chosen(book.sheetnames, resource.options)]
        yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()


def _open_ods(resource: Resource, path: Path) -> Iterator[list[Any]]:
    import python_calamine

    _require_small(path)
    try:
        with python_calamine.load_workbook(str(path)) as book:
            sheet = book.get_sheet_by_name(_chosen(book.sheet_names, resource.options))
            yield from sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, python_calamine.PasswordError) as error:
        raise RowsError(f"it is not valid ODS: {error}") from error


def is_whole(value: Any) -> bool:
    """Return whether a number has no fraction."""
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value) and value.is_integer())
