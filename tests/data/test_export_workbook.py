"""The workbook export, read back with openpyxl, pandas and R's readxl: values, types, links, heads, recipes."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.commands.main import parser
from clausula.export.excel import RECIPES
from clausula.export.run import export
from clausula.export.sheets import HEADER, WIDEST, Column, Page, Row, SheetWriter, widths
from tests.conftest import ROOT

openpyxl = pytest.importorskip("openpyxl")
TABLES = list(clausula.tables().index)
SOME = ["sources", "actors", "provisions", "reaction_targets", "agreement"]
"""Tables with dates, truth values, the code NA of Namibia, long texts, a scale and decimals."""


@pytest.fixture(scope="module")
def data() -> Dataset:
    return clausula.open()


@pytest.fixture(scope="module")
def path(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(data, "xlsx", tmp_path_factory.mktemp("workbook") / "some.xlsx", SOME)


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def values(sheet: Any) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]


def expected(frame: pd.DataFrame) -> list[list[object]]:
    """The cells of a typed frame; openpyxl gives a date as midnight."""

    def cell(value: Any) -> object:
        if pd.isna(value):
            return None
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else getattr(value, "item", lambda: value)()

    return [[cell(v) for v in row] for row in frame.itertuples(index=False, name=None)]


def recipe(book: Any, program: str) -> str:
    """The line of the contents that says how a program reads a sheet."""
    found = re.search(rf"^In {program}: (.+)$", book["Contents"]["A2"].value, re.MULTILINE)
    assert found
    return found[1]


def test_sheets_have_the_same_values_and_no_formula(data: Dataset, book: Any) -> None:
    assert book.sheetnames == ["Contents", "About", "Codebook", *SOME]
    for table in SOME:
        sheet, frame = book[table], data.load(table)
        assert [c.value for c in sheet[HEADER]] == list(frame.columns)
        assert values(sheet) == expected(frame), table
    assert not [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type in ("f", "e")]


def test_every_table_of_the_package_gets_a_sheet(built: Path, tmp_path: Path) -> None:
    mini = clausula.open(built)
    book = openpyxl.load_workbook(export(mini, "xlsx", tmp_path / "all.xlsx"))
    assert book.sheetnames == ["Contents", "About", "Codebook", *mini.model.tables]
    rows = {row[0]: row for row in values(book["Contents"])}
    assert list(rows) == book.sheetnames[1:]
    for table in mini.model:
        assert rows[table.name][1:] == [table.title, table.grain, len(mini.load(table.name)), len(table.fields)]
        (area,) = book[table.name].tables.values()
        last = max(len(mini.load(table.name)), 1) + HEADER
        assert re.fullmatch(rf"A{HEADER}:[A-Z]+{last}", area.ref), "Excel repairs a table without a row"


def test_pandas_reads_each_sheet_with_the_line_on_the_contents(data: Dataset, book: Any, path: Path) -> None:
    line = recipe(book, "pandas")
    assert f'"{path.name}", "{SOME[0]}"' in line, "it can be pasted as it is"
    for table in SOME:
        code = line.replace(path.name, path.as_posix()).replace(f'"{SOME[0]}"', f'"{table}"')
        frame, original = eval(code, {"pandas": pd}), data.load(table)
        assert list(frame.columns) == list(original.columns)
        for field in data.model[table].fields:
            found, wanted = frame[field.name], original[field.name]
            assert found.isna().tolist() == wanted.isna().tolist(), (table, field.name)
            if field.type == "date" and wanted.notna().any():
                assert found.dropna().tolist() == wanted.dropna().tolist()
                assert pd.api.types.is_datetime64_dtype(found), (table, field.name)
            else:
                assert found.dropna().tolist() == wanted.dropna().tolist(), (table, field.name)


def test_the_recipe_keeps_the_code_of_namibia(built: Path, tmp_path: Path) -> None:
    mini = clausula.open(built)
    path = export(mini, "xlsx", tmp_path / "mini.xlsx", ["actors"])
    line = recipe(openpyxl.load_workbook(path), "pandas").replace(path.name, path.as_posix())
    countries = eval(line, {"pandas": pd})["iso2"]
    assert countries.fillna("").tolist() == mini.load("actors")["iso2"].fillna("").tolist()
    assert (countries == "NA").any()


def test_r_reads_a_sheet_with_the_line_on_the_contents(data: Dataset, book: Any, path: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: r-base-core)")
    if subprocess.run(["Rscript", "-e", "library(readxl)"], capture_output=True, check=False).returncode:
        pytest.skip("the R package readxl is not installed (Debian: r-cran-readxl)")
    line = recipe(book, "R").replace(path.name, path.as_posix())
    actors = line.replace(f'"{SOME[0]}"', '"actors"')
    code = (
        f"s <- {line}; a <- {actors}; cat(nrow(s), ncol(s), inherits(s$date_from, 'POSIXct'), "
        "sum(is.na(s$date_from)), format(min(s$date_from, na.rm = TRUE), '%Y-%m-%d'), sum(is.na(a$iso2)))"
    )
    run = subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    dates, countries = data.load("sources")["date_from"], data.load("actors")["iso2"]
    size = data.load("sources").shape
    first = dates.min().date().isoformat()
    assert run.stdout.split() == [*map(str, size), "TRUE", str(dates.isna().sum()), first, str(countries.isna().sum())]


def test_the_page_on_exports_has_the_same_lines_and_valid_commands() -> None:
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    commands = re.findall(r"^clausula (.+)$", page, re.MULTILINE)
    assert {parser().parse_args(command.split()).format for command in commands} == {"xlsx", "sav", "dta"}
    for line in RECIPES.values():
        assert line.format(file="clausula.xlsx", sheet="provisions", above=HEADER - 1) in page


def test_labels_lead_to_the_codebook_and_back(data: Dataset, book: Any) -> None:
    codebook = book["Codebook"]
    heads = [cell.value for cell in codebook[HEADER]]
    for table in SOME:
        assert book[table]["A1"].hyperlink.location == "'Contents'!A1"
        for field, cell in zip(data.model[table].fields, book[table][HEADER - 1], strict=True):
            assert str(cell.value).startswith(field.title) and (field.type == "date" or field.unit in str(cell.value))
            sheet, _, at = cell.hyperlink.location.partition("!")
            row = [c.value for c in codebook[int(at[1:])]]
            assert (sheet, row[heads.index("table")], row[heads.index("variable")]) == ("'Codebook'", table, field.name)
            assert codebook[at].hyperlink.location == f"'{table}'!A1"
    links = [row[0].hyperlink.location for row in book["Contents"].iter_rows(min_row=HEADER + 1)]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_the_codebook_lists_each_column_with_its_values_and_its_rule(data: Dataset, path: Path) -> None:
    frame = pd.read_excel(path, "Codebook", header=HEADER - 1, keep_default_na=False, na_values=[""], engine="openpyxl")
    assert list(frame.columns[:5]) == ["table", "variable", "value", "label", "definition"]
    variables = frame[frame["value"].isna()]
    assert [tuple(row) for row in variables[["table", "variable"]].to_numpy()] == [
        (table, field.name) for table in SOME for field in data.model[table].fields
    ]
    assert variables["definition"].notna().all() and variables["type"].notna().all()
    for rule in variables["rule"]:
        assert (data.root / rule).is_file(), rule
    stance = frame[(frame["variable"] == "stance") & frame["value"].notna()]
    wanted = data.codebook("reaction_targets.stance")
    assert stance[["value", "label", "definition"]].astype("str").to_numpy().tolist() == (
        wanted[["value", "label", "definition"]].astype("str").to_numpy().tolist()
    )
    refers = variables.set_index(["table", "variable"])["refers to"]
    assert refers["provisions", "instrument_id"] == "instruments", "also where the table is not exported"


def test_heads_stay_in_sight_and_columns_fit(book: Any) -> None:
    for sheet in book:
        assert sheet.freeze_panes == ("B4" if sheet.title in SOME else "A4")
        (area,) = sheet.tables.values()
        assert area.autoFilter.ref == area.ref and area.ref.startswith(f"A{HEADER}:")
        assert area.column_names == [cell.value for cell in sheet[HEADER]]
    sheet = book["provisions"]
    summary = next(cell for cell in sheet[HEADER] if cell.value == "summary")
    assert sheet.column_dimensions[summary.column_letter].width == WIDEST + 1
    long = next(cell for cell in sheet[summary.column_letter][HEADER:] if len(cell.value) > 150)
    assert long.alignment.wrap_text and sheet.row_dimensions[long.row].height > 30
    assert "What the instrument does" in next(c.comment.text for c in sheet[HEADER] if c.value == "modality")
    stance = next(c.comment.text for c in book["reaction_targets"][HEADER] if c.value == "stance")
    assert "-2: Rejects" in stance


def test_dates_are_dates_and_the_page_about_the_data_cites_them(data: Dataset, book: Any) -> None:
    sheet = book["sources"]
    column = next(cell.column_letter for cell in sheet[HEADER] if cell.value == "date_from")
    cell = next(cell for cell in sheet[column][HEADER:] if cell.value is not None)
    assert (cell.is_date, cell.number_format, type(cell.value)) == (True, "yyyy-mm-dd", dt.datetime)
    facts = dict(values(book["About"]))
    assert (facts["version"], facts["citation"]) == (data.version, data.cite())
    assert data.provenance is not None
    assert data.provenance["statement"] in book["Contents"]["A2"].value, "nobody has to look for it"
    assert book.properties.title == data.model.metadata["title"]


def test_texts_stay_texts_and_early_dates_are_not_shifted(tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "#N/A", "=cmd|' /C calc'!A0", 7, True, None, 0.5, "x" * 40_000]
    early = [dt.date(1899, 12, 31), dt.date(1900, 3, 1)]
    columns = [Column(f"c{number}") for number in range(len(cells) + 2)]
    book = openpyxl.Workbook(write_only=True)
    page = Page("t", "=title", columns, [Row([*cells, *early]), Row([*["long " * 30] * 13])], note="=note")
    SheetWriter(book).write(page)
    book.save(tmp_path / "t.xlsx")
    assert "<f>" not in zipfile.ZipFile(tmp_path / "t.xlsx").read("xl/worksheets/sheet1.xml").decode("utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["t"]
    found = sheet[HEADER + 1]
    assert [(c.value, c.data_type) for c in found[:6]] == [(text, "s") for text in cells[:6]]
    assert [c.quotePrefix for c in found[:4]] == [True] * 4, "editing such a cell must not make it a formula"
    assert [(c.value, c.data_type) for c in found[6:10]] == [(7, "n"), (True, "b"), (None, "n"), (0.5, "n")]
    assert found[7].number_format == '"TRUE";"TRUE";"FALSE"'
    assert len(found[10].value) == 32_767
    assert [c.value for c in found[11:]] == ["1899-12-31", dt.datetime(1900, 3, 1)]
    assert (sheet["A1"].data_type, sheet["A2"].data_type) == ("s", "s")


def test_a_column_is_as_wide_as_its_values_its_name_and_its_longest_word() -> None:
    columns = [Column("a"), Column("a_long_name"), Column("b", label="A label"), Column("c"), Column("d")]
    rows = [Row([1, 1, 1, "word " * 40, "f" * 64])]
    assert widths(Page("t", "t", columns, rows)) == [8, 15, 8, 60, 64]
