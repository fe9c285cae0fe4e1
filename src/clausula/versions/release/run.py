"""Write a release folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausula.core.findings import Acceptance, CouldNotRun
from clausula.core.progress import Progress, quiet
from clausula.core.staging import staging_folder
from clausula.versions.release import git
from clausula.versions.release.accept import accept
from clausula.versions.release.artefacts import artefacts
from clausula.versions.release.checks import ReleaseChecks, Texts, check


@dataclass(frozen=True)
class ReleaseResult:
    """The result of a release.

    Attributes
    ----------
    checks : ReleaseChecks
        What was checked, with all findings.
    folder : Path or None
        The release folder; None if there were errors or warnings.
    files : mapping of str to int
        Sizes in bytes by file name.
    written : bool
        False if the folder already existed with the same content.
    accepted : sequence of Acceptance
        The warnings that this run accepted and recorded in the package.
    """

    checks: ReleaseChecks
    folder: Path | None
    files: Mapping[str, int]
    written: bool
    accepted: Sequence[Acceptance] = ()


@dataclass(frozen=True)
class ReleaseOptions:
    """Options of a release.

    Attributes
    ----------
    texts : Path, "absent" or None
        Folder with the texts of all sources, or "absent" to release without verifying the anchors. None is an error.
    out : Path, optional
        Parent of the release folder, `dist/` of the checkout by default. The folder is named after the package and
        version.
    reasons : mapping of str to str
        Warnings to accept, by `CODE:NAME`, each with the reason. They are recorded in files of the package, which must
        be committed before the release is made.
    """

    texts: Texts = None
    out: Path | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def _same_content(folder: Path, files: Mapping[str, bytes]) -> bool:
    names = {p.name for p in folder.iterdir()}
    return names == set(files) and all((folder / name).read_bytes() == content for name, content in files.items())


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with staging_folder(folder.parent, "release") as staging:
        staged = staging / folder.name
        staged.mkdir()
        for name, content in files.items():
            (staged / name).write_bytes(content)
        staged.replace(folder)


def release(root: Path, version: str, options: ReleaseOptions, progress: Progress = quiet) -> ReleaseResult:
    """Check the package, then write the release folder.

    Parameters
    ----------
    root : Path
        Folder of the checkout.

    Raises
    ------
    CouldNotRun
        If the folder already exists with different content, or `root` is not a git checkout.
    """
    checks = check(root, version, options.texts, progress)
    accepted = accept(root, checks.report, version, options.reasons) if options.reasons else []
    if checks.report.exit_status(strict=True):
        return ReleaseResult(checks, None, {}, False, accepted)
    progress("writing the release")
    files = artefacts(root, checks, git.commit_time(root))
    folder = (options.out or root / "dist") / f"{checks.metadata['name']}-{version}"
    sizes = {name: len(content) for name, content in files.items()}
    if folder.exists():
        if folder.is_dir() and _same_content(folder, files):
            return ReleaseResult(checks, folder, sizes, False)
        raise CouldNotRun.of("file-exists:release", folder=folder)
    _write(folder, files)
    return ReleaseResult(checks, folder, sizes, True)
