"""A package of one's own: what `clausula init` writes, and the tutorial from nothing to a website."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clausula.core.findings import CouldNotRun
from clausula.core.package import open_package
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from clausula.versions.new_package import NewPackage, new_package, read_topics
from tests.coding.practice import table
from tests.command import clausula
from tests.conftest import ROOT

OURS = re.compile(r"minsk|kyiv|zelensky", re.IGNORECASE)


def new(folder: Path, topics: str) -> Path:
    new_package(folder, NewPackage("Trade of the coast", "Ada Marsh", topics), today="2034-05-02")
    return folder


@pytest.mark.parametrize("topics", ["peace", "empty"])
def test_a_new_package_is_valid_and_has_nothing_of_ours(tmp_path: Path, topics: str) -> None:
    root = new(tmp_path / "coast-trade", topics)
    assert validate(root, FAST).findings == []
    metadata = open_package(root).model.metadata
    assert (metadata["name"], metadata["title"], metadata["version"]) == ("coast-trade", "Trade of the coast", "0.1.0")
    assert metadata["contributors"] == [{"title": "Ada Marsh", "roles": ["author"]}]
    assert bool(table(root, "topics")) == (topics == "peace")
    assert {row["since"] for row in table(root, "topics")} <= {"0.1.0"}
    filled = {path.stem for path in (root / "data").glob("*.csv") if len(path.read_text().splitlines()) > 1}
    assert filled == {"actors", *(["topics"] if topics == "peace" else [])}
    named = [path for path in root.rglob("*") if path.is_file() and path.parent.name not in ("schemas", "codebook")]
    assert [path for path in named if OURS.search(path.read_text(encoding="utf-8"))] == []
    assert not list((root / "validation").glob("*.json"))
    assert {path.name for path in root.iterdir()} >= {".gitignore", ".gitattributes", ".github", "README.md"}


def test_every_field_is_in_the_new_codebook_from_the_start(tmp_path: Path) -> None:
    model = open_package(new(tmp_path / "new", "empty")).model
    assert [(t.name, f.name) for t in model for f in t.fields if f.since] == []
    assert any(f.since for t in open_package(ROOT).model for f in t.fields)


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CouldNotRun, match="not an empty folder"):
        new(tmp_path, "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("topic_id,label\nx,X\n", "it has no parent_topic_id"),
        ("topic_id,parent_topic_id,label,definition\nx,y,X,X.\n", "it has no topic 'y'"),
        ("topic_id,parent_topic_id,label,definition\nx,,X,X.\nx,,X,X.\n", "duplicated"),
        ("", "it has no topic_id"),
    ],
)
def test_a_bad_list_of_topics_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "topics.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CouldNotRun, match=re.escape(reason)):
        read_topics(path)
    run = clausula("init", "x", "--title", "T", "--author", "A", "--topics", "topics.csv", cwd=tmp_path)
    assert (run.returncode, (tmp_path / "x").exists()) == (2, False)


def test_the_tutorial_works(tmp_path: Path) -> None:
    page = (ROOT / "docs/own-dataset.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(sh|json)\n(.*?)```", page, re.DOTALL)
    program = tmp_path / "bin" / "clausula"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clausula "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    identity = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {**os.environ, **identity, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    cwd, output = tmp_path, ""
    for kind, content in blocks:
        if kind == "json":
            json.loads(content)
            (cwd / "texts" / "answer.json").write_text(content, encoding="utf-8")
            continue
        command = content.replace("clausula validate", "clausula validate --fast")
        command = command.replace("clausula site --out site", "clausula site --out site --no-validation")
        run = subprocess.run(
            ["bash", "-e", "-c", f"{command}\npwd"], cwd=cwd, env=env, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, (content, run.stdout, run.stderr)
        output += run.stdout
        cwd = Path(run.stdout.splitlines()[-1])
    assert [row["topic_id"] for row in table(cwd, "provisions")] == ["tariffs", "settlement"]
    assert [row["topic_id"] for row in table(cwd, "absences")] == ["quotas"]
    assert [row["reason"] for row in table(cwd, "coding_log")] == ["title", "byline"]
    assert "2 verified, 0 moved, 0 broken" in output
    assert (cwd / "site" / "index.html").is_file()
    assert "single-coded-source" in output
    released = cwd / "dist" / "coast-trade-0.1.0"
    assert len(list(csv.DictReader((released / "provisions.csv").open(encoding="utf-8")))) == 2
    accepted = json.loads((cwd / "validation/accepted.json").read_text(encoding="utf-8"))
    assert "The second pass follows." in json.dumps(accepted)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=cwd, capture_output=True, text=True, check=True)
    assert status.stdout == ""
    tracked = subprocess.run(["git", "ls-files"], cwd=cwd, capture_output=True, text=True, check=True)
    assert not re.search("answer|texts/|site/", tracked.stdout)
