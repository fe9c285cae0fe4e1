"""Checks before a release, collected in one report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clausula.analysis.dataset import Dataset
from clausula.core.acceptances import RELEASE, apply_acceptances
from clausula.core.findings import SHOWN, CouldNotRun, Finding, Report, finding
from clausula.core.model import Descriptor
from clausula.core.package import MANIFEST, open_package
from clausula.core.progress import Progress
from clausula.core.schemas import read_json
from clausula.core.semver import VERSION
from clausula.derive.profile import PROFILE
from clausula.validation.run import validate
from clausula.versions.diff import Diff, diff
from clausula.versions.diff.sides import open_side
from clausula.versions.diff.step import changelog_date, changelog_entry
from clausula.versions.migrate import MigratedDataset
from clausula.versions.release import git
from clausula.versions.release.accept import check_changelog_names_acceptances

Texts = Path | Literal["absent"] | None


@dataclass(frozen=True)
class ReleaseChecks:
    """The result of the checks.

    Attributes
    ----------
    report : Report
        All findings: of validation, of the comparison with the last release, and of the release itself.
    metadata : dict
        Metadata of the package.
    changes : Diff or None
        Differences from the last release; None for the first release.
    last : str or None
        Tag of the last release.
    """

    report: Report
    metadata: Descriptor
    changes: Diff | None
    last: str | None


def check_declared_version(root: Path, version: str) -> tuple[Descriptor, list[Finding]]:
    """Check that schemas and changelog declare the version being released; return the metadata and the findings."""
    metadata = open_package(root).model.metadata
    found: list[Finding] = []
    if not VERSION.fullmatch(version):
        raise CouldNotRun.of("version-mismatch", version=version)
    if metadata["version"] != version:
        declared = {"declared": metadata["version"], "version": version}
        found.append(finding("version-mismatch:declared", **declared, file="schemas/package.json"))
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8") if changelog.is_file() else ""
    if changelog_entry(text, version) is None:
        found.append(finding("incomplete-changelog:version", version=version, file="CHANGELOG.md"))
    day, created = changelog_date(text, version), str(metadata["created"])[:10]
    if "(in preparation)" in (changelog_entry(text, version) or "").partition("\n")[0]:
        given = {"version": version, "created": created}
        found.append(finding("incomplete-changelog:in-preparation", **given, file="CHANGELOG.md"))
    if day is not None and day != created:
        dates = {"version": version, "created": created, "day": day}
        found.append(finding("created-date-mismatch", **dates, file="schemas/package.json"))
    found += check_changelog_names_acceptances(root, text)
    return metadata, found


def check_committed(root: Path) -> list[Finding]:
    """Check that everything is committed, so that the commit reproduces the release."""
    return [finding("uncommitted-changes", file=name) for name in git.uncommitted_files(root)]


def check(root: Path, version: str, texts: Texts, progress: Progress) -> ReleaseChecks:
    """Run all checks of a release.

    Parameters
    ----------
    texts : Path, "absent" or None
        Folder with the texts of all sources, against which every anchor is verified; "absent" if the editor declares
        that the texts are unavailable. None is an error.

    Raises
    ------
    CouldNotRun
        If the version is invalid, or `root` is not a git checkout.
    """
    metadata, found = check_declared_version(root, version)
    found += check_committed(root)
    if texts is None:
        found.append(finding("unverified-anchors"))
    report = validate(root, shown=SHOWN, progress=progress, texts=None if texts == "absent" else texts)
    if report.checked["anchors"].get("unchecked"):
        missing = [(one.key or "").partition("=")[2] for one in report.findings if one.code == "missing-text"]
        found.append(finding("unverified-anchors:some", texts=texts, sources=", ".join(missing)))
    report.extend(found)
    last = git.last_release(root, version)
    changes = None
    if last is not None:
        progress(f"comparing with {last}")
        changes = diff(last, str(root), root=root)
        report.extend(changes.findings)
        report.extend(check_migrations(last, root))
        report.extend(check_profile(last, root))
    apply_acceptances(report, root, {RELEASE})
    return ReleaseChecks(report, metadata, changes, last)


def check_profile(last: str, root: Path) -> list[Finding]:
    """Check that the expectations compared the data with the last release and not with an earlier one."""
    path = root / PROFILE
    stated = read_json(path).get("version") if path.is_file() else last[1:]
    return [] if stated == last[1:] else [finding("stale-profile", stated=stated, last=last[1:], file=PROFILE)]


def check_migrations(last: str, root: Path) -> list[Finding]:
    """Check that the last release can be converted to the current schemas: breaking changes need a migration."""
    newest = Dataset(root)
    with open_side(last, root) as before:
        if not (before.package.root / MANIFEST).is_file():
            return []
        old = MigratedDataset(Dataset(before.package.root), newest)
        found = []
        for table in newest.model:
            try:
                old.load(table.name)
            except CouldNotRun as error:
                found.append(error.finding)
        return found
