"""`clausula site`: whole or not at all, the same bytes twice, and honest about what it could not look at."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.commands.main import main
from clausula.core.findings import Report
from clausula.site import Told, pages, site, tables
from clausula.site.changes import Changes, changes
from clausula.site.context import Context
from clausula.site.render import Pages
from clausula.site.run import write
from clausula.validation.run import validate
from tests.conftest import ROOT

FAST = Told(layers=("duckdb", "rules"))
LIMIT = 3_000_000
"""The site of the shipped package stays below so many bytes."""


@pytest.fixture(scope="module")
def made(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cli-site") / "deep" / "site"
    site(built, out, FAST)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_same_package_gives_the_same_bytes_and_the_command_tells(
    built: Path, made: Path, tmp_path: Path, capsys: Any
) -> None:
    out = tmp_path / "site"
    assert main(["site", str(out), "--package", str(built), "--fast"]) == 0
    assert f"{out / 'index.html'}: " in capsys.readouterr().out
    assert contents(out) == contents(made)
    assert main(["site", str(out), "--package", str(built), "--fast", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == 0 and told["changed"] == [] and told["removed"] == []
    assert set(told["files"]) | {"site.json"} == set(contents(out))
    assert all(len(contents(out)[name]) == size for name, size in told["files"].items())
    assert told["bytes"] == sum(told["files"].values())


def test_what_is_no_longer_part_of_the_site_goes(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out, {"index.html": b"1", "actors/gone.html": b"2"})
    (out / "mine.txt").write_text("not of the site", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("outside", encoding="utf-8")
    listed = json.loads((out / "site.json").read_text(encoding="utf-8"))
    listed["files"] += ["../outside.txt", "actors/never.html", str(tmp_path / "outside.txt")]
    (out / "site.json").write_text(json.dumps(listed), encoding="utf-8")
    changed, removed = write(out, {"index.html": b"3"})
    assert (changed, removed) == (["index.html", "site.json"], ["actors/gone.html"])
    assert (out / "mine.txt").exists() and (tmp_path / "outside.txt").exists()


def test_a_site_that_cannot_be_written_whole_is_not_written(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out, {"index.html": b"1", "actors/a.html": b"1"})
    (out / "actors" / "b.html").mkdir()
    before = contents(out)
    with pytest.raises(IsADirectoryError):
        write(out, {"index.html": b"2", "actors/a.html": b"2", "actors/b.html": b"2"})
    assert contents(out) == before


def test_a_folder_with_other_files_is_left_alone(built: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "papers"
    out.mkdir()
    (out / "index.html").write_text("mine", encoding="utf-8")
    assert main(["site", str(out), "--package", str(built), "--no-validation"]) == 2
    assert "not-a-site" in capsys.readouterr().err
    assert contents(out) == {"index.html": b"mine"}
    (out / "site.json").write_text("[]", encoding="utf-8")
    assert main(["site", str(out), "--package", str(built), "--no-validation"]) == 2
    assert main(["site", str(out / "index.html"), "--package", str(built), "--no-validation"]) == 2


def test_a_package_that_was_not_built_is_a_finding(tmp_path: Path, capsys: Any) -> None:
    assert main(["site", str(tmp_path / "site"), "--package", str(tmp_path)]) == 2
    assert "package-not-found" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_changed_table_is_a_finding_and_writes_nothing(mini: Path, tmp_path: Path, capsys: Any) -> None:
    (mini / "data" / "parquet" / "provisions.parquet").write_bytes(b"x")
    assert main(["site", str(tmp_path / "site"), "--package", str(mini), "--no-validation"]) == 2
    assert "hash" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def rendered(root: Path, report: Report | None, compared: Changes) -> dict[str, str]:
    """The pages that tell of validation and of changes."""
    made = Pages(Context(Dataset(root)))
    pages.overview(made, report, compared)
    pages.told(made, report, compared)
    return {name: unescape(content.decode("utf-8")) for name, content in made.files.items()}


def test_the_overview_says_what_validation_found(made: Path, mini: Path) -> None:
    said = (made / "index.html").read_text(encoding="utf-8")
    assert "0 findings, 0 warnings" in said and "layers duckdb, rules" in said
    assert "No errors or warnings." in (made / "validation.html").read_text(encoding="utf-8")
    none = rendered(mini, None, Changes())
    assert "No validation was run" in none["index.html"] and "No validation was run" in none["validation.html"]
    table = mini / "data" / "provisions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("obligation", "wish", 1), encoding="utf-8")
    report = validate(mini, ("duckdb", "rules"))
    assert report.total() > 0
    broken = rendered(mini, report, Changes())
    assert f"{report.total()} findings" in broken["index.html"]
    assert "wish" in broken["validation.html"]


def test_anchors_are_verified_where_the_texts_are_at_hand(built: Path) -> None:
    report = validate(built, ("duckdb",), texts=ROOT / "tests" / "mini" / "texts")
    assert "anchors verified in the texts" in pages.findings(report)[0]


def test_changes_are_those_to_the_last_release_or_it_is_said_that_there_is_none(
    made: Path, built: Path, mini: Path
) -> None:
    assert "no earlier release" in (made / "changes.html").read_text(encoding="utf-8")
    table = mini / "data" / "provisions.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("2,unconditional", "3,unconditional", 1), encoding="utf-8")
    version = json.loads((mini / "schemas" / "package.json").read_text(encoding="utf-8"))["version"]
    named = rendered(mini, None, changes(mini, version, since=str(built)))
    assert "strength: 2 -> 3" in named["changes.html"] and str(built) in named["index.html"]
    _git(mini, "init", "-q")
    _git(mini, "add", "-A")
    _git(mini, "commit", "-qm", "first")
    _git(mini, "tag", "v0.0.1")
    table.write_text(text.replace("2,unconditional", "1,unconditional", 1), encoding="utf-8")
    tagged = rendered(mini, None, changes(mini, version))
    assert "strength: 3 -> 1" in tagged["changes.html"] and "v0.0.1" in tagged["index.html"]


def _git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **names})


def test_an_unknown_version_is_a_finding(built: Path, tmp_path: Path, capsys: Any) -> None:
    arguments = ["--package", str(built), "--no-validation", "--since", "99.0.0"]
    assert main(["site", str(tmp_path / "site"), *arguments]) == 2
    assert "unknown-version" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_without_the_library_of_figures_a_finding_says_what_to_install(built: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from clausula.commands.main import main\n"
        "raise SystemExit(main(['site', sys.argv[2], '--package', sys.argv[3], '--no-validation']))"
    )
    for library, extra in (("altair", "clausula[plot]"), ("markdown_it", "clausula[site]")):
        arguments = [sys.executable, "-c", code, library, str(tmp_path / "site"), str(built)]
        run = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert run.returncode == 2 and extra in run.stderr and "Traceback" not in run.stderr
    assert not (tmp_path / "site").exists()


def test_the_bundled_library_comes_with_its_licence(made: Path) -> None:
    first = (made / "assets" / "virtual-core.js").read_text(encoding="utf-8").splitlines()[0]
    assert "@tanstack/virtual-core" in first and "MIT" in first
    assert "MIT License" in (made / "assets" / "NOTICE").read_text(encoding="utf-8")


def test_a_script_tells_the_addresses_of_a_column_by_their_form_where_they_have_one() -> None:
    def packed(links: dict[str, str], *values: str) -> Any:
        content = tables.script([tables.Column("a", "A", "text", 8, False, list(values or links), links)])
        (column,) = json.loads(gzip.decompress(base64.b64decode(content.split(b'"')[1])))["columns"]
        return column["links"]

    assert packed({"a.b": "sources.html#a.b"}, "", "a.b") == "sources.html#*"
    assert packed({"a.b.c": "x/a.b.html#c", "d.e": "x/d.html#e"}) == "x/<.html#>"
    assert packed({"a.b": "x/a.html#b", "c.d": "x/other.html#d"}) == ["x/a.html#b", "x/other.html#d"]
    assert packed({"a": "x/a.html"}, "a", "gone") == ["x/a.html", ""]
    assert packed({"A": "x/x-1.html", "b": "x/b.html"}) == ["x/x-1.html", "x/b.html"]


def test_nothing_of_the_site_asks_for_anything_from_elsewhere(made: Path) -> None:
    for name, content in contents(made).items():
        if name.endswith((".css", ".html")):
            text = content.decode("utf-8")
            assert not re.search(r"""<(?!a )[^>]* (?:src|href)=["']?(?:https?:)?//|@import|url\(""", text), name


@pytest.mark.xdist_group("browser")
def test_the_site_of_the_shipped_package_is_small(tmp_path: Path) -> None:
    built = site(ROOT, tmp_path / "site", Told(layers=()))
    assert built.size < LIMIT
