"""What R reads from files that are odd, and what it reports about files that are wrong."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import clausula
from tests.r.conftest import r

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string"},
    {"name": "text", "type": "string"},
    {"name": "kind", "type": "string", "categories": [{"value": "NA"}, {"value": "é"}], "categoriesOrdered": True},
    {"name": "whole", "type": "integer"},
    {"name": "number", "type": "number"},
    {"name": "truth", "type": "boolean"},
    {"name": "day", "type": "date"},
]
ROWS = [
    'a1,"He said ""no"", and left",NA,2147483647,0.1,true,1900-02-28',
    "NA,It's # no comment \\ back\\n ’quoted’,é,-2,1e3,false,2100-12-31",
    'a3,"line one\nline two",,,,,',
    "a4, lead and trail ,NA,0,1000000000000000,true,2000-02-29",
]


def write(folder: Path, rows: list[str] | None = None, end: str = "\n", **changed: Any) -> Path:
    """Write a package with one table."""
    rows = ROWS if rows is None else rows
    header = ",".join(field["name"] for field in FIELDS)
    (folder / "things.csv").write_bytes((end.join([header, *rows]) + end).encode())
    resource = {
        "name": "things",
        "title": "Things",
        "path": "things.csv",
        "rows": len(ROWS),
        "dialect": {"delimiter": ",", "quoteChar": '"'},
        "schema": {"fields": FIELDS, "missingValues": [""]},
    }
    package = {"version": "1.0.0", "resources": [{**resource, **changed}]}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def run(library: Path, folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", "--vanilla", "-e", f"data <- clausula::open_clausula(); {code}"],
        cwd=folder,
        env={**os.environ, "R_LIBS": str(library), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_spaces_line_feeds_and_missing_values(library: Path, tmp_path: Path, end: str, locale: str) -> None:
    code = (
        "things <- data$things; stopifnot("
        "identical(things$id, c('a1', 'NA', 'a3', 'a4')),"
        "identical(things$text[1], 'He said \"no\", and left'),"
        r"identical(things$text[2], 'It\'s # no comment \\ back\\n \u2019quoted\u2019'),"
        r"identical(things$text[3:4], c('line one\nline two', ' lead and trail ')),"
        r"identical(levels(things$kind), c('NA', '\u00e9')), is.ordered(things$kind),"
        "identical(as.integer(things$kind), c(1L, 2L, NA, 1L)),"
        "identical(things$whole, c(2147483647L, -2L, NA, 0L)),"
        "identical(things$number, c(0.1, 1000, NA, 1e15)),"
        "identical(things$truth, c(TRUE, FALSE, NA, TRUE)),"
        "identical(things$day, as.Date(c('1900-02-28', '2100-12-31', NA, '2000-02-29'))))"
    )
    done = run(library, write(tmp_path, end=end), code, LC_ALL=locale)
    assert done.returncode == 0, done.stderr


def cell(number: int, value: str) -> Callable[[Path], None]:
    """Return a function that writes the package with another value in one cell of the last row."""
    values = ROWS[-1].split(",")
    values[number] = value

    def change(folder: Path) -> None:
        write(folder, [*ROWS[:-1], ",".join(values)])

    return change


def rows(*changed: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        write(folder, [*changed])

    return change


def header(text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "things.csv"
        path.write_text("\n".join([text, *path.read_text(encoding="utf-8").split("\n")[1:]]), encoding="utf-8")

    return change


COLUMNS = "id, text, kind, whole, number, truth, day"
WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "no package": (
        lambda p: (p / "datapackage.json").unlink(),
        "there is no datapackage.json in .; pass the",
    ),
    "no JSON": (lambda p: (p / "datapackage.json").write_text("{"), "./datapackage.json is not valid JSON: "),
    "no table": (lambda p: (p / "things.csv").unlink(), "./things.csv is missing; download the data again"),
    "an empty file": (
        lambda p: (p / "things.csv").write_text(""),
        f"the columns are , but datapackage.json states {COLUMNS}",
    ),
    "rows lost": (
        rows(*ROWS[:2]),
        "./things.csv has 2 rows, but datapackage.json states 4; download the",
    ),
    "no rows": (rows(), "./things.csv has 0 rows, but datapackage.json states 4"),
    "a row too short": (rows(*ROWS[:3], "a4,short"), "./things.csv: line 4 did not have 7 elements"),
    "a row too long": (rows(*ROWS[:3], ROWS[3] + ",x"), "./things.csv: more columns than column names"),
    "a row too long below": (rows(*[ROWS[3]] * 9, ROWS[3] + ",x"), "./things.csv: line 10 did not have 7 elements"),
    "two rows in one line": (rows(*[ROWS[3]] * 9, f"{ROWS[3]},{ROWS[3]}"), "things.csv has 11 rows, but"),
    "a quote left open": (rows(*ROWS[:3], 'a4,"open,NA,0,1,true,2000-02-29'), "./things.csv: "),
    "another column": (header("id,text,sort,whole,number,truth,day"), "the columns are id, text, sort, whole"),
    "columns swapped": (header("text,id,kind,whole,number,truth,day"), "the columns are text, id, kind, whole"),
    "a category": (cell(2, "other"), "./things.csv, column kind, row 4: 'other' is not a valid category"),
    "an integer": (cell(3, "1.5"), "./things.csv: scan() expected 'an integer', got '1.5'"),
    "a number": (cell(4, "1;5"), "./things.csv: scan() expected 'a real', got '1;5'"),
    "a truth value": (cell(5, "yes"), "./things.csv: scan() expected 'a logical', got 'yes'"),
    "no such day": (cell(6, "2001-02-29"), "./things.csv, column day, row 4: '2001-02-29' is not a valid date"),
    "another form of a date": (cell(6, "29.02.2000"), "column day, row 4: '29.02.2000' is not a valid date"),
    "a date with a time": (cell(6, "2000-02-29T00:00"), "column day, row 4: '2000-02-29T00:00' is not a valid date"),
    "a short date": (cell(6, "2000-2-29"), "column day, row 4: '2000-2-29' is not a valid date"),
}


@pytest.fixture(scope="module")
def messages(library: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The message of R about each of these folders, all asked in one run."""
    for name, (change, _) in WRONG.items():
        folder = tmp_path_factory.getbasetemp() / "wrong" / name
        folder.mkdir(parents=True)
        change(write(folder))
    code = (
        "sapply(list.files(), function(name) {folder <- setwd(name); on.exit(setwd(folder));"
        "tryCatch({clausula::open_clausula(); 'opened'}, error = function(e) conditionMessage(e))})"
    )
    out = r(
        "Rscript", "--vanilla", "-e", f"cat(jsonlite::toJSON(as.list({code})))", folder=folder.parent, library=library
    )
    return {name: message for name, (message,) in json.loads(out).items()}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_files_are_reported(name: str, messages: dict[str, str]) -> None:
    assert WRONG[name][1] in messages[name]


