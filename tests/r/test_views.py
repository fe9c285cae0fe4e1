"""Tables and views in R are those in Python: rows, columns, types, levels, cells, missing values."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clausula.versions.release.artefacts import flat_descriptor
from tests.conftest import ROOT
from tests.r.conftest import exported, r
from tests.r.frames import VIEWS, Cached, Call, Frame, calls, choices, differences, in_python, in_r

ENGLISH = {"LC_ALL": "C.UTF-8", "R_ICU_LOCALE": "en_US"}
"""A locale in which R's own order of text is that of an English dictionary."""


def with_windows_line_ends(root: Path, target: Path) -> Path:
    """Copy the data as a checkout under Windows has them, and the first table as a spreadsheet saves it."""
    (target / "data").mkdir(parents=True)
    shutil.copy(root / "datapackage.json", target)
    for path in (root / "data").glob("*.csv"):
        (target / "data" / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    first = target / "data/sources.csv"
    first.write_bytes(b"\xef\xbb\xbf" + first.read_bytes())
    return target


def test_every_table_and_view_is_the_same(excerpt: Path, library: Path, tmp_path: Path) -> None:
    """Real data with the line ends of Windows, in the locale that knows ASCII only."""
    data = Cached(excerpt)
    asked = calls(data, step=7)
    assert {call[0] for call in asked} == {"load", "labelled", "codebook", *VIEWS}
    windows = with_windows_line_ends(excerpt, tmp_path / "windows")
    assert b"\r\n" in (windows / "data/provisions.csv").read_bytes()
    python = in_python(data, asked)
    cells = [cell for frame in python for column in frame["columns"] for cell in column["cells"]]
    assert None in cells and any(cell and not cell.isascii() for cell in cells)
    found = list(differences(asked, python, in_r(library, windows, asked, tmp_path, LC_ALL="C")))
    assert not found, found[:20]


def test_a_folder_of_a_release_without_subfolders_is_read(built: Path, library: Path, tmp_path: Path) -> None:
    for path in (built / "data").glob("*.csv"):
        shutil.copy(path, tmp_path)
    descriptor = json.loads((built / "datapackage.json").read_text(encoding="utf-8"))
    (tmp_path / "datapackage.json").write_text(json.dumps(flat_descriptor(descriptor)), encoding="utf-8")
    asked: list[Call] = [("load", {"table": "provisions"}), ("positions", {})]
    found = list(differences(asked, in_python(Cached(built), asked), in_r(library, tmp_path, asked, tmp_path)))
    assert not found, found[:20]


def test_families_of_the_shipped_package_are_the_same(library: Path, tmp_path: Path) -> None:
    """The excerpt has no agreement of a family."""
    asked: list[Call] = [
        ("family", {"name": "ukraine-security-agreements", "labels": labels, **only})
        for labels in (False, True)
        for only in ({}, {"since": "2024-07"})
    ]
    python = in_python(Cached(ROOT), asked)
    assert all(frame["columns"][0]["cells"] for frame in python)
    found = list(differences(asked, python, in_r(library, ROOT, asked, tmp_path, LC_ALL="C")))
    assert not found, found[:20]


@pytest.mark.exhaustive
@pytest.mark.parametrize("environment", [ENGLISH, {"LC_ALL": "C"}], ids=["English", "C"])
def test_every_call_is_the_same_in_every_locale(
    environment: dict[str, str], built: Path, excerpt: Path, library: Path, tmp_path: Path
) -> None:
    root = excerpt if environment is ENGLISH else built
    data = Cached(root)
    asked = calls(data)
    found = list(differences(asked, in_python(data, asked), in_r(library, root, asked, tmp_path, **environment)))
    assert not found, found[:20]


def edit_cell(table: str, key: str, column: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Return a function that changes one cell in the row whose first cell is `key`."""

    def edit(root: Path) -> None:
        path = root / f"data/{table}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        at = header.strip().split(",").index(column)
        for number, row in enumerate(rows):
            cells = row.rstrip("\n").split(",")
            if cells[0] == key:
                cells[at] = change(cells[at])
                rows[number] = ",".join(cells) + "\n"
                path.write_text("".join([header, *rows]), encoding="utf-8")
                return
        raise AssertionError((table, key))

    return edit


def edit_field(table: str, name: str, key: str, change: Callable[[list[str]], object]) -> Callable[[Path], None]:
    """Return a function that changes one property of a field in datapackage.json."""

    def edit(root: Path) -> None:
        path = root / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        (fields,) = [one["schema"]["fields"] for one in package["resources"] if one["name"] == table]
        (field,) = [one for one in fields if one["name"] == name]
        field[key] = change(field[key])
        path.write_text(json.dumps(package), encoding="utf-8")

    return edit


def swap_rows(root: Path) -> None:
    path = root / "data/instruments.csv"
    header, first, second, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, second, first, *rest]), encoding="utf-8")


def other_missing_values(root: Path) -> None:
    path = root / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    (schema,) = [one["schema"] for one in package["resources"] if one["name"] == "actors"]
    schema["missingValues"].append("NA")
    path.write_text(json.dumps(package), encoding="utf-8")


REACTION = "delta-report-2032.r01"
POSITIONS: Call = ("positions", {})


POISONS = {
    "levels": (
        edit_field("provisions", "enforcement", "categories", lambda found: found[::-1]),
        ("load", {"table": "provisions"}),
        r"load\(table=provisions\), enforcement: levels",
    ),
    "order of levels": (
        edit_field("provisions", "enforcement", "categoriesOrdered", lambda _: False),
        ("load", {"table": "provisions"}),
        r"load\(table=provisions\), enforcement: kind ordered / category",
    ),
    "date": (
        edit_cell("reactions", REACTION, "date_to", lambda _: "1999-12-31"),
        POSITIONS,
        r"positions\(\), date_to, row 1: 2032-06-15 / 1999-12-31",
    ),
    "number": (
        edit_cell("reaction_targets", REACTION, "stance", lambda _: "1"),
        ("network", {"selected": True}),
        r"network\(selected=True\), in_favour, row \d: 0 / 1",
    ),
    "missing": (
        edit_cell("reaction_targets", REACTION, "stance", lambda _: ""),
        POSITIONS,
        r"positions\(\), stance, row 1: -2 / None",
    ),
    "truth value": (
        edit_cell("reaction_targets", REACTION, "conditional", lambda _: "true"),
        POSITIONS,
        r"positions\(\), conditional, row 1: false / true",
    ),
    "order of rows": (swap_rows, ("wide", {}), r"wide\(\), instrument_id, row 1"),
    "missing values": (
        other_missing_values,
        ("load", {"table": "actors"}),
        r"load\(table=actors\), iso2, row \d+: NA / None",
    ),
}


@pytest.fixture(scope="module")
def python(built: Path, library: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Frame]]:
    """The result in Python of each call in POISONS, to which R's is equal before anything is poisoned."""
    asked = [call for _, call, _ in POISONS.values()]
    results = in_python(Cached(built), asked)
    assert not list(differences(asked, results, in_r(library, built, asked, tmp_path_factory.mktemp("clean"))))
    return {name: [result] for name, result in zip(POISONS, results, strict=True)}


@pytest.mark.parametrize("name", POISONS)
def test_a_difference_is_found(
    name: str, python: dict[str, list[Frame]], mini: Path, library: Path, tmp_path: Path
) -> None:
    edit, call, named = POISONS[name]
    edit(mini)
    found = list(differences([call], python[name], in_r(library, mini, [call], tmp_path)))
    assert any(re.match(named, one) for one in found), found[:20]


def test_the_arguments_are_those_of_python(library: Path, tmp_path: Path) -> None:
    code = (
        "cat(jsonlite::toJSON(sapply(commandArgs(TRUE), function(view) {"
        "view <- if (view == 'family') clausula:::family.clausula else getExportedValue('clausula', view);"
        "given <- formals(view)[-1]; given <- given[names(given) != '...'];"
        "setNames(lapply(as.character(given), function(text) if (nzchar(text)) eval(parse(text = text))), names(given))"
        "}, simplify = FALSE)))"
    )
    found = json.loads(r("Rscript", "--vanilla", "-e", code, *VIEWS, folder=tmp_path, library=library))
    for view in VIEWS:
        ours = choices(view)
        assert list(found[view]) == list(ours), view
        for name, values in ours.items():
            if values:
                assert found[view][name] in (values, values[:1]), "the first is the default"


def test_what_is_exported() -> None:
    assert exported() == {"open_clausula", "codebook", "labelled", *VIEWS}
