"""No file outside the package is opened by any library, in any language: system calls are traced, not Python's hooks.

DuckDB and Arrow open files without telling Python; `sandbox.py` cannot see them.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.foreign.packages import package, table
from tests.hostile.traced import Touch, missing, traced

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
    pytest.mark.xdist_group("traced"),
]
FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]
GOOD = "a,n\nx,1\n"

PATHS = {
    "a step up": "../outside/secret.csv",
    "a step up, hidden": "x/../../outside/secret.csv",
    "a step up to Parquet": "../outside/secret.parquet",
    "an absolute path": "{outside}/secret.csv",
    "an absolute path to Parquet": "{outside}/secret.parquet",
    "percent signs": "%2e%2e/outside/secret.csv",
    "percent signs for all": "%2E%2E%2Foutside%2Fsecret.csv",
    "a pattern": "../outside/*.csv",
    "a pattern for the step": "?./outside/secret.csv",
    "a pattern of all folders": "**/secret.csv",
    "an address": "file://{outside}/secret.csv",
    "an address without slashes": "file:../outside/secret.csv",
    "a list": "['../outside/secret.csv']",
    "braces": "{{t,../outside/secret}}.csv",
}
LINKS = {"a link": ("t.csv", "secret.csv"), "a link to Parquet": ("t.parquet", "secret.parquet")}
RULES = {
    "a rule that reads CSV": "SELECT a AS tbl, 1 AS _row, a AS field FROM read_csv('{outside}/secret.csv')",
    "a rule that reads a file by its name": "SELECT a AS tbl, 1 AS _row, a AS field FROM '{outside}/secret.parquet'",
    "a rule that reads text": "SELECT content AS tbl, 1 AS _row, 'x' AS field FROM read_text('{outside}/*')",
    "a rule that lists files": "SELECT file AS tbl, 1 AS _row, 'x' AS field FROM glob('{outside}/*')",
    "a rule that writes": "COPY (SELECT 1) TO '{outside}/mark.csv'",
    "a rule that attaches": "ATTACH '{outside}/mark.db'",
}
OWN = {"a link for a table": "data/actors.csv", "a link for a Parquet file": "data/parquet/actors.parquet"}
HONEST = "an honest package"
CASES = [HONEST, *PATHS, *LINKS, "a folder that is a link", *RULES, *OWN]

DRIVER = """
import contextlib, io, json, sys
from clausula.commands.main import main
told = []
for root, *layers in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["validate", root, "--json", *(part for layer in layers for part in ("--layer", layer))])
    told.append([status, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


def _outside(folder: Path) -> Path:
    """A folder beside a package that is none of its business."""
    outside = folder / "outside"
    outside.mkdir(parents=True)
    (outside / "secret.csv").write_text("a,n\nSECRET,x\n")
    pq.write_table(pa.table({"a": ["SECRET"], "n": pa.array([1])}), outside / "secret.parquet")
    return outside


def _foreign(name: str, folder: Path) -> tuple[str, ...]:
    outside, root = _outside(folder), folder / "package"
    root.mkdir()
    path = PATHS.get(name, "t.csv").format(outside=outside)
    if name in LINKS:
        path, target = LINKS[name]
        (root / path).symlink_to(outside / target)
    if name == "a folder that is a link":
        path = "x/secret.csv"
        (root / "x").symlink_to(outside)
    package(root, [table(FIELDS, path=path)], {"t.csv": GOOD} if path != "t.csv" or name == HONEST else {})
    return (str(root), "duckdb", "frictionless")


def _own(name: str, folder: Path, built: Path) -> tuple[str, ...]:
    outside = _outside(folder)
    root = Path(shutil.copytree(built, folder / "package"))
    if name in OWN:
        (root / OWN[name]).unlink()
        (root / OWN[name]).symlink_to(outside / f"secret.{OWN[name].split('.')[-1]}")
        return (str(root), "duckdb", "rules", "parquet", "frictionless", "pandera")
    for rule in (root / "validation/rules").glob("*.sql"):
        rule.unlink()
    head = "-- severity: error\n-- says: x\n-- do: y\n"
    (root / "validation/rules/new-rule.sql").write_text(head + RULES[name].format(outside=outside))
    return (str(root), "rules")


@pytest.fixture(scope="module")
def run(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[Touch]]:
    """All packages, one after the other, in one traced process: what each gave, and what was touched."""
    arena = tmp_path_factory.mktemp("traced")
    asked = []
    for number, name in enumerate(CASES):
        own = name in RULES or name in OWN
        asked.append(_own(name, arena / str(number), built) if own else _foreign(name, arena / str(number)))
    out, touched = traced(DRIVER, json.dumps(asked), folder=arena)
    return arena, dict(zip(CASES, json.loads(out), strict=True)), touched


@pytest.mark.parametrize("name", CASES)
def test_nothing_outside_the_package_is_touched(run: tuple[Path, dict[str, Any], list[Touch]], name: str) -> None:
    arena, told, touched = run
    folder = arena / str(CASES.index(name))
    mine = [touch for touch in touched if touch.path.is_relative_to(folder)]
    assert [touch for touch in mine if not touch.path.is_relative_to(folder / "package")] == []
    assert [touch for touch in mine if touch.writes] == []
    assert any(touch.path.name.endswith((".json", ".sql")) for touch in mine), "the package was not looked at"
    status, out, err = told[name]
    if status == 2:
        assert " error unsafe-path:" in err or (" error bad-rule:" in err and name in RULES)
    else:
        codes = {finding["code"] for finding in json.loads(out)["findings"]}
        assert codes & {"unsafe-path", "missing-file", "unsupported"} if name != HONEST else not codes
    assert "SECRET" not in out + err
    if name == HONEST:
        assert folder / "package/t.csv" in {touch.path for touch in mine}


def test_nothing_is_written_but_temporary_files_and_nobody_is_called(
    run: tuple[Path, dict[str, Any], list[Touch]],
) -> None:
    arena, _, touched = run
    allowed = (arena / "temporary", Path("/dev"), Path("/proc"))
    assert [t for t in touched if t.writes and not any(t.path.is_relative_to(folder) for folder in allowed)] == []
    assert [t for t in touched if t.call == "execve"][1:] == []


READS: dict[str, str] = {
    "Python": "import sys; open(sys.argv[1] + '/secret.csv').read()",
    "Python, by a relative path": "open('../outside/secret.csv').read()",
    "Python, by a link": "open('../link/secret.csv').read()",
    "Python, for writing": "import sys; open(sys.argv[1] + '/mark', 'w').close()",
    "Python, to remove": "import os, sys; os.unlink(sys.argv[1] + '/secret.csv')",
    "another process": "import subprocess, sys; subprocess.run(['cat', sys.argv[1] + '/secret.csv'])",
    "DuckDB": "import duckdb, sys; duckdb.sql(f\"FROM read_csv('{sys.argv[1]}/secret.csv')\").fetchall()",
    "DuckDB, by a pattern": "import duckdb as d; d.sql(\"SELECT size FROM read_text('../outside/*.csv')\").fetchall()",
    "Arrow": "import pyarrow.parquet as pq, sys; pq.read_table(sys.argv[1] + '/secret.parquet')",
}
"""Code that does read or change what it must not."""


@pytest.mark.parametrize("who", READS)
def test_what_is_touched_is_noticed(tmp_path: Path, who: str) -> None:
    outside = _outside(tmp_path)
    (tmp_path / "link").symlink_to(outside)
    _, touched = traced(READS[who], str(outside), folder=tmp_path)
    mine = [touch for touch in touched if touch.path.is_relative_to(outside)]
    assert mine
    assert any(touch.writes for touch in mine) == (who in ("Python, for writing", "Python, to remove"))
