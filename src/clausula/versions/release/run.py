"""Making a release folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.progress import Progress, quiet
from clausula.core.publish import staging_folder
from clausula.versions.release import git
from clausula.versions.release.artefacts import artefacts
from clausula.versions.release.checks import Checked, Texts, check


@dataclass(frozen=True)
class Released:
    """What came of it: the checks, and the folder with its files and sizes; no folder if there were findings."""

    checked: Checked
    folder: Path | None
    files: Mapping[str, int]
    written: bool


def _same(folder: Path, files: Mapping[str, bytes]) -> bool:
    names = {p.name for p in folder.iterdir()}
    return names == set(files) and all((folder / name).read_bytes() == content for name, content in files.items())


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with staging_folder(folder.parent, "release") as staging:
        made = staging / folder.name
        made.mkdir()
        for name, content in files.items():
            (made / name).write_bytes(content)
        made.replace(folder)


def release(
    root: Path,
    version: str,
    texts: Texts,
    out: Path | None = None,
    progress: Progress = quiet,
) -> Released:
    """Check everything, then write the release folder.

    Parameters
    ----------
    root : Path
        The checkout.
    texts : Path, "absent" or None
        Folder with the texts of all sources, or that they are declared absent.
    out : Path, optional
        Where the folder goes; by default `dist/` of the checkout. Its name is the package's name and version.

    Raises
    ------
    CouldNotRun
        If the folder is there already with other content, or there is no git checkout.
    """
    checked = check(root, version, texts, progress)
    if checked.report.exit_status(strict=True):
        return Released(checked, None, {}, False)
    progress("writing the release")
    files = artefacts(root, checked, git.committed(root))
    folder = (out or root / "dist") / f"{checked.metadata['name']}-{version}"
    sizes = {name: len(content) for name, content in files.items()}
    if folder.exists():
        if folder.is_dir() and _same(folder, files):
            return Released(checked, folder, sizes, False)
        hint = "A release is never changed: remove the folder if it was not published, else raise the version."
        raise CouldNotRun(Finding("file-exists", f"{folder} exists with other content", hint))
    _write(folder, files)
    return Released(checked, folder, sizes, True)
