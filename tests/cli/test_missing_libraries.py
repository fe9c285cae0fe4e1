"""Commands and functions without their optional libraries: each says which extra to install."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from clausula.commands.main import COMMANDS
from clausula.core.findings import CouldNotRun, registry
from clausula.core.install import WHEEL
from clausula.core.requirements import EXTRAS, extra_with, needs
from clausula.export.formats import FORMATS
from clausula.validation.layers import LAYERS, ON_REQUEST
from tests.cli.test_grammar import RUN as ALL
from tests.conftest import ROOT

OTHER_NAMES = {"vl-convert-python": "vl_convert", "markdown-it-py": "markdown_it"}
"""Modules whose name is not that of their distribution."""

HIDDEN = {module for modules in EXTRAS.values() for module in modules}

PAIR = ("river-accord-2031", "delta-draft-2032")

WITH_ARGUMENTS: dict[str, list[list[str]]] = {
    "clausula init": [["new", "--title", "T", "--author", "A"]],
    "clausula merge": [["base.csv", "ours.csv", "theirs.csv", "data/actors.csv"]],
    "clausula build": [[], ["--no-expectations"]],
    "clausula validate": [[], *(["--layer", layer] for layer in (*LAYERS, *ON_REQUEST)), ["--engine", "spark"]],
    "clausula verify": [["--texts", "texts"]],
    "clausula agreement": [[], ["--write"]],
    "clausula code new": [["text.txt", "--source-id", "my-text"]],
    "clausula code workbook": [["{source}", "--pass", "b"]],
    "clausula code ingest": [["form.xlsx"], ["form.json"]],
    "clausula code web": [["{source}", "--pass", "b", "--no-browser"]],
    "clausula code pack": [["{source}", "--pass", "b", "--texts", "texts"]],
    "clausula code submit": [["answer.json", "--texts", "texts"]],
    "clausula code import": [["list.csv", "{source}", "--format", "dna", "--pass", "b"]],
    "clausula code resolve": [["{source}"]],
    "clausula code pending": [[]],
    "clausula code revise": [["--dry-run"]],
    "clausula format": [[]],
    "clausula release": [["0.9.0", "--without-texts"]],
    "clausula deposit": [["status"], ["create", "."]],
    "clausula export": [[form, "--out", f"exported-{form}"] for form in FORMATS],
    "clausula site": [["--out", "site"]],
    "clausula import": [["pax", "pax.csv"], ["pax", "pax.xlsx"]],
    "clausula diff": [[".", "."], [".", ".", "--html", "diff.html"]],
    "clausula show": [["{source}"]],
    "clausula compare": [list(PAIR), [*PAIR, "--format", "html"]],
    "clausula align": [["minsk-protocol-2014", "minsk-package-2015", "--texts", "texts"]],
    "clausula validity": [["--against", "pax.csv"], ["--against", "pax.xlsx"]],
    "clausula cite": [[], ["--style", "apa"]],
    "clausula completion": [["bash"]],
}

CALLS = {
    "clausula.validate('.')": "validate",
    "clausula.contract('provisions')": "validate",
    "clausula.plot.timeline().svg()": "plot",
    "clausula.plot.stance_matrix().chart()": "plot",
    "clausula.plot.coverage().save('x.svg')": "plot",
    "clausula.open('doi:10.1234/name')": "fetch",
    "__import__('clausula.versions.build').versions.build.build(pathlib.Path('.'))": "validate",
    "__import__('clausula.agreement.report').agreement.report.measure_agreement(pathlib.Path('.'))": "coding",
}

HIDE = "import json, pathlib, sys\nfor name in json.loads(sys.argv[1]): sys.modules[name] = None\n"

DRIVER = f"""{HIDE}
import contextlib, io
from clausula.commands.main import main
for arguments in json.loads(sys.argv[2]):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = ended.code
        except Exception as error:
            status = f"{{type(error).__name__}}: {{error}}"
    print(json.dumps([status, out.buffer.getvalue().decode()]), flush=True)
"""

CALLER = f"""{HIDE}
import clausula
for call in json.loads(sys.argv[2]):
    try:
        eval(call)
        print(json.dumps("done"))
    except clausula.CouldNotRun as error:
        print(json.dumps(str(error)))
    except Exception as error:
        print(json.dumps(f"traceback: {{type(error).__name__}}: {{error}}"))
