"""No regular expression takes exponential time: it is matched by RE2, or skipped by a layer that reports so."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausula.core.model import Field, table_from_descriptor
from clausula.core.patterns import backtracks_catastrophically
from clausula.core.schemas import load_model
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
def test_runaway_pattern_is_recognised(pattern: str) -> None:
    assert backtracks_catastrophically(pattern)


LONG_TO_ANALYSE = {
    "loops": ".*".join("abcdefghijklmnopqrstuvwxyz"),
    "copies of nothing": f"{'(?:' * 13}^{'){4}' * 13}",
}


@pytest.mark.parametrize("pattern", LONG_TO_ANALYSE.values(), ids=LONG_TO_ANALYSE)
def test_the_analysis_of_a_pattern_does_not_run_away_itself(pattern: str) -> None:
    code = (
        "import sys; from clausula.core.patterns import backtracks_catastrophically as f; sys.exit(not f(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, pattern], check=True, timeout=20)


@pytest.mark.parametrize("pattern", SAFE)
def test_safe_pattern_is_not_a_runaway(pattern: str) -> None:
    assert not backtracks_catastrophically(pattern)


def test_no_pattern_in_our_schemas_is_a_runaway() -> None:
    patterns = {
        f.constraints["pattern"] for t in load_model(ROOT / "schemas") for f in t.fields if "pattern" in f.constraints
    }
    assert len(patterns) > 10
    assert not [p for p in patterns if backtracks_catastrophically(p)]


PIECES = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "(a|b)", "(?:ab|a)", "(?:a|ab)", "ba", "(?:a?b)"])
PATTERNS = st.lists(
    st.tuples(PIECES, st.sampled_from(["", "", "*", "+", "?", "{2}", "{0,9}"])), min_size=1, max_size=5
).map(lambda parts: "".join(p + q for p, q in parts))


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(pattern=st.one_of(PATTERNS, PATTERNS.map(lambda p: f"(?:{p})+"), PATTERNS.map(lambda p: f"(?:{p})*c")))
def test_pattern_classified_as_safe_is_fast_in_python(pattern: str) -> None:
    if backtracks_catastrophically(pattern):
        return
    start = time.process_time()
    for unit in ("a", "b", "ab", "ba", "aab"):
        re.fullmatch(f"(?:{pattern})", unit * 400 + "!")
    assert time.process_time() - start < 1


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_layers_are_fast_on_runaway_patterns(sandbox: Sandbox, tmp_path: Path, pattern: str) -> None:
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": pattern}}, {"name": "n", "type": "integer"}]
    root = single_table(tmp_path / "p", fields, f"a,n\n{RUNAWAYS[pattern]},1\n")
    outcome = sandbox.validate(root, "duckdb", "frictionless")
    codes = {(f["code"], *f["layers"]) for f in outcome.report["findings"]}
    assert ("pattern", "duckdb") in codes or ("unsupported", "duckdb", "frictionless") in codes
    assert {f["code"] for f in outcome.report["findings"] if "frictionless" in f["layers"]} == {"unsupported"}


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
def test_safe_pattern_is_checked_in_both_layers(sandbox: Sandbox, tmp_path: Path, pattern: str) -> None:
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": pattern}}, {"name": "n", "type": "integer"}]
    root = single_table(tmp_path / "p", fields, f"a,n\n{SAFE[pattern]},1\nx{SAFE[pattern]}!,2\n")
    (found,) = sandbox.validate(root, "duckdb", "frictionless").report["findings"]
    assert (found["code"], found["line"], found["layers"]) == ("pattern", 3, ["duckdb", "frictionless"])
