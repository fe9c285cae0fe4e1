"""The recipe of the README for R, in a real R: types, missing values, Namibia."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import clausula
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed (Debian: r-base-core)")
RECIPE = re.search(r"In R: `(read\.csv\([^`]+\))`", (ROOT / "README.md").read_text(encoding="utf-8"))


def run(folder: Path, code: str) -> list[str]:
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def recipe(table: str) -> str:
    assert RECIPE is not None
    return RECIPE[1].replace("data/actors.csv", f"data/{table}.csv")


def test_namibia_is_no_missing_value(built: Path) -> None:
    namibia = 'f$iso2[f$actor_id == "namibia"]'
    code = f"f <- {recipe('actors')}; cat({namibia}, is.na({namibia}), sum(is.na(f$iso2)))"
    actors = clausula.open(built).load("actors")
    assert run(built, code) == ["NA", "FALSE", str(actors["iso2"].isna().sum())]


def test_types_and_counts() -> None:
    code = (
        f"p <- {recipe('provisions')}; t <- {recipe('reaction_targets')}; "
        "cat(class(p$strength), class(p$summary), class(as.Date(p$due_from)), class(t$conditional), class(t$stance), "
        'nrow(p), nrow(t), sum(is.na(t$stance)), sum(t$conditional == "true"))'
    )
    provisions, targets = clausula.load("provisions"), clausula.load("reaction_targets")
    counts = [len(provisions), len(targets), targets["stance"].isna().sum(), targets["conditional"].sum()]
    assert run(ROOT, code) == ["integer", "character", "Date", "character", "integer", *map(str, counts)]
