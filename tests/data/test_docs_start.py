"""The pages for newcomers: every snippet runs where its program is at hand, and all give the same numbers.

`tests/r/test_start.py` runs those for R.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.commands.main import main
from tests.conftest import ROOT

NAMES = ("start", "comparing", "cite", "errors")
PAGES = {name: (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in NAMES}
EXAMPLES = (ROOT / "examples/README.md").read_text(encoding="utf-8")
RECORD = "us-ru-draft-plan-2025.p04"


def blocks(page: str, language: str) -> list[str]:
    """The code of a page in one language; a page that has none any more fails."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGES[page], re.DOTALL)
    assert found, (page, language)
    return found


def duties() -> dict[str, tuple[int, int]]:
    """The answer, counted row by row from the CSV file without any of the programs."""
    counts: dict[str, tuple[int, int]] = {}
    with (ROOT / "data/provisions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["modality"] in ("obligation", "prohibition"):
                many, hanging = counts.get(row["instrument_id"], (0, 0))
                counts[row["instrument_id"]] = many + 1, hanging + (row["conditionality"] == "conditional")
    return counts


def bearers() -> dict[str, int]:
    """The five actors with the most duties, in order, with their numbers; ties are in alphabetical order."""
    rows = {}
    for table in ("provisions", "provision_actors"):
        with (ROOT / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
            rows[table] = list(csv.DictReader(file))
    binding = {row["provision_id"] for row in rows["provisions"] if row["modality"] in ("obligation", "prohibition")}
    borne = Counter(
        row["actor_id"]
        for row in rows["provision_actors"]
        if row["role"] == "obligor" and row["provision_id"] in binding
    )
    return dict(sorted(borne.items(), key=lambda item: (-item[1], item[0]))[:5])


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(out: str) -> dict[str, tuple[int, int]]:
    """The last two numbers of each line that names an instrument."""
    found = re.findall(r"([a-z][\w-]*-[\w-]+) +(\d+) +(\d+)\s*$", out, re.MULTILINE)
    return {name: (int(many), int(hanging)) for name, many, hanging in found}


def test_pandas(tmp_path: Path) -> None:
    count, who = blocks("start", "python")
    assert printed(run([sys.executable, "-c", count], tmp_path)) == duties()
    shown = run([sys.executable, "-c", f"{count}\nprint('-----')\n{who}"], tmp_path).split("-----")[1]
    found = re.findall(r"^([a-z][\w-]*) +(\d+)$", shown, re.MULTILINE)
    assert [(actor, int(number)) for actor, number in found] == list(bearers().items())


def test_a_comparison_with_the_package_and_with_the_files_of_a_release(tmp_path: Path) -> None:
    compared, linked = blocks("comparing", "python")
    draft, earlier = "us-ru-draft-plan-2025", "minsk-package-2015"
    pairs = clausula.compare(earlier, draft)
    own = set(clausula.duties(instrument=draft).query("state_id == 'ukraine'")["provision_id"])
    expected = pairs[pairs["provision_id_b"].isin(own)]
    out = run([sys.executable, "-c", compared], tmp_path)
    assert Counter(re.findall(r" (reversed|replaced|new) ", out)) == Counter(expected["relation"].astype(str))
    (new,) = {one for one in own if one.endswith(".p01")}
    assert (len(own), int((expected["provision_id_b"] == new).sum())) == (5, 9), "the page says so"
    out = run([sys.executable, "-c", linked], ROOT / "data/parquet")
    assert set(re.findall(rf"{draft}\.p\d+", out)) == own
    by_link = expected[expected["via"].astype(str) == "link"]["provision_id_a"]
    assert set(re.findall(rf"{earlier}\.p\d+", out)) == set(by_link)


def test_pandas_without_the_package() -> None:
    (conversion,) = re.findall(r"`(provisions\[[^`]+)`", PAGES["start"])
    provisions, loaded = pd.read_parquet(ROOT / "data/parquet/provisions.parquet"), clausula.load("provisions")
    assert provisions.pop("due_from").dtype == "date32[day][pyarrow]"
    assert provisions.pop("due_to").dtype == "date32[day][pyarrow]"
    pd.testing.assert_frame_equal(provisions, loaded.drop(columns=["due_from", "due_to"]), check_flags=False)
    found = eval(conversion, {"provisions": pd.read_parquet(ROOT / "data/parquet/provisions.parquet")})
    pd.testing.assert_series_equal(found, loaded["due_from"])


def test_the_files_of_the_package_are_where_the_page_says() -> None:
    (path,) = re.findall(r"`clausula\.open\(\)\.root / \"(\w+)\"`", PAGES["start"])
    folder = clausula.open().root / path
    assert (folder / "provisions.csv").is_file() and (folder / "parquet/provisions.parquet").is_file()


def test_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(ROOT)
    count, who = blocks("start", "sql")
    rows = duckdb.connect().execute(count).fetchall()
    assert {name: (many, hanging) for name, many, hanging in rows} == duties()
    assert duckdb.connect().execute(who).fetchall() == list(bearers().items())
    (where,) = re.findall(r"`WHERE (due_from [^`]+)`", PAGES["start"])
    found = duckdb.connect().sql(f"SELECT count(*) FROM 'data/parquet/provisions.parquet' WHERE {where}").fetchall()
    assert found == [(int((clausula.load("provisions")["due_from"] < "2025-01-01").sum()),)]


def test_stata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the lines for Stata need: the file, labels that decode gives, and the numbers that collapse counts."""
    pyreadstat = pytest.importorskip("pyreadstat")
    monkeypatch.chdir(tmp_path)
    (line,) = [one for block in blocks("start", "sh") for one in block.splitlines() if "export dta" in one]
    assert main(shlex.split(line)[1:]) == 0
    (code,) = blocks("start", "stata")
    file = re.search(r'use "([^"]+)"', code)
    kept = re.search(r"inlist\(kind, (.+)\)", code)
    term = re.search(r'terms == "([^"]+)"', code)
    assert file and kept and term
    frame = pd.read_stata(file[1])
    _, meta = pyreadstat.read_dta(file[1])
    decoded = re.findall(r"decode (\w+), generate", code)
    assert decoded == ["modality", "conditionality"]
    labels = {name: set(meta.value_labels[meta.variable_to_label[name]].values()) for name in decoded}
    kinds = re.findall(r'"([^"]+)"', kept[1])
    assert set(kinds) <= labels["modality"] and term[1] in labels["conditionality"]
    assert frame["strength"].notna().all(), "collapse (count) counts what is not missing"
    chosen = frame[frame["modality"].isin(kinds)]
    hanging = (chosen["conditionality"] == term[1]).groupby(chosen["instrument_id"]).agg(["size", "sum"])
    assert {str(name): (int(many), int(some)) for name, many, some in hanging.itertuples()} == duties()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_commands_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [one for block in blocks(page, "sh") for one in block.splitlines() if one.startswith("clausula ")]
    assert lines
    for line in lines:
        assert main(shlex.split(line, comments=True)[1:]) == 0, line


@pytest.mark.parametrize("page", sorted(PAGES))
def test_what_is_named_in_passing_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in set(re.findall(r"`clausula ([a-z]+)", PAGES[page])):
        with pytest.raises(SystemExit) as ended:
            main([verb, "--help"])
        assert ended.value.code == 0, verb
    for name in set(re.findall(r"`clausula\.([a-z_]+)", PAGES[page])) - {"plot"}:
        assert hasattr(clausula, name), name
    for name in set(re.findall(r"clausula\.plot\.([a-z_]+)", PAGES[page])):
        assert hasattr(clausula.plot, name), name
    for table in re.findall(r"data/(?:parquet/)?(\w+)\.(?:csv|parquet)", PAGES[page]):
        assert table in clausula.tables().index
    capsys.readouterr()


@pytest.mark.parametrize(
    ("folder", "text"), [("docs", PAGES[name]) for name in sorted(PAGES)] + [("examples", EXAMPLES)]
)
def test_links_lead_somewhere(folder: str, text: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("https://")]
    assert links
    for link in links:
        assert (ROOT / folder / link).exists(), link


def test_the_citation_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite"]) == 0
    assert capsys.readouterr().out.strip() == clausula.cite()
    assert clausula.data_version in clausula.cite()
    assert clausula.load("sources").attrs["data_version"] == clausula.data_version
    assert f'version: "{clausula.data_version}"' in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_no_doi_and_no_address_is_invented() -> None:
    doi = clausula.open().model.metadata.get("doi")
    assert ("have no DOI yet" in PAGES["cite"]) == (doi is None), "the page says what the data have"
    for text in (*PAGES.values(), EXAMPLES):
        assert not re.search(r"\b10\.\d{4,}/|[\w.]+@[\w-]+\.\w|doi\.org", text)
        assert set(re.findall(r"https?://([\w.-]+)", text)) <= {"jupytext.readthedocs.io"}


def test_the_sources_behind_a_figure(tmp_path: Path) -> None:
    pytest.importorskip("altair")
    (code,) = blocks("cite", "python")
    out = run([sys.executable, "-c", code], tmp_path)
    used = clausula.plot.stance_matrix("provision").table["source_id"].unique()
    assert len(used) and all(source in out for source in used)
    assert clausula.cite() in out


def test_the_report_of_an_error_points_at_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("errors", "text")
    told = dict(line.split(":", 1) for line in block.splitlines())
    told = {key: value.strip() for key, value in told.items()}
    asked = re.findall(r"^\| (\w+) \|", PAGES["errors"].split("## What to send")[1], re.MULTILINE)
    assert set(told) == set(asked[: len(told)]), "the example has the rows of the table"
    anchors = clausula.load("evidence").query("provision_id == @told['record']")
    places = [f"{a.start} to {a.end}" for a in anchors.itertuples()]
    assert told["place"] in places
    assert told["source"] in set(anchors["source_id"])
    table, column = told["column"].split(".")  # noqa: RUF059 (used in the query)
    field = clausula.codebook().query("table == @table and field == @column")
    assert len(field) == 1
    page, part = told["rule"].split(", procedure, step ")
    procedure = (ROOT / page).read_text(encoding="utf-8").split("## Procedure")[1].split("##")[0]
    assert f"\n{part}. " in procedure
    assert main(["show", RECORD]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].endswith(RECORD)
    assert told["source"] in shown and f"start {told['place'].split()[0]}" in shown.replace("\n", " ")


def test_the_pages_are_short() -> None:
    for name, text in PAGES.items():
        assert len(text.splitlines()) <= 135, name
        assert max(len(line) for line in io.StringIO(text)) <= 125, name
