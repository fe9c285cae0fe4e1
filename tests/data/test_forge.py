"""What a public forge reads: the workflow, the issue forms, and the hooks that run before a commit."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.pairs import chosen

FORGE = ROOT / ".github"
WORKFLOW = FORGE / "workflows" / "checks.yml"
FORMS = sorted((FORGE / "ISSUE_TEMPLATE").glob("*.yml"))
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def workflow() -> dict:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


def commands() -> list[str]:
    return [step["run"] for job in workflow()["jobs"].values() for step in job["steps"] if "run" in step]


def runs(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)


def make_targets(command: str) -> list[str]:
    """Return the targets of a `make` command; of `make` alone, the default one."""
    words = command.split()
    return [word for word in words[1:] if "=" not in word] or ["all"] if words[0] == "make" else []


def unknown_targets(found: list[str], folder: Path) -> list[str]:
    return [t for command in found for t in make_targets(command) if runs("make", "-n", t, cwd=folder).returncode]


def schema_errors(schema: str, path: Path) -> str:
    pytest.importorskip("check_jsonschema")
    done = runs(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", path)
    return done.stdout + done.stderr if done.returncode else ""


def test_the_workflow_is_valid():
    assert not schema_errors("github-workflows", WORKFLOW)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_are_valid(path):
    assert not schema_errors("github-issue-config" if path.stem == "config" else "github-issue-forms", path)


def test_a_faulty_issue_form_is_found(tmp_path):
    text = (FORGE / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8")
    (tmp_path / "bug.yml").write_text(text.replace("type: textarea", "type: textfield", 1), encoding="utf-8")
    assert "textfield" in schema_errors("github-issue-forms", tmp_path / "bug.yml")


def test_there_is_a_form_for_each_kind_of_issue():
    assert {path.stem for path in FORMS} == {"bug", "coding-error", "config", "new-source"}


def test_ids_and_labels_of_a_form_are_unique():
    for path in FORMS:
        body = yaml.safe_load(path.read_text(encoding="utf-8")).get("body", [])
        for values in ([e["id"] for e in body if "id" in e], [e["attributes"].get("label") for e in body if "id" in e]):
            assert len(values) == len(set(values)), path.name


def test_each_make_target_of_the_workflow_exists():
    targets = {target for command in commands() for target in make_targets(command)}
    assert {"all", "check", "test", "test-exhaustive"} <= targets
    assert not unknown_targets(commands(), ROOT)


def test_a_renamed_make_target_is_found(tmp_path):
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    renamed = re.sub(r"^test-exhaustive:", "test-everything:", text, flags=re.MULTILINE)
    renamed = re.sub(r"^\.PHONY:.*\n", "", renamed, flags=re.MULTILINE)
    (tmp_path / "Makefile").write_text(renamed, encoding="utf-8")
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    assert unknown_targets(commands(), tmp_path) == ["test-exhaustive"]


def test_the_other_commands_of_the_workflow_are_known():
    known = r"make|sudo apt-get|python -m pip install|python -c|clausula"
    assert [command for command in commands() if not re.match(rf"({known})\b", command)] == []
    for command in commands():
        if command.startswith("clausula "):
            ran = runs(sys.executable, "-m", *command.split())
            assert ran.returncode == 0, ran.stderr
        if command.startswith("python -c "):
            ran = runs(sys.executable, "-c", command.removeprefix("python -c ").strip('"'))
            assert ran.returncode == 0, ran.stderr


def test_the_workflow_covers_the_supported_versions():
    jobs = workflow()["jobs"]
    versions = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", c)]
    for name in ("test", "install"):
        assert jobs[name]["strategy"]["matrix"]["python"] == versions
    named = {
        extra for extras in jobs["install"]["strategy"]["matrix"]["extras"] for extra in re.findall(r"\w+", extras)
    }
    assert named == set(PROJECT["optional-dependencies"]) - {"expectations", "spark"}
    assert jobs["exhaustive"]["if"].startswith("github.event_name == 'schedule'")


def hooks() -> list[dict]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    return [hook for repo in config["repos"] for hook in repo["hooks"]]


def test_the_configuration_of_the_hooks_is_valid():
    pytest.importorskip("pre_commit")
    done = runs(sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "hook", chosen(hooks(), [h for h in hooks() if h["id"] != "mypy"]), ids=lambda hook: hook["id"]
)
def test_the_commands_of_the_hooks_run(hook):
    program, *arguments = hook["entry"].split()
    name = Path(program).name
    if name == "clausula":
        command = [sys.executable, "-m", "clausula", *arguments]
    else:
        if not shutil.which(BIN / name):
            pytest.skip(f"{name} is not installed")
        command = [BIN / name, *arguments]
    files = [] if hook.get("pass_filenames") is False else ["src/clausula/__init__.py"]
    done = runs(*command, *files)
    assert done.returncode == 0, done.stdout + done.stderr
