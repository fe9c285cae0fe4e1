"""The two sides of a comparison, each opened from a folder, a zip file, a git revision or a released version."""

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
from clausula.core.findings import CouldNotRun
from clausula.core.package import DESCRIPTOR, Package, find_package, open_package
from clausula.core.store import Store
from clausula.versions.fetch import fetch_release, registry_entry, release_name

COMPARED = ("datapackage.json", "schemas", "data", "CHANGELOG.md")
"""The files and folders of a revision that a comparison needs."""


@dataclass(frozen=True)
class Side:
    """One version of a package: the name it was given in the call, and the store of its tables."""

    name: str
    store: Store

    @property
    def package(self) -> Package:
        """The opened package."""
        return self.store.package

    @property
    def version(self) -> str | None:
        """The version that the package declares."""
        version = self.package.model.metadata.get("version")
        return None if version is None else str(version)

    @property
    def changelog(self) -> str | None:
        """The text of its changelog, or None if it has none."""
        path = self.package.root / "CHANGELOG.md"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CouldNotRun.of("git-not-installed") from error


def _commit(root: Path, name: str) -> str | None:
    """Return the commit of a revision or of the tag of a version, or None if there is none."""
    for candidate in (name, f"v{name}"):
        if candidate.startswith("-"):
            continue
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
    return None


def _checkout(root: Path, commit: str, folder: Path) -> Path:
    listed = _git(root, "ls-tree", "--name-only", commit, *COMPARED).stdout.decode().split("\n")
    archive = _git(root, "archive", "--format=tar", commit, *[name for name in listed if name])
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@contextmanager
def open_side(name: str, root: Path | None = None) -> Iterator[Side]:
    """Open one side of a comparison.

    Parameters
    ----------
    name : str
        Path of a folder, a `datapackage.json` or a zip file. If there is none: a git revision or the version of a tag
        (`1.2.3` for `v1.2.3`) in the checkout. If there is none: a published version or DOI ("doi:10.1234/name").
    root : Path, optional
        A folder of the checkout; by default the package that contains the working directory.

    Raises
    ------
    CouldNotRun
        If nothing is found under that name, or it is not a package.
    """
    path, checkout = Path(name), root or find_package()
    with TemporaryDirectory(prefix="clausula-diff-") as temporary:
        folder = Path(temporary)
        if path.is_dir() or path.name == DESCRIPTOR:
            opened = path
        elif path.is_file():
            opened = unzip(path, folder)
        elif commit := _commit(checkout, name):
            opened = _checkout(checkout, commit, folder)
        elif (release := release_name(name)) and registry_entry(release):
            opened = fetch_release(release)
        else:
            raise CouldNotRun.of("unknown-version", name=name, checkout=checkout)
        yield Side(name, Store(open_package(opened)))
