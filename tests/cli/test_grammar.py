"""The grammar of the command line: one form of subjects, options and help texts in every command."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausula.commands.main import COMMANDS, parser
from tests.command import clausula
from tests.conftest import ROOT

Command = tuple[str, argparse.ArgumentParser]


def commands(top: argparse.ArgumentParser, name: str = "clausula") -> Iterator[Command]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part, command in action.choices.items():
                yield f"{name} {part}", command
                yield from commands(command, f"{name} {part}")


ALL = dict(commands(parser()))
GROUPS = {"clausula code"}
"""Commands that only have subcommands."""

RUN = sorted(ALL.keys() - GROUPS)
NOT_ON_A_PACKAGE = {"clausula init", "clausula diff", "clausula merge", "clausula import", "clausula completion"}
OF_ONE_FORM = {
    "--package": r"folder of the package, or its datapackage\.json \(default: .*\)",
    "--out": r"where to write the output \(default: .+\)",
    "--force": r"replace what is already at the output path",
    "--json": r"print the result as JSON",
    "--strict": r"exit with status 1 on warnings too",
    "--shown": r"list at most N .+; counts are always complete \(default: 100\)",
    "--text": r"the text of the source \(default: SOURCE\.txt in .+\)",
    "--texts": r"folder with the texts of the sources, each as SOURCE\.txt; needed to .+",
    "--report": r"also write the report to a file, as .+",
    "--html": r"also write the report to a file, as .+",
    "--markdown": r"also write the report to a file, as .+",
    "--dry-run": r"only check, change nothing",
    "--partial": r"import what has no errors, leave out the rest",
    "--pass": r"letter of the pass: .+",
}
"""What the help text of an option says in every command that has it."""

METAVARS = {
    "--package": "DIR",
    "--texts": "DIR",
    "--out": "PATH",
    "--text": "FILE",
    "--report": "FILE",
    "--html": "FILE",
    "--markdown": "FILE",
    "--source": "SOURCE",
    "source": "SOURCE",
    "--shown": "N",
    "--pass": "LETTER",
}


def listed(command: argparse.ArgumentParser) -> list[argparse.Action]:
    return [one for one in command._actions if one.help != argparse.SUPPRESS and "--help" not in one.option_strings]


def name_of(action: argparse.Action) -> str:
    return action.option_strings[-1] if action.option_strings else action.dest


@pytest.mark.parametrize("name", RUN)
def test_help_texts_have_one_form(name: str) -> None:
    command = ALL[name]
    assert re.fullmatch(r"[A-Z][^.]*\.", command.description or "")
    assert (command.epilog or "").startswith(f"examples:\n  {'export CLAUSULA' if 'deposit' in name else name}")
    for action in listed(command):
        text = str(action.help)
        assert re.match(r"[a-z]|ID\b|N\b|[A-Z]{2}", text) and not text.endswith("."), f"{name}: {text}"
        assert action.nargs == 0 or re.fullmatch(r"[A-Z_]+", str(action.metavar)), f"{name}: {name_of(action)}"
        if (default := action.default) not in (None, False, [], "", 0) and not isinstance(default, tuple):
            assert f"(default: {default})" in text or action.nargs == 0, f"{name}: {name_of(action)}"


@pytest.mark.parametrize("name", RUN)
def test_options_mean_the_same_everywhere(name: str) -> None:
    has = {name_of(action): action for action in listed(ALL[name])}
    assert "--json" in has
    assert ("--package" in has) == (name not in NOT_ON_A_PACKAGE)
    for option in has.keys() & OF_ONE_FORM.keys():
        assert re.fullmatch(OF_ONE_FORM[option], str(has[option].help)), f"{name} {option}"
    for option in has.keys() & METAVARS.keys():
        assert has[option].metavar == METAVARS[option], f"{name} {option}"
    assert "--force" not in has or "--out" in has
    if "--package" in has:
        assert has["--package"].help == {name_of(a): a for a in ALL["clausula show"]._actions}["--package"].help


@pytest.mark.parametrize("name", [name for name in RUN if name.startswith("clausula code ")])
def test_the_text_of_a_source_is_given_in_the_same_two_ways(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    has = {name_of(action): action for action in listed(ALL[name])}
    assert ("--text" in has) == ("--texts" in has)
    if "--text" in has:
        assert not has["--text"].required and not has["--texts"].required
        with pytest.raises(SystemExit):
            ALL[name].parse_args(["--text", "a.txt", "--texts", "texts"])
        assert "not allowed with argument --text" in capsys.readouterr().err


def lines_of(examples: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", examples)
    return [line.strip() for line in joined.splitlines() if line.startswith("  clausula ")]


@pytest.mark.parametrize("name", sorted(ALL))
def test_examples_are_valid_commands(name: str) -> None:
    examples = lines_of(str(ALL[name].epilog))
    assert examples
    top = parser()
    for line in examples:
        words = shlex.split(re.split(r"\s{2,}|\s[|>]\s", line)[0])
        top.parse_args(words[1:])


MENTIONED = [
    (file, command)
    for pattern in (
        "src/clausula/**/*.py",
        "src/clausula/**/*.js",
        "docs/**/*.md",
        "*.md",
        "schemas/*",
        "validation/**/*",
    )
    for path in sorted(ROOT.glob(pattern))
    if path.is_file() and (file := str(path.relative_to(ROOT))) != "CHANGELOG.md"
    for command in re.findall(r"`(clausula (?:[a-z]|--)[^`\n]*)`", path.read_text(encoding="utf-8"))
    if "{" not in command
]


def test_commands_in_messages_and_pages_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that is named without its subject, such as `clausula show`, is allowed."""
    assert len(MENTIONED) > 80
    top = parser()
    for file, command in MENTIONED:
        try:
            top.parse_args(shlex.split(command.replace("<", "").replace(">", ""))[1:])
        except SystemExit as ended:
            error = capsys.readouterr().err
            bare = "required: SUBCOMMAND" in error or ("arguments are required" in error and "--" not in command)
            assert not ended.code or bare, f"{file}: {command}\n{error}"


