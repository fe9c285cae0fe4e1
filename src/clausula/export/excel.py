"""One workbook to read: contents, a page about the data, the codebook, and a sheet for each table.

The sheet of a table has the columns of its CSV file, in the same order and with the same codes, so that what is found
in one is found in the other. Labels are above the names and lead to the codebook; the note of a name lists its codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.coding.workbook_format import workbook_bytes
from clausula.core.model import Category, Field, Table
from clausula.derive.files import CODEBOOK as PAGES
from clausula.export.lines import records
from clausula.export.sheets import HEADER, Cell, Column, Page, Row, SheetWriter, place
from clausula.export.sql import about

CONTENTS, ABOUT, CODEBOOK = "Contents", "About", "Codebook"

TYPES = {"string": "text", "integer": "whole number", "boolean": "TRUE or FALSE"}
"""Types of the schemas that a reader of a workbook would call something else."""

RECIPES = {
    "pandas": 'pandas.read_excel("{file}", "{sheet}", header={above}, keep_default_na=False, na_values=[""])',
    "R": 'readxl::read_excel("{file}", "{sheet}", skip = {above}, guess_max = 1e6)',
}
"""How a program reads a sheet. Only an empty cell is missing: NA is the country code of Namibia."""

GUIDE = f"""\
Click the name of a sheet to open it. In the sheet of a table, row {HEADER - 1} has the labels of the columns and row \
{HEADER} their names. Click a label for the definition of the column, or point at a name to see what its codes mean. \
An empty cell means unknown or not applicable, never zero.
{{more}}"""

CODEBOOK_NOTE = """\
Each column of each table has a row in bold, followed by a row for each of its values. The last column names the file \
of the package that explains how the value is decided."""

ABOUT_NOTE = "What the data are, how they were made, how to cite them, and how to read them in other programs."


def kind(field: Field) -> str:
    """Return the type of a field in words."""
    return "category" if field.categories and field.type == "string" else TYPES.get(field.type, field.type)


def label(field: Field) -> str:
    """Return the label of a column, with the unit of its numbers."""
    return f"{field.title} ({field.unit})" if field.unit and field.type != "date" else field.title


def _listed(field: Field) -> Sequence[Category]:
    return field.categories or field.scale


def _note(field: Field) -> str:
    """Return what the header of a column shows: its definition, and its values with their labels."""
    values = [f"{one.value}: {one.label}" for one in _listed(field)]
    return "\n".join([field.description, *(["", *values] if values else [])])


def _rule(table: Table, field: Field) -> str:
    """Return the file of the package that explains a field: a page of the codebook, or its schema."""
    return f"{PAGES}/{field.page}.md" if field.page else f"schemas/{table.name}.schema.json"


CODEBOOK_NOTES = {
    "table": "The sheet of the table.",
    "variable": "The name of the column.",
    "value": "A code that the column can have; empty in the row of the column itself.",
    "label": "The column or the value in words.",
    "definition": "What the column or the value means.",
    "type": "What a cell can be. A category is one of the values listed below its column.",
    "level": "Level of measurement: identifier, text, nominal, ordinal, interval or ratio.",
    "unit": "Unit of the numbers or dates.",
    "required": "Whether every row has a value.",
    "coded": "Whether a coder decides the value, by the page of the codebook that the last column names.",
    "refers to": "The table whose rows the values identify.",
    "rule": "The file of the package that explains the column.",
}
CODEBOOK_COLUMNS = tuple(CODEBOOK_NOTES)


def _variable(table: Table, field: Field, chosen: set[str]) -> Row:
    """Return the row of a field in the codebook."""
    refers = next((key.resource for key in table.foreign_keys if field.name in key.fields), None)
    cells = {
        "table": table.name,
        "variable": field.name,
        "label": field.title,
        "definition": field.description,
        "type": kind(field),
        "level": field.level,
        "unit": field.unit or None,
        "required": "yes" if table.required(field) else "no",
        "coded": "yes" if field.coded else "no",
        "refers to": refers,
        "rule": _rule(table, field),
    }
    links = {"table": table.name, "refers to": refers}
    places = {CODEBOOK_COLUMNS.index(name): place(to) for name, to in links.items() if to in chosen}
    return Row(
        [cells.get(name) for name in CODEBOOK_COLUMNS],
        places,
        bold=(CODEBOOK_COLUMNS.index("variable"), CODEBOOK_COLUMNS.index("label")),
    )


def _codebook(tables: Sequence[Table]) -> tuple[Page, dict[tuple[str, str], str]]:
    """Return the codebook, and the place of each field in it by table and name."""
    rows: list[Row] = []
    places: dict[tuple[str, str], str] = {}
    empty = [None] * (len(CODEBOOK_COLUMNS) - 5)
    for table in tables:
        for field in table.fields:
            places[table.name, field.name] = place(CODEBOOK, f"A{HEADER + 1 + len(rows)}")
            rows.append(_variable(table, field, {one.name for one in tables}))
            rows += [
                Row([table.name, field.name, one.value, one.label, one.description or None, *empty], repeated=2)
                for one in _listed(field)
            ]
    columns = [Column(name, note=note) for name, note in CODEBOOK_NOTES.items()]
    return Page(CODEBOOK, "The columns of all tables, and their values", columns, rows, CODEBOOK_NOTE, CONTENTS), places


def _about(data: Dataset, recipes: dict[str, str]) -> Page:
    """Return the page about the data."""
    facts = dict(about(data))
    facts["description"] = data.model.metadata["description"]
    if data.provenance:
        facts["how the data were made"] = data.provenance["details"]
    facts |= {f"read a sheet in {program}": line for program, line in recipes.items()}
    return Page(
        ABOUT, "About the data", [Column("name"), Column("value")], [*map(Row, facts.items())], ABOUT_NOTE, CONTENTS
    )


def _typed(table: Table, record: dict[str, Cell]) -> list[Cell]:
    """Return the cells of a row, with dates as dates."""
    dates = {field.name for field in table.fields if field.type == "date"}
    return [dt.date.fromisoformat(value) if value and name in dates else value for name, value in record.items()]


def _pages(data: Dataset, tables: Sequence[Table], file: str) -> Iterator[Page]:
    """Yield the sheets in their order."""
    recipes = {name: line.format(file=file, sheet=tables[0].name, above=HEADER - 1) for name, line in RECIPES.items()}
    rows = data.tables()["rows"].to_dict()
    front, (codebook, places) = _about(data, recipes), _codebook(tables)
    listed = [
        (page.name, page.title, f"One row for each {of}.", len(page.rows), len(page.columns))
        for page, of in ((front, "fact about the data"), (codebook, "column of each table, and for each of its values"))
    ]
    listed += [(t.name, t.title, t.grain, rows[t.name], len(t.fields)) for t in tables]
    title = f"{data.model.metadata['title']} (version {data.version})"
    columns = [Column(name) for name in ("sheet", "title", "what one row is", "rows", "columns")]
    made = [data.provenance["statement"]] if data.provenance else []
    note = GUIDE.format(more="\n".join([*(f"In {name}: {line}" for name, line in recipes.items()), *made]))
    yield Page(
        CONTENTS,
        title,
        columns,
        [Row(cells, {0: place(cells[0])}) for cells in listed],
        note,
    )
    yield front
    yield codebook
    for table in tables:
        heads = [Column(f.name, label(f), _note(f), places[table.name, f.name]) for f in table.fields]
        cells = [Row(_typed(table, record)) for record in records(data.load(table.name))]
        yield Page(table.name, f"{table.title}. {table.grain}", heads, cells, back=CONTENTS, key=1)


def write(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write one workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = data.model.metadata["title"], data.model.metadata["name"]
    writer = SheetWriter(book)
    for page in _pages(data, [data.model[name] for name in tables], target.name):
        writer.write(page)
    target.write_bytes(workbook_bytes(book))
