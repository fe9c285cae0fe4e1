"""Steps of a deposit. Each checks the server before it acts, so that an interrupted step can be repeated."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clausula.core.findings import CouldNotRun
from clausula.core.fixity import SUMS, digest_of
from clausula.core.model import Descriptor
from clausula.core.progress import Progress
from clausula.core.schemas import read_json
from clausula.derive.metadata.invenio import record
from clausula.versions.deposit.client import Client
from clausula.versions.deposit.states import Drafted, Published, Reserved, Uploaded


def draft(client: Client, metadata: Descriptor, earlier: str | None = None) -> Drafted:
    """Create a draft of a new record, or of a new version of the record `earlier`.

    A repeated request for a new version returns the same draft. A repeated request for a new record would create a
    second one, so it is repeated only if the server did not process the first.
    """
    if earlier is None:
        created = client.call("POST", "/records", json=record(metadata), mode="once")
    else:
        created = client.call("POST", f"/records/{quote(earlier, safe='')}/versions")
        client.call("PUT", f"/records/{quote(str(created['id']), safe='')}/draft", json=record(metadata))
    return Drafted(client.api, str(metadata["version"]), str(created["id"]))


def _doi(response: Any) -> str:
    return str(((response.get("pids") or {}).get("doi") or {}).get("identifier") or "")


def reserve(client: Client, state: Drafted) -> Reserved:
    """Reserve a DOI for a draft, or return the one it already has."""
    path = f"/records/{quote(state.record, safe='')}/draft"
    doi = _doi(client.call("GET", path))
    if not doi:
        try:
            doi = _doi(client.call("POST", f"{path}/pids/doi"))
        finally:
            doi = doi or _doi(client.call("GET", path))
    if not doi:
        raise CouldNotRun.of("server:no-doi")
    return Reserved(state.api, state.version, state.record, doi)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _matches(entry: dict[str, Any], path: Path) -> bool:
    same = entry.get("checksum") == f"md5:{_md5(path)}" and int(entry.get("size", -1)) == path.stat().st_size
    return entry.get("status") == "completed" and same


def release_files(folder: Path, state: Reserved) -> dict[str, Path]:
    """Return the files of a release folder by name.

    Raises
    ------
    CouldNotRun
        If the folder is not a release of this version, does not have the reserved DOI, or a checksum differs.
    """
    files = {p.name: p for p in sorted(folder.iterdir()) if p.is_file()} if folder.is_dir() else {}
    if SUMS not in files or "datapackage.json" not in files:
        raise CouldNotRun.of("folder", folder=folder)
    for line in files[SUMS].read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if name not in files or digest_of(files[name]) != digest:
            raise CouldNotRun.of("hash:release", name=name, sums=SUMS)
    descriptor = read_json(files["datapackage.json"])
    if descriptor.get("version") != state.version:
        raise CouldNotRun.of("folder:version", found=descriptor.get("version"), expected=state.version)
    if descriptor.get("doi") != state.doi:
        raise CouldNotRun.of("doi", doi=state.doi)
    return files


def upload(client: Client, state: Reserved, folder: Path, progress: Progress) -> Uploaded:
    """Make the files of the draft equal to those of the release folder; files that match are not sent again."""
    files = release_files(folder, state)
    base = f"/records/{quote(state.record, safe='')}/draft/files"
    remote = {entry["key"]: entry for entry in client.call("GET", base)["entries"]}
    for key in sorted(set(remote) - set(files)):
        client.call("DELETE", f"{base}/{quote(key, safe='')}", mode="optional")
    for number, (name, path) in enumerate(files.items(), 1):
        if name in remote and _matches(remote[name], path):
            continue
        progress(f"uploading {number} of {len(files)}: {name}")
        _send(client, base, name, path, name in remote)
    remote = {entry["key"]: entry for entry in client.call("GET", base)["entries"]}
    wrong = sorted(set(remote) ^ set(files)) + [n for n in files if n in remote and not _matches(remote[n], files[n])]
    if wrong:
        raise CouldNotRun.of("hash:server", names=", ".join(wrong))
    sums = digest_of(files[SUMS])
    return Uploaded(state.api, state.version, state.record, state.doi, len(files), sums)


def _send(client: Client, base: str, name: str, path: Path, replace: bool) -> None:
    """Send one file, and once more if the server's checksum differs."""
    url = f"{base}/{quote(name, safe='')}"
    for attempt in range(2):
        if replace or attempt:
            client.call("DELETE", url, mode="optional")
        if client.call("GET", url, mode="optional") is None:
            client.call("POST", base, json=[{"key": name}], mode="once")
        client.call("PUT", f"{url}/content", data=lambda: path.open("rb"))
        entry = client.call("GET", url)
        if entry.get("status") != "completed":
            entry = client.call("POST", f"{url}/commit")
        if _matches(entry, path):
            return
    raise CouldNotRun.of("hash:sent", name=name)


def published_record(client: Client, state: Reserved) -> Published | None:
    """Return the published record, or None if it is not published yet."""
    found = client.call("GET", f"/records/{quote(state.record, safe='')}", mode="optional")
    if found is None or not found.get("is_published"):
        return None
    address = str((found.get("links") or {}).get("self_html", ""))
    return Published(state.api, state.version, state.record, state.doi, address)


def publish(client: Client, state: Uploaded) -> Published:
    """Publish the deposit; this cannot be undone.

    After an interrupted request, the server is checked before the request is repeated.
    """
    try:
        client.call("POST", f"/records/{quote(state.record, safe='')}/draft/actions/publish", mode="once")
    except CouldNotRun:
        done = published_record(client, state)
        if done is None:
            raise
        return done
    done = published_record(client, state)
    if done is None:
        raise CouldNotRun.of("server:not-shown")
    return done
