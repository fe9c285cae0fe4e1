"""Released versions by number or DOI: downloaded once, verified against their checksum, kept in a cache."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import shipped
from clausula.core.archive import unzip
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of
from clausula.core.schemas import read_json
from clausula.core.semver import VERSION
from clausula.core.staging import staging_folder
from clausula.core.wording import count

REGISTRY = Path(__file__).resolve().parent.parent / "releases.json"
"""The published releases: for each version the URL of its zip file, its SHA-256 and its DOI."""

CACHE = "CLAUSULA_CACHE"
DOI = re.compile(r"10\.[0-9]{4,9}/\S+")


def cache_folder() -> Path:
    """Return the folder of unpacked releases: `CLAUSULA_CACHE`, or a subfolder of the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE) or Path(cache) / "clausula")


def is_release_name(text: str) -> bool:
    """Return whether a text names a release: a version, or a DOI after `doi:`."""
    return bool(VERSION.fullmatch(text)) or text.startswith("doi:")


def registry_entry(name: str) -> dict[str, Any] | None:
    """Return the registry entry of a release, or None if the registry does not have it."""
    releases: dict[str, dict[str, Any]] = read_json(REGISTRY)["releases"]
    if name.startswith("doi:"):
        return next((r for r in releases.values() if r.get("doi") == name.removeprefix("doi:")), None)
    return releases.get(name)


def _download(name: str) -> Path:
    """Return the zip file of a release from the cache, downloading it first if needed; verify its checksum."""
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise CouldNotRun.of("not-installed:downloads") from error
    pooch.get_logger().setLevel("WARNING")
    entry = registry_entry(name)
    folder = cache_folder() / "archives"
    try:
        if entry is not None:
            digest = f"sha256:{entry['sha256']}"
            return Path(pooch.retrieve(entry["url"], known_hash=digest, path=folder, progressbar=False))
        if not name.startswith("doi:"):
            published = ", ".join(read_json(REGISTRY)["releases"]) or "none yet"
            listed = {"published": published, "shipped": shipped().version}
            raise CouldNotRun.of("unknown-version:release", name=name, **listed)
        if not DOI.fullmatch(name.removeprefix("doi:")):
            raise CouldNotRun.of("invalid-doi", name=name)
        return _download_doi(pooch, name, folder)
    except (OSError, ValueError) as error:
        raise CouldNotRun.of("failed-download", name=name, error=error) from error


def _download_doi(pooch: Any, name: str, folder: Path) -> Path:
    """Return the zip file of a deposit; its repository lists the files and their checksums."""
    downloader = pooch.create(path=folder / name.removeprefix("doi:").replace("/", "_"), base_url=f"{name}/")
    downloader.load_registry_from_doi()
    archives = [file for file in downloader.registry_files if file.endswith(".zip")]
    if len(archives) != 1:
        raise CouldNotRun.of("invalid-doi:archives", name=name, archives=count(len(archives), "zip file"))
    return Path(downloader.fetch(archives[0]))


def fetch_release(name: str) -> Path:
    """Return the folder of an unpacked release, downloading it first if needed.

    Parameters
    ----------
    name : str
        A version such as "1.2.0", or a DOI such as "doi:10.1234/name".

    Raises
    ------
    CouldNotRun
        If the release does not exist, the download fails, or the checksum differs.
    """
    return unpacked(_download(name))


def unpacked(archive: Path) -> Path:
    """Return the folder of an unpacked zip file in the cache; unpack it first if needed.

    The folder is created atomically and named after the hash of the zip file, because different releases can have zip
    files of one name.
    """
    target = cache_folder() / "unpacked" / digest_of(archive)
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with staging_folder(target.parent, "unpacking") as staging:
            try:
                unzip(archive, staging).replace(target)
            except OSError:
                if not target.is_dir():  # else another process was faster
                    raise
    return target
