"""Stata and SPSS files, read back with pyreadstat, pandas, haven and PSPP: values, labels, levels, formats, dates."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.core.model import Field
from clausula.export.run import export
from clausula.export.statistics import LARGEST, MEASURES, SPSS, STATA, Shape, shape, spss_format, stata_format
from tests.conftest import ROOT

pyreadstat = pytest.importorskip("pyreadstat")
TABLES = list(clausula.tables().index)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return clausula.open()


@pytest.fixture(scope="module")
def folders(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("statistics")
    return {form: export(data, form, root / form) for form in ("dta", "sav")}


@pytest.mark.parametrize(("form", "reader"), [("dta", "read_dta"), ("sav", "read_sav")])
def test_files_have_labels_and_the_same_values(data: Dataset, folders: dict[str, Path], form: str, reader: str) -> None:
    folder = folders[form]
    for table in TABLES:
        frame, meta = getattr(pyreadstat, reader)(str(folder / f"{table}.{form}"))
        original = data.load(table)
        assert list(frame.columns) == list(original.columns)
        assert len(frame) == len(original)
        for field in data.model[table].fields:
            assert meta.column_names_to_labels[field.name] == field.title
            column, expected = frame[field.name], original[field.name]
            if field.categories and field.type == "string":
                labels = meta.variable_value_labels[field.name]
                codes = {c.label: str(c.value) for c in field.categories}
                back = [None if pd.isna(v) else codes[labels[v]] for v in column]
                assert back == [None if pd.isna(v) else str(v) for v in expected], (table, field.name)
            elif field.type in ("integer", "number", "boolean"):
                pd.testing.assert_series_equal(
                    column.astype("float64"), expected.astype("Float64").astype("float64"), check_names=False
                )
            elif field.type == "date":
                assert [pd.Timestamp(v).date() for v in column.dropna()] == [v.date() for v in expected.dropna()]
                assert column.isna().tolist() == expected.isna().tolist()
            else:
                assert ["" if pd.isna(v) else v for v in column] == ["" if pd.isna(v) else v for v in expected], (
                    table,
                    field.name,
                )


def test_pandas_reads_the_stata_file_with_labels(data: Dataset, tmp_path: Path) -> None:
    folder = export(data, "dta", tmp_path / "dta", ["provisions"])
    frame = pd.read_stata(folder / "provisions.dta")
    assert (
        frame["modality"].astype(str).tolist() == data.load("provisions", labels=True)["modality"].astype(str).tolist()
    )
    assert [p.name for p in folder.iterdir()] == ["provisions.dta"]


def test_every_level_of_the_schemas_is_a_level_of_spss(data: Dataset) -> None:
    assert {field.level for table in data.model for field in table.fields} <= set(MEASURES)


def test_spss_variables_have_levels_formats_widths_and_missing_texts(data: Dataset, folders: dict[str, Path]) -> None:
    levels = {
        "sources": {"source_id": "nominal", "characters": "scale", "date_from": "scale", "completeness": "ordinal"},
        "reaction_targets": {"position": "nominal", "stance": "ordinal", "conditional": "nominal"},
    }
    formats = {
        "sources": {"characters": "F5.0", "date_from": "SDATE10", "completeness": "F1.0"},
        "reaction_targets": {"stance": "F2.0", "conditional": "F1.0"},
        "agreement": {"proportion": "F6.4"},
    }
    for name in TABLES:
        _, meta = pyreadstat.read_sav(str(folders["sav"] / f"{name}.sav"), user_missing=True)
        assert set(meta.variable_measure.values()) <= {"nominal", "ordinal", "scale"}, name
        assert levels.get(name, {}).items() <= meta.variable_measure.items()
        assert formats.get(name, {}).items() <= meta.original_variable_types.items()
        frame = data.load(name)
        empty = {f.name for f in data.model[name].fields if f.type == "string" and not f.categories}
        empty = {column for column in empty if frame[column].isna().any()}
        assert set(meta.missing_ranges) == empty, name
        assert all(8 <= width <= 60 for width in meta.variable_display_width.values())
        assert meta.notes[0].startswith(data.model[name].title)
        assert data.model.metadata["title"] in " ".join(meta.notes)


def test_stata_variables_are_as_wide_as_their_labels_and_whole_where_they_can_be(folders: dict[str, Path]) -> None:
    _, meta = pyreadstat.read_dta(str(folders["dta"] / "provisions.dta"))
    longest = max(map(len, meta.variable_value_labels["modality"].values()))
    assert meta.original_variable_types["modality"] == f"%{longest}.0g"
    assert meta.original_variable_types["due_from"] == "%tdCCYY-NN-DD"
    assert meta.readstat_variable_types["strength"] == meta.readstat_variable_types["modality"] == "int32"
    assert meta.original_variable_types["provision_id"].startswith("%-")
    assert pyreadstat.read_dta(str(folders["dta"] / "reaction_targets.dta"))[1].variable_value_labels["stance"] == {
        -2: "Rejects",
        -1: "Leans against",
        0: "Neutral or mixed",
        1: "Leans towards",
        2: "Supports",
    }


def test_formats_fit_any_number() -> None:
    field = Field("n", {"name": "n", "type": "number"})
    of = shape(field, pd.Series([-1234.5, 0.25, None], dtype="Float64"))
    assert of == Shape(7, 5, 2)
    assert (spss_format(field, of), stata_format(field, of)) == ("F8.2", "%10.0g")
    whole = Field("n", {"name": "n", "type": "integer"})
    of = shape(whole, pd.Series([LARGEST + 1, None], dtype="Int64"))
    assert (spss_format(whole, of), stata_format(whole, of)) == ("F10.0", "%10.0f")
    nothing = shape(whole, pd.Series([], dtype="Int64"))
    assert (spss_format(whole, nothing), stata_format(whole, nothing)) == ("F1.0", "%8.0f")


def test_a_number_too_large_for_a_whole_one_in_stata_is_kept(data: Dataset) -> None:
    from clausula.export.statistics import numbered

    frame = data.load("evidence")
    frame.loc[0, "end"] = LARGEST + 1
    kept = numbered(frame, data.model["evidence"], STATA)
    assert kept["end"].dtype == "float64" and kept["end"][0] == LARGEST + 1
    assert kept["start"].dtype == "Int32"


def test_long_labels_are_shortened_to_what_the_programs_accept() -> None:
    from clausula.export.statistics import _short

    for limit in (SPSS.value_label, SPSS.file_label):
        text = _short("é" * limit, limit)
        assert text.endswith("…") and len(text.encode("utf-8")) <= limit
    assert _short("short", 5) == "short"


HAVEN = """
library(haven)
table <- function(name) %s(file.path("%s", paste0(name, ".%s")))
t <- table("reaction_targets"); s <- table("sources"); p <- table("provisions")
stopifnot(is.labelled(t$stance), is.labelled(p$modality), inherits(s$date_from, "Date"))
cat(levels(as_factor(t$stance)), sep = "|"); cat("\\n")
cat(levels(as_factor(p$modality)), sep = "|"); cat("\\n")
cat(nrow(t), sum(is.na(t$stance)), sum(t$stance, na.rm = TRUE), sum(t$conditional), "\\n")
cat(format(min(s$date_from, na.rm = TRUE)), sum(is.na(s$date_from)), attr(p$modality, "label"), "\\n")
cat(sum(is.na(p$note) | p$note == ""), sum(is.na(p$note)), "\\n")
"""


@pytest.fixture(scope="module")
def haven() -> None:
    """Skip a test if R or its package haven is absent."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: r-base-core)")
    if subprocess.run(["Rscript", "-e", "library(haven)"], capture_output=True, check=False).returncode:
        pytest.skip("the R package haven is not installed (Debian: r-cran-haven)")