@pytest.mark.parametrize(
    ("command", "package"), [("validate", "subset"), ("verify", "mini"), ("build", "subset"), ("agreement", "mini")]
)
def test_package_can_be_given_without_its_option_but_not_twice(
    request: pytest.FixtureRequest, tmp_path: Path, command: str, package: str
) -> None:
    root = request.getfixturevalue(package)
    more = {"validate": ["--fast"], "verify": ["--texts", str(ROOT / "tests/mini/texts")]}.get(command, [])
    for given in (
        [str(root)],
        ["--package", str(root)],
        [str(root), "--package", str(root)],
        ["--package", str(root / "datapackage.json")],
    ):
        assert clausula(command, *given, *more).returncode == 0, given
    both = clausula(command, str(root), "--package", str(tmp_path), *more)
    assert (both.returncode, "two packages are given" in both.stderr) == (2, True)
    stray = clausula(command, str(tmp_path / "notes.txt"), *more)
    assert (stray.returncode, "notes.txt does not exist" in stray.stderr) == (2, True)
    # Only `validate` lists it: its examples pass packages and files of others that way.
    assert ("[PACKAGE]" in clausula(command, "--help").stdout) == (command == "validate")


@pytest.mark.parametrize(
    "command",
    [
        "show river-accord-2031",
        "cite",
        "export json",
        pytest.param("site --no-validation", marks=pytest.mark.exhaustive),
    ],
)
def test_descriptor_names_the_package_in_every_command(mini: Path, tmp_path: Path, command: str) -> None:
    arguments = command.replace("export json", "export jsonl").split()
    assert clausula(*arguments, "--package", str(mini / "datapackage.json"), cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        "build",
        "agreement --write",
        "code resolve river-accord-2031",
        "code workbook river-accord-2031 --pass a",
        "release 0.3.0",
        "deposit status",
    ],
)
def test_commands_that_change_a_package_never_change_the_shipped_release(tmp_path: Path, command: str) -> None:
    """Failed before for `build`, `agreement --write` and `code resolve`, which fell back to the shipped release."""
    run = clausula(*command.split(), cwd=tmp_path)
    assert (run.returncode, "is not inside a package" in run.stderr) == (2, True)


def test_every_command_names_its_optional_dependencies() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"^{extra} = \[", declared, re.MULTILINE) for extra in COMMANDS.values())
