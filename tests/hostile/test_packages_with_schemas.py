"""Hostile packages with their own schemas, which also have rules, pages and files of interrupted runs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from clausula.core.commit import JOURNAL, STAGING, commit, finish
from clausula.core.findings import CouldNotRun
from clausula.core.schemas import read_json
from tests.cli.test_commands import digest
from tests.hostile.sandbox import Sandbox

LAYERS = ("duckdb", "rules", "parquet", "frictionless")
HEADER = "-- severity: error\n-- says: x\n-- do: y\n"


def rule(sql: str) -> Callable[[Path], None]:
    return lambda root: (root / "validation/rules/new-rule.sql").write_text(HEADER + sql) and None


def schema(file: str, change: Callable[[dict], object]) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        value = read_json(root / "schemas" / file)
        change(value)
        (root / "schemas" / file).write_text(json.dumps(value))

    return apply


def replace_with(name: str, put: Callable[[Path], object]) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        put(path)

    return apply


def link(path: Path) -> None:
    outside = path.parent
    while (outside / "schemas").exists() or "package" in outside.parts:
        outside = outside.parent
    (outside / "outside").mkdir(exist_ok=True)
    (outside / "outside" / "secret").write_text("SECRET")
    path.symlink_to(outside / "outside" / "secret")


def link_to_folder(path: Path) -> None:
    link(path)
    target = path.readlink().parent
    path.unlink()
    path.symlink_to(target)


CASES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "a rule that drops": (rule("select 1 as tbl, 1 as _row, 'x' as field; DROP TABLE places"), {"invalid-rule"}),
    "a rule that closes the bracket around it": (rule("select 1) r; DROP TABLE places; --"), {"invalid-rule"}),
    "a rule that writes": (rule("COPY places TO 'data/places.csv'"), {"invalid-rule"}),
    "a rule that reads": (
        rule("select content as tbl, 1 as _row, 'x' as field from read_text('/etc/passwd')"),
        {"invalid-rule"},
    ),
    "a rule that attaches": (rule("ATTACH 'x.db'"), {"invalid-rule"}),
    "a rule that installs": (rule("INSTALL httpfs"), {"invalid-rule"}),
    "a rule with an unknown table": (rule("select 'x' as tbl, 1 as _row, 'y' as field"), {"invalid-rule"}),
    "a rule with an invalid row": (rule("select 'places' as tbl, 'x' as _row, 'name' as field"), {"invalid-rule"}),
    "a rule that is not SQL": (rule("select '"), {"invalid-rule"}),
    "a rule that ends in a comment": (
        rule("select 'places' as tbl, 1::bigint as _row, 'name' as field -- x"),
        {"new-rule"},
    ),
    "a rule that is not text": (
        lambda root: (root / "validation/rules/new-rule.sql").write_bytes(b"\xff\xfe") and None,
        {"invalid-rule"},
    ),
    "a rule that is a pipe": (replace_with("validation/rules/new-rule.sql", os.mkfifo), {"unsafe-path"}),
    "a folder of rules that is a link": (replace_with("validation/rules", link_to_folder), {"unsafe-path"}),
    "a schema that is a link": (replace_with("schemas/places.schema.json", link), {"unsafe-path"}),
    "a schema that is a pipe": (replace_with("schemas/places.schema.json", os.mkfifo), {"unsafe-path"}),
    "a page that is a link": (replace_with("docs/codebook/event-kind.md", link), {"unsafe-path"}),
    "a table in another folder": (
        schema("package.json", lambda v: v["tables"].append("../../x")),
        {"invalid-descriptor"},
    ),
    "a page in another folder": (
        schema("places.schema.json", lambda v: v["fields"][1].update(page="../../../x")),
        {"invalid-descriptor"},
    ),
    "a table that is a pipe": (replace_with("data/places.csv", os.mkfifo), {"special-file"}),
    "a table that is a folder": (replace_with("data/places.csv", Path.mkdir), {"special-file"}),
    "a table that is a link": (replace_with("data/places.csv", link), {"unsafe-path"}),
    "a Parquet file that is a pipe": (replace_with("data/parquet/places.parquet", os.mkfifo), {"unsafe-path"}),
    "a Parquet file that is a link": (replace_with("data/parquet/places.parquet", link), {"unsafe-path"}),
    "a Parquet folder that is a link": (replace_with("data/parquet", link_to_folder), {"unsafe-path"}),
    "a descriptor that is a pipe": (replace_with("datapackage.json", os.mkfifo), {"unsafe-path"}),
    "a descriptor that is a link": (replace_with("datapackage.json", link), {"unsafe-path"}),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_package_ends_in_a_finding(sandbox: Sandbox, subset: Path, name: str) -> None:
    make, expected = CASES[name]
    make(subset)
    outcome = sandbox.validate(subset, *LAYERS)
    assert outcome.codes & expected, outcome.out[-2000:] + outcome.err
    assert "SECRET" not in outcome.out + outcome.err


PLANS = ["../victim", "/tmp/clausula-victim", "data/../../victim", "link/victim", "a\0b", "", ".."]


@pytest.mark.parametrize("target", PLANS)
def test_foreign_staging_folder_writes_nothing_outside(sandbox: Sandbox, subset: Path, target: str) -> None:
    outside = subset.parent / "elsewhere"
    outside.mkdir()
    (subset / "link").symlink_to(outside)
    staging = subset / STAGING
    staging.mkdir()
    (staging / "0").write_text("STOLEN")
    move = {"path": target, "before": "", "after": sha256(b"STOLEN").hexdigest()}
    (staging / JOURNAL).write_text(json.dumps({"moves": [move], "read": {}}))
    assert "interrupted-write" in sandbox.validate(subset, "duckdb").err
    with pytest.raises((CouldNotRun, OSError)):
        finish(subset)
    assert not (subset.parent / "victim").exists()
    assert not Path("/tmp/clausula-victim").exists()
    assert list(outside.iterdir()) == []


JOURNALS = ["[", "[1]", '{"0": "a"}', '{"moves": 1, "read": {}}', '{"moves": [1], "read": {}}', "[" * 50_000, "\0"]


@pytest.mark.parametrize("journal", JOURNALS)
def test_invalid_journal_is_deleted(subset: Path, journal: str) -> None:
    (subset / STAGING).mkdir()
    (subset / STAGING / "0").write_text("x")
    (subset / STAGING / JOURNAL).write_text(journal)
    before = digest(subset / "data")
    finish(subset)
    assert digest(subset / "data") == before
    assert not (subset / STAGING).exists()


def test_linked_staging_folder_is_deleted_but_not_its_target(subset: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (subset / STAGING).symlink_to(tmp_path / "kept")
    finish(subset)
    assert not (subset / STAGING).is_symlink()
    assert (tmp_path / "kept" / "file").read_text() == "x"


def test_nothing_is_published_through_a_link_that_leads_outside(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "root" / "way").symlink_to(tmp_path / "out")
    with pytest.raises(OSError, match="leads out"):
        commit(tmp_path / "root", {"a": b"1", "way/b": b"2"})
    assert not (tmp_path / "root" / "a").exists()
    assert list((tmp_path / "out").iterdir()) == []
