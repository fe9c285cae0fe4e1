"""The slowest layers in a second process: the same report as from one process, whatever happens to the second."""

import sys
from pathlib import Path

import pytest

from clausula.core.findings import CouldNotRun
from clausula.validation import second_process
from clausula.validation.result import ValidationReport
from clausula.validation.run import validate

LAYERS = ("duckdb", "frictionless", "expectations")
MAIN = "from clausula.validation.second_process import main; main()"


def start(*lines: str) -> tuple[str, str]:
    return "-c", "\n".join(["import sys", *lines])


def poison(package: Path) -> None:
    path = package / "data" / "places.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1], "a,b"]) + "\n", encoding="utf-8")


def found(report: ValidationReport) -> tuple[object, ...]:
    return [f.as_dict() for f in report.sorted()], report.counts, report.checked["layers"]


@pytest.fixture
def in_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "HEAVY", "a module that is never loaded")


@pytest.fixture
def expected(mini: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    poison(mini)
    with monkeypatch.context() as patch:
        patch.setattr(second_process, "HEAVY", "sys")
        result = found(validate(mini, layers=LAYERS))
    assert {f["code"] for f in result[0]} > {"primary-key", "ragged-row", "hash"}
    return result


@pytest.mark.usefixtures("in_two_processes")
def test_the_report_is_the_same(mini: Path, expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "frictionless", None)  # it is needed in the second process only
    assert found(validate(mini, layers=LAYERS)) == expected


@pytest.mark.exhaustive
@pytest.mark.usefixtures("in_two_processes")
@pytest.mark.parametrize("end", ["sys.exit(3)", "import os; os.kill(os.getpid(), 9)", "print('noise'); sys.exit(0)"])
def test_a_process_that_fails_is_made_up_for(
    mini: Path, expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(second_process, "START", start(end))
    assert found(validate(mini, layers=LAYERS)) == expected


@pytest.mark.exhaustive
@pytest.mark.usefixtures("in_two_processes")
def test_a_library_that_prints_does_no_harm(
    mini: Path, expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = (
        "import clausula.validation.layers as l; old = l.layer_check; l.layer_check = lambda n: print('x') or old(n)"
    )
    monkeypatch.setattr(second_process, "START", start(noise, MAIN))
    assert found(validate(mini, layers=LAYERS)) == expected


@pytest.mark.exhaustive
@pytest.mark.usefixtures("in_two_processes")
def test_a_table_that_changes_between_the_readings_is_refused(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change = (
        f"from pathlib import Path; p = Path({str(mini / 'data' / 'places.csv')!r}); p.write_bytes(p.read_bytes()[:-1])"
    )
    validate(mini, layers=LAYERS)
    monkeypatch.setattr(second_process, "START", start("import time; time.sleep(3)", change, MAIN))
    with pytest.raises(CouldNotRun) as caught:
        validate(mini, layers=("duckdb", "drift", *LAYERS[1:]))
    assert caught.value.finding.code == "concurrent-change"


@pytest.mark.usefixtures("in_two_processes")
def test_a_missing_library_is_reported(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "START", start("sys.modules['frictionless'] = None", MAIN))
    with pytest.raises(CouldNotRun) as caught:
        validate(mini, layers=LAYERS)
    assert caught.value.finding.code == "not-installed"


@pytest.mark.usefixtures("in_two_processes")
def test_no_module_is_imported_from_the_working_folder(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mini / "frictionless.py").write_text("from pathlib import Path; Path('ran').touch()", encoding="utf-8")
    monkeypatch.chdir(mini)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    assert validate(mini, layers=LAYERS).findings == []
    assert not (mini / "ran").exists()
