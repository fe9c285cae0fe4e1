"""`clausula site`: complete output or none, reproducible bytes, and a clear report of what was validated."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.commands.main import main
from clausula.core.findings import CouldNotRun, Report
from clausula.core.wording import count
from clausula.site import SiteOptions, pages, site, tables
from clausula.site.changes import changes
from clausula.site.context import Context
from clausula.site.news import coded_last
from clausula.site.packing import packed_call, unpacked
from clausula.site.render import Pages
from clausula.site.run import write
from clausula.validation.report import verdict
from clausula.validation.run import validate
from clausula.versions.diff import Diff
from clausula.versions.diff.result import TableDiff
from tests.conftest import ROOT

MOST_BYTES = 1_950
"""Maximum size in bytes of the site of the shipped package for each provision and reaction."""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.exhaustive
def test_same_package_gives_same_bytes_in_another_folder(
    built: Path, mini_site: Path, tmp_path: Path, capsys: Any
) -> None:
    out = tmp_path / "site"
    assert main(["site", "--out", str(out), "--package", str(built), "--fast"]) == 0
    assert f"{out / 'index.html'}: " in capsys.readouterr().out
    assert contents(out) == contents(mini_site)


@pytest.mark.exhaustive
def test_same_package_changes_nothing(built: Path, mini_site: Path, tmp_path: Path, capsys: Any) -> None:
    out = Path(shutil.copytree(mini_site, tmp_path / "site"))
    assert main(["site", "--out", str(out), "--package", str(built), "--fast", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["errors"] == 0 and result["warnings"] == 0 and result["changed"] == [] and result["removed"] == []
    assert contents(out) == contents(mini_site)


def test_result_lists_the_files(mini_site: Path) -> None:
    result = json.loads((mini_site.parent / "result.json").read_text(encoding="utf-8"))
    written = contents(mini_site)
    assert result["errors"] == 0 and result["warnings"] == 0 and result["removed"] == []
    assert set(result["changed"]) == set(written)
    assert set(result["files"]) | {"site.json"} == set(written)
    assert all(len(written[name]) == size for name, size in result["files"].items())
    assert result["bytes"] == sum(result["files"].values())


def test_obsolete_files_are_deleted(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out, {"index.html": b"1", "actors/gone.html": b"2"})
    (out / "mine.txt").write_text("not part of the site", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("outside", encoding="utf-8")
    listed = json.loads((out / "site.json").read_text(encoding="utf-8"))
    listed["files"] |= {"..": ["outside.txt"], "actors": ["gone.html", "never.html"], str(tmp_path): ["outside.txt"]}
    (out / "site.json").write_text(json.dumps(listed), encoding="utf-8")
    changed, removed = write(out, {"index.html": b"3"})
    assert (changed, removed) == (["index.html", "site.json"], ["actors/gone.html"])
    assert (out / "mine.txt").exists() and (tmp_path / "outside.txt").exists()


def test_the_list_of_files_of_version_0_2_is_understood(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out, {"index.html": b"1", "actors/gone.html": b"2"})
    (out / "site.json").write_text(json.dumps({"files": ["actors/gone.html", "index.html"]}), encoding="utf-8")
    assert write(out, {"index.html": b"1"})[1] == ["actors/gone.html"]


def test_failed_write_leaves_the_old_site_unchanged(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out, {"index.html": b"1", "actors/a.html": b"1"})
    (out / "actors" / "b.html").mkdir()
    (out / "mine.html").write_text("mine", encoding="utf-8")
    before = contents(out)
    for name in ("actors/b.html", "mine.html"):
        with pytest.raises(CouldNotRun, match=f"{name} is not part of the earlier site"):
            write(out, {"index.html": b"2", "actors/a.html": b"2", name: b"2"})
    assert contents(out) == before


def test_folder_with_other_files_is_refused(built: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "papers"
    out.mkdir()
    (out / "index.html").write_text("mine", encoding="utf-8")
    assert main(["site", "--out", str(out), "--package", str(built), "--no-validation"]) == 2
    assert "not-a-site" in capsys.readouterr().err
    assert contents(out) == {"index.html": b"mine"}
    (out / "site.json").write_text("[]", encoding="utf-8")
    assert main(["site", "--out", str(out), "--package", str(built), "--no-validation"]) == 2
    assert main(["site", "--out", str(out / "index.html"), "--package", str(built), "--no-validation"]) == 2


def test_unbuilt_package_is_a_finding(tmp_path: Path, capsys: Any) -> None:
    assert main(["site", "--out", str(tmp_path / "site"), "--package", str(tmp_path)]) == 2
    assert "package-not-found" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_changed_table_is_a_finding_and_writes_nothing(mini: Path, tmp_path: Path, capsys: Any) -> None:
    (mini / "data" / "parquet" / "provisions.parquet").write_bytes(b"x")
    assert main(["site", "--out", str(tmp_path / "site"), "--package", str(mini), "--no-validation"]) == 2
    assert "hash" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def render_status_pages(root: Path, report: Report | None, compared: Diff | None) -> dict[str, str]:
    """Return the text of the pages that report validation and changes."""
    rendered = Pages(Context(Dataset(root)))
    pages.overview(rendered, report, compared)
    pages.validation_and_changes(rendered, report, compared)
    return {name: unescape(content.decode("utf-8")) for name, content in rendered.files.items()}


def test_overview_reports_the_validation(mini_site: Path, mini: Path) -> None:
    overview = (mini_site / "index.html").read_text(encoding="utf-8")
    assert "0 errors, 0 warnings" in overview and "layers: duckdb, rules" in overview
    assert verdict(Report()) in (mini_site / "validation.html").read_text(encoding="utf-8")
    none = render_status_pages(mini, None, None)
    assert "No validation was run" in none["index.html"] and "No validation was run" in none["validation.html"]
    table = mini / "data" / "provisions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("obligation", "wish", 1), encoding="utf-8")
    report = validate(mini, ("duckdb", "rules"))
    assert report.total() > 0
    broken = render_status_pages(mini, report, None)
    assert count(report.total(), "error") in broken["index.html"]
    assert "wish" in broken["validation.html"]


def test_the_front_page_says_how_the_data_were_made(mini_site: Path, built: Path) -> None:
    page = unescape((mini_site / "index.html").read_text(encoding="utf-8"))
    facts = Dataset(built).provenance
    assert facts is not None
    assert facts["statement"] in page
    assert facts["details"] in page


def test_the_front_page_says_what_is_new(mini_site: Path, built: Path, mini: Path) -> None:
    """The texts whose coding began last, the newest comparison, and what is new since a release."""
    context = Context(Dataset(built))
    day, instruments = coded_last(context)
    data = Dataset(built)
    passes = data.load("coding_passes").groupby("source_id")["date_from"].min()
    table = data.load("instruments")
    late = table["source_id"].isin(passes[passes == passes.max()].index)
    coded = table["instrument_id"].isin(data.load("provisions")["instrument_id"])
    assert day == f"{passes.max():%Y-%m-%d}"
    assert {one["instrument_id"] for one in instruments} == set(table[late & coded]["instrument_id"])
    page = unescape((mini_site / "index.html").read_text(encoding="utf-8"))
    assert f"Coded last</b>, on <time>{day}</time>" in page and "Newest comparison" in page and "not compared" in page
    compared = Diff(
        "1.0.0", "here", None, None, tables=[TableDiff("provisions", added=2), TableDiff("topics", added=9)]
    )
    assert "2 provisions since 1.0.0" in render_status_pages(mini, None, compared)["index.html"]


def test_anchors_are_verified_if_texts_are_given(built: Path) -> None:
    report = validate(built, ("duckdb",), texts=ROOT / "tests" / "mini" / "texts")
    assert "anchors verified in the texts" in pages.validation_line(report)[0]


def test_changes_are_shown_since_the_last_release(mini_site: Path, built: Path, mini: Path) -> None:
    assert "no earlier release" in (mini_site / "changes.html").read_text(encoding="utf-8")
    table = mini / "data" / "provisions.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("2,unconditional", "3,unconditional", 1), encoding="utf-8")
    version = json.loads((mini / "schemas" / "package.json").read_text(encoding="utf-8"))["version"]
    compared = render_status_pages(mini, None, changes(mini, version, since=str(built)))
    assert "strength: 2 -> 3" in compared["changes.html"] and str(built) in compared["index.html"]
    _git(mini, "init", "-q")
    _git(mini, "add", "-A")
    _git(mini, "commit", "-qm", "first")
    _git(mini, "tag", "v0.0.1")
    table.write_text(text.replace("2,unconditional", "1,unconditional", 1), encoding="utf-8")
    tagged = render_status_pages(mini, None, changes(mini, version))
    assert "strength: 3 -> 1" in tagged["changes.html"] and "v0.0.1" in tagged["index.html"]


def _git(folder: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{role}_{field}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")
    }
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **identity})


def test_unknown_version_is_a_finding(built: Path, tmp_path: Path, capsys: Any) -> None:
    arguments = ["--package", str(built), "--no-validation", "--since", "99.0.0"]
    assert main(["site", "--out", str(tmp_path / "site"), *arguments]) == 2
    assert "unknown-version" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_missing_library_is_a_finding_with_the_install_command(built: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from clausula.commands.main import main\n"
        "raise SystemExit(main(['site', '--out', sys.argv[2], '--package', sys.argv[3], '--no-validation']))"
    )
    for library, extra in (("altair", ".whl[site]"), ("markdown_it", ".whl[site]")):
        arguments = [sys.executable, "-c", code, library, str(tmp_path / "site"), str(built)]
        run = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert run.returncode == 2 and extra in run.stderr and "Traceback" not in run.stderr
    assert not (tmp_path / "site").exists()


def test_bundled_library_includes_its_licence(mini_site: Path) -> None:
    first = (mini_site / "assets" / "virtual-core.js").read_text(encoding="utf-8").splitlines()[0]
    assert "@tanstack/virtual-core" in first and "MIT" in first
    assert "MIT License" in (mini_site / "assets" / "NOTICE").read_text(encoding="utf-8")


def test_script_stores_links_as_a_pattern_if_they_share_one() -> None:
    def packed_links(links: dict[str, str], *values: str) -> Any:
        content = tables.script([tables.Column("a", "A", "text", 8, False, list(values or links), links)])
        (column,) = unpacked(content)["columns"]
        return column["links"]

    assert packed_links({"a.b": "sources.html#a.b"}, "", "a.b") == "sources.html#*"
    assert packed_links({"a.b.c": "x/a.b.html#c", "d.e": "x/d.html#e"}) == "x/<.html#>"
    assert packed_links({"a.b": "x/a.html#b", "c.d": "x/other.html#d"}) == ["x/a.html#b", "x/other.html#d"]
    assert packed_links({"a": "x/a.html"}, "a", "gone") == ["x/a.html", ""]
    assert packed_links({"A": "x/x-1.html", "b": "x/b.html"}) == ["x/x-1.html", "x/b.html"]


def test_packed_data_are_read_back(tmp_path: Path) -> None:
    for length in range(40):
        content = {"text": "äöü\u2028\\" * length, "numbers": [number * 7919 % 65536 for number in range(length * 9)]}
        packed = packed_call("f", content)
        assert unpacked(packed) == content
        script = packed.decode("utf-16")
        assert script.count('"') == 2 and "\\" not in script and script.count("\n") == 1 and "\0" not in script


def test_repeated_and_new_values_are_stored_in_the_shorter_way() -> None:
    values = [str(one) for number in range(300) for one in (number, number * number % max(1, number))]
    content = unpacked(tables.script([tables.Column("a", "A", "text", 8, False, values, {})]))
    (column,) = content["columns"]
    read, last = [], -1
    for one in column["fresh"]:
        last += not one
        read.append(column["values"][one - 1 if one else last])
    assert read == values


def test_pages_load_nothing_from_other_hosts(mini_site: Path) -> None:
    for name, content in contents(mini_site).items():
        if name.endswith((".css", ".html")):
            text = content.decode("utf-8")
            assert not re.search(r"""<(?!a )[^>]* (?:src|href)=["']?(?:https?:)?//|@import|url\(""", text), name


@pytest.mark.exhaustive
def test_site_of_the_shipped_package_is_small(tmp_path: Path) -> None:
    """The aim of 5 MB in all is missed: 6.4 MB with 3,117 provisions and 220 reactions, 0.2 MB of it images."""
    built = site(ROOT, tmp_path / "site", SiteOptions(layers=()))
    records = sum(len(Dataset(ROOT).load(name)) for name in ("provisions", "reactions"))
    assert built.size < MOST_BYTES * records


def test_edited_table_without_build_is_refused(mini: Path, tmp_path: Path, capsys: Any) -> None:
    table = mini / "data" / "provisions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("guns", "cannons", 1), encoding="utf-8")
    assert main(["site", "--out", str(tmp_path / "site"), "--package", str(mini), "--no-validation"]) == 2
    said = capsys.readouterr().err
    assert "data/provisions.csv was changed after the last build" in said and "clausula build" in said
    assert not (tmp_path / "site").exists()
