"""Open a dataset by folder, version or DOI."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset, shipped
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import SUMS, digest_of
from clausula.core.model import SchemaError
from clausula.core.package import DESCRIPTOR
from clausula.core.schemas import read_json
from clausula.core.semver import version_numbers
from clausula.versions.fetch import fetch_release, release_name, require_version, unpacked
from clausula.versions.migrate import MigratedDataset


def open_release(name: str, as_released: bool = False) -> Dataset:
    """Return a release by version or DOI, converted to the newest schemas unless `as_released` is set."""
    newest = shipped()
    if name == newest.version:
        return newest
    old = Dataset(fetch_release(name))
    return old if as_released else converted(old)


def converted(release: Dataset) -> Dataset:
    """Return an older release of the shipped package in the newest schemas; any other dataset as it is."""
    newest = shipped()
    same = release.model.metadata.get("name") == newest.model.metadata.get("name")
    try:
        older = same and version_numbers(release.version) < version_numbers(newest.version)
    except ValueError:
        older = False
    return MigratedDataset(release, newest) if older else release


def release_archive(folder: Path) -> Path | None:
    """Return the zip file of the package in a release folder, or None if the folder is not one.

    Raises
    ------
    CouldNotRun
        If the zip file does not match its checksum in the folder.
    """
    if (folder / "schemas").exists() or not (folder / DESCRIPTOR).is_file():
        return None
    try:
        descriptor = read_json(folder / DESCRIPTOR)
    except SchemaError:
        return None
    name = f"{descriptor.get('name')}-{descriptor.get('version')}.zip"
    archive = folder / name
    if Path(name).name != name or not archive.is_file():
        return None
    if (folder / SUMS).is_file():
        lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
        if f"{digest_of(archive)}  {name}" not in lines:
            raise CouldNotRun.of("hash:archive", name=name, sums=SUMS)
    return archive


def archive_of(path: Path) -> Path | None:
    """Return the zip file of a release that a path names, itself or by its release folder; None for a package."""
    return path if path.is_file() and path.suffix == ".zip" else release_archive(path)


def open(path: str | Path | None = None, *, as_released: bool = False) -> Dataset:
    """Open the dataset in a folder, a released version, or the shipped release.

    Parameters
    ----------
    path : str or Path, optional
        A folder, either of a package or of a release; the zip file of a release; a published version such as "1.2.0"
        or "v1.2.0"; or a DOI such as "doi:10.1234/name". The default is the shipped release. A release is unpacked into
        a cache (`CLAUSULA_CACHE`), and downloaded first if it is named by version or DOI. Its checksum must match the
        published one.
    as_released : bool
        Keep the schemas that an older release was published with, instead of converting it to the newest ones. The
        folder of a package is always opened as it is.

    Raises
    ------
    CouldNotRun
        If the package or release does not exist, or the download fails.
    """
    if path is None:
        return shipped()
    if isinstance(path, str) and not Path(path).exists():
        if name := release_name(path):
            return open_release(name, as_released)
        require_version(path)
    found = Path(path)
    if (archive := archive_of(found)) is None:
        return Dataset(found)
    release = Dataset(unpacked(archive))
    return release if as_released else converted(release)
