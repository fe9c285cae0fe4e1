"""The metadata files: each is valid for a reader of its format, and none contains invented facts."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import clausula
from clausula.core.model import Model
from clausula.core.schemas import load_model, read_json
from clausula.derive.citation import bibtex, citation_cff, sentence, zenodo_json
from clausula.derive.metadata import metadata_files
from tests.conftest import ROOT

DDI = {"d": "ddi:codebook:2_5"}
MODEL = load_model(ROOT / "schemas")
MANIFEST: dict[str, Any] = read_json(ROOT / "data/manifest.json")


def _json(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def test_cffconvert_accepts_the_citation_file() -> None:
    command = [str(Path(sys.executable).parent / "cffconvert"), "--validate", "-i", str(ROOT / "CITATION.cff")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_cffconvert_refuses_a_broken_one(tmp_path: Path) -> None:
    broken = (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace("authors:", "writers:")
    (tmp_path / "CITATION.cff").write_text(broken, encoding="utf-8")
    command = [str(Path(sys.executable).parent / "cffconvert"), "--validate", "-i", str(tmp_path / "CITATION.cff")]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_mlcroissant_accepts_the_description_and_reads_every_table(caplog: pytest.LogCaptureFixture) -> None:
    import mlcroissant

    described = _json("metadata/croissant.json")
    assert described["name"] == MODEL.metadata["title"]  # checked here because the library does not require a name
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=ROOT / "metadata/croissant.json")
    assert dataset.metadata.issues.errors == set()
    assert "not standard" not in caplog.text
    for table in ("topics", "provisions", "reaction_targets"):
        rows = list(dataset.records(record_set=table))
        assert len(rows) == len(clausula.load(table))
    assert rows[0]["reaction_targets/reaction_id"].decode() == clausula.load("reaction_targets")["reaction_id"][0]


@pytest.mark.exhaustive
def test_csvw_reader_finds_types_keys_and_references(excerpt: Path) -> None:
    from csvw import TableGroup

    group = TableGroup.from_file(excerpt / "metadata/csvw.json")
    group.check_referential_integrity()
    assert [Path(str(t.url)).stem for t in group.tables] == list(MODEL.tables)
    by_name = {Path(str(t.url)).stem: t for t in group.tables}
    first = next(iter(by_name["provisions"]))
    frame = clausula.open(excerpt).load("provisions")
    assert (first["provision_id"], first["strength"]) == (frame["provision_id"][0], int(frame["strength"][0]))
    tables = read_json(excerpt / "data/manifest.json")["tables"]
    for name, table in by_name.items():
        assert len(list(table)) == tables[name]["rows"]
        table.check_primary_key()


def test_csvw_reader_refuses_what_is_no_value(tmp_path: Path) -> None:
    from csvw import TableGroup

    (tmp_path / "metadata").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "metadata/csvw.json").write_bytes((ROOT / "metadata/csvw.json").read_bytes())
    text = (ROOT / "data/provisions.csv").read_text(encoding="utf-8").replace(",obligation,", ",wish,", 1)
    (tmp_path / "data/provisions.csv").write_text(text, encoding="utf-8")
    (table,) = [
        t for t in TableGroup.from_file(tmp_path / "metadata/csvw.json").tables if Path(str(t.url)).stem == "provisions"
    ]
    with pytest.raises(ValueError, match="wish"):
        list(table)


def test_ddi_has_every_file_variable_and_category() -> None:
    root = ET.parse(ROOT / "metadata/ddi-codebook.xml").getroot()
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert [child.tag.split("}")[1] for child in root] == ["stdyDscr", *["fileDscr"] * len(MODEL.tables), "dataDscr"]
    variables = root.findall("d:dataDscr/d:var", DDI)
    assert [(v.get("files"), v.get("name")) for v in variables] == [
        (f"file-{t.name}", f.name) for t in MODEL for f in t.fields
    ]
    assert len({v.get("ID") for v in variables}) == len(variables)
    stance = root.find(".//d:var[@ID='var-reaction_targets-stance']", DDI)
    assert stance is not None
    assert [c.findtext("d:catValu", namespaces=DDI) for c in stance.findall("d:catgry", DDI)] == [
        "-2",
        "-1",
        "0",
        "1",
        "2",
    ]


def test_every_named_file_exists_with_its_size_and_hash() -> None:
    graph = _json("ro-crate-metadata.json")["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    files = [e for e in graph if e["@type"] == "File"]
    assert [part["@id"] for part in by_id["./"]["hasPart"]] == [f["@id"] for f in files]
    for file in files[1:]:
        content = (ROOT / file["@id"]).read_bytes()
        assert (file["contentSize"], file["sha256"]) == (str(len(content)), hashlib.sha256(content).hexdigest())
    for form in ("schema-org.jsonld", "croissant.json"):
        for file in _json(f"metadata/{form}")["distribution"]:
            content = (ROOT / "metadata" / file["contentUrl"]).read_bytes()
            assert file["sha256"] == hashlib.sha256(content).hexdigest()


def _everything(model: Model) -> str:
    metadata = model.metadata
    texts = [content.decode("utf-8") for content in metadata_files(model, MANIFEST).values()]
    texts += [
        citation_cff(metadata).decode("utf-8"),
        zenodo_json(metadata).decode("utf-8"),
        sentence(metadata),
        bibtex(metadata),
    ]
    return "\n".join(texts)


def test_no_doi_and_no_orcid_until_there_is_one() -> None:
    text = _everything(MODEL)
    assert "doi.org" not in text
    assert "10.5281" not in text
    assert "orcid" not in text.lower()


def test_a_doi_that_was_given_stands_everywhere() -> None:
    given = Model(MODEL.tables, {**MODEL.metadata, "doi": "10.5072/example.1"})
    for path, content in metadata_files(given, MANIFEST).items():
        assert b"10.5072/example.1" in content or path == "metadata/csvw.json", path
    assert "10.5072/example.1" in citation_cff(given.metadata).decode()
    assert "10.5072/example.1" in sentence(given.metadata)
