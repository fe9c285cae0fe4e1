"""A layer is not run again where nothing has changed, and always where anything has."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausula.commands import main
from clausula.core.findings import CouldNotRun, Report
from clausula.core.package import open_package
from clausula.validation import earlier_verdicts, run, second_process
from clausula.validation.earlier_verdicts import FRESH, LAYERS, find
from clausula.validation.report import page
from tests.cli.test_commands import digest
from tests.conftest import copy_mini


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the verdicts, in a cache of this test."""
    monkeypatch.delenv(FRESH, raising=False)
    monkeypatch.setenv("CLAUSULA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/verdicts"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each layer is added when it runs."""
    names: list[str] = []
    original = run.run_layer

    def recorded(layer: str, *others: Any) -> None:
        names.append(layer)
        original(layer, *others)

    monkeypatch.setattr(run, "run_layer", recorded)
    monkeypatch.setattr(second_process, "LAYERS", ())
    return names


def validate(root: Path) -> Report:
    return run.validate(root, ["duckdb", *LAYERS], fresh=False)


def known(root: Path) -> tuple[str, ...]:
    """The layers that would not run."""
    found = find(open_package(root), LAYERS)
    return () if found is None else found.layers


def entries(folder: Path) -> dict[str, Path]:
    return {json.loads(path.read_text())["layer"]: path for path in folder.iterdir()}


def test_a_second_run_skips_the_layers_and_says_so(mini: Path, folder: Path, ran: list[str]) -> None:
    before = digest(mini)
    assert "earlier" not in validate(mini).checked
    assert ran == ["duckdb", *LAYERS]
    ran.clear()
    second = validate(mini)
    assert ran == ["duckdb"]
    assert second.checked["earlier"] == list(LAYERS)
    assert second.findings == [] and set(LAYERS) < set(second.checked["layers"])
    assert "an earlier run with the same hashes found nothing" in page(second, "x", "1")
    ran.clear()
    assert "earlier" not in run.validate(mini, ["pandera"], fresh=True).checked
    assert ran == ["pandera"]
    assert digest(mini) == before
    assert len(entries(folder)) == len(LAYERS)


def test_the_command_says_so_and_can_run_all_anyway(
    validated: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def printed(*options: str) -> str:
        assert main.run(["validate", str(validated), "--layer", "pandera", *options]) == 0
        return capsys.readouterr().out

    says = "pandera: not run; an earlier run with the same hashes found nothing (--fresh runs them)\n"
    assert says in printed()
    assert json.loads(printed("--json"))["checked"]["earlier"] == ["pandera"]
    assert says not in printed("--fresh")
    monkeypatch.setenv(FRESH, "1")
    assert says not in printed()


def rewrite(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def change_file(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert change(text) != text
        (root / name).write_text(change(text), encoding="utf-8")

    return change_file


POISONS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "enum": ("pandera", rewrite("data/provisions.csv", lambda text: text.replace(",obligation,", ",duty,", 1))),
    "hash": ("frictionless", rewrite("data/actors.csv", lambda text: text + text.splitlines()[-1] + "\n")),
    "stale-file": ("agreement", rewrite("data/conflicts.csv", lambda text: text.replace("\n", " \n", 2))),
}


CHANGES: dict[str, Callable[[Path], None]] = {
    "a table": rewrite("data/actors.csv", lambda text: text.replace("a", "b", 1)),
    "a schema": rewrite("schemas/actors.schema.json", lambda text: text + "\n"),
    "the descriptor": rewrite("datapackage.json", lambda text: text + "\n"),
    "a rule": lambda root: (root / "validation/rules/new.sql").write_text("--"),
    "another file": lambda root: (root / "data/new.csv").write_text("a\n"),
    "a file less": lambda root: (root / "data/parquet/actors.parquet").unlink(),
    "a link": lambda root: (root / "data/link.csv").symlink_to(root / "data/actors.csv"),
    "a folder behind a link": lambda root: (root / "data/link").symlink_to(root / "schemas"),
    "a path elsewhere": rewrite("datapackage.json", lambda text: text.replace("data/actors.csv", "other/actors.csv")),
    "a damaged table": lambda root: (root / "data/actors.csv").write_bytes(b"\0"),
    "a damaged descriptor": lambda root: (root / "datapackage.json").write_bytes(b"{"),
}


@pytest.fixture
def validated(mini: Path) -> Path:
    """Return a package with a verdict of each layer, without the time that the layers take."""
    verdicts = find(open_package(mini), LAYERS)
    assert verdicts is not None
    verdicts.keep(Report(), LAYERS)
    assert known(mini) == LAYERS
    return mini


@pytest.mark.parametrize("code", POISONS)
def test_a_poisoned_row_is_found_after_a_clean_run(code: str, validated: Path) -> None:
    layer, poison = POISONS[code]
    poison(validated)
    found = run.validate(validated, [layer], fresh=False)
    assert code in {f.code for f in found.findings if layer in f.layers}
    assert known(validated) == ()


@pytest.mark.parametrize("what", CHANGES)
def test_after_any_change_of_the_package_the_layers_run(what: str, validated: Path) -> None:
    CHANGES[what](validated)
    assert known(validated) == ()


@pytest.mark.parametrize("what", ["libraries", "_source_code"])
def test_after_a_change_of_libraries_or_code_the_layers_run(
    what: str, validated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_verdicts, what, lambda: ["frictionless-0.dist-info"])
    assert known(validated) == ()


def test_another_version_is_noticed_where_it_is_installed(
    validated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more/pandera-0.99.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "more"))
    assert known(validated) == ()


def test_after_a_change_of_python_or_its_settings_the_layers_run(
    validated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "4.0")
        assert known(validated) == ()
    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    assert known(validated) == ()


def edit(**changes: Any) -> Callable[[Path], object]:
    return lambda path: path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


LINE = {"suite": "s", "about": "a", "code": "c", "says": "s", "severity": "error", "expected": "1", "observed": "0"}
DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_text(""),
    "cut off": lambda path: path.write_text(path.read_text()[:-2]),
    "no object": lambda path: path.write_text("[]"),
    "of another layer": edit(layer="frictionless"),
    "of another state": edit(key="0" * 64),
    "with more": edit(more=1),
    "another report": edit(checked={"layers": []}),
    "an expectation that was not met": edit(checked={"expectations": [{**LINE, "met": False}]}),
    "not private": lambda path: path.chmod(0o666),
    "a folder of everybody": lambda path: path.parent.chmod(0o777),
    "a link": lambda path: path.rename(path.with_suffix(".x")) and path.symlink_to(path.with_suffix(".x")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_forged_verdict_is_not_used(damage: str, validated: Path, folder: Path) -> None:
    DAMAGES[damage](entries(folder)["expectations"])
    assert "expectations" not in known(validated)


def test_a_verdict_of_another_package_is_not_used(validated: Path, folder: Path, tmp_path: Path) -> None:
    """A clean verdict under the name of the key of a poisoned package."""
    clean = entries(folder)["pandera"]
    POISONS["enum"][1](validated)
    verdicts = find(open_package(validated), LAYERS)
    assert verdicts is not None
    clean.rename(folder / verdicts.keys["pandera"])
    assert known(validated) == ()


@pytest.mark.parametrize("obstacle", ["a file", "a folder that cannot be made"])
def test_a_cache_that_cannot_be_used_is_no_error(
    obstacle: str, mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    if obstacle == "a file":
        cache.write_text("")
    else:
        monkeypatch.setenv("CLAUSULA_CACHE", "/proc/none")
    verdicts = find(open_package(mini), LAYERS)
    assert verdicts is not None
    verdicts.keep(Report(), LAYERS)
    assert known(mini) == ()


def test_a_table_that_changes_during_the_run_is_an_error(validated: Path) -> None:
    verdicts = find(open_package(validated), LAYERS)
    assert verdicts is not None
    with pytest.raises(CouldNotRun) as caught:
        verdicts.add_to(Report(), {"data/actors.csv": "0" * 64})
    assert caught.value.finding.code == "concurrent-change"


def test_no_verdict_is_kept_on_a_package_that_changed_during_the_run(mini: Path, folder: Path) -> None:
    verdicts = find(open_package(mini), LAYERS)
    assert verdicts is not None
    CHANGES["a table"](mini)
    verdicts.keep(Report(), LAYERS)
    assert not folder.exists()


def test_the_oldest_verdicts_are_deleted(validated: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier_verdicts, "KEPT", 4)
    CHANGES["a rule"](validated)
    verdicts = find(open_package(validated), LAYERS)
    assert verdicts is not None
    verdicts.keep(Report(), LAYERS)
    assert len(list(folder.iterdir())) == 4
    assert known(validated) == LAYERS


def test_what_is_no_package_of_ours_has_no_verdicts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a", "type": "integer"}]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "x", "resources": [resource]}))
    assert find(open_package(tmp_path), LAYERS) is None
    copy_mini(tmp_path / "unbuilt")
    assert find(open_package(tmp_path / "unbuilt"), LAYERS) is None
