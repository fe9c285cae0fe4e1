"""Exports to other programs' formats, read back with a reader of each format; values, types and labels are compared."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun
from clausula.export.formats import FORMATS
from clausula.export.run import ExportOptions, export
from tests.shared import once

TABLES = list(clausula.tables().index)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return clausula.open()


@pytest.fixture(scope="module")
def databases(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the database of each format with all tables, exported once; tests must not change it."""

    def make(folder: Path) -> None:
        for form in ("sqlite", "duckdb"):
            export(data, form, folder / f"c.{form}")

    folder = once(tmp_path_factory, "databases", make)
    return {form: folder / f"c.{form}" for form in ("sqlite", "duckdb")}


def _plain(frame: pd.DataFrame) -> list[list[object]]:
    """Return the cells of a typed frame as plain values, to compare them with those of another reader.

    The cells are taken from each column at once: one by one, they took a third of the time of these tests.
    """

    def cell(value: object) -> object:
        return value.date() if isinstance(value, pd.Timestamp) else value.item() if hasattr(value, "item") else value

    columns = [
        [None if missing else cell(value) for value, missing in zip(column.tolist(), column.isna(), strict=True)]
        for _, column in frame.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def test_sqlite_has_keys_and_the_same_values(data: Dataset, databases: dict[str, Path]) -> None:
    con = sqlite3.connect(databases["sqlite"])
    assert con.execute("PRAGMA foreign_key_check").fetchall() == []
    assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for table in TABLES:
        expected = _plain(data.load(table))
        found = con.execute(f'SELECT * FROM "{table}"').fetchall()
        as_text = [
            [v.isoformat() if isinstance(v, dt.date) else int(v) if isinstance(v, bool) else v for v in row]
            for row in expected
        ]
        assert [list(row) for row in found] == as_text, table
    con.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        con.execute("INSERT INTO provision_actors VALUES ('nowhere.p01', 'ukraine', 'obligor', 'named')")
    with pytest.raises(sqlite3.IntegrityError):
        con.execute("UPDATE provisions SET modality = 'wish'")
    assert (
        "-- What the instrument does with the content of the provision."
        in con.execute("SELECT sql FROM sqlite_master WHERE name = 'provisions'").fetchone()[0]
    )
    assert dict(con.execute("SELECT name, value FROM _about").fetchall())["version"] == data.version


def test_duckdb_has_types_keys_and_comments(data: Dataset, databases: dict[str, Path]) -> None:
    import duckdb

    con = duckdb.connect(str(databases["duckdb"]), read_only=True)
    for table in TABLES:
        expected = _plain(data.load(table))
        assert [list(row) for row in con.execute(f'SELECT * FROM "{table}"').fetchall()] == expected, table
    types = dict(
        con.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'provisions'").fetchall()
    )
    assert (types["strength"], types["due_from"], types["modality"]) == ("BIGINT", "DATE", "VARCHAR")
    comment = con.execute(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'provisions' AND column_name = 'modality'"
    ).fetchone()
    assert comment == ("What the instrument does with the content of the provision.",)
    kinds = {
        row[0]
        for row in con.execute(
            "SELECT constraint_type FROM duckdb_constraints() WHERE table_name = 'provisions'"
        ).fetchall()
    }
    assert {"PRIMARY KEY", "FOREIGN KEY", "CHECK", "NOT NULL"} <= kinds


def test_json_lines_have_the_same_values(data: Dataset, tmp_path: Path) -> None:
    folder = export(data, "jsonl", tmp_path / "lines")
    for table in TABLES:
        rows = [json.loads(line) for line in (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()]
        names = list(data.load(table).columns)
        expected = [
            {
                k: v.isoformat() if isinstance(v, dt.date) else v
                for k, v in zip(names, row, strict=True)
                if v is not None
            }
            for row in _plain(data.load(table))
        ]
        assert rows == expected, table


def test_the_databases_have_a_view_of_stances_with_the_selecting_party(
    data: Dataset, databases: dict[str, Path], tmp_path: Path
) -> None:
    import duckdb

    query = "SELECT reaction_id, target_no, claimant_id, stance, selected_by_actor_id FROM positions ORDER BY 1, 2"
    columns = ["reaction_id", "target_no", "claimant_id", "stance", "selected_by_actor_id"]
    expected = [tuple(row) for row in _plain(data.positions()[columns].sort_values(columns[:2]))]
    with duckdb.connect(str(databases["duckdb"]), read_only=True) as con:
        assert con.execute(query).fetchall() == expected
    lite = sqlite3.connect(databases["sqlite"])
    assert lite.execute(query).fetchall() == expected
    alone = sqlite3.connect(export(data, "sqlite", tmp_path / "one.sqlite", ["reaction_targets"]))
    assert alone.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view'").fetchone() == (0,)


def test_graphml_has_every_position(data: Dataset, tmp_path: Path) -> None:
    import networkx as nx

    graph = nx.read_graphml(export(data, "graphml", tmp_path / "n.graphml"), force_multigraph=True)
    positions = data.positions()
    assert graph.number_of_edges() == len(positions)
    stances = sorted(int(d["stance"]) for *_, d in graph.edges(data=True) if "stance" in d)
    assert stances == sorted(int(s) for s in positions["stance"].dropna())
    assert {d["side"] for _, d in graph.nodes(data=True)} == {"actor", "target"}


def test_an_existing_target_is_kept_unless_forced_and_never_half_written(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "c.sqlite"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(CouldNotRun, match="exists"):
        export(data, "sqlite", target)
    with pytest.raises(CouldNotRun, match="unknown table"):
        export(data, "sqlite", tmp_path / "d", ["nothing"])

    def fail(*_: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("clausula.export.sql.write_sqlite", fail)
    with pytest.raises(RuntimeError):
        export(data, "sqlite", target, options=ExportOptions(force=True))
    assert target.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["c.sqlite"]
    monkeypatch.undo()
    export(data, "sqlite", target, ["topics"], ExportOptions(force=True))
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_force_replaces_only_a_file_or_an_earlier_export(data: Dataset, tmp_path: Path) -> None:
    thesis, forced = tmp_path / "thesis", ExportOptions(force=True)
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("mine", encoding="utf-8")
    refused = {"xlsx": "not-a-file", "graphml": "not-a-file", "jsonl": "not-an-export", "dta": "not-an-export"}
    for form, code in refused.items():
        with pytest.raises(CouldNotRun) as caught:
            export(data, form, thesis, ["topics"], forced)
        assert caught.value.finding.code == code
    assert [p.read_text(encoding="utf-8") for p in thesis.iterdir()] == ["mine"]
    with pytest.raises(CouldNotRun, match="is not a folder"):
        export(data, "jsonl", thesis / "chapter.txt", ["topics"], forced)

    folder = export(data, "jsonl", tmp_path / "rows", ["topics", "actors"])
    export(data, "jsonl", folder, ["topics"], forced)
    assert [p.name for p in folder.iterdir()] == ["topics.jsonl"]
    (folder / "notes.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(CouldNotRun, match=r"notes\.jsonl"):
        export(data, "jsonl", folder, ["topics"], forced)
    (tmp_path / "link").symlink_to(thesis)
    with pytest.raises(CouldNotRun, match="is not a folder"):
        export(data, "jsonl", tmp_path / "link", ["topics"], forced)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "rows", "thesis"]


def test_the_command_exports_and_lists_the_formats(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clausula", "export"]
    run = subprocess.run(
        [*command, "jsonl", "--table", "topics", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    result = json.loads(run.stdout)
    assert (tmp_path / result["path"] / "topics.jsonl").is_file()
    again = subprocess.run(
        [*command, "jsonl", "--table", "topics"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (again.returncode, "Traceback" in again.stderr) == (2, False)
    help_text = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in help_text for name in FORMATS)
