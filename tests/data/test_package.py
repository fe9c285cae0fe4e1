"""The committed package is clean in every layer, up to date, and the same for every reader."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import country_converter
import duckdb
import pandas as pd
import pycountry
import pytest
from countrycode import countrycode

import clausula
from clausula.core.csvio import write_rows
from clausula.core.package import csv_path, parquet_path
from clausula.core.schemas import load_model
from clausula.derive.frames import cell_texts
from clausula.validation import expectations_library
from clausula.validation.layers import LAYERS
from clausula.validation.run import validate
from tests.conftest import ROOT

MODEL = load_model(ROOT / "schemas")
TABLES = list(MODEL.tables)


def test_layers_of_clausula_have_no_findings() -> None:
    """The layers that need no other validator run together: reading the tables takes as long as one of them."""
    layers = ["duckdb", "rules", "agreement", "drift", "parquet"]
    report = validate(ROOT, layers)
    assert sorted(report.checked["layers"]) == sorted(layers)
    assert [finding.as_dict() for finding in report.findings] == []


@pytest.mark.parametrize("layer", ["duckdb", "drift"])
def test_a_layer_that_runs_alone_counts_the_rows_of_every_table(layer: str) -> None:
    counted = validate(ROOT, [layer]).checked["tables"]
    assert {name: one["rows"] for name, one in counted.items()} == dict(clausula.tables()["rows"])


@pytest.mark.exhaustive
@pytest.mark.parametrize("layer", [layer for layer in LAYERS if layer != "expectations"])
def test_layer_has_no_findings(validated: dict[str, Any], layer: str) -> None:
    assert layer in validated["checked"]["layers"]
    assert [finding for finding in validated["findings"] if layer in finding["layers"]] == []


@pytest.mark.exhaustive
@pytest.mark.expectations
@pytest.mark.skipif(not expectations_library.available(), reason="great-expectations is not installed")
def test_expectations_layer_has_only_findings_that_the_changelog_explains(validated: dict[str, Any]) -> None:
    assert "expectations" in validated["checked"]["layers"]
    found = [finding for finding in validated["findings"] if "expectations" in finding["layers"]]
    explained = {("changed-distribution", "warning"): "distributions", ("fewer-rows", "warning"): "Fewer rows"}
    entry = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert all(explained[finding["code"], finding["severity"]] in entry for finding in found)


@pytest.mark.exhaustive
def test_no_finding_is_without_a_layer(validated: dict[str, Any]) -> None:
    assert all(set(finding["layers"]) & {*LAYERS} for finding in validated["findings"])
    assert set(validated["checked"]["layers"]) >= {layer for layer in LAYERS if layer != "expectations"}


@pytest.mark.exhaustive
def test_frictionless_command_accepts_the_descriptor() -> None:
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", "datapackage.json", "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    outcome = json.loads(run.stdout)
    assert outcome["valid"]
    assert outcome["stats"]["errors"] == 0
    assert len(outcome["tasks"]) == len(TABLES)


def test_dates_in_parquet_are_dates() -> None:
    duckdb = pytest.importorskip("duckdb")
    dates = [(table, field) for table in MODEL for field in table.fields if field.type == "date"]
    assert dates
    for table, field in dates:
        query = f"SELECT typeof(\"{field.name}\") FROM '{ROOT / parquet_path(table.name)}' LIMIT 1"
        assert duckdb.connect().sql(query).fetchall() == [("DATE",)], (table.name, field.name)


@pytest.mark.parametrize("name", TABLES)
def test_parquet_has_the_content_of_the_table(name: str) -> None:
    """Check it in three ways: the Parquet file written back as CSV, the manifest, and DuckDB reading both files."""
    import pyarrow.parquet as pq

    source = (ROOT / csv_path(name)).read_bytes()
    data = pq.read_table(ROOT / parquet_path(name))
    assert write_rows(MODEL[name].names, cell_texts(data)) == source
    entry = json.loads((ROOT / "data/manifest.json").read_text())["tables"][name]
    assert entry["csv"]["sha256"] == hashlib.sha256(source).hexdigest()
    assert entry["parquet"]["sha256"] == hashlib.sha256((ROOT / parquet_path(name)).read_bytes()).hexdigest()
    casts = {"date": "CAST(CAST({0} AS DATE) AS VARCHAR)", "number": "CAST({0} AS DOUBLE)"}
    columns = [(f'"{f.name}"', casts.get(f.type, "CAST({0} AS VARCHAR)")) for f in MODEL[name].fields]
    typed = ", ".join(cast.format(column) for column, cast in columns)
    options = "all_varchar = true, header = true, delim = ',', quote = '\"'"
    text = f"SELECT {typed} FROM read_csv('{ROOT / csv_path(name)}', {options})"
    parquet = f"SELECT {typed} FROM '{ROOT / parquet_path(name)}'"
    for left, right in ((text, parquet), (parquet, text)):
        assert duckdb.connect().execute(f"SELECT count(*) FROM (({left}) EXCEPT ALL ({right}))").fetchone() == (0,)


def test_descriptor_has_the_properties_that_readers_need() -> None:
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [r["name"] for r in descriptor["resources"]] == TABLES
    for resource in descriptor["resources"]:
        content = (ROOT / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["encoding"] == "utf-8"
        assert resource["dialect"]["delimiter"] == ","
        assert resource["schema"]["missingValues"] == [""]
        assert resource["schema"]["primaryKey"]
        assert resource["alternatives"][0]["path"] == parquet_path(resource["name"])


def test_languages_are_in_the_registry() -> None:
    languages = set(clausula.load("sources").language.astype(str))
    assert languages
    assert [code for code in sorted(languages) if pycountry.languages.get(alpha_2=code) is None] == []
    assert pycountry.languages.get(alpha_2="xx") is None


PREDECESSOR_CODES = {"CZE": 315}
"""Countries for which the second registry has the code of a predecessor state (315: Czechoslovakia)."""


def test_actor_codes_match_the_registries() -> None:
    converter = pd.read_csv(
        Path(country_converter.__file__).parent / "country_data.tsv", sep="\t", dtype=str, keep_default_na=False
    ).set_index("ISO3")
    states = clausula.load("actors").query("kind == 'state'")
    assert len(states)
    for row in states.itertuples():
        country = pycountry.countries.get(alpha_3=row.iso3)
        assert country is not None
        assert country.alpha_2 == row.iso2
        assert row.name in {country.name, getattr(country, "common_name", ""), "Russia", "Turkey", "DRC"}
        assert countrycode([row.iso3], "iso3c", "cown") == [row.cow_code]
        assert countrycode([row.iso3], "iso3c", "gwn") == [row.gw_code]
        assert int(converter.loc[row.iso3, "GWcode"]) == PREDECESSOR_CODES.get(row.iso3, row.gw_code)


def test_codes_without_a_registry_are_empty() -> None:
    actors = clausula.load("actors")
    assert actors[["ucdp_actor_id", "wikidata_id"]].isna().all().all()


def test_germany_has_different_codes_in_the_two_state_lists() -> None:
    germany = clausula.load("actors").set_index("actor_id").loc["germany"]
    assert (germany["cow_code"], germany["gw_code"]) == (255, 260)


def test_no_invented_identifiers() -> None:
    metadata = json.loads((ROOT / "schemas/package.json").read_text(encoding="utf-8"))
    assert "doi" not in metadata
    for name in ("CITATION.cff", ".zenodo.json", "datapackage.json"):
        text = (ROOT / name).read_text(encoding="utf-8").lower()
        assert "doi" not in text.replace("doing", "")
        assert "orcid" not in text
