"""The notebooks run, each in a process of its own, write only where they are told to, and tell what the data hold."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import clausula
from tests.conftest import ROOT
from tests.pairs import chosen
from tests.shared import once

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
NAMES = [path.stem for path in EXAMPLES]
MISSING = [name for name in ("altair", "vl_convert") if importlib.util.find_spec(name) is None]
drawing = pytest.mark.skipif(bool(MISSING), reason=f"figures need {', '.join(MISSING)}: pip install '.[plot]'")


def run(name: str, work: Path, **given: str) -> str:
    """What a notebook of a copy of the examples prints."""
    shutil.copytree(ROOT / "examples", work / "examples", ignore=shutil.ignore_patterns("pipeline"), dirs_exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CLAUSULA_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", f"examples/{name}.py"],
        cwd=work,
        env={**environment, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


Results = Callable[[str], tuple[str, Path]]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What each prints, and the folder of its figures; every notebook is run once."""

    def result(name: str) -> tuple[str, Path]:
        def make(folder: Path) -> None:
            printed = run(name, folder / "work", CLAUSULA_FIGURES=str(folder / "work/figures"))
            (folder / "printed.txt").write_text(printed, encoding="utf-8")

        folder = once(tmp_path_factory, f"notebook-{name}", make)
        return (folder / "printed.txt").read_text(encoding="utf-8"), folder / "work/figures"

    return result


