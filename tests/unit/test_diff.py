"""Comparison of two versions: structure, rows, cells, recodings, moved rows, version step, malicious archives."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clausula.core.findings import CouldNotRun
from clausula.versions.diff import diff, render
from clausula.versions.diff.step import changelog_entry, declared_step, next_version
from tests.poisoned.tables import Tables


@pytest.fixture
def pair(mini: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of the mini package."""
    other = tmp_path / "other"
    shutil.copytree(mini, other)
    return mini, other


def _set_version(root: Path, version: str, entry: str | None = None) -> None:
    path = root / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    metadata["version"] = version
    path.write_text(json.dumps(metadata), encoding="utf-8")
    if entry is not None:
        (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## {version} (2031-01-01)\n\n{entry}\n", encoding="utf-8")


def _schema(root: Path, table: str) -> tuple[Path, dict]:
    path = root / f"schemas/{table}.schema.json"
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_equal_packages_have_no_differences(pair: tuple[Path, Path]) -> None:
    found = diff(str(pair[0]), str(pair[1]))
    assert (found.step, found.structure, found.changed_tables, found.findings) == ("none", [], [], [])
    assert "no differences" in render.text(found)


def test_cells_and_recodings(pair: tuple[Path, Path]) -> None:
    old, new = pair
    Tables(new).apply(
        [{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2", "note": "Weaker."}}]
    )
    _set_version(new, "0.0.1", "- `provisions`: one strength corrected.")
    _set_version(old, "0.0.0")
    found = diff(str(old), str(new))
    (table,) = [t for t in found.tables if t.differs]
    assert (table.table, table.added, table.removed, table.changed, table.fields) == (
        "provisions",
        0,
        0,
        1,
        {"strength": 1, "note": 1},
    )
    assert [(c.key, c.field, c.old, c.new) for c in table.cells] == [
        ("river-accord-2031.p01", "strength", "3", "2"),
        ("river-accord-2031.p01", "note", None, "Weaker."),
    ]
    (recoding,) = table.recodings
    assert (recoding.field, recoding.group, recoding.old, recoding.new, recoding.count) == (
        "strength",
        "river-accord-2031",
        "3",
        "2",
        1,
    )
    assert (found.step, found.findings) == ("patch", [])
    assert "river-accord-2031.p01: strength: 3 -> 2" in render.text(found)


def test_added_removed_and_moved_rows(pair: tuple[Path, Path]) -> None:
    old, new = pair
    path = new / "data/places.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nford,Ford", "\ncrossing,Ford"), encoding="utf-8")
    (table,) = [t for t in diff(str(old), str(new)).tables if t.differs]
    assert (table.added, table.removed, table.changed) == (1, 1, 0)
    assert [(m.old, m.new) for m in table.moved] == [("ford", "crossing")]


def test_structure_changes_require_a_step(pair: tuple[Path, Path]) -> None:
    old, new = pair
    path, schema = _schema(new, "provisions")
    modality = next(f for f in schema["fields"] if f.get("name") == "modality")
    modality["categories"] = [c for c in modality["categories"] if c["value"] != "recognition"]
    modality["categories"].append({"value": "wish", "label": "Wish", "description": "An actor wishes it."})
    path.write_text(json.dumps(schema), encoding="utf-8")
    found = diff(str(old), str(new))
    assert [(c.kind, c.old, c.new, c.step) for c in found.structure if c.field == "modality"] == [
        ("category-removed", "recognition", None, "major"),
        ("category-added", None, "wish", "minor"),
    ]
    assert found.step == "major"
    assert [f.code for f in found.findings] == ["version-step", "missing-changelog"]


def test_the_report_begins_with_what_breaks_and_says_the_same_change_once(pair: tuple[Path, Path]) -> None:
    old, new = pair
    path, schema = _schema(new, "provisions")
    for field in schema["fields"]:
        field["description"] = "Of the provision."
    modality = next(f for f in schema["fields"] if f.get("name") == "modality")
    modality["categories"] = [c for c in modality["categories"] if c["value"] != "recognition"]
    path.write_text(json.dumps(schema), encoding="utf-8")
    path = new / "schemas" / "fields.json"
    shared = json.loads(path.read_text(encoding="utf-8"))
    shared["defaults"]["string"]["constraints"]["pattern"] = "[^x]*"
    path.write_text(json.dumps(shared), encoding="utf-8")
    Tables(new).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    found = diff(str(old), str(new))
    for report in (render.text(found), render.markdown(found), render.html(found)):
        places = [report.index(title) for title in ("Breaking changes", "Other changes", "Changed desc", "Rows")]
        assert places == sorted(places)
        assert report.count("category removed: provisions.modality: recognition") == 1
        assert report.count("constraint changed in ") == 1
        assert report.count("provisions: provision_id, instrument_id") == 1
    lines = render.text(found).splitlines()
    assert "Breaking changes: 1" in lines
    (line,) = (line for line in lines if "constraint changed in" in line)
    assert re.search(r"in \d\d+ fields: pattern \(.* and \d+ more\)$", line), line
    (line,) = (line for line in lines if line.startswith("  provisions "))
    assert line.split()[1:] == ["9", "9", "0", "0", "1"]
    assert len(found.as_dict()["structure"]) > 50  # in JSON, every change is on its own


def test_version_and_changelog_must_match_the_changes(pair: tuple[Path, Path]) -> None:
    old, new = pair
    with (new / "data/topics.csv").open("a", encoding="utf-8") as file:
        file.write("fish,river,Fish,Who gets the fish.,true\n")
    _set_version(old, "1.2.3")
    for version, entry, codes in (
        ("1.2.4", "- `topics`: fish.", ["version-step"]),
        ("1.3.0", "- `topics`: fish.", []),
        ("2.0.0", "- `topics`: fish.", []),
        ("1.2.2", "- `topics`: fish.", ["version-step"]),
        ("1.3.0", "- fish.", ["incomplete-changelog"]),
    ):
        _set_version(new, version, entry)
        assert [f.code for f in diff(str(old), str(new)).findings] == codes, (version, entry)
    (new / "CHANGELOG.md").write_text("# Changelog\n\n## 1.3.0-rc1\n", encoding="utf-8")
    assert [f.code for f in diff(str(old), str(new)).findings] == ["incomplete-changelog"]


def test_counts_are_complete(pair: tuple[Path, Path]) -> None:
    old, new = pair
    path = new / "data/topics.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *rows[:2]]) + "\n", encoding="utf-8")
    (table,) = [t for t in diff(str(old), str(new), shown=1).tables if t.differs]
    assert (table.removed, len(table.removed_keys)) == (len(rows) - 2, 1)
    assert f"and {len(rows) - 3} more" in render.text(diff(str(old), str(new), shown=1))


def test_zip_files_and_git_revisions(pair: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = pair
    Tables(new).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    archives = []
    for i, root in enumerate(pair):
        archive = tmp_path / f"{i}.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    file.write(path, Path("clausula") / path.relative_to(root))
        archives.append(str(archive))
    assert diff(*archives).changed_tables == ["provisions"]
    identity = {
        f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"], ["tag", "v0.0.9"]):
        subprocess.run(["git", "-C", str(old), *command], check=True, env=os.environ | identity)
    Tables(old).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    assert diff("0.0.9", str(old), root=old).changed_tables == ["provisions"]
    assert diff("HEAD", "v0.0.9", root=old).changed_tables == []
    with pytest.raises(CouldNotRun, match="is not a folder, a zip file"):
        diff("--output=/tmp/x", str(old), root=old)


@pytest.mark.parametrize("entry", ["../out.csv", "/abs.csv", "a\\..\\b", "c:/x"])
def test_archive_with_unsafe_paths_is_refused(mini: Path, tmp_path: Path, entry: str) -> None:
    archive = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(entry, "x")
    with pytest.raises(CouldNotRun, match="leaves the archive"):
        diff(str(archive), str(mini))
    assert not (tmp_path / "out.csv").exists()


def test_invalid_archive_is_a_finding(mini: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(CouldNotRun, match="cannot be unpacked"):
        diff(str(tmp_path / "bad.zip"), str(mini))


def test_rendered_text_is_escaped(pair: tuple[Path, Path]) -> None:
    old, new = pair
    Tables(new).apply(
        [
            {
                "table": "provisions",
                "where": {"place": "point 1"},
                "set": {"note": "<script>alert(1)</script> `x` \u202e"},
            }
        ]
    )
    found = diff(str(old), str(new))
    page = render.html(found)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "`` river-accord-2031.p01: note: (empty) -> <script>alert(1)</script> `x` \\u202e ``" in render.markdown(
        found
    )


def test_tables_without_a_key_are_compared_by_whole_rows(tmp_path: Path) -> None:
    for name, rows in (("a", "1\n1\n2\n"), ("b", "1\n2\n3\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "t.csv").write_text(f"x\n{rows}", encoding="utf-8")
        resource = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "x", "type": "integer"}]}}
        (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    found = diff(str(tmp_path / "a"), str(tmp_path / "b"))
    assert [(t.added_keys, t.removed_keys) for t in found.tables] == [(["3"], ["1"])]
    assert [f.code for f in found.findings] == ["missing-version"]


def test_command(pair: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = pair
    Tables(new).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    page, notes = tmp_path / "d.html", tmp_path / "d.md"
    command = [
        sys.executable,
        "-m",
        "clausula",
        "diff",
        str(old),
        str(new),
        "--html",
        str(page),
        "--markdown",
        str(notes),
    ]
    run = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    payload = json.loads(run.stdout)
    assert (run.returncode, payload["step"], payload["tables"][0]["cells"][0]["new"]) == (1, "patch", "2")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "| provisions | 9 | 9 | 0 | 0 | 1 |" in notes.read_text(encoding="utf-8")
    run = subprocess.run([*command[:-4], "--shown", "1"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "version-step" in run.stderr
    run = subprocess.run([*command[:4], "nowhere", str(new)], capture_output=True, text=True, check=False)
    assert (run.returncode, "Traceback" in run.stderr) == (2, False)


def test_version_steps() -> None:
    assert [declared_step("1.2.3", v) for v in ("1.2.3", "1.2.4", "1.3.0", "2.0.0", "1.2.2", "x")] == [
        "none",
        "patch",
        "minor",
        "major",
        None,
        None,
    ]
    assert [next_version("1.2.3", s) for s in ("none", "patch", "minor", "major")] == [
        "1.2.3",
        "1.2.4",
        "1.3.0",
        "2.0.0",
    ]
    log = "# C\n\n## 1.0.0 (day)\n\na\n\n## 0.9.0\n\nb\n"
    assert changelog_entry(log, "1.0.0") == "## 1.0.0 (day)\n\na\n\n"
    assert changelog_entry(log, "0.9") is None
