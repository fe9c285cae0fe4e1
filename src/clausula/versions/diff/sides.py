"""The two sides of a comparison: a folder, a zip file, a git revision or a released version, opened as a package."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from clausula.core.archive import unzip
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import DESCRIPTOR, Package, home, open_package
from clausula.versions.fetch import fetched, is_name, known

KEPT = ("datapackage.json", "schemas", "data", "CHANGELOG.md")
"""What of a revision is needed to compare it."""


@dataclass(frozen=True)
class Side:
    """One version of a package: what it was called, and where it lies."""

    name: str
    package: Package

    @property
    def version(self) -> str | None:
        """The version that it declares."""
        version = self.package.model.metadata.get("version")
        return None if version is None else str(version)

    @property
    def changelog(self) -> str | None:
        """The text of its changelog, where it has one."""
        path = self.package.root / "CHANGELOG.md"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _refuse(code: str, message: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding(code, message, hint))


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise _refuse(
            "git-not-installed", "git is not installed", "Install git, or name folders or zip files."
        ) from error


def _commit(root: Path, name: str) -> str | None:
    """The commit that a revision, or the tag of a version, stands for."""
    for candidate in (name, f"v{name}"):
        if candidate.startswith("-"):
            continue
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
    return None


def _checkout(root: Path, commit: str, folder: Path) -> None:
    listed = _git(root, "ls-tree", "--name-only", commit, *KEPT).stdout.decode().split("\n")
    archive = _git(root, "archive", "--format=tar", commit, *[name for name in listed if name])
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")


def _released(name: str) -> Path | None:
    """The folder of a published release, fetched if need be; None if the name is none."""
    return fetched(name) if is_name(name) and known(name) else None


@contextmanager
def side(name: str, root: Path | None = None) -> Iterator[Side]:
    """Open one side.

    Parameters
    ----------
    name : str
        Path of a folder, of a `datapackage.json` or of a zip file; else a git revision or a version whose tag is `v`
        and the version, looked up in the checkout around `root`; else a published version, or "doi:" and its DOI.
    root : Path, optional
        A folder of the checkout; by default the package around the working folder.

    Raises
    ------
    CouldNotRun
        If nothing of that name is found, or it is no package.
    """
    path = Path(name)
    with TemporaryDirectory(prefix="clausula-diff-") as temporary:
        folder = Path(temporary)
        if path.is_dir() or path.name == DESCRIPTOR:
            opened = path
        elif path.is_file():
            opened = unzip(path, folder)
        else:
            around = root or home()
            commit = _commit(around, name)
            released = _released(name) if commit is None else None
            if released is not None:
                yield Side(name, open_package(released))
                return
            if commit is None:
                raise _refuse(
                    "unknown-version",
                    f"{name!r} is no folder, no zip file and no revision of the checkout in {around}",
                    "Name a folder, a zip file, a git revision such as HEAD~1, or a version that has a tag.",
                )
            _checkout(around, commit, folder)
            opened = folder
        yield Side(name, open_package(opened))
