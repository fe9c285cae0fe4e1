"""What a checkout remembers of submissions never counts against tables that Git has put back or exchanged."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from pathlib import Path

import pytest

from clausula.coding.last_submission import FOLDER
from clausula.coding.submit import submit
from clausula.core import commit
from clausula.core.findings import CouldNotRun
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from clausula.versions.build import build
from tests.checkout import git
from tests.coding.practice import RAW, Rows, coding, rows_of_other_pass, state, submission, table


@pytest.fixture
def repository(coded: Path, empty: Path) -> Path:
    """A checkout with the coded tables on the branch `coded` and none of them on `main`, from one machine."""
    full = coded / "data"
    kept = shutil.move(full, coded / "kept")
    shutil.copytree(empty / "data", full)
    (coded / ".gitignore").write_text(f"{FOLDER}/\n", encoding="utf-8")
    git(coded, "init", "-q", "-b", "main")
    git(coded, "add", ".gitignore", "data")
    git(coded, "commit", "-qm", "registered")
    git(coded, "checkout", "-qb", "coded")
    shutil.rmtree(full)
    shutil.move(kept, full)
    git(coded, "commit", "-qam", "coded")
    return coded


def changed() -> Rows:
    """Return the coding with a changed value and summary, and without p009."""
    rows = coding()
    rows["provisions"][2] |= {"strength": "3", "summary": "Mines are no longer laid."}
    for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record")):
        rows[name] = [row for row in rows[name] if row[column] != "p009"]
    rows["absences"].append({"instrument_id": "salt-road-accord-2033", "topic_id": "cross-border-cooperation"})
    quote = "The two Councils recognise the Salt Road as their common heritage."
    rows["coding_log"].append({"reason": "preamble", "quote": quote})
    return rows


def imported(root: Path, rows: Rows, letter: str = "a") -> list[str]:
    outcome = submit(root, submission(rows, letter), RAW)
    assert (outcome.imported, {f.code for f in outcome.report.findings} - {"unused-actor"}) == (True, set())
    return outcome.files


def test_a_form_is_imported_again_after_a_stash_or_on_another_branch(repository: Path) -> None:
    coded = state(repository)
    git(repository, "checkout", "-q", "main")
    assert table(repository, "provisions") == []
    assert imported(repository, coding())
    assert state(repository) == coded
    git(repository, "stash")
    assert imported(repository, rows_of_other_pass(coding()), "b"), "not a word of pass a is in the tables"
    git(repository, "checkout", "-q", ".")
    git(repository, "stash", "pop")
    assert imported(repository, coding()) == []


def test_a_later_state_of_a_form_is_imported_again_after_a_reset(repository: Path) -> None:
    coded = state(repository)
    assert imported(repository, changed())
    later = state(repository)
    git(repository, "commit", "-qam", "changed")
    git(repository, "checkout", "-q", "HEAD~1")
    assert state(repository) == coded
    assert imported(repository, changed())
    assert state(repository) == later
    git(repository, "checkout", "-q", ".")
    assert imported(repository, coding()) == []


@pytest.mark.parametrize("full_at", [1, 6])
def test_a_full_disk_leaves_the_branch_clean_and_the_next_one_free(
    repository: Path, monkeypatch: pytest.MonkeyPatch, full_at: int
) -> None:
    git(repository, "checkout", "-q", "main")
    written, write = list[Path](), commit._write

    def until_full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) >= full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    monkeypatch.setattr(commit, "_write", until_full)
    with pytest.raises((OSError, CouldNotRun)):
        submit(repository, submission(coding()), RAW)
    assert len(written) >= full_at
    monkeypatch.undo()
    git(repository, "diff", "--exit-code")  # fails if a table differs from the branch
    assert not (repository / commit.STAGING).exists()
    git(repository, "checkout", "-q", "coded")
    assert imported(repository, coding()) == []
    git(repository, "checkout", "-q", "main")
    assert imported(repository, coding())


def submit_and_die(root: Path, moves: int) -> None:
    """Submit the coding in another process, which is killed before one of its moves."""
    child = os.fork()
    if not child:
        left, replace = moves, Path.replace

        def until_killed(self: Path, target: Path) -> Path:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return replace(self, target)

        Path.replace = until_killed  # type: ignore[method-assign]
        submit(root, submission(coding()), RAW)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("moves", [0, 1, 5])
def test_what_a_killed_submission_left_never_reaches_another_branch(repository: Path, moves: int) -> None:
    assert imported(repository, changed())
    git(repository, "commit", "-qam", "changed")
    git(repository, "checkout", "-q", "main")
    submit_and_die(repository, moves)
    begun = (repository / commit.STAGING / commit.JOURNAL).is_file()
    assert begun == (moves > 0)
    git(repository, "checkout", "-qf", "coded")
    if begun:
        with pytest.raises(CouldNotRun, match="interrupted"):
            validate(repository, FAST)
    else:
        assert not [one for one in validate(repository, FAST).findings if one.severity == "error"]
    git(repository, "diff", "--exit-code")  # fails if reading moved a table over the branch
    if begun:
        with pytest.raises(CouldNotRun, match="changed since"):
            build(repository)
        git(repository, "diff", "--exit-code")
    git(repository, "checkout", "-qf", "main")
    shutil.rmtree(repository / commit.STAGING, ignore_errors=True)
    assert imported(repository, coding())
