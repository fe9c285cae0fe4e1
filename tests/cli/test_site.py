"""`clausula site`: whole or not at all, the same bytes twice, and honest about what it could not look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clausula.commands.main import main
from clausula.features.site import Told, site
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


def test_the_same_package_gives_the_same_bytes(built: Path, made: Path, tmp_path: Path) -> None:
    again = site(built, tmp_path / "again", FAST)
    assert contents(tmp_path / "again") == contents(made)
    assert again.size == sum(len(content) for name, content in contents(made).items() if name != "site.json")
    repeated = site(built, tmp_path / "again", FAST)
    assert repeated.changed == [] and repeated.removed == []


def test_what_is_no_longer_part_of_the_site_goes(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    site(built, out, Told(layers=()))
    listed = json.loads((out / "site.json").read_text(encoding="utf-8"))
    (out / "actors" / "gone.html").write_text("old", encoding="utf-8")
    (out / "mine.txt").write_text("not of the site", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("outside", encoding="utf-8")
    listed["files"] += ["actors/gone.html", "../outside.txt", "actors/never.html"]
    (out / "site.json").write_text(json.dumps(listed), encoding="utf-8")
    again = site(built, out, Told(layers=()))
    assert again.removed == ["actors/gone.html"]
    assert (out / "mine.txt").exists() and (tmp_path / "outside.txt").exists()


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
    assert "no-package" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_changed_table_is_a_finding_and_writes_nothing(mini: Path, tmp_path: Path, capsys: Any) -> None:
    (mini / "data" / "parquet" / "provisions.parquet").write_bytes(b"x")
    assert main(["site", str(tmp_path / "site"), "--package", str(mini), "--no-validation"]) == 2
    assert "hash" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_the_overview_says_what_validation_found(made: Path, mini: Path, tmp_path: Path) -> None:
    said = (made / "index.html").read_text(encoding="utf-8")
    assert "0 findings, 0 warnings" in said and "layers duckdb, rules" in said
    assert "Nothing was found." in (made / "validation.html").read_text(encoding="utf-8")
    site(mini, tmp_path / "none", Told(layers=()))
    for page in ("index.html", "validation.html"):
        assert "No validation was run" in (tmp_path / "none" / page).read_text(encoding="utf-8")
    table = mini / "data" / "provisions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("obligation", "wish", 1), encoding="utf-8")
    broken = site(mini, tmp_path / "broken", FAST)
    assert broken.report is not None and broken.report.total() > 0
    assert f"{broken.report.total()} findings" in (tmp_path / "broken" / "index.html").read_text(encoding="utf-8")
    assert "wish" in (tmp_path / "broken" / "validation.html").read_text(encoding="utf-8")


def test_anchors_are_verified_where_the_texts_are_at_hand(built: Path, tmp_path: Path) -> None:
    texts = ROOT / "tests" / "mini" / "texts"
    site(built, tmp_path / "site", Told(layers=("duckdb",), texts=texts))
    assert "anchors verified in the texts" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_changes_are_those_to_the_last_release_or_it_is_said_that_there_is_none(
    made: Path, built: Path, mini: Path, tmp_path: Path
) -> None:
    assert "no earlier release" in (made / "changes.html").read_text(encoding="utf-8")
    table = mini / "data" / "provisions.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("2,unconditional", "3,unconditional", 1), encoding="utf-8"
    )
    assert main(["site", str(tmp_path / "site"), "--package", str(mini), "--no-validation", "--since", str(built)]) == 0
    said = (tmp_path / "site" / "changes.html").read_text(encoding="utf-8")
    assert "river-accord-2031.p" in said and "strength: 2 -&gt; 3" in said
    _git(mini, "init", "-q")
    _git(mini, "add", "-A")
    _git(mini, "commit", "-qm", "first")
    version = json.loads((mini / "schemas" / "package.json").read_text(encoding="utf-8"))["version"]
    major, minor, patch = version.split(".")
    _git(mini, "tag", f"v{major}.{minor}.{int(patch) - 1}" if int(patch) else f"v0.0.{int(minor) + 1}")
    table.write_text(
        table.read_text(encoding="utf-8").replace("3,unconditional", "1,unconditional", 1), encoding="utf-8"
    )
    site(mini, tmp_path / "tagged", Told(layers=()))
    assert "strength: 3 -&gt; 1" in (tmp_path / "tagged" / "changes.html").read_text(encoding="utf-8")


def _git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **names})


def test_an_unknown_version_is_a_finding(built: Path, tmp_path: Path, capsys: Any) -> None:
    arguments = ["--package", str(built), "--no-validation", "--since", "99.0.0"]
    assert main(["site", str(tmp_path / "site"), *arguments]) == 2
    assert "unknown-version" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_json_and_text_say_what_was_written(built: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "site"
    assert main(["site", str(out), "--package", str(built), "--fast", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == 0 and told["bytes"] == sum(told["files"].values())
    assert set(told["files"]) | {"site.json"} == set(told["changed"]) == set(contents(out))
    assert main(["site", str(out), "--package", str(built), "--no-validation"]) == 0
    assert "not validated" in capsys.readouterr().out


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


def test_nothing_of_the_site_asks_for_anything_from_elsewhere(made: Path) -> None:
    for name, content in contents(made).items():
        if name.endswith((".css", ".html")):
            text = content.decode("utf-8")
            assert 'src="http' not in text and "@import" not in text and "url(" not in text, name
            assert 'rel="stylesheet" href="http' not in text, name


@pytest.mark.xdist_group("browser")
def test_the_site_of_the_shipped_package_is_small(tmp_path: Path) -> None:
    built = site(ROOT, tmp_path / "site", Told(layers=()))
    assert built.size < LIMIT
