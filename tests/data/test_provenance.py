"""How the data were made is stated everywhere, from the same rows."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import clausula
from clausula.derive.provenance import UPPER_BOUND, provenance
from tests.command import clausula as clausula_command
from tests.conftest import ROOT

FACTS: dict[str, Any] = json.loads((ROOT / "data/manifest.json").read_text(encoding="utf-8"))["provenance"]
STATEMENT: str = FACTS["statement"]
DDI = {"d": "ddi:codebook:2_5"}


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _json(path: str) -> Any:
    return json.loads(_text(path))


def _row(coder: str, source: str = "s", independent: str = "true") -> dict[str, str]:
    days = {"date_from": "2030-01-02", "date_to": "2030-01-03"}
    return {"coder_id": coder, "source_id": source, "independent": independent, "codebook_frozen": "false", **days}


CODERS = [
    {"coder_id": "anna", "kind": "person", "description": "x"},
    {"coder_id": "model", "kind": "language_model", "description": "y"},
]


def test_the_statement_counts_what_the_tables_hold() -> None:
    passes = clausula.load("coding_passes").merge(clausula.load("coders"), on="coder_id", validate="many_to_one")
    kinds = passes["kind"].value_counts()
    assert {kind: int(number) for kind, number in kinds.items()} == FACTS["passes"]
    assert f"in {len(passes)} passes over {passes['source_id'].nunique()} sources" in STATEMENT
    assert f"{kinds['language_model']} by language models" in STATEMENT
    assert "none by a person" in STATEMENT
    by_source = passes.groupby("source_id")["independent"].all()
    assert FACTS["independent"] == int(by_source.sum())
    assert FACTS["details"].startswith(f"For {int(by_source.sum())} sources, every coder")


@pytest.mark.parametrize(
    ("passes", "says"),
    [
        ([_row("model"), _row("model")], ["none by a person, 2 by language models", UPPER_BOUND]),
        ([_row("anna"), _row("model")], ["1 by a person, 1 by a language model", "which kinds of coders"]),
        ([_row("anna"), _row("anna")], ["2 by persons", "which kinds of coders"]),
        ([_row("model")], ["in 1 pass over 1 source: none by a person, 1 by a language model."]),
        ([], [""]),
    ],
)
def test_the_statement_follows_the_passes(passes: list[dict[str, str]], says: list[str]) -> None:
    statement = provenance(CODERS, passes).statement
    assert all(part in statement for part in says)
    assert (UPPER_BOUND in statement) == (UPPER_BOUND in says)
    assert bool(statement) == bool(passes)


@pytest.mark.parametrize("independent", ["true", "false"])
def test_the_details_say_what_coders_had_seen(independent: str) -> None:
    found = provenance(CODERS, [_row("model"), _row("model", independent=independent)])
    assert ("the text only" in found.details) == (independent == "true")
    assert "In no pass was the codebook frozen" in found.details


@pytest.mark.parametrize("path", ["README.md", "docs/dataset.md", "docs/codebook/passes.md"])
def test_pages_state_it(path: str) -> None:
    assert STATEMENT in _text(path)
    assert FACTS["details"] in _text(path)


def test_the_readme_states_it_on_its_first_screen() -> None:
    assert _text("README.md").index(STATEMENT) < _text("README.md").index("## Install")


@pytest.mark.parametrize("path", sorted((ROOT / "docs/codebook").glob("*.md")), ids=lambda path: path.stem)
def test_every_table_of_agreement_says_that_it_is_an_upper_bound(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    heading = f"Agreement between coding passes ([how to read these figures](passes.md)). {UPPER_BOUND}"
    assert text.count("| statistic | round |") == text.count(heading)


def test_the_citation_states_it() -> None:
    assert STATEMENT in clausula.cite()
    assert STATEMENT in clausula_command("cite", "--style", "text", cwd=ROOT).stdout
    assert STATEMENT in clausula.cite("bibtex")


JSON = ("datapackage.json", ".zenodo.json", "metadata/schema-org.jsonld", "metadata/croissant.json")


@pytest.mark.parametrize("path", JSON)
def test_descriptions_state_it(path: str) -> None:
    assert STATEMENT in _json(path)["description"]


def test_the_citation_file_states_it() -> None:
    assert STATEMENT in _text("CITATION.cff")


def test_the_descriptor_and_the_deposit_have_the_facts() -> None:
    from clausula.derive.metadata.invenio import record
    from clausula.derive.provenance import described, stated

    assert _json("datapackage.json")["provenance"] == FACTS
    assert STATEMENT in _json(".zenodo.json")["method"]
    metadata = described(clausula.open().model.metadata, stated(ROOT))
    (method,) = record(metadata)["metadata"]["additional_descriptions"]
    assert (method["type"], STATEMENT in method["description"]) == ({"id": "methods"}, True)


@pytest.mark.parametrize("path", ["metadata/schema-org.jsonld", "metadata/croissant.json", "metadata/csvw.json"])
def test_linked_data_name_the_coders_in_prov(path: str) -> None:
    import rdflib

    activity = _json(path)["prov:wasGeneratedBy"]
    assert STATEMENT in activity["prov:label"]
    agents = activity["prov:wasAssociatedWith"]
    assert {agent["prov:label"] for agent in agents} == set(clausula.load("coders")["coder_id"])
    assert {agent["@type"] for agent in agents} == {"prov:SoftwareAgent"}
    document = {"@context": {"prov": "http://www.w3.org/ns/prov#"}, "@id": "urn:x", "prov:wasGeneratedBy": activity}
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    assert len(list(graph.subjects(rdflib.RDF.type, prov.SoftwareAgent))) == len(FACTS["coders"])
    assert len(list(graph.objects(None, prov.wasAssociatedWith))) == len(FACTS["coders"])


def test_croissant_says_who_annotated() -> None:
    import mlcroissant

    metadata = mlcroissant.Dataset(jsonld=ROOT / "metadata/croissant.json").metadata
    assert _json("metadata/croissant.json")["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert STATEMENT in str(metadata.data_annotation_protocol)
    assert len(metadata.machine_annotation_tools) == len(FACTS["coders"])
    assert "No person" in str(metadata.annotator_demographics)


def test_the_crate_has_an_action_of_coding() -> None:
    graph = {entity["@id"]: entity for entity in _json("ro-crate-metadata.json")["@graph"]}
    action = graph["#coding"]
    assert (action["@type"], action["result"]) == ("CreateAction", {"@id": "./"})
    assert STATEMENT in action["description"]
    assert "agent" not in action
    assert {graph[tool["@id"]]["@type"] for tool in action["instrument"]} == {"SoftwareApplication"}
    assert len(action["instrument"]) == len(FACTS["coders"])


def test_ddi_has_collection_and_appraisal() -> None:
    root = ET.fromstring(_text("metadata/ddi-codebook.xml"))
    method = root.find("d:stdyDscr/d:method", DDI)
    assert method is not None
    assert method.findtext("d:dataColl/d:collMode", None, DDI) == STATEMENT
    assert len(method.findall("d:dataColl/d:dataCollector", DDI)) == len(FACTS["coders"])
    assert method.findtext("d:anlyInfo/d:dataAppr", None, DDI) == FACTS["details"]


def test_the_small_package_states_its_own(mini: Any) -> None:
    text = json.loads((mini / "datapackage.json").read_text(encoding="utf-8"))["description"]
    assert re.search(r"in 4 passes over 2 sources: 2 by persons, 2 by language models\.", text)