def cells(path: Path) -> list[tuple[str, str]]:
    """Kind and text of each cell of a percent script, the header left aside."""
    parts = re.split(r"^# %%(.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [
        ("prose" if "[markdown]" in kind else "code", body) for kind, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def test_the_five_questions_are_asked() -> None:
    readme = (ROOT / "examples/README.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) == 5
    for path in EXAMPLES:
        kinds = cells(path)
        title = kinds[0][1].splitlines()[0]
        assert title.startswith("# # ") and title.endswith("?"), path.name
        assert f"[{path.name}]({path.name}) | {title[4:]} |" in readme
        assert kinds[-1][0] == "prose" and "# ## Caveats" in kinds[-1][1], path.name
        for kind, body in kinds:
            if kind == "prose":
                assert all(line.startswith("#") for line in body.splitlines() if line), path.name


@drawing
@pytest.mark.parametrize("name", chosen(NAMES, ["obligations"]))
def test_a_notebook_runs_and_draws(name: str, results: Results) -> None:
    out, figures = results(name)
    assert f"clausula {clausula.data_version}" in out
    root = ElementTree.parse(figures / f"{name}.svg").getroot()
    assert root[0].text and root[1].text
    assert root[1].text in out, "what the figure shows in words is printed too"
    assert len(pd.read_csv(figures / f"{name}.csv"))
    assert {p.name for p in figures.parent.iterdir()} == {"examples", "figures"}
    shipped = {p.name for p in (ROOT / "examples").iterdir() if p.is_file()}
    assert {p.name for p in (figures.parent / "examples").iterdir()} == shipped, "nothing is written beside the script"


@pytest.mark.exhaustive
@drawing
def test_without_a_folder_the_figures_are_temporary(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    out = run("minsk_to_2025", tmp_path, TMPDIR=str(tmp_path / "scratch"))
    folder = re.search(r"figures go to (.+)", out)
    assert folder is not None
    assert Path(folder[1]).parent == tmp_path / "scratch"
    assert (Path(folder[1]) / "minsk_to_2025.svg").is_file()
    assert {p.name for p in tmp_path.iterdir()} == {"examples", "scratch"}


@pytest.mark.exhaustive
@drawing
def test_what_survived_of_minsk(results: Results) -> None:
    """The answers of the notebook, read against both texts."""
    out, figures = results("minsk_to_2025")
    table = pd.read_csv(figures / "minsk_to_2025.csv")
    assert table.groupby("provision_id_b")["provision_id_a"].nunique().to_dict() == {
        "us-ru-draft-plan-2025.p01": 9,
        "us-ru-draft-plan-2025.p11": 1,
    }
    assert table["relation"].value_counts().to_dict() == {"reversed": 7, "replaced": 2, "weaker": 1}
    links = clausula.load("provision_links")
    coded = links[links["provision_id"].isin(table["provision_id_b"])]
    coded = coded[coded["earlier_provision_id"].str.startswith("minsk-package-2015.")]
    linked = table[table["via"] == "link"]
    assert set(linked["provision_id_a"]) == set(coded["earlier_provision_id"])
    assert {p.stem for p in figures.glob("us-*.svg")} == set(linked["provision_id_b"])
    for name, counted in (("minsk-protocol-2014", 14), ("minsk-memorandum-2014", 11)):
        compared = clausula.compare(name, "minsk-package-2015")
        assert compared["provision_id_a"].nunique() == counted
    within = out.split("From Minsk to the draft")[0]
    assert re.search(r"^stronger +\d+ +\d+$", within, re.MULTILINE)
    told = re.search(r"(\d+) of (\d+) topics: (.+)", out)
    assert told is not None
    wide = clausula.wide()
    assert wide.loc["us-ru-draft-plan-2025", told[3].split(", ")].isna().all(), "not reported is not absent"


@pytest.mark.exhaustive
@drawing
def test_a_party_s_selection_is_in_no_rate(results: Results) -> None:
    out, figures = results("who_rejects_what")
    positions = clausula.positions()
    free = positions[positions["selected_by_actor_id"].isna()]
    support = pd.read_csv(figures / "who_rejects_what_support.csv").set_index("instrument_id")
    assert support.loc["us-ru-draft-plan-2025"].to_dict() == {"for": 2, "against": 2, "mixed": 0, "neutral": 1}
    assert support.loc["trump-peace-agreement-2025"].to_dict() == {"for": 4, "against": 0, "mixed": 0, "neutral": 0}
    counted = free[(free["target_kind"] == "instrument") & free["stance"].notna()]
    assert set(support.index) == set(counted["target_id"])
    claimants = counted.groupby("target_id")["claimant_id"].nunique()
    assert claimants["us-ru-draft-plan-2025"] == 7 > support.loc["us-ru-draft-plan-2025"].sum(), (
        "a government counts once"
    )
    assert re.search(r"^Ukraine +us-ru-draft-plan-2025\.p02 +False$", out, re.MULTILINE)
    against = pd.read_csv(figures / "who_rejects_what.csv")
    assert len(against) == (free["stance"] < 0).sum()
    rates, apart = out.split("Sources that a party selected")[0], set(positions["source_id"]) - set(free["source_id"])
    assert apart and all(source in out for source in apart)
    assert not any(source in rates.split("left out because a party selected")[0] for source in apart)
    for condition in free.loc[free["conditional"], "condition"]:
        assert condition[:40] in out


@drawing
def test_duties_are_counted_once(results: Results) -> None:
    _, figures = results("obligations")
    table = pd.read_csv(figures / "obligations.csv").set_index("instrument_id")
    provisions = clausula.load("provisions").query("modality in ('obligation', 'prohibition')")
    assert table["duties"].to_dict() == provisions.groupby("instrument_id").size().to_dict()
    assert (table[["rhetorical", "substantive", "detailed"]].sum(axis=1) == table["duties"]).all()
    assert (table["loose"] <= table["duties"]).all()
    actors = pd.read_csv(figures / "obligations_by_actor.csv").set_index("actor_id")
    parts = clausula.load("provision_actors").query("role == 'obligor'")
    ukraine = parts.loc[parts["actor_id"] == "ukraine", "provision_id"]
    whole = table.index[table["coverage"] == "complete"]
    own = provisions[provisions["instrument_id"].isin(whole)]
    assert actors.loc["ukraine", "duties"] == own["provision_id"].isin(ukraine).sum()


@pytest.mark.exhaustive
@drawing
def test_the_merge_keeps_ignorance_apart(results: Results) -> None:
    out, figures = results("merge_with_pax")
    cells = pd.read_csv(figures / "merge_with_pax.csv")
    assert set(cells["AgtId"]) == {1363, 1364}
    pax = clausula.crosswalk("pax").reset_index("AgtId")
    for row in cells.itertuples():
        ours = pax.loc[row.instrument_id, row.code]
        assert (pd.isna(ours) and pd.isna(row.ours)) or ours == row.ours
        assert (row.outcome == "not known") == (pd.isna(row.ours) or pd.isna(row.theirs))
    rates = clausula.validity(ROOT / "examples/made_up_pax.csv").overall
    assert f"precision: {rates['precision']} " in out and f"recall: {rates['recall']} " in out
    assert "only theirs" in out and "The PA-X values are made up." in out


@pytest.mark.exhaustive
@drawing
def test_one_s_own_file_takes_the_place_of_the_made_up_one(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("AgtId,Agt,Dat,Ce,TjAm\n1362,Own,2014-09-19,2,1\n", encoding="utf-8")
    out = run("merge_with_pax", tmp_path / "work", CLAUSULA_PAX=str(own), CLAUSULA_FIGURES=str(tmp_path / "figures"))
    assert "made up" not in out
    assert "precision: 1.0 (95% interval 1.0 to 1.0)" in out and "recall: 0.5 " in out
    assert set(pd.read_csv(tmp_path / "figures/merge_with_pax.csv")["AgtId"]) == {1362}
    own.write_text("Agreement,CeProv\n1362,2\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"own\.csv lacks AgtId"):
        run("merge_with_pax", tmp_path / "work", CLAUSULA_PAX=str(own), CLAUSULA_FIGURES=str(tmp_path / "figures"))


@pytest.mark.exhaustive
@drawing
def test_a_notebook_finds_the_made_up_file_beside_itself(tmp_path: Path) -> None:
    """A kernel runs in the folder of the notebook and knows no `__file__`."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = {**os.environ, "CLAUSULA_FIGURES": str(tmp_path / "figures")}
    code = "exec(open('merge_with_pax.py', encoding='utf-8').read()); assert '__file__' not in globals()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "examples",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "made_up_pax.csv" in done.stdout) == (0, True), done.stderr


def test_the_made_up_file_says_so_in_every_row() -> None:
    frame = pd.read_csv(ROOT / "examples/made_up_pax.csv")
    assert frame["Agt"].str.startswith("MADE UP").all()
    assert {"Con", "PP", "AgtId", "Dat", "Ce"} <= set(frame)


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_a_notebook_opens_as_one(path: Path, tmp_path: Path) -> None:
    jupytext = pytest.importorskip("jupytext", reason="jupytext is not installed (pip install jupytext)")
    notebook = jupytext.read(path)
    assert [cell["cell_type"] for cell in notebook.cells] == [
        "markdown" if kind == "prose" else "code" for kind, _ in cells(path)
    ]
    jupytext.write(notebook, tmp_path / "x.ipynb")
    assert jupytext.writes(jupytext.read(tmp_path / "x.ipynb"), "py:percent").count("# %%") == len(notebook.cells)
