"""Names that SQL cannot distinguish, or that the checks use themselves, in keys and references."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.foreign.packages import check, locations, package, single_table, table

KEYS: dict[str, dict[str, Any]] = {
    "primary-key": {"primaryKey": "{name}"},
    "unique-key": {"uniqueKeys": [["{name}"]]},
}


def with_name(value: Any, name: str) -> Any:
    """Return a part of a schema with a name in place of `{name}`."""
    if isinstance(value, str):
        return value.replace("{name}", name)
    if isinstance(value, list):
        return [with_name(part, name) for part in value]
    return {key: with_name(part, name) for key, part in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", ["_isbn", "_row_id", "_okay", "k0", "n", "rowid", "hit", 'a"b', "größe"])
@pytest.mark.parametrize("code", KEYS)
def test_field_of_a_key_keeps_its_name(tmp_path: Path, name: str, code: str) -> None:
    fields = [{"name": name, "type": "integer"}, {"name": "z"}]
    header = name.replace('"', '""')
    root = single_table(tmp_path, fields, f'"{header}",z\n1,x\n2,x\n1,x\n', schema=with_name(KEYS[code], name))
    report = check(root)
    assert locations(report) == {(code, "t", 4, name)}
    assert report.checked["resources"]["t"]["state"] == "judged"


@pytest.mark.parametrize("name", ["_row", "_ROW", "_row_of", "_is0", "_ok12"])
@pytest.mark.parametrize("code", KEYS)
def test_name_that_the_checks_use_is_numbered(tmp_path: Path, name: str, code: str) -> None:
    fields = [{"name": name, "type": "integer"}, {"name": "z"}]
    content = f"{name},z\n1,x\n2,x\n1,x\nB,x\n"
    report = check(single_table(tmp_path, fields, content, schema=with_name(KEYS[code], name)))
    assert locations(report) == {(code, "t", 4, f"{name} (2)"), ("type", "t", 5, f"{name} (2)")}


@pytest.mark.parametrize("code", KEYS)
def test_key_of_fields_that_differ_in_case_alone(tmp_path: Path, code: str) -> None:
    fields = [{"name": "id", "type": "integer"}, {"name": "ID", "type": "integer"}]
    content = "id,ID\n1,1\n1,2\n2,2\n"
    report = check(single_table(tmp_path, fields, content, schema=with_name(KEYS[code], "ID")))
    assert locations(report) == {(code, "t", 4, "ID (2)")}


def test_reference_to_fields_and_resources_that_differ_in_case_alone(tmp_path: Path) -> None:
    key = {"foreignKeys": [{"fields": "_row", "reference": {"resource": "U", "fields": "ID"}}]}
    both = [{"name": "id", "type": "integer"}, {"name": "ID", "type": "integer"}]
    resources = [
        table([{"name": "_row", "type": "integer"}, {"name": "z"}], schema=key),
        table(both, "u", "u.csv"),
        table(both, "U", "v.csv"),
    ]
    files: dict[str, bytes | str] = {
        "t.csv": "_row,z\n1,x\n2,x\n3,x\n",
        "u.csv": "id,ID\n1,1\n",
        "v.csv": "id,ID\n1,2\n",
    }
    report = check(package(tmp_path, resources, files))
    assert locations(report) == {("foreign-key", "t", 2, "_row (2)"), ("foreign-key", "t", 4, "_row (2)")}
    assert {state["state"] for state in report.checked["resources"].values()} == {"judged"}


def test_reference_into_the_same_table(tmp_path: Path) -> None:
    key = {"foreignKeys": [{"fields": ["Parent"], "reference": {"fields": ["ID"]}}]}
    fields = [{"name": name, "type": "integer"} for name in ("id", "ID", "parent", "Parent")]
    content = "id,ID,parent,Parent\n9,1,9,\n9,2,9,1\n9,3,8,9\n"
    report = check(single_table(tmp_path, fields, content, schema=key))
    assert locations(report) == {("foreign-key", "t", 4, "Parent (2)")}
