"""Released versions by number or DOI: downloaded once, verified against their checksum, kept in a cache."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import shipped
from clausula.core.archive import unzip
from clausula.core.cache import cache_folder
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of
from clausula.core.requirements import needs
from clausula.core.schemas import read_json
from clausula.core.semver import VERSION
from clausula.core.staging import staging_folder
from clausula.core.wording import count

REGISTRY = Path(__file__).resolve().parent.parent / "releases.json"
"""The published releases: for each version the URL of its zip file, its SHA-256 and its DOI."""

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_PREFIX = re.compile(r"doi:|https?://(dx\.)?doi\.org/", re.IGNORECASE)
_LIKE_VERSION = re.compile(r"v?[0-9]+(\.[0-9a-z+-]+)*|latest|newest|current|stable|dev", re.IGNORECASE)


def release_name(text: str) -> str | None:
    """Return the version or DOI that a text names, as "1.2.3" or "doi:10.1234/name"; None if it names neither.

    Versions are also written "v1.2.3", DOIs "10.1234/name" or as an address of doi.org.
    """
    if VERSION.fullmatch(text.removeprefix("v")):
        return text.removeprefix("v")
    if DOI.fullmatch(bare := _DOI_PREFIX.sub("", text)):
        return f"doi:{bare}"
    return text if text.startswith("doi:") else None


def require_version(name: str) -> None:
    """Refuse what was meant as a version but is none, such as "0.2" or "latest".

    Raises
    ------
    CouldNotRun
        If the name looks like a version; the hint lists those that exist.
    """
    if _LIKE_VERSION.fullmatch(name):
        raise CouldNotRun.of("unknown-version:unclear", name=name, **listed_versions())


def listed_versions() -> dict[str, str]:
    """Return the published versions and the shipped one, for messages."""
    return {"published": ", ".join(read_json(REGISTRY)["releases"]) or "none yet", "shipped": shipped().version}


def registry_entry(name: str) -> dict[str, Any] | None:
    """Return the registry entry of a release, or None if the registry does not have it."""
    releases: dict[str, dict[str, Any]] = read_json(REGISTRY)["releases"]
    if name.startswith("doi:"):
        return next((r for r in releases.values() if r.get("doi") == name.removeprefix("doi:")), None)
    return releases.get(name)


def _download(name: str) -> Path:
    """Return the zip file of a release from the cache, downloading it first if needed; verify its checksum."""
    entry = registry_entry(name)
    if entry is None and not name.startswith("doi:"):
        raise CouldNotRun.of("unknown-version:release", name=name, **listed_versions())
    if entry is None and not DOI.fullmatch(name.removeprefix("doi:")):
        raise CouldNotRun.of("invalid-doi", name=name)
    with needs("opening a published release", "fetch"):
        import pooch
    pooch.get_logger().setLevel("WARNING")
    folder = cache_folder() / "archives"
    try:
        if entry is not None:
            digest = f"sha256:{entry['sha256']}"
            return Path(pooch.retrieve(entry["url"], known_hash=digest, path=folder, progressbar=False))
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
