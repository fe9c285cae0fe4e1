"""No library in any language opens a file outside the package: the tests trace system calls.

DuckDB and Arrow open files without Python; `sandbox.py` cannot see this.
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
from tests.hostile.system_calls import Access, run_traced, why_unavailable
from tests.pairs import chosen

pytestmark = [
    pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable() or "-"),
]
FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]
GOOD = "a,n\nx,1\n"

PATHS = {
    "a path to the parent folder": "../outside/secret.csv",
    "a hidden path to the parent folder": "x/../../outside/secret.csv",
    "a path to Parquet in the parent folder": "../outside/secret.parquet",
    "an absolute path": "{outside}/secret.csv",
    "an absolute path to Parquet": "{outside}/secret.parquet",
    "percent signs": "%2e%2e/outside/secret.csv",
    "percent signs throughout": "%2E%2E%2Foutside%2Fsecret.csv",
    "a pattern": "../outside/*.csv",
    "a pattern for the parent folder": "?./outside/secret.csv",
    "a pattern of all folders": "**/secret.csv",
    "a file URL": "file://{outside}/secret.csv",
    "a file URL without slashes": "file:../outside/secret.csv",
    "a list": "['../outside/secret.csv']",
    "braces": "{{t,../outside/secret}}.csv",
}
LINKS = {"a link": ("t.csv", "secret.csv"), "a link to Parquet": ("t.parquet", "secret.parquet")}
RULES = {
    "a rule that reads CSV": "SELECT a AS tbl, 1 AS _row, a AS field FROM read_csv('{outside}/secret.csv')",
    "a rule that reads a file by name": "SELECT a AS tbl, 1 AS _row, a AS field FROM '{outside}/secret.parquet'",
    "a rule that reads text": "SELECT content AS tbl, 1 AS _row, 'x' AS field FROM read_text('{outside}/*')",
    "a rule that lists files": "SELECT file AS tbl, 1 AS _row, 'x' AS field FROM glob('{outside}/*')",
    "a rule that writes": "COPY (SELECT 1) TO '{outside}/mark.csv'",
    "a rule that attaches": "ATTACH '{outside}/mark.db'",
}
OWN = {"a link for a table": "data/places.csv", "a link for a Parquet file": "data/parquet/places.parquet"}
HARMLESS = "a harmless package"
CASES = [HARMLESS, *PATHS, *LINKS, "a folder that is a link", *RULES, *OWN]

DRIVER = """
import contextlib, io, json, sys
from clausula.commands.main import main
runs = []
for root, *layers in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        options = [part for layer in layers for part in ("--layer", layer)]
        status = main(["validate", "--package", root, "--json", *options])
    runs.append([status, out.getvalue(), err.getvalue()])
print(json.dumps(runs))
"""


def _outside(folder: Path) -> Path:
    """Create a folder beside a package that the package must not access."""
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
    package(root, [table(FIELDS, path=path)], {"t.csv": GOOD} if path != "t.csv" or name == HARMLESS else {})
    return (str(root), "duckdb", "frictionless")


def _own(name: str, folder: Path, built_subset: Path) -> tuple[str, ...]:
    outside = _outside(folder)
    root = Path(shutil.copytree(built_subset, folder / "package"))
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
def run(built_subset: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[Access]]:
    """Validate all packages in one traced process; return its folder, their outcomes and the accessed paths."""
    arena = tmp_path_factory.mktemp("traced")
    commands = []
    for number, name in enumerate(CASES):
        own = name in RULES or name in OWN
        commands.append(_own(name, arena / str(number), built_subset) if own else _foreign(name, arena / str(number)))
    out, accesses = run_traced(DRIVER, json.dumps(commands), folder=arena)
    return arena, dict(zip(CASES, json.loads(out), strict=True)), accesses


@pytest.mark.parametrize("name", CASES)
def test_nothing_outside_the_package_is_accessed(run: tuple[Path, dict[str, Any], list[Access]], name: str) -> None:
    arena, outcomes, accesses = run
    folder = arena / str(CASES.index(name))
    within = [access for access in accesses if access.path.is_relative_to(folder)]
    assert [access for access in within if not access.path.is_relative_to(folder / "package")] == []
    assert [access for access in within if access.writes] == []
    assert any(access.path.name.endswith((".json", ".sql")) for access in within), "the package was not read"
    status, out, err = outcomes[name]
    codes = {finding["code"] for finding in json.loads(out)["findings"]}
    if status == 2 and name in RULES:
        assert codes & {"unsafe-path", "invalid-rule"}
    else:
        assert codes & {"unsafe-path", "missing-file", "unsupported"} if name != HARMLESS else not codes
    assert "SECRET" not in out + err
    if name == HARMLESS:
        assert folder / "package/t.csv" in {access.path for access in within}


def test_only_temporary_files_are_written_and_no_process_is_started(
    run: tuple[Path, dict[str, Any], list[Access]],
) -> None:
    arena, _, accesses = run
    allowed = (arena / "temporary", Path("/dev"), Path("/proc"))
    assert [a for a in accesses if a.writes and not any(a.path.is_relative_to(folder) for folder in allowed)] == []
    assert [a for a in accesses if a.call == "execve"][1:] == []


FORBIDDEN: dict[str, str] = {
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
"""Code that reads or changes files outside the package."""


@pytest.mark.parametrize(
    "code", chosen(FORBIDDEN, ["Python, by a link", "Python, to remove", "another process", "DuckDB", "Arrow"])
)
def test_every_access_is_noticed(tmp_path: Path, code: str) -> None:
    outside = _outside(tmp_path)
    (tmp_path / "link").symlink_to(outside)
    _, accesses = run_traced(FORBIDDEN[code], str(outside), folder=tmp_path)
    forbidden = [access for access in accesses if access.path.is_relative_to(outside)]
    assert forbidden
    assert any(access.writes for access in forbidden) == (code in ("Python, for writing", "Python, to remove"))
