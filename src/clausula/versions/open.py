"""Open a dataset by folder, version or DOI."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset, shipped
from clausula.versions.fetch import fetch_release, is_release_name
from clausula.versions.migrate import MigratedDataset


def open_release(name: str, as_released: bool = False) -> Dataset:
    """Return a release by version or DOI, converted to the newest schemas unless `as_released` is set."""
    newest = shipped()
    if name == newest.version:
        return newest
    old = Dataset(fetch_release(name))
    return old if as_released or old.version == newest.version else MigratedDataset(old, newest)


def open(path: str | Path | None = None, *, as_released: bool = False) -> Dataset:
    """Open the dataset in a folder, a released version, or the shipped release.

    Parameters
    ----------
    path : str or Path, optional
        A folder; a version such as "1.2.0"; or a DOI, written "doi:10.1234/name". The default is the shipped release.
        Any other release is downloaded once and kept in a cache (`CLAUSULA_CACHE`). Its checksum must match the
        published one.
    as_released : bool
        Keep the schemas that an older release was published with, instead of converting it to the newest ones.

    Raises
    ------
    CouldNotRun
        If the package or release does not exist, or the download fails.
    """
    if path is None:
        return shipped()
    if isinstance(path, str) and not Path(path).exists() and is_release_name(path):
        return open_release(path, as_released)
    return Dataset(Path(path))
