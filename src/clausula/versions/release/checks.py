"""What must hold before a release: each check adds findings to one report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.model import Descriptor
from clausula.core.package import MANIFEST
from clausula.core.progress import Progress
from clausula.core.schemas import load_model
from clausula.core.semver import VERSION
from clausula.validation.run import validate
from clausula.versions.diff import Diff, diff
from clausula.versions.diff.sides import side
from clausula.versions.diff.step import dated, section
from clausula.versions.migrate import Migrated
from clausula.versions.release import git

Texts = Path | Literal["absent"] | None


@dataclass(frozen=True)
class Checked:
    """The outcome: what validation found, the differences from the last release, and all findings together."""

    report: Report
    metadata: Descriptor
    changes: Diff | None
    last: str | None


def declared(root: Path, version: str) -> tuple[Descriptor, list[Finding]]:
    """Version and changelog must say what is being released."""
    metadata = load_model(root / "schemas").metadata
    found: list[Finding] = []
    if not VERSION.fullmatch(version):
        raise CouldNotRun(
            Finding("version-mismatch", f"{version!r} is no version of the form 1.2.3", "Say `clausula release 1.2.3`.")
        )
    if metadata["version"] != version:
        hint = "Set version and created in schemas/package.json and build, or name the version that stands there."
        file = "schemas/package.json"
        found.append(
            Finding("version-mismatch", f"the package is version {metadata['version']}, not {version}", hint, file=file)
        )
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8") if changelog.is_file() else ""
    if section(text, version) is None:
        hint = f"Add a heading `## {version}` and say what changed, table by table."
        found.append(
            Finding("incomplete-changelog", f"there is no entry for version {version}", hint, file="CHANGELOG.md")
        )
    day, created = dated(text, version), str(metadata["created"])[:10]
    if day is not None and day != created:
        message = f"the package was created on {created}, and CHANGELOG.md dates version {version} to {day}"
        hint = "Set created in schemas/package.json to the day of the release, build, and write it in CHANGELOG.md."
        found.append(Finding("created-date-mismatch", message, hint, file="schemas/package.json"))
    return metadata, found


def clean(root: Path) -> list[Finding]:
    """The tree must be the commit, so that a release can be made again from it."""
    return [
        Finding("uncommitted-changes", "the file differs from the commit", "Commit it, or put it back.", file=name)
        for name in git.unclean(root)
    ]


def check(root: Path, version: str, texts: Texts, progress: Progress) -> Checked:
    """Check everything.

    Parameters
    ----------
    texts : Path, "absent" or None
        Folder with the texts of all sources, in which every anchor is verified; or the editor's word that they are
        not at hand.

    Raises
    ------
    CouldNotRun
        If the version is none, or there is no git checkout.
    """
    metadata, found = declared(root, version)
    found += clean(root)
    if texts is None:
        hint = "Say --texts DIR, or --without-texts to declare that they are not at hand; the report will say so."
        found.append(Finding("unverified-anchors", "the anchors were not verified", hint))
    report = validate(root, progress=progress, texts=None if texts == "absent" else texts)
    report.extend(found)
    last = git.last_release(root, version)
    changes = None
    if last is not None:
        progress(f"comparing with {last}")
        changes = diff(last, str(root), root=root)
        report.extend(changes.findings)
        report.extend(opens_in_the_newest_model(last, root))
    return Checked(report, metadata, changes, last)


def opens_in_the_newest_model(last: str, root: Path) -> list[Finding]:
    """Whoever holds the last release must be able to read it in this model: a change that breaks it is written down."""
    newest = Dataset(root)
    with side(last, root) as before:
        if not (before.package.root / MANIFEST).is_file():
            return []
        old = Migrated(Dataset(before.package.root), newest)
        found = []
        for table in newest.model:
            try:
                old.load(table.name)
            except CouldNotRun as error:
                found.append(error.finding)
        return found
