"""Warnings that are accepted for a release: recorded with a reason, listed, and an error as soon as they are gone."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clausula.commands.output import accepted_lines
from clausula.core.acceptances import ACCEPTED, apply_acceptances, read_acceptances
from clausula.core.findings import WARNING, Acceptance, Finding, Report
from clausula.core.rules import RULES
from clausula.validation.report import page
from clausula.validation.run import validate
from clausula.versions.build import build
from clausula.versions.release.accept import accept, with_acceptances
from tests.checkout import VERSION, codes, commit, create_checkout, release
from tests.command import clausula
from tests.conftest import ROOT
from tests.poisoned.tables import Tables

MOON = {"place_id": "moon", "name": "Moon", "kind": "region"}
LABEL = "unused-place:places/place_id=moon/place_id"
REASON = "The protocol of the next round names it."
ACCEPT = ("--accept", LABEL, "--reason", REASON)


@pytest.fixture(autouse=True)
def fast_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the slow layers, which other tests run on releases."""
    layers = ("duckdb", "rules")
    monkeypatch.setattr("clausula.versions.release.checks.validate", partial(validate, layers=layers))


def with_warning(root: Path) -> Path:
    """Turn a package into a checkout with one warning."""
    Tables(root).apply([{"table": "places", "add": MOON}])
    assert [one.code for one in build(root).report.findings] == ["unused-place"]
    return create_checkout(root)


