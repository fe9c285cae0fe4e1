"""The closed lists of a package are extended in its schemas alone: forms, checks, codebook, exports and diff follow."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
import pytest

import clausula
from clausula.analysis.projection import inherited, project
from clausula.coding.form import Form
from clausula.coding.submit import submit
from clausula.commands.main import main
from clausula.core.model import SchemaError
from clausula.core.package import open_package
from clausula.core.schemas import load_model
from clausula.export.run import export
from clausula.versions.build import build
from clausula.versions.diff.structure import structure_changes
from tests.coding.practice import RAW, coding, submission
from tests.coding.practice import table as rows_of

EXTENDED = {
    ("provision_quantities", "unit"): {"value": "tonne", "label": "Tonne", "broader": "thing"},
    ("provision_quantities", "measure"): {"value": "catch_quota", "label": "Catch quota", "broader": "count"},
    ("provision_quantities", "currency"): {"value": "XTS"},
    ("instruments", "form"): {"value": "charter", "label": "Charter", "description": "A founding document."},
    ("events", "kind"): {"value": "audit", "label": "Audit", "description": "Books are examined."},
}
"""What a team adds to each list that it is to extend without touching code."""


def extend(root: Path, table: str, field: str, *values: object) -> None:
    """Add values to a closed list in the schema of a table, with `extends`."""
    path = root / "schemas" / f"{table}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    (own,) = (one for one in schema["fields"] if one["name"] == field)
    own["extends"] = [*own.get("extends", []), *values]
    path.write_text(json.dumps(schema), encoding="utf-8")


@pytest.fixture
def extended(fresh: Path) -> Path:
    """The practice project with all lists extended, and values of them coded."""
    for (table, field), value in EXTENDED.items():
        extend(fresh, table, field, value)
    rows = coding()
    rows["instruments"][0]["form"] = "charter"
    quota = {"measure": "catch_quota", "item": "salt", "value": "9", "unit": "tonne", "qualifier": "at_most"}
    toll = {"measure": "amount", "item": "toll", "value": "3", "unit": "currency", "currency": "XTS"}
    rows["provision_quantities"] += [
        {"provision_id": "p007", **quota},
        {"provision_id": "p007", **toll, "tense": "pledged", "qualifier": "exactly"},
    ]
    outcome = submit(fresh, submission(rows), RAW)
    assert outcome.imported, outcome.report.findings
    return fresh


def test_forms_offer_the_values_and_tables_take_them(extended: Path) -> None:
    form = Form(open_package(extended).model)
    for (table, field), value in EXTENDED.items():
        assert value["value"] in {
            v for column in form[table].columns if column.name == field for v, _ in column.choices
        }
    rows = rows_of(extended, "provision_quantities")
    assert {row["unit"] for row in rows} >= {"tonne", "currency"}
    assert {row["form"] for row in rows_of(extended, "instruments")} == {"charter"}


def test_the_codebook_says_under_which_value_one_was_added(extended: Path) -> None:
    build(extended)
    data = clausula.open(extended)
    units = data.codebook("provision_quantities.unit").set_index("value")
    assert units.loc["tonne"].to_dict() == {
        "table": "provision_quantities",
        "label": "Tonne",
        "definition": "",
        "broader": "thing",
    }
    assert units["broader"].notna().sum() == 1
    assert "broader" not in data.codebook("instruments.form")
    page = (extended / "docs" / "codebook" / "quantities.md").read_text(encoding="utf-8")
    assert "| `tonne` | Tonne | Under `thing`. |" in page
    # a user can count in the categories of the list that was taken over
    broader = units["broader"].fillna(units.index.to_series())
    counted = data.load("provision_quantities")["unit"].astype(str).map(broader)
    assert "tonne" not in set(counted) and "thing" in set(counted)


def test_exports_have_the_values_with_their_labels(extended: Path, tmp_path: Path) -> None:
    build(extended)
    data = clausula.open(extended)
    frame, meta = pyreadstat.read_sav(str(export(data, "sav", tmp_path / "sav") / "provision_quantities.sav"))
    labels = meta.variable_value_labels["unit"]
    assert "Tonne" in {labels[code] for code in frame["unit"].dropna()}
    assert "XTS" in set(frame["currency"])
    database = duckdb.connect(str(export(data, "duckdb", tmp_path / "data.duckdb")), read_only=True)
    found = database.execute("select form from instruments").fetchall()
    database.close()
    assert found == [("charter",)]
    book = openpyxl.load_workbook(export(data, "xlsx", tmp_path / "data.xlsx"), read_only=True)
    listed = {str(cell) for row in book["Codebook"].iter_rows(values_only=True) for cell in row if cell}
    assert any("charter" in cell for cell in listed) and any("catch_quota" in cell for cell in listed)


def test_a_diff_names_the_added_values(fresh: Path, tmp_path: Path) -> None:
    before = open_package(fresh).model
    for (table, field), value in EXTENDED.items():
        extend(fresh, table, field, value)
    after = open_package(fresh).model
    changes = {(c.kind, c.table, c.field, c.new, c.step) for c in structure_changes(before, after)}
    assert ("category-added", "provision_quantities", "unit", "tonne (under thing)", "minor") in changes
    assert ("category-added", "instruments", "form", "charter", "minor") in changes
    assert ("category-added", "provision_quantities", "currency", "XTS", "minor") in changes
    removed = {(c.kind, c.new or c.old, c.step) for c in structure_changes(after, before)}
    assert ("category-removed", "tonne", "major") in removed


def test_a_value_that_the_list_takes_over_is_no_change(fresh: Path) -> None:
    value = EXTENDED["instruments", "form"]
    extend(fresh, "instruments", "form", value)
    added = open_package(fresh).model
    path = fresh / "schemas" / "instruments.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    (own,) = (one for one in schema["fields"] if one["name"] == "form")
    own["categories"] += own.pop("extends")
    path.write_text(json.dumps(schema), encoding="utf-8")
    assert structure_changes(added, open_package(fresh).model) == []


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("instruments.form", {"value": "treaty", "label": "Treaty"}, "'treaty' is in the list already"),
        ("instruments.form", {"value": "charter"}, "a value and a label"),
        ("instruments.form", {"value": " ", "label": "Blank"}, "a value and a label"),
        ("instruments.form", {"value": ["charter"], "label": "Charter"}, "a value and a label"),
        ("instruments.form", "charter", "a value and a label"),
        ("instruments.form", None, "a value and a label"),
        ("instruments.form", {"value": "charter", "label": "C", "broader": "deed"}, "'charter' is under 'deed'"),
        ("instruments.form", {"value": "charter", "label": "C", "broader": "charter"}, "which is not in the list"),
        ("instruments.form", {"value": "charter", "label": "C", "broader": ["treaty"]}, "which is not in the list"),
        ("provision_quantities.currency", {"value": "EUR"}, "'EUR' is in the list already"),
        ("provision_quantities.currency", {"label": "Euro"}, "an object with a value, not"),
        ("provisions.summary", {"value": "x", "label": "X"}, "the field has none"),
    ],
)
def test_values_that_cannot_be_added_are_refused(
    fresh: Path, place: str, value: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    extend(fresh, *place.split("."), value)
    with pytest.raises(SchemaError, match=re.escape(message)):
        load_model(fresh / "schemas")
    assert main(["validate", "--package", str(fresh), "--layer", "duckdb"]) == 2
    printed = capsys.readouterr()
    assert message in printed.out + printed.err
    assert place in printed.out + printed.err


def test_two_values_of_one_name_are_refused(fresh: Path) -> None:
    extend(fresh, "instruments", "form", *[{"value": "charter", "label": "Charter"}] * 2)
    with pytest.raises(SchemaError, match="'charter' is in the list already"):
        load_model(fresh / "schemas")


@pytest.mark.parametrize("extends", [{"value": "charter"}, "charter", 3, None])
def test_a_list_that_is_none_is_refused(fresh: Path, extends: object) -> None:
    path = fresh / "schemas" / "instruments.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    (own,) = (one for one in schema["fields"] if one["name"] == "form")
    own["extends"] = extends
    path.write_text(json.dumps(schema), encoding="utf-8")
    with pytest.raises(SchemaError, match="instruments"):
        load_model(fresh / "schemas")


def test_a_topic_without_a_row_counts_under_the_codes_of_its_parent() -> None:
    topics = pd.DataFrame(
        {"topic_id": ["force", "guns", "boats", "river"], "parent_topic_id": [None, "force", "force", None]}
    )
    rows = [
        ("force", "pax", "Mil", "exact", "read"),
        ("force", "pax", "Nav", "narrow", "read"),
        ("guns", "pax", "none", "none", "read"),
    ]
    crosswalk = pd.DataFrame(rows, columns=["topic_id", "scheme", "code", "match", "reading"])
    crosswalk["scheme"] = crosswalk["scheme"].astype("category")
    wide = pd.DataFrame({"guns": [3.0, 0, 0], "boats": [0.0, 2, 0], "river": [1.0, 1, 1]}, index=["a", "b", "c"])
    instruments = pd.DataFrame({"instrument_id": ["a", "b", "c"], "pax_agreement_id": [None, None, None]})
    found = project("pax", inherited("pax", crosswalk, topics), wide, instruments).droplevel("AgtId")
    assert found["Mil"].tolist() == [0, 2, 0]  # boats are within force; guns say of themselves that they are not
    assert found["Nav"].isna().tolist() == [False, True, False]  # boats may or may not be meant
    assert found.loc["c"].tolist() == [0, 0]