"""

INSTALL = re.compile(
    r"needs (\w+), which is not installed\n    -> "
    r'Run `python -m pip install "./clausula-VERSION-py3-none-any.whl\[(\w+)\]"`'
    r' with the wheel file, or `python -m pip install "\.\[\2\]"` in a checkout\.'
)

ON_PYPI = re.compile(r"pip install [^`\n]*[\"' ]clausula\b(?!-)|[\"`' ]clausula\[")
"""How Clausula would be installed if it were on PyPI."""


def module_of(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9-]+", requirement)
    assert name is not None
    return OTHER_NAMES.get(name[0], name[0].replace("-", "_"))


def run(code: str, hidden: set[str], given: object, folder: Path) -> list[object]:
    words = [sys.executable, "-c", code, json.dumps(sorted(hidden)), json.dumps(given)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines_of(package: Path, command: str) -> list[list[str]]:
    source = (package / "data/sources.csv").read_text(encoding="utf-8").splitlines()[1].partition(",")[0]
    filled = [[one.format(source=source) for one in more] for more in WITH_ARGUMENTS[command]]
    return [[*command.split()[1:], *more] for more in filled]


@pytest.fixture
def package(mini: Path) -> Path:
    """A package, with the files that the commands are given."""
    (mini / "texts").mkdir(exist_ok=True)
    for name in ("text.txt", "form.json", "list.csv", "pax.csv", "pax.xlsx", "form.xlsx"):
        (mini / name).write_text("Article 1. The parties agree.\n")
    return mini


def test_the_extras_in_the_code_are_those_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["optional-dependencies"]
    assert {extra: tuple(map(module_of, listed)) for extra, listed in declared.items()} == EXTRAS


def test_nothing_is_installed_from_pypi_before_it_is_there() -> None:
    assert ON_PYPI.search('python -m pip install --upgrade "clausula[plot]"') and ON_PYPI.search(
        "needs `clausula[a,b]`"
    )
    patterns = ("README.md", "RELEASING.md", "docs/**/*.md", "examples/*", "r/*.md", "src/**/*.py", "src/**/*.toml")
    files = [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]
    assert [str(path) for path in files if ON_PYPI.search(path.read_text(encoding="utf-8"))] == []
    hints = {name: template.do for name, template in registry().items() if "pip install" in template.do}
    assert {"not-installed", "skipped-layer:expectations", "spark-unavailable:executors"} <= hints.keys()
    assert [name for name, hint in hints.items() if f"./{WHEEL}[" not in hint or '".[' not in hint] == []
    assert [name for name, template in registry().items() if "<install" in template.do] == []


def test_every_command_is_listed_here() -> None:
    assert sorted(WITH_ARGUMENTS) == ALL


def test_without_optional_libraries_every_command_works_or_names_the_extra(package: Path) -> None:
    commands = [line for command in WITH_ARGUMENTS for line in lines_of(package, command)]
    seen = set()
    for arguments, outcome in zip(commands, run(DRIVER, HIDDEN, commands, package), strict=True):
        assert isinstance(outcome, list)
        status, output = outcome
        assert status in (0, 1, 2), (arguments, outcome)
        assert "Traceback" not in output, (arguments, output)
        for module, extra in INSTALL.findall(output):
            assert module in EXTRAS[extra], (arguments, output)
            seen.add((arguments[0], extra))
        assert ("not installed" in output) <= ("python -m pip install" in output), (arguments, output)
    assert {("build", "validate"), ("validate", "validate"), ("site", "site"), ("completion", "completion")} <= seen
    assert {("agreement", "coding"), ("code", "coding"), ("export", "export")} <= seen


def test_without_optional_libraries_every_function_names_the_extra(package: Path) -> None:
    for (call, extra), outcome in zip(CALLS.items(), run(CALLER, HIDDEN, list(CALLS), package), strict=True):
        found = INSTALL.search(str(outcome))
        assert found is not None, (call, outcome)
        assert found[2] == extra, (call, outcome)


@pytest.mark.parametrize("module", sorted(HIDDEN))
def test_each_missing_library_is_reported_with_an_extra_that_has_it(module: str) -> None:
    for preferred in EXTRAS:
        with pytest.raises(CouldNotRun) as caught, needs("the work", preferred):
            raise ModuleNotFoundError(name=f"{module}.part")
        found = INSTALL.search(str(caught.value))
        assert found is not None
        assert found[1] == module
        assert module in EXTRAS[found[2]]
        assert found[2] == preferred or module not in EXTRAS[preferred]


def test_a_library_that_cannot_be_imported_is_not_called_missing() -> None:
    with pytest.raises(CouldNotRun, match="cannot be imported: no DLL") as caught, needs("the work", "validate"):
        raise ImportError("no DLL", name="duckdb")
    assert "--upgrade" in str(caught.value)
    with pytest.raises(ImportError), needs("the work", "validate"):
        raise ImportError("own", name="clausula.core")
    assert extra_with("unknown", "site") == "site"


@pytest.mark.exhaustive
@pytest.mark.parametrize("extra", sorted({*COMMANDS.values()} - {"fetch"}))
def test_an_extra_is_enough_for_its_commands(package: Path, extra: str) -> None:
    """A command never asks for a library of another extra, except in the layers that have an extra of their own."""
    hidden = HIDDEN - set(EXTRAS[extra])
    commands = [line for c in WITH_ARGUMENTS if COMMANDS[c.split()[1]] == extra for line in lines_of(package, c)]
    commands = [line for line in commands if line[:2] != ["code", "web"] and "spark" not in line]
    for arguments, outcome in zip(commands, run(DRIVER, hidden, commands, package), strict=True):
        assert isinstance(outcome, list)
        others = {named for _, named in INSTALL.findall(outcome[1])} - {"expectations", "spark"}
        assert others <= {extra}, (arguments, outcome)
