"""Opening a data set by folder, version or DOI."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset, shipped
from clausula.versions.fetch import fetched, is_name
from clausula.versions.migrate import Migrated


def released(name: str, as_released: bool = False) -> Dataset:
    """A release by version or DOI, in the newest model unless it is wanted as released."""
    newest = shipped()
    if name == newest.version:
        return newest
    old = Dataset(fetched(name))
    return old if as_released or old.version == newest.version else Migrated(old, newest)


def open(path: str | Path | None = None, *, as_released: bool = False) -> Dataset:
    """A data set: of a folder, of a released version, or the shipped release.

    Parameters
    ----------
    path : str or Path, optional
        A folder; a version such as "1.2.0"; or "doi:" and a DOI. The shipped release if none is given. Another
        release is fetched once and kept in a cache (`CLAUSULA_CACHE`); its checksum must be the published one.
    as_released : bool
        Whether an older release keeps the model that it was released with, instead of the newest one.

    Raises
    ------
    CouldNotRun
        If there is no such package or release, or it cannot be fetched.
    """
    if path is None:
        return shipped()
    if isinstance(path, str) and not Path(path).exists() and is_name(path):
        return released(path, as_released)
    return Dataset(Path(path))
