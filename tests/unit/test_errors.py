"""Errors that a user of the Python interface meets: readable as text, with what to do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.core.errors import similar_names
from clausula.core.findings import CouldNotRun, finding
from clausula.derive.citation import apa
from clausula.versions.fetch import release_name

METADATA = {"created": "2031-05-02", "title": "Treaties", "version": "1.2.3"}


@pytest.mark.parametrize(
    ("call", "wrong", "suggested"),
    [
        (lambda: clausula.load("provision"), "provision", "provisions"),
        (lambda: clausula.load("PROVISIONS"), "PROVISIONS", "provisions"),
        (lambda: clausula.contract("provision"), "provision", "provisions"),
        (lambda: clausula.codebook("topicid"), "topicid", "topic_id"),
        (lambda: clausula.codebook("reaction.form"), "reaction.form", "reactions.form"),
        (lambda: clausula.lineage("minsk-package-2051.p02"), "minsk-package-2051.p02", "minsk-package-2015.p02"),
        (lambda: clausula.adoption("minsk-package"), "minsk-package", "minsk-package-2015"),
        (lambda: clausula.plot.lineage("ceasefires"), "ceasefires", "ceasefire"),
        (lambda: clausula.plot.quantities("minsk-package"), "minsk-package", "minsk-package-2015"),
    ],
)
def test_an_unknown_name_is_a_key_error_with_a_suggestion(call: Callable[[], Any], wrong: str, suggested: str) -> None:
    with pytest.raises(KeyError) as caught:
        call()
    first, second = str(caught.value).split("\n    -> ")
    assert first.startswith(f"{wrong!r} is not a known ")
    assert suggested in second.partition("?")[0].removeprefix("Did you mean ").split(", ")
    assert isinstance(caught.value, clausula.CouldNotRun)


@pytest.mark.parametrize("wrong", ["", "zzzzzz", 'it\'s "quoted"', None, 5, ["provisions"], "a\nb"])
def test_what_is_like_no_name_is_refused_without_a_suggestion(wrong: Any) -> None:
    with pytest.raises(KeyError) as caught:
        clausula.load(wrong)
    assert str(caught.value) == f"{wrong!r} is not a known table\n    -> All are in clausula.tables()."


@pytest.mark.parametrize(
    ("call", "argument", "choice"),
    [
        (clausula.wide, "values", "strength"),
        (clausula.stances, "by", "provision"),
        (lambda wrong: clausula.stances("topic", wrong), "values", "stance"),
        (lambda wrong: clausula.network(level=wrong), "level", "state"),
        (clausula.crosswalk, "scheme", "pax"),
        (lambda wrong: clausula.crosswalk("pax", wrong), "values", "binary"),
        (clausula.cite, "style", "apa"),
        (clausula.plot.stance_matrix, "by", "provision"),
    ],
)
@pytest.mark.parametrize("wrong", ["party", None, ["pax"]])
def test_an_invalid_argument_is_a_value_error_with_the_choices(
    call: Any, argument: str, choice: str, wrong: Any
) -> None:
    with pytest.raises(ValueError, match="is not a valid value of") as caught:
        call(wrong)
    assert f"{wrong!r} is not a valid value of {argument}\n" in str(caught.value)
    assert choice in str(caught.value).partition("Choose from ")[2].rstrip(".").split(", ")


def test_an_error_as_text_has_its_hint_and_survives_pickling() -> None:
    found = finding("invalid-doi", name="doi:x")
    error = CouldNotRun(found)
    assert str(error) == f"{found.message}\n    -> {found.hint}"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.finding) == (CouldNotRun, found)
    with pytest.raises(KeyError) as caught:
        clausula.load("provision")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_version_of_the_module_is_that_of_the_data() -> None:
    assert clausula.__version__ == clausula.data_version == clausula.open().version


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("doi:10.1234/name", "doi:10.1234/name"),
        ("10.1234/name", "doi:10.1234/name"),
        ("https://doi.org/10.1234/name", "doi:10.1234/name"),
        ("DOI:10.1234/name", "doi:10.1234/name"),
        ("vv1.2.3", None),
        ("1.2", None),
        ("v", None),
        ("latest", None),
        ("thesis", None),
    ],
)
def test_releases_are_named_by_version_or_doi(text: str, name: str | None) -> None:
    assert release_name(text) == name


def test_the_shipped_version_can_be_opened_with_a_v() -> None:
    assert clausula.open(f"v{clausula.data_version}") is clausula.open(clausula.data_version)


@pytest.mark.parametrize(
    "name", ["v99.0.0", "99.0.0", "0.2", "v0", "1.2.3.4", "1.0.0rc1", "latest", "Newest", "stable"]
)
def test_an_unknown_version_is_refused_as_a_version(name: str) -> None:
    with pytest.raises(clausula.CouldNotRun) as caught:
        clausula.open(name)
    assert caught.value.finding.code == "unknown-version"
    assert clausula.data_version in str(caught.value)


def test_other_names_are_folders(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(clausula.CouldNotRun, match="thesis is not a built Clausula package"):
        clausula.open("thesis")
    (tmp_path / "latest").mkdir()
    with pytest.raises(clausula.CouldNotRun, match="latest is not a built Clausula package"):
        clausula.open("latest")


def test_the_codebook_of_ids_lists_the_records_they_refer_to() -> None:
    data: Dataset = clausula.open()
    topics = data.load("topics")
    found = data.codebook("topic_id")
    assert found[["value", "label", "definition"]].to_numpy().tolist() == (
        topics[["topic_id", "label", "definition"]].to_numpy().tolist()
    )
    assert set(found["table"]) == {"topics"}
    assert data.codebook("parent_topic_id").equals(found)
    assert data.codebook("provisions.topic_id").equals(found)
    names = data.load("actors").set_index("actor_id")["name"]
    assert data.codebook("claimant_id").set_index("value")["label"].to_dict() == names.to_dict()
    assert data.codebook("claimant_id")["definition"].isna().all()
    assert list(data.codebook("proposition_id")["label"]) == list(data.load("propositions")["statement"])
    assert len(data.codebook("template_clause_id")) == len(data.load("template_clauses"))
    assert data.codebook("summary").empty


@pytest.mark.parametrize(
    ("people", "authors"),
    [
        (["Ann Lee"], "Ann Lee."),
        (["The treaty team."], "The treaty team."),
        (["A. Lee", "B. Roe"], "A. Lee, & B. Roe."),
        (["A. Lee", "B. Roe", "C. Poe"], "A. Lee, B. Roe, & C. Poe."),
    ],
)
def test_a_reference_in_the_style_of_the_apa(people: list[str], authors: str) -> None:
    metadata = {**METADATA, "contributors": [{"title": person} for person in people]}
    reference = f"{authors} (2031). Treaties (Version 1.2.3) [Data set]."
    assert apa(metadata) == reference
    assert apa({**metadata, "doi": "10.1234/name"}) == f"{reference} https://doi.org/10.1234/name"
    assert clausula.data_version in clausula.cite("apa")


def test_names_with_the_same_first_word_are_suggested_if_none_is_similar() -> None:
    known = ["minsk-package-2015", "minsk-protocol-2014", "istanbul-communique-2022", "us-ru-draft-plan-2025"]
    assert similar_names("Minsk-II", known) == ["minsk-package-2015", "minsk-protocol-2014"]
    assert similar_names("us-draft", known) == []
