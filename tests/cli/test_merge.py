"""Two coders on two branches: Git merges tables by key, with the driver and without it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clausula.core.csvio import write_rows
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from clausula.versions.new_package_files import gitattributes
from clausula.versions.table_merge import merge_files
from tests.coding.practice import SOURCE, table
from tests.coding.projects import empty, ingested
from tests.command import clausula
from tests.conftest import ROOT

__all__ = ["empty", "ingested"]

OTHER = SOURCE.replace("salt", "sand")

CONFLICTED = 24
"""How many tables two coders of two sources leave in conflict if Git merges them line by line."""


def git(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    who = {f"GIT_{one}_{what}": "a@b.c" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, **more}
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False, env=env)


def commit(root: Path, branch: str) -> None:
    git(root, "add", "-A")
    assert git(root, "commit", "-qm", branch).returncode == 0


NAMES = {"processes": "title", "instruments": "title", "actors": "name", "places": "name", "propositions": "statement"}
"""The fields whose values may not be in two rows, by table."""


def rename(path: Path) -> None:
    """Put a word before each name of a table: what another text names is not what the first one names."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index(NAMES[path.stem])
    path.write_bytes(write_rows(header, [[*row[:at], f"Other {row[at]}", *row[at + 1 :]] for row in rows]))


def other_coding(tables: Path, root: Path) -> None:
    """Write the practice coding as that of another text: other IDs and names for everything that it added."""
    for path in sorted(tables.glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        if path.stem not in ("topics", "sources"):
            for word in (
                "salt-road",
                "lowgate",
                "bank-clerk",
                "north-bank",
                "south-bank",
                "coast-league",
                "road-board",
            ):
                text = text.replace(word, f"other-{word}")
            for word in ("astrid-holm", "bruno-sala", "bridge-is-open"):
                text = text.replace(word, f"other-{word}")
        target = root / "data" / path.name
        target.write_text(text.replace("other-salt-road-accord-2033", OTHER), encoding="utf-8")
        if path.stem in NAMES:
            rename(target)


@pytest.fixture
def branches(empty: Path, ingested: Path, tmp_path: Path) -> Path:
    """A checkout on the branch `a`, which codes one source; the branch `b` codes another one."""
    root = Path(shutil.copytree(empty, tmp_path / "project"))
    path = root / "data/sources.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)
    second = dict(zip(header, row, strict=True)) | {"source_id": OTHER}
    second["sha256"], second["fingerprint"] = "0" * 64, second["fingerprint"][:-4] + "0000"
    path.write_bytes(write_rows(header, [row, [second[name] for name in header]]))
    (root / ".gitattributes").write_text(gitattributes(), encoding="utf-8")
    sources = path.read_bytes()
    git(root, "init", "-q", "-b", "main")
    commit(root, "main")
    for branch in ("a", "b"):
        git(root, "checkout", "-q", "-b", branch, "main")
        if branch == "a":
            shutil.copytree(ingested / "data", root / "data", dirs_exist_ok=True)
        else:
            other_coding(ingested / "data", root)
        path.write_bytes(sources)
        commit(root, branch)
    git(root, "checkout", "-q", "a")
    return root


def with_driver(root: Path) -> dict[str, str]:
    """Install the driver, and return the environment in which Git finds the program."""
    program = root.parent / "bin" / "clausula"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clausula "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    assert clausula("merge", "--install", cwd=root).returncode == 0
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


def conflicted(root: Path) -> list[str]:
    """Return the files that a merge left in conflict."""
    return git(root, "diff", "--name-only", "--diff-filter=U").stdout.split()


def test_two_sources_are_merged_without_conflicts(branches: Path) -> None:
    coded = {f"data/{path.name}" for path in (branches / "data").glob("*.csv") if table(branches, path.stem)}
    without = git(branches, "merge", "b")
    assert without.returncode == 1
    assert set(conflicted(branches)) == coded - {"data/sources.csv", "data/topics.csv"}
    assert len(conflicted(branches)) == CONFLICTED
    git(branches, "merge", "--abort")
    merged = git(branches, "merge", "--no-edit", "b", **with_driver(branches))
    assert (merged.returncode, conflicted(branches)) == (0, []), merged.stdout + merged.stderr
    provisions = [row["instrument_id"] for row in table(branches, "provisions")]
    assert sorted(provisions) == sorted([SOURCE] * 9 + [OTHER] * 9)
    assert len({row["actor_id"] for row in table(branches, "actors")}) == len(table(branches, "actors"))
    found = {(f.code, f.name) for f in validate(branches, FAST).findings if f.severity == "error"}
    assert not found


def test_a_cell_that_both_changed_is_a_finding(branches: Path) -> None:
    for branch, name in (("b", "Town of Lowgate"), ("a", "Lowgate on the River")):
        git(branches, "checkout", "-q", branch)
        path = branches / "data/topics.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(",Ceasefire,", f",{name},"), encoding="utf-8")
        commit(branches, f"{branch} again")
    merged = git(branches, "merge", "--no-edit", "b", **with_driver(branches))
    assert merged.returncode == 1
    assert "data/topics.csv: error merged-cell: topics.label: ceasefire: both sides changed label" in merged.stderr
    assert "ours 'Lowgate on the River', theirs 'Town of Lowgate'" in merged.stderr
    assert conflicted(branches) == ["data/topics.csv"]
    labels = [row["label"] for row in table(branches, "topics")]
    assert "Lowgate on the River" in labels and len(labels) == len(set(labels))


def places(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in ("place_id,name,kind,parent_place_id,variants,note", *rows)).encode()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "wanted", "codes"),
    [
        (["a,A,,,,"], ["a,A,,,,", "b,B,,,,"], ["c,C,,,,", "a,A,,,,"], ["c,C,,,,", "a,A,,,,", "b,B,,,,"], []),
        (["a,A,,,,"], ["a,A,,,,n"], ["a,AA,,,,"], ["a,AA,,,,n"], []),
        (["a,A,,,,", "b,B,,,,"], ["b,B,,,,"], ["a,A,,,,", "b,B,,,,"], ["b,B,,,,"], []),
        (["a,A,,,,"], [], ["a,AA,,,,"], ["a,AA,,,,"], ["merged-cell"]),
        (["a,A,,,,"], ["a,X,,,,"], ["a,Y,,,,"], ["a,X,,,,"], ["merged-cell"]),
        ([], ["a,A,,,,"], ["a,A,,,,"], ["a,A,,,,"], []),
        ([], ["a,A,,,,"], ["a,B,,,,"], ["a,A,,,,"], ["merged-cell"]),
    ],
)
def test_rows_are_merged_by_key_and_cell(
    base: list[str], ours: list[str], theirs: list[str], wanted: list[str], codes: list[str]
) -> None:
    merged = merge_files(places(*base), places(*ours), places(*theirs), "data/places.csv", ROOT)
    assert (merged.content, [f.code for f in merged.findings]) == (places(*wanted), codes)


def test_derived_files_keep_our_side(tmp_path: Path) -> None:
    for path in ("data/manifest.json", "data/agreement.csv", "metadata/csvw.json", "data/parquet/places.parquet"):
        merged = merge_files(b"", b"ours", b"theirs", path, tmp_path)
        assert (merged.content, merged.derived) == (b"ours", True)


def test_the_attributes_of_this_repository_are_those_of_a_new_package() -> None:
    assert (ROOT / ".gitattributes").read_text(encoding="utf-8") == gitattributes()
    tracked = subprocess.run(
        ["git", "check-attr", "merge", "docs/codebook/units.md", "data/actors.csv"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "units.md: merge: unspecified" in tracked.stdout and "actors.csv: merge: clausula" in tracked.stdout


def test_columns_that_differ_are_a_finding(tmp_path: Path) -> None:
    for name, text in (("base", "a\n"), ("ours", "place_id,name\nx,X\n"), ("theirs", "place_id,label\nx,X\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    run = clausula("merge", "base.csv", "ours.csv", "theirs.csv", "data/places.csv", cwd=tmp_path)
    assert (run.returncode, "unmergeable-table" in run.stderr) == (2, True)
    assert "missing-versions" in clausula("merge", cwd=tmp_path).stderr
