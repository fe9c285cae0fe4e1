"""The benchmark measures real checks: each contestant finds each broken rule, or the page says that it does not.

The competitors are installed by `make bench` only: `.venv-bench/bin/python -m pytest tests/bench` runs them all.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
from benchmarks import codings, commands, packages, page, table
from benchmarks import run as bench
from benchmarks.contestants import CONTESTANTS
from benchmarks.measure import Measured, run
from clausula.validation.run import validate
from tests.conftest import ROOT
from tests.pairs import chosen

ROWS = 1000
FORMS = {"csv": [None, *table.POISON], "parquet": [None, *(kind for kind in table.POISON if kind != "type")]}
BENCH_ONLY = ("polars", "dataframely", "pointblank", "psutil", "matplotlib")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def need(name: str) -> None:
    one = CONTESTANTS[name]
    for library in (one.needs, "psutil", *(["polars"] if "polars" in name else [])):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed; `make bench` installs it")
    if one.needs == "pyspark" and shutil.which("java") is None:
        pytest.skip("Java is not installed")


def found_in(name: str, form: str, folders: list[Path]) -> list[int | str]:
    """Return what a contestant finds in each folder: the number of violations, or the error that it raises."""
    command = [sys.executable, "-m", "tests.bench.all_folders", name, form, *map(str, folders)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    return [json.loads(line) for line in ran.stdout.splitlines()[-len(folders) :]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", chosen([n for n, one in CONTESTANTS.items() if one.checks and n != "clausula-spark"], ["clausula"])
)
def test_each_finds_each_broken_rule(data: Path, name: str, form: str) -> None:
    need(name)
    one = CONTESTANTS[name]
    if not one.most[form]:
        pytest.skip(f"{name} is not measured on {form}")
    folders = [table.generate(data / f"{form}-{kind}", ROWS, form, kind) for kind in FORMS[form]]
    for kind, found in zip(FORMS[form], found_in(name, form, folders), strict=True):
        if kind is None:
            assert found == 0
        else:
            assert (found != 0) == (kind not in one.misses), f"{kind}: {found}"
            assert isinstance(found, int) or kind == "type", found


@pytest.mark.parametrize("kind", [None, "enum"])
def test_the_last_line_of_a_process_is_the_count(data: Path, kind: str | None) -> None:
    need("clausula")
    root = table.generate(data / f"csv-{kind}", ROWS, "csv", kind)
    told = run(["benchmarks.contestants", "clausula", str(root), "csv"], 120)
    assert (told.failed, told.output != "0") == (False, kind is not None)


@pytest.mark.exhaustive
def test_spark_finds_a_broken_rule(data: Path) -> None:
    need("clausula-spark")
    root = table.generate(data / "csv-enum", ROWS, "csv", "enum")
    told = run(["benchmarks.contestants", "clausula-spark", str(root), "csv"], 240)
    assert told.output == "1"


@pytest.mark.exhaustive
def test_many_codings_need_bounded_memory(tmp_path: Path) -> None:
    few, many = (codings.measure(tmp_path / str(number), number) for number in (150_000, 600_000))
    for run_of in ("all", "layer"):
        grown = (many[run_of]["peak_mb"] - few[run_of]["peak_mb"]) / (many["codings"] - few["codings"])
        assert grown * 1_000_000 < 750


def test_what_is_missed_is_told() -> None:
    words = {"foreign-key": "references", "type": "types"}
    for one in CONTESTANTS.values():
        assert all(words[kind] in one.cannot for kind in one.misses)


def test_the_same_rows_each_time(tmp_path: Path) -> None:
    first, second = (table.generate(tmp_path / n, ROWS, "csv") / "reactions.csv" for n in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    shuffled = table.generate(tmp_path / "c", ROWS, "csv", shuffled=True) / "reactions.csv"
    lines = first.read_bytes().splitlines(), shuffled.read_bytes().splitlines()
    assert lines[0] != lines[1]
    assert sorted(lines[0]) == sorted(lines[1])


def test_memory_of_children_is_counted() -> None:
    pytest.importorskip("psutil", reason="psutil is not installed; `make bench` installs it")
    one = run(
        [
            "timeit",
            "-n1",
            "-r1",
            "import subprocess, sys",
            "subprocess.run([sys.executable, '-c', 'x=b\"x\"*10**8; import time; time.sleep(1)'])",
        ],
        60,
    )
    assert one.peak_mb > 100


def test_processor_time_of_a_child_that_nobody_waits_for_is_counted() -> None:
    pytest.importorskip("psutil", reason="psutil is not installed; `make bench` installs it")
    spin = "import time\nwhile time.process_time() < 1: pass\nprint('done', flush=True)\ntime.sleep(3)"
    popen = f"subprocess.Popen([sys.executable, '-c', {spin!r}], stdout=subprocess.PIPE)"
    one = run(["timeit", "-n1", "-r1", f"import subprocess, sys, time; {popen}.stdout.readline(); time.sleep(2)"], 60)
    assert one.cpu > 0.9


def test_the_harness_records_and_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in BENCH_ONLY:
        pytest.importorskip(library, reason=f"{library} is not installed; `make bench` installs it")
    monkeypatch.setattr(bench, "RECORD", tmp_path / "benchmarks.json")
    monkeypatch.setattr(bench, "DATA", tmp_path / "data")
    monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(page, "FIGURE", tmp_path / "benchmarks.svg")
    monkeypatch.setattr("sys.argv", ["bench", "--sizes", "1e3", "--only", "load clausula polars"])
    assert bench.main() == 0
    record = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))
    assert {(r["name"], r["form"]) for r in record["results"]} == {
        (name, form) for name in ("load", "clausula", "polars") for form in ("csv", "parquet")
    }
    assert all(r["seconds"] > 0 and r["peak_mb"] > 0 and r["found"] == 0 for r in record["results"])
    assert "polars, hand-written" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert (tmp_path / "benchmarks.svg").read_bytes().startswith(b"<?xml")


def test_an_interrupted_run_keeps_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psutil", reason="psutil is not installed; `make bench` installs it")
    monkeypatch.setattr(bench, "RECORD", tmp_path / "benchmarks.json")
    monkeypatch.setattr(bench, "DATA", tmp_path / "data")

    def interrupted(arguments: list[str], limit: float) -> Measured:
        if "clausula" in arguments:
            raise KeyboardInterrupt
        return run(arguments, limit)

    monkeypatch.setattr(bench, "run", interrupted)
    record: dict[str, Any] = {"machine": {}, "results": [], "start": {}}
    with pytest.raises(KeyboardInterrupt):
        bench.measure(record, ["load", "clausula"], ROWS, "csv")
    assert [r["name"] for r in bench.read()["results"]] == ["load"]
    assert [path.name for path in tmp_path.iterdir()].count("benchmarks.new") == 0


def test_the_page_is_made_of_the_record() -> None:
    if not bench.RECORD.exists():
        pytest.skip("nothing has been recorded yet")
    assert page.PAGE.read_text(encoding="utf-8") == page.text(bench.read())


def test_packages_of_other_forms_are_clean_and_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "DATA", tmp_path)
    monkeypatch.setattr(packages, "RESOURCES", 2)
    for path in (packages.many(20), packages.zipped(20), packages.gz(20)):
        report = validate(path)
        assert (report.total(), report.complete) == (0, True), path
    tool = {"seconds": 1.0, "cpu": 1.0, "peak_mb": 9, "runs": 3}
    found = {"form": "many", "rows": 20, "clausula": tool, "frictionless": {**tool, "seconds": 4.0}}
    text = page.text({**bench.read(), "packages": [found]})
    assert "| 200 resources: speed compared with frictionless | at least 3x | 4x | yes |" in text
    assert "| 200 resources of 20 rows: `frictionless validate` | 4.00 |" in text


def test_whole_commands_of_both_versions_are_measured_and_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psutil", reason="psutil is not installed; `make bench` installs it")
    monkeypatch.setattr(commands, "ROUNDS", 1)
    old = commands.last_release(tmp_path)
    (load,) = commands.both(["load"], old)
    assert load["this"]["seconds"] > 0
    if old is None:
        pytest.skip("the history is shallow: it does not contain the last release")
    assert load["0.2.0"]["seconds"] > 0
    rows = {"this": 212_514, "0.2.0": 31_990}
    record = {"version": "0.3.0", "last": "0.2.0", "rows": rows, "both": [load], "layers": [], "large": []}
    text = page.text({**bench.read(), "commands": record})
    assert "0.3.0 with 212,514 rows, 0.2.0 with 31,990" in text
    assert re.search(r"\| load all tables with pandas (\| \d+\.\d\d \| [\d,]+ ){2}\|", text)


def test_a_command_that_fails_is_not_a_time(tmp_path: Path) -> None:
    pytest.importorskip("psutil", reason="psutil is not installed; `make bench` installs it")
    one = run(["clausula", "validate", "--package", str(tmp_path / "none")], 60, passes=(0, 1))
    assert one.failed and "seconds" not in packages.median([one])