@pytest.fixture(scope="module")
def warned(built_subset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of a few tables with one warning; tests must not change it."""
    root = Path(shutil.copytree(built_subset, tmp_path_factory.mktemp("warned") / "package"))
    rule = (ROOT / RULES / "unused-place.sql").read_text(encoding="utf-8")
    (root / RULES / "unused-place.sql").write_text(rule.replace("provision_places", "events"), encoding="utf-8")
    return with_warning(root)


@pytest.fixture
def checkout(warned: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(warned, tmp_path / "package"))


@pytest.fixture
def accepted(checkout: Path) -> Path:
    """A checkout in which the warning was accepted, and the acceptance committed."""
    assert release(checkout, VERSION, "--without-texts", *ACCEPT)[0] == 1
    commit(checkout, "accept")
    return checkout


def change(root: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = root / ACCEPTED
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content["accepted"][0])
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_blocked_release_says_how_to_accept_each_warning(warned: Path, tmp_path: Path) -> None:
    run = clausula("release", VERSION, "--package", str(warned), "--without-texts", "--out", str(tmp_path / "out"))
    assert (run.returncode, run.stderr, (tmp_path / "out").exists()) == (1, "", False)
    assert "Release blocked: 0 errors, 1 warning. No release was written." in run.stdout
    line = next(line for line in run.stdout.splitlines() if line.startswith("    --accept"))
    assert shlex.split(line) == ["--accept", LABEL, "--reason", "..."]


def test_an_accepted_warning_is_recorded_listed_and_no_longer_warned_about(mini: Path, tmp_path: Path) -> None:
    checkout = with_warning(mini)
    out = ("--without-texts", "--out", str(tmp_path / "out"))
    run = clausula("release", VERSION, "--package", str(checkout), *out, *ACCEPT)
    assert "1 warning accepted and recorded. Commit the changed files" in run.stdout
    assert "Fix the errors" not in run.stdout  # only the files that were just written are not committed
    assert "warning unused-place" not in run.stdout
    (entry,) = json.loads((checkout / ACCEPTED).read_text(encoding="utf-8"))["accepted"]
    assert (entry["code"], entry["name"]) == ("unused-place", "places/place_id=moon/place_id")
    assert (entry["reason"], entry["version"], entry["layers"]) == (REASON, VERSION, ["rules"])
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n\nThe first version.\n\n- Accepted warning `{LABEL}`:" in changelog
    assert changelog.endswith(" it.\n") and f"Reason: {REASON}" in " ".join(changelog.split())

    status, payload = release(checkout, VERSION, *out)
    assert (status, codes(payload)) == (1, {"uncommitted-changes"})
    commit(checkout, "accept")
    status, payload = release(checkout, VERSION, *out)
    assert (status, payload["findings"], payload["warnings"]) == (0, [], 0)
    folder = Path(payload["folder"])
    assert json.loads((folder / "validation.json").read_text(encoding="utf-8"))["accepted"] == [entry]
    assert LABEL in (folder / "CHANGELOG.md").read_text(encoding="utf-8")


def test_many_accepted_warnings_of_a_code_are_one_line() -> None:
    report = Report()
    for number in range(5):
        code = "changed-distribution" if number < 4 else "uncoded-source"
        report.accepted.append(Acceptance(code, f"n{number}", "It differs.", "Because.", "1.0.0", "2031-01-01", ()))
    assert accepted_lines(report) == [
        "accepted in 1.0.0 on 2031-01-01: 4 changed-distribution warnings; the reasons are in validation/accepted.json",
        "accepted in 1.0.0 on 2031-01-01: uncoded-source:n4: It differs.\n    -> reason: Because.",
    ]


def test_validation_and_build_know_accepted_warnings(accepted: Path) -> None:
    run = clausula("validate", str(accepted), "--fast", "--strict")
    assert (run.returncode, run.stderr) == (0, "")
    first, reason, summary, _ = run.stdout.splitlines()
    assert first.startswith(f"accepted in {VERSION} on ") and f": {LABEL}: " in first
    assert reason == f"    -> reason: {REASON}"
    assert summary.endswith("0 errors, 0 warnings, 1 accepted warning")
    payload = json.loads(clausula("validate", str(accepted), "--fast", "--json").stdout)
    assert [one["reason"] for one in payload["accepted"]] == [REASON]
    assert (payload["counts"], payload["warnings"]) == ([], 0)
    assert payload["checked"]["tables"]["places"]["findings"] == 0
    shown = page(validate(accepted, ("duckdb", "rules")), "mini", VERSION)
    assert "No errors or warnings, 1 accepted warning." in shown
    assert f"<td>{REASON}</td>" in shown
    built = clausula("build", str(accepted), "--no-expectations")
    assert (built.returncode, "warning" in built.stdout) == (0, False)


def test_build_leaves_the_listing_of_warnings_to_validate(warned: Path) -> None:
    """`make` runs both, and showed each warning twice."""
    run = clausula("build", str(warned), "--no-expectations")
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 1)
    assert run.stdout.endswith("; 1 warning, listed by `clausula validate`\n")
    assert "warning unused-place" in clausula("validate", str(warned), "--fast").stdout


def test_an_acceptance_whose_warning_is_gone_is_an_error(accepted: Path, tmp_path: Path) -> None:
    Tables(accepted).apply([{"table": "places", "where": {"place_id": "moon"}, "delete": True}])
    run = clausula("build", str(accepted), "--no-expectations")
    assert (run.returncode, "error outdated-acceptance" in run.stdout) == (1, True)
    report = validate(accepted, ("duckdb", "rules"))
    assert [(one.code, one.file) for one in report.findings] == [("outdated-acceptance", ACCEPTED)]
    assert LABEL in report.findings[0].message
    assert validate(accepted, ("duckdb",)).findings == []  # the layer that warned did not run
    (accepted / ACCEPTED).unlink()
    assert build(accepted).report.findings == []


def test_an_acceptance_does_not_cover_a_warning_with_another_message(accepted: Path, tmp_path: Path) -> None:
    change(accepted, lambda entry: entry.update(says="A place is on the moon."))
    report = validate(accepted, ("duckdb", "rules"))
    assert [one.code for one in report.sorted()] == ["outdated-acceptance", "unused-place"]
    assert "A place is on the moon." in report.sorted()[0].message
    commit(accepted, "change")
    status, payload = release(accepted, VERSION, "--without-texts", "--out", str(tmp_path), *ACCEPT)
    assert (status, codes(payload)) == (1, {"uncommitted-changes"})
    assert validate(accepted, ("duckdb", "rules")).findings == []


def test_the_changelog_must_name_accepted_warnings(accepted: Path, tmp_path: Path) -> None:
    (accepted / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION}\n\nThe first.\n", encoding="utf-8")
    commit(accepted, "shorten")
    status, payload = release(accepted, VERSION, "--without-texts", "--out", str(tmp_path / "out"))
    assert (status, codes(payload), payload["folder"]) == (1, {"incomplete-changelog"}, None)
    assert LABEL in payload["findings"][0]["message"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--accept", LABEL], "--accept is given 1 time, --reason 0 times"),
        (["--reason", REASON], "--accept is given 0 times, --reason 1 time"),
        (["--accept", LABEL, "--reason", " \n "], "the reason for unused-place:"),
        ([*ACCEPT, *ACCEPT], "is given twice"),
    ],
)
def test_options_that_are_not_in_pairs(warned: Path, given: list[str], message: str) -> None:
    run = clausula("release", VERSION, "--package", str(warned), "--without-texts", *given)
    assert (run.returncode, message in run.stderr, (warned / ACCEPTED).exists()) == (2, True, False)


def test_only_all_or_none_are_accepted(warned: Path) -> None:
    other = ("--accept", f"{LABEL}x", "--reason", "Why not.")
    status, payload = release(warned, VERSION, "--without-texts", *ACCEPT, *other)
    assert (status, codes(payload)) == (1, {"unmatched-acceptance", "unused-place"})
    assert (payload["accepted"], (warned / ACCEPTED).exists()) == ([], False)


@pytest.mark.parametrize("label", ["x", "x:", "x:places", "x:places/place_id=a/", "y:places/place_id=a", "", "x:twice"])
def test_an_argument_must_name_one_warning(tmp_path: Path, label: str) -> None:
    report = Report()
    report.add(Finding("x", "Too few.", severity=WARNING, table="places", key="place_id=a"))
    report.add(Finding("y", "Wrong.", table="places", key="place_id=a"))  # errors cannot be accepted
    report.extend(Finding("x", text, severity=WARNING, table="twice") for text in ("Too few.", "Too many."))
    assert accept(tmp_path, report, VERSION, {label: REASON, "x:places/place_id=a": REASON}) == []
    assert [one.code for one in report.findings] == ["x", "y", "x", "x", "unmatched-acceptance"]
    assert list(tmp_path.iterdir()) == []


ENTRY = {
    "code": "unused-place",
    "name": "places/place_id=moon/place_id",
    "says": "A place is not used in any other row.",
    "reason": REASON,
    "version": VERSION,
    "date": "2031-05-06",
    "layers": ["rules"],
}


WARNED = Finding("unused-place", "", severity=WARNING, table="places", key="place_id=moon", field="place_id", row=1)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"accepted": {}}',
        '{"accepted": [1]}',
        '{"accepted": [], "accepted": []}',
        json.dumps({"accepted": [ENTRY], "more": 1}),
        json.dumps({"accepted": [ENTRY, ENTRY]}),
        *(json.dumps({"accepted": [{k: v for k, v in ENTRY.items() if k != left_out}]}) for left_out in ENTRY),
        *(json.dumps({"accepted": [{**ENTRY, k: " "}]}) for k in ENTRY),
        *(json.dumps({"accepted": [{**ENTRY, k: None}]}) for k in ENTRY),
        json.dumps({"accepted": [{**ENTRY, "date": "2031-02-30"}]}),
        json.dumps({"accepted": [{**ENTRY, "date": "20310506"}]}),
        json.dumps({"accepted": [{**ENTRY, "version": "next"}]}),
        json.dumps({"accepted": [{**ENTRY, "by": "me"}]}),
    ],
)
def test_a_malformed_list_accepts_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "validation").mkdir()
    (tmp_path / ACCEPTED).write_text(content, encoding="utf-8")
    report = Report()
    report.add(replace(WARNED, message=ENTRY["says"]))
    apply_acceptances(report, tmp_path, ("rules",))
    assert [one.code for one in report.findings] == ["unused-place", "invalid-acceptances"]
    assert report.accepted == []
    (tmp_path / ACCEPTED).write_text(json.dumps({"accepted": [ENTRY]}), encoding="utf-8")
    apply_acceptances(report, tmp_path, ("rules",))
    assert [one.code for one in report.findings] == ["invalid-acceptances"]


def test_validation_reports_a_malformed_list(checkout: Path) -> None:
    (checkout / ACCEPTED).write_text('{"accepted": 1}', encoding="utf-8")
    run = clausula("validate", str(checkout), "--fast")
    assert (run.returncode, run.stderr) == (1, "")
    assert f"{ACCEPTED}: error invalid-acceptances: " in run.stdout
    assert "warning unused-place" in run.stdout


def test_names_of_warnings() -> None:
    assert Finding("x", "", table="actors", field="note", key="actor_id=a").name == "actors/actor_id=a/note"
    assert Finding("x", "", table="targets", key="reaction_id=r, no=1").name == "targets/reaction_id=r,no=1"
    assert Finding("x", "", file="validation/expectations/reviewed.json", key="sources: minsk").name == "sources/minsk"
    assert Finding("x", "", file="CHANGELOG.md", line=3).name == "CHANGELOG.md"
    assert Finding("x", "").name == "package"


def test_two_keys_with_one_message_are_two_findings() -> None:
    """The second row that failed an expectation was counted, but not listed."""
    report = Report()
    found = [Finding("x", "Too few.", severity=WARNING, file="reviewed.json", key=f"sources: {n}") for n in "ab"]
    report.extend([*found, found[0]])
    assert [one.key for one in report.findings] == ["sources: a", "sources: b"]


def test_withdrawn_findings_are_not_counted() -> None:
    report = Report()
    one = Finding("x", "Too few.", severity=WARNING, table="places", key="a", row=1, layers=("rules",))
    other = Finding("x", "Too few.", severity=WARNING, table="places", key="b", row=2, layers=("rules",))
    again = Finding("x", "Too few.", severity=WARNING, table="places", key="a", row=1, layers=("spark",))
    report.extend([one, other, again])
    report.withdraw(report.findings[0])
    assert (report.findings, report.total(WARNING)) == ([other], 1)
    report.add(one)
    assert (len(report.findings), report.total(WARNING)) == (2, 2)
    report.withdraw(one)
    report.withdraw(other)
    assert (report.findings, report.counts, report.exit_status(strict=True)) == ([], {}, 0)


def test_lines_are_added_at_the_end_of_the_entry_of_their_version(tmp_path: Path) -> None:
    (tmp_path / "validation").mkdir()
    (tmp_path / ACCEPTED).write_text(json.dumps({"accepted": [ENTRY]}), encoding="utf-8")
    (one,) = read_acceptances(tmp_path)
    line = f"- Accepted warning `{LABEL}`:"
    old = f"# Changelog\n\n## {VERSION}\n\n- `places`: new.\n\n## 0.0.1\n\n- First.\n"
    new = with_acceptances(old, VERSION, [one])
    assert f"- `places`: new.\n{line}" in new
    assert new.endswith("\n\n## 0.0.1\n\n- First.\n")
    assert with_acceptances(new, VERSION, [one]) == new
    assert with_acceptances(old, "9.9.9", [one]) == old
    assert max(map(len, new.splitlines())) <= 120
