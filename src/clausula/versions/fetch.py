"""Released versions by number or DOI: fetched once, checked against their checksum, kept in a cache."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from clausula.analysis.dataset import shipped
from clausula.core.archive import unzip
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.schemas import read_json
from clausula.core.semver import VERSION

REGISTRY = Path(__file__).resolve().parent.parent / "releases.json"
"""The published releases: for each version the address of its zip file, its SHA-256 and its DOI."""

CACHE = "CLAUSULA_CACHE"
DOI = re.compile(r"10\.[0-9]{4,9}/\S+")


def _refused(code: str, message: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding(code, message, hint))


def cache() -> Path:
    """Where fetched releases are kept: `CLAUSULA_CACHE`, else the cache folder of the system."""
    import pooch

    return Path(os.environ.get(CACHE) or pooch.os_cache("clausula"))


def is_name(text: str) -> bool:
    """Whether a text names a release: a version or `doi:` and a DOI."""
    return bool(VERSION.fullmatch(text)) or text.startswith("doi:")


def _pooch() -> Any:
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise _refused("not-installed", "fetching a release needs pooch", 'pip install "clausula[fetch]"') from error
    pooch.get_logger().setLevel("WARNING")
    return pooch


def known(name: str) -> dict[str, Any] | None:
    """What the registry says of a release; None if it does not have it."""
    releases: dict[str, dict[str, Any]] = read_json(REGISTRY)["releases"]
    if name.startswith("doi:"):
        return next((r for r in releases.values() if r.get("doi") == name.removeprefix("doi:")), None)
    return releases.get(name)


def _download(name: str) -> Path:
    """The zip file of a release, from the cache or fetched, with the right checksum."""
    pooch = _pooch()
    entry = known(name)
    folder = cache() / "archives"
    try:
        if entry is not None:
            digest = f"sha256:{entry['sha256']}"
            return Path(pooch.retrieve(entry["url"], known_hash=digest, path=folder, progressbar=False))
        if not name.startswith("doi:"):
            known_ones = ", ".join(read_json(REGISTRY)["releases"]) or "none yet"
            hint = f"Published releases: {known_ones}. The shipped one is {shipped().version}."
            raise _refused("unknown-version", f"there is no release {name}", hint)
        if not DOI.fullmatch(name.removeprefix("doi:")):
            raise _refused("invalid-doi", f"{name} is no DOI", "It looks like doi:10.1234/name.")
        return _from_doi(pooch, name, folder)
    except CouldNotRun:
        raise
    except (OSError, ValueError) as error:
        hint = "Check the connection; a file with another checksum is never opened."
        raise _refused("failed-download", f"{name} could not be fetched: {error}", hint) from error


def _from_doi(pooch: Any, name: str, folder: Path) -> Path:
    """The zip file of a deposit; the repository itself says which files there are and what their checksums are."""
    catch = pooch.create(path=folder / name.removeprefix("doi:").replace("/", "_"), base_url=f"{name}/")
    catch.load_registry_from_doi()
    archives = [file for file in catch.registry_files if file.endswith(".zip")]
    if len(archives) != 1:
        raise _refused(
            "invalid-doi", f"{name} holds {len(archives)} zip files, not one", "Is it a release of clausula?"
        )
    return Path(catch.fetch(archives[0]))


def fetched(name: str) -> Path:
    """The folder of an unpacked release; it appears whole or not at all.

    Parameters
    ----------
    name : str
        A version such as "1.2.0", or "doi:" and a DOI.

    Raises
    ------
    CouldNotRun
        If there is no such release, it cannot be fetched, or its checksum is another.
    """
    archive = _download(name)
    target = cache() / "unpacked" / archive.name
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(mkdtemp(prefix=".unpacking-", dir=target.parent))
        try:
            unzip(archive, staging).replace(target)
        except FileExistsError:  # another process was faster
            pass
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return target