def test_an_error_shows_no_call_of_ours(library: Path, tmp_path: Path) -> None:
    cell(2, "other")(write(tmp_path))
    done = run(library, tmp_path, "cat('opened')")
    assert done.returncode == 1
    assert not done.stdout
    lines = done.stderr.strip().splitlines()
    assert lines == [f"Error: {WRONG['a category'][1]}", "Execution halted"]


@pytest.mark.parametrize(
    ("code", "message"),
    {
        "data$thing": "unknown table 'thing'; the tables are things",
        "data[['other']]": "unknown table 'other'; the tables are things",
        "clausula::labelled(data, 'other')": "unknown table 'other'; the tables are things",
        "clausula::codebook(data, 'other')": "unknown field 'other'; codebook(data) lists all fields",
    }.items(),
)
def test_wrong_names_are_reported(code: str, message: str, library: Path, tmp_path: Path) -> None:
    done = run(library, write(tmp_path), code)
    assert done.returncode == 1
    assert message in done.stderr


def test_wrong_arguments_of_views_are_reported(built: Path, library: Path) -> None:
    code = (
        "told <- function(e) cat(conditionMessage(e), '\n');"
        "failed <- function(call) tryCatch({call; stop('no error')}, error = told);"
        "failed(clausula::wide(data, 'mean')); failed(clausula::stances(data, 'actor'));"
        "failed(clausula::crosswalk(data, 'other')); failed(clausula::lineage(data, 'other'))"
    )
    done = run(library, built, code)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 4 and "no error" not in done.stdout
    assert "strength" in lines[0] and "instrument" in lines[1] and "pax" in lines[2]
    assert lines[3].strip() == "no provision or topic has the ID 'other'; data$topics lists the topics"


def test_printing_shows_the_tables_and_how_the_data_were_made(library: Path, built: Path) -> None:
    done = run(library, built, "print(data)")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Clausula ") and lines[0].endswith("tables")
    counts = clausula.open(built).tables()["rows"]
    shown = {words[0]: int(words[1]) for words in map(str.split, lines) if words[0] in counts.index}
    assert shown == counts.to_dict()
    made = " ".join(" ".join(lines[1 : lines.index(next(one for one in lines if one.split()[0] == "table"))]).split())
    assert made == json.loads((built / "datapackage.json").read_text(encoding="utf-8"))["provenance"]["statement"]