@pytest.mark.usefixtures("haven")
@pytest.mark.parametrize(("form", "reader"), [("dta", "read_dta"), ("sav", "read_sav")])
def test_haven_reads_labels_dates_and_missing_values(
    data: Dataset, folders: dict[str, Path], form: str, reader: str
) -> None:
    code = HAVEN % (reader, folders[form].as_posix(), form)
    run = subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    stances, modalities, targets, dates, notes = run.stdout.splitlines()
    labels = {
        name: "|".join(c.label for c in data.model[t][name].categories or data.model[t][name].scale)
        for t, name in (("reaction_targets", "stance"), ("provisions", "modality"))
    }
    assert (stances, modalities) == (labels["stance"], labels["modality"])
    frame, sources = data.load("reaction_targets"), data.load("sources")
    stance = frame["stance"]
    assert targets.split() == [
        str(int(n)) for n in (len(frame), stance.isna().sum(), stance.sum(), frame["conditional"].sum())
    ]
    first = sources["date_from"].min().date().isoformat()
    assert dates.split() == [first, str(sources["date_from"].isna().sum()), "Modality"]
    empty = str(data.load("provisions")["note"].isna().sum())
    assert notes.split() == [empty, empty if form == "sav" else "0"]


@pytest.mark.usefixtures("haven")
def test_the_r_of_the_page_on_exports_counts_labels(data: Dataset, folders: dict[str, Path], tmp_path: Path) -> None:
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```r\n(.*?)```", page, re.DOTALL) if "haven" in block)
    (tmp_path / "spss").symlink_to(folders["sav"])
    command = ["Rscript", "--vanilla", "-e", f"options(width = 200)\n{code}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    counts = data.load("provisions")["modality"].value_counts(sort=False)
    assert [int(number) for number in run.stdout.splitlines()[-1].split()] == counts.tolist()


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed (Debian: pspp)")
def test_pspp_shows_the_variables_and_counts_empty_texts_as_missing(folders: dict[str, Path], tmp_path: Path) -> None:
    file = (folders["sav"] / "provisions.sav").as_posix()
    lines = [f"GET FILE='{file}'.", "DISPLAY DICTIONARY.", "FREQUENCIES /VARIABLES=due."]
    (tmp_path / "read.sps").write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(
        ["pspp", "-O", "format=csv", "read.sps"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rows = list(csv.reader(run.stdout.splitlines()))
    shown = {row[0]: row[3] for row in rows if len(row) > 8 and row[1].isdigit()}
    assert shown["strength"] == "Ordinal" and shown["due_from"] == "Scale" and shown["modality"] == "Nominal"
    missing = next(row[2] for row in rows if row[:1] == ["Missing"])
    assert missing == str(clausula.load("provisions")["due"].isna().sum())
