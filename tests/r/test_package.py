"""The R package as a package: its checks, its examples, its version, its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import clausula
from tests.conftest import ROOT
from tests.r.conftest import exported, r

PAGE = (ROOT / "r/README.md").read_text(encoding="utf-8")
DESCRIPTION = (ROOT / "r/DESCRIPTION").read_text(encoding="utf-8")


def test_the_version_is_that_of_the_data(archive: Path) -> None:
    assert re.findall(r"^Version: (.*)$", DESCRIPTION, re.MULTILINE) == [clausula.data_version]
    assert archive.name == f"clausula_{clausula.data_version}.tar.gz"


def test_it_needs_jsonlite_and_parts_of_r_only() -> None:
    assert re.findall(r"^(?:Imports|Suggests|LinkingTo): (.*)$", DESCRIPTION, re.MULTILINE) == ["jsonlite, stats"]
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "r/R").glob("*.R"))
    assert set(re.findall(r"(\w+)::\w", code)) == {"jsonlite", "utils"}, "utils and stats are part of R"


def test_it_is_installed_without_compiler_and_source_folder_stays_clean(library: Path) -> None:
    assert (library / "clausula/DESCRIPTION").is_file()
    files = {path.relative_to(ROOT / "r").parts[0] for path in (ROOT / "r").rglob("*") if path.is_file()}
    assert files == {"DESCRIPTION", "LICENSE", "NAMESPACE", "R", "README.md", "man"}


@pytest.mark.exhaustive
def test_r_cmd_check_has_nothing_to_say(archive: Path, tmp_path: Path) -> None:
    out = r("R", "CMD", "check", "--no-manual", str(archive), folder=tmp_path)
    assert re.search(r"^Status: OK$", out, re.MULTILINE), out


@pytest.mark.parametrize("page", ["open_clausula", "views"])
def test_the_examples_of_the_help_run(page: str, library: Path, tmp_path: Path) -> None:
    examples = tmp_path / "examples.R"
    code = f"tools::Rd2ex('{ROOT / f'r/man/{page}.Rd'}', '{examples}', commentDontrun = FALSE)"
    r("Rscript", "--vanilla", "-e", code, folder=tmp_path)
    assert "open_clausula" in examples.read_text(encoding="utf-8")
    code = f"library(clausula); source('{examples}', echo = TRUE)"
    assert r("Rscript", "--vanilla", "-e", code, folder=ROOT, library=library).strip()


def recipe() -> list[str]:
    (code,) = re.findall(r"```r\n(.*?)```", PAGE.split("## ")[0], re.DOTALL)
    return [line for line in code.splitlines() if line]


def test_the_recipe_has_three_lines_and_runs(library: Path, tmp_path: Path) -> None:
    lines = recipe()
    assert len(lines) == 3
    out = r("Rscript", "--vanilla", "-e", "\n".join(lines), folder=ROOT, library=library)
    assert out.split()[0] == "claimant_id"
    matrix = clausula.stances("instrument")
    assert all(f" {claimant} " in out for claimant in matrix.index)


def test_every_example_of_the_page_runs(library: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```r\n(.*?)```", PAGE, re.DOTALL)
    installs = [block for block in blocks if "install.packages" in block]
    assert len(installs) == 1
    for line in installs[0].splitlines():
        # jsonlite is at hand; the line for the package itself is run with a library of its own.
        if "jsonlite" not in line:
            empty = tmp_path / "library"
            empty.mkdir()
            r("Rscript", "--vanilla", "-e", f".libPaths(c('{empty}', .libPaths()))\n{line}", folder=ROOT)
            assert (empty / "clausula/DESCRIPTION").is_file()
    code = "\n".join(block for block in blocks if block not in installs)
    assert r("Rscript", "--vanilla", "-e", code, folder=ROOT, library=library)


def test_the_page_lists_every_view() -> None:
    assert exported() == set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))


def test_it_ships_with_the_data_and_its_links_lead_to_what_ships() -> None:
    ships = json.loads((ROOT / "schemas/package.json").read_text(encoding="utf-8"))["ships"]
    assert "r" in ships
    links = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE) if not link.startswith("https://")]
    assert links
    for link in links:
        target = (ROOT / "r" / link).resolve().relative_to(ROOT).as_posix()
        assert (ROOT / target).is_file()
        assert any(target == one or target.startswith(f"{one}/") for one in ships), target
