"""The R package, built and installed as a user does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.excerpt import excerpt

__all__ = ["excerpt"]


def exported() -> set[str]:
    """The names that the R package exports, with those of its methods for generic functions of R."""
    namespace = (ROOT / "r/NAMESPACE").read_text(encoding="utf-8")
    names = {
        name.strip() for one in re.findall(r"^export\((.*)\)$", namespace, re.MULTILINE) for name in one.split(",")
    }
    return names | set(re.findall(r"^importFrom\(stats, (\w+)\)$", namespace, re.MULTILINE))


def r(*command: str, folder: Path, library: Path | None = None) -> str:
    environment = {**os.environ, **({"R_LIBS": str(library)} if library else {})}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source package that `R CMD build` makes."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: r-base-core)")
    folder = tmp_path_factory.mktemp("r")
    if r("Rscript", "--vanilla", "-e", 'cat(requireNamespace("jsonlite", quietly = TRUE))', folder=folder) != "TRUE":
        pytest.skip("the R package jsonlite is not installed (Debian: r-cran-jsonlite)")
    r("R", "CMD", "build", str(ROOT / "r"), folder=folder)
    (made,) = folder.glob("clausula_*.tar.gz")
    return made


@pytest.fixture(scope="session")
def library(archive: Path) -> Path:
    """A library of R packages in which the package is installed."""
    folder = archive.parent / "library"
    folder.mkdir()
    r("R", "CMD", "INSTALL", "--no-test-load", "-l", str(folder), str(archive), folder=archive.parent)
    return folder
