"""Git checkouts of packages, and releases made from them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import clausula
from clausula.validation.run import validate
from clausula.versions.build import build
from clausula.versions.release.accept import accept
from tests.command import clausula as clausula_command

VERSION = clausula.data_version

IDENTITY = {f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
DATES = {"GIT_AUTHOR_DATE": "2031-05-06T07:08:09Z", "GIT_COMMITTER_DATE": "2031-05-06T07:08:09Z"}

LAST_RELEASE = ("v0.2.0", "f65e23c9432f49ef6e82f6eeae3fb37fd4797ff3")
"""Tag and commit of the last release of the real data."""

CHANGES = ("fewer-rows", "changed-distribution")
"""Warnings that compare the data with those of the last release."""

DOI = "10.5072/zenodo.r1"
"""The DOI that the server of the tests reserves first."""


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, env=os.environ | IDENTITY | DATES
    )


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def create_checkout(root: Path) -> Path:
    """Turn a package into a git checkout whose changelog describes its version."""
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION}\n\nThe first version.\n", encoding="utf-8")
    git(root, "init", "-q")
    commit(root, "first")
    return root


def release(root: Path, version: str, *more: str) -> tuple[int, dict]:
    """Run the command in this process, so that the heavy libraries are loaded once."""
    run = clausula_command("release", version, "--package", str(root), "--json", *more)
    return run.returncode, json.loads(run.stdout)


def codes(payload: dict) -> set[str]:
    return {f["code"] for f in payload["findings"] if f["severity"] != "info"}


def sums_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the checksums that a release folder states, by file name."""
    return dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())  # type: ignore[misc]


def has_commit(package: Path) -> bool:
    """Return whether the history contains the last release; a shallow clone does not."""
    command = ["git", "-C", str(package), "cat-file", "-e", f"{LAST_RELEASE[1]}^{{commit}}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@dataclass(frozen=True)
class ReleasedPackage:
    """A release of the real package: its checkout, the release folder, and the result of the command."""

    package: Path
    folder: Path
    status: int
    payload: dict[str, Any]


def clone_package(root: Path, package: Path) -> None:
    """Clone a checkout with its history; the last commit has the files as they are now, and the DOI of the tests."""
    subprocess.run(["git", "clone", "-q", "--shared", str(root), str(package)], check=True, capture_output=True)
    git(package, "rm", "-rq", ".")
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True)
    for name in filter(None, listed.stdout.decode("utf-8").split("\0")):
        if (root / name).is_file():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, package / name)
    path = package / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**metadata, "doi": DOI}, ensure_ascii=False, indent=2), encoding="utf-8")
    assert build(package).report.findings == []
    accept_changes(package)
    git(package, "add", "-A")
    git(package, "commit", "-qm", "now", "--allow-empty")
    if has_commit(package):
        git(package, "tag", "-f", *LAST_RELEASE)


def accept_changes(package: Path) -> None:
    """Accept the warnings on what changed since the last release, as the changelog of this version explains it."""
    report = validate(package, ["expectations"])
    labels = [f"{one.code}:{one.name}" for one in report.findings if one.code in CHANGES]
    recorded = accept(package, report, VERSION, dict.fromkeys(labels, "Explained in the entry of this version."))
    assert len(recorded) == len(labels)


def release_once(root: Path, target: Path) -> ReleasedPackage:
    """Release a checkout to a folder, unless another process of the same run has done so."""
    target.mkdir(exist_ok=True)
    package, result = target / "package", target / "result.json"
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.is_file():
            shutil.rmtree(package, ignore_errors=True)
            clone_package(root, package)
            done = release(package, VERSION, "--without-texts", "--out", str(target / "out"))
            result.write_text(json.dumps(done), encoding="utf-8")
    status, payload = json.loads(result.read_text(encoding="utf-8"))
    return ReleasedPackage(package, target / f"out/clausula-{VERSION}", status, payload)
