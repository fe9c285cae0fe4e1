"""The schemas: required properties of every field, codebook pages, and errors in schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausula.core.constraints import all_constraints
from clausula.core.lexical import compiled, format_value, parse
from clausula.core.metadata import check_metadata
from clausula.core.model import SchemaError, table_from_descriptor
from clausula.core.schemas import load_model
from clausula.derive.descriptor import published_schema
from clausula.derive.pages import pages
from tests.conftest import ROOT

MODEL = load_model(ROOT / "schemas")
FIELDS = [pytest.param(table, field, id=f"{table.name}.{field.name}") for table in MODEL for field in table.fields]
LEVELS = {"identifier", "text", "nominal", "ordinal", "interval", "ratio"}


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_every_field_has_a_description_and_a_level(table: object, field: object) -> None:
    assert field.description.endswith(".")
    assert field.title
    assert field.level in LEVELS
    assert field.type in {"string", "integer", "number", "boolean", "date"}
    assert not field.coded or field.page, "a coded field has a codebook page"
    assert all(c.description.endswith(".") and c.label for c in (*field.categories, *field.scale))
    if field.type == "string" and not field.categories:
        assert "maxLength" in field.constraints or "pattern" in field.constraints


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_the_example_of_every_field_is_valid(table: object, field: object) -> None:
    example = format_value(field.descriptor["example"])
    assert parse(field.type, example) is not None
    assert not field.allowed or example in {str(v) for v in field.allowed}
    if "pattern" in field.constraints:
        assert compiled(field.constraints["pattern"]).fullmatch(example)
    assert len(example) <= field.constraints.get("maxLength", len(example))


def test_every_table_has_a_grain_and_a_primary_key() -> None:
    assert all(table.grain.startswith("One row for each") and table.primary_key for table in MODEL)


def test_names_of_constraints_are_unique() -> None:
    names = [c.name for c in all_constraints(MODEL)]
    assert len(names) == len(set(names))


def test_a_field_with_the_same_meaning_is_defined_once() -> None:
    """Tables that define a field with the same name and description should share it."""
    own: dict[tuple[str, str], list[str]] = {}
    for path in sorted((ROOT / "schemas").glob("*.schema.json")):
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]:
            if "$ref" not in field:
                own.setdefault((field["name"], field["description"]), []).append(path.stem)
    repeated = {key: tables for key, tables in own.items() if len(tables) > 1}
    assert set(repeated) <= {("unit_no", "Number of the unit within its pass, from 1.")}


def test_every_codebook_page_belongs_to_a_field_or_to_the_codebook() -> None:
    existing = {path.stem for path in (ROOT / "docs" / "codebook").glob("*.md")}
    assert existing == {*pages(MODEL), "README", "literature", "units"}


@pytest.mark.parametrize("page", sorted(p.stem for p in (ROOT / "docs" / "codebook").glob("*.md")))
def test_every_codebook_page_has_all_sections(page: str) -> None:
    text = (ROOT / "docs" / "codebook" / f"{page}.md").read_text(encoding="utf-8")
    if page in ("README", "literature"):
        return
    for part in ("## What it asks", "## Procedure", "## Worked examples", "## Borderline rules", "## Literature"):
        assert part in text
    assert text.count("**Example ") == 2
    assert "\n1. " in text


def test_a_schema_error_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"package\.json: cannot be read"):
        load_model(tmp_path)
    (tmp_path / "package.json").write_text("[1]")
    with pytest.raises(SchemaError, match="is not a JSON object"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    "descriptor",
    [
        {},
        {"fields": [{}]},
        {"fields": [{"name": "a"}], "primaryKey": "b"},
        {"fields": [{"name": "a"}], "foreignKeys": [{"fields": "a"}]},
        {"fields": 3},
    ],
)
def test_an_invalid_schema_raises_a_schema_error(descriptor: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        table_from_descriptor("t", descriptor)


def test_keys_of_version_1_are_read() -> None:
    table = table_from_descriptor(
        "t",
        {
            "fields": [{"name": "a"}, {"name": "b"}],
            "primaryKey": "a",
            "foreignKeys": [{"fields": "b", "reference": {"resource": "", "fields": "a"}}],
        },
    )
    assert table.primary_key == ("a",)
    assert table.foreign_keys[0].resource == "t"


def test_published_patterns_are_wrapped_and_categories_enumerated() -> None:
    for table in MODEL:
        for field in published_schema(table)["fields"]:
            pattern = field.get("constraints", {}).get("pattern")
            assert pattern is None or (pattern.startswith("(?:") and pattern.endswith(")"))
            if "categories" in field:
                assert field["constraints"]["enum"] == [c["value"] for c in field["categories"]]


def _places(value: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield every object and list entry of a JSON value: its path, what contains it, and its key."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        path = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}".lstrip(".")
        yield path, value, key
        yield from _places(inner, path)


def _metadata() -> dict[str, object]:
    metadata = json.loads((ROOT / "schemas/package.json").read_text(encoding="utf-8"))
    metadata["contributors"][0] |= {"givenName": "A.", "familyName": "Author", "path": "https://example.org/author"}
    return {**metadata, "doi": "10.5072/x", "homepage": "https://example.org"}


UNRESTRICTED = re.compile(r"\$schema|dialect(\..*)?|.*roles.*|tableDefaults(\..*)?")
OPTIONAL = re.compile(
    r"doi|homepage|recorded|contributors\[0\]\.(givenName|familyName|path)|(licenses|keywords|ships|tables)\[\d+\]"
)


@pytest.mark.parametrize("wrong", [None, "", " ", 5, [], {}, "missing"], ids=repr)
def test_every_key_of_the_metadata_is_checked_and_named(wrong: object) -> None:
    check_metadata(_metadata())
    for number, (path, _, _) in enumerate(_places(_metadata())):
        metadata = _metadata()
        _, container, key = list(_places(metadata))[number]
        if wrong == "missing":
            del container[key]  # type: ignore[attr-defined]
        else:
            container[key] = wrong  # type: ignore[index]
        try:
            check_metadata(metadata)
        except SchemaError as error:
            assert str(error).startswith(f"package.json: {re.split(r'[.[]', path)[0]}")
        else:
            assert UNRESTRICTED.fullmatch(path) or (wrong == "missing" and OPTIONAL.fullmatch(path)), path


def test_a_date_or_version_that_does_not_exist_is_refused() -> None:
    for key, value in {"created": "2026-13-45", "version": "1.2", "name": "A package", "doi": "doi:10.1/x"}.items():
        with pytest.raises(SchemaError, match=f"package.json: {key}: '{value}'"):
            check_metadata({**_metadata(), key: value})
