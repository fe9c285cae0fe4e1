"""No regular expression takes exponential time: every layer and engine leaves the matching to RE2."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from clausula.core.model import Field, table_from_descriptor
from clausula.core.schemas import read_json
from clausula.derive.contract import contract
from tests.conftest import ROOT
from tests.foreign.packages import single_table
from tests.hostile.sandbox import Sandbox

RUNAWAYS = {
    "(a+)+$": "a" * 40 + "!",
    "(a*)*b": "a" * 40,
    "(a|aa)+": "a" * 60 + "!",
    "([a-z]+)*1": "a" * 40,
    "(x+x+)+y": "x" * 40,
    "(?:a{0,30}){0,30}b": "a" * 40,
    "(a?){40}a{40}b": "a" * 60,
    "^(([a-z])+.)+[A-Z]([a-z])+$": "a" * 40,
    "a*a*a*a*a*b": "a" * 3000,
    "(.*;){12}x": "1;" * 60,
}
SAFE = {
    "a|bc": "bc",
    "[a-z]+(-[a-z]+)*": "ab-cd-ef",
    "[^@]+@[^@]+[.][a-z]+": "a@b.org",
    r"\d{4}-\d{2}-\d{2}": "2000-01-01",
    "x{1,20}y": "xxxy",
    "[a-z]{2}(;[a-z]{2})*": "ab;cd",
}


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_the_validator_is_fast_on_runaway_patterns(sandbox: Sandbox, tmp_path: Path, pattern: str) -> None:
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": pattern}}, {"name": "n", "type": "integer"}]
    root = single_table(tmp_path / "p", fields, f"a,n\n{RUNAWAYS[pattern]},1\n")
    outcome = sandbox.validate(root, "duckdb")
    (found,) = outcome.report["findings"]
    assert found["code"] in ("pattern", "unsupported")
    assert found["layers"] == ["duckdb"]


def test_pattern_of_items_is_not_matched(sandbox: Sandbox, tmp_path: Path) -> None:
    items = {"type": "string", "constraints": {"pattern": "(a+)+$"}}
    fields = [{"name": "a", "type": "array", "arrayItem": items}, {"name": "n", "type": "integer"}]
    root = single_table(tmp_path / "p", fields, f'a,n\n"[""{"a" * 40}!""]",1\n')
    assert sandbox.validate(root, "duckdb").report["errors"] == 0


def poison(root: Path, pattern: str) -> None:
    """Put a pattern into the schemas of a package, and a text that runs away with it into its first place."""
    schema = read_json(root / "schemas/places.schema.json")
    descriptor = read_json(root / "datapackage.json")
    (resource,) = (r for r in descriptor["resources"] if r["name"] == "places")
    for fields in (schema["fields"], resource["schema"]["fields"]):
        next(f for f in fields if f["name"] == "name")["constraints"]["pattern"] = pattern
    (root / "schemas/places.schema.json").write_text(json.dumps(schema))
    (root / "datapackage.json").write_text(json.dumps(descriptor))
    header, first, *others = (root / "data/places.csv").read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("name")] = RUNAWAYS[pattern]
    (root / "data/places.csv").write_text("\n".join([header, ",".join(cells), *others, ""]))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+"])
def test_layers_are_fast_on_a_package_with_schemas(sandbox: Sandbox, subset: Path, pattern: str) -> None:
    poison(subset, pattern)
    outcome = sandbox.validate(subset, "duckdb", "rules", "frictionless", "pandera")
    first = next(f for f in outcome.report["findings"] if f["code"] == "pattern" and f["line"] == 2)
    assert first["layers"] == ["duckdb", "frictionless", "pandera"]


ON_SPARK = """\
import sys
from pathlib import Path
from tests.poisoned.test_engines import on_spark, open_package, subpackage
own, foreign = map(Path, sys.argv[1:])
for package in (subpackage(open_package(own).model, own, "places"), open_package(foreign)):
    print({(f.line, f.layers) for f in on_spark(package).findings if f.code == "pattern" and f.line == 2})
"""


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
def test_spark_is_fast_on_runaway_patterns(mini: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    poison(mini, "(a+)+$")
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": "(a+)+$"}}]
    foreign = single_table(tmp_path / "p", fields, f"a\n{RUNAWAYS['(a+)+$']}\n")
    command = [sys.executable, "-c", ON_SPARK, str(mini), str(foreign)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert outcome.stdout.splitlines() == ["{(2, ('spark',))}"] * 2, outcome.stderr


@pytest.mark.parametrize("pattern", [p for p in RUNAWAYS if not p.startswith("(?:a{0,30}")])
def test_contract_is_fast_on_runaway_patterns(pattern: str) -> None:
    field = {"name": "x", "type": "string", "constraints": {"pattern": pattern}}
    table = table_from_descriptor("t", {"canonical": True, "fields": [field]})
    assert Field("x", field).constraints
    start = time.process_time()
    with pytest.raises(Exception, match="pattern"):
        contract(table).validate(pd.DataFrame({"x": pd.Series([RUNAWAYS[pattern]], dtype="str")}), lazy=True)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("pattern", SAFE)
def test_safe_pattern_is_checked(sandbox: Sandbox, tmp_path: Path, pattern: str) -> None:
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": pattern}}, {"name": "n", "type": "integer"}]
    root = single_table(tmp_path / "p", fields, f"a,n\n{SAFE[pattern]},1\nx{SAFE[pattern]}!,2\n")
    (found,) = sandbox.validate(root, "duckdb").report["findings"]
    assert (found["code"], found["line"], found["layers"]) == ("pattern", 3, ["duckdb"])
