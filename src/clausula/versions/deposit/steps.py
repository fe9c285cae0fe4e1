"""The steps of a deposit. Each looks at the server before it acts, so that one that was cut off can be done again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clausula.core.findings import CouldNotRun
from clausula.core.model import Descriptor
from clausula.core.progress import Progress
from clausula.core.schemas import read_json
from clausula.derive.metadata.invenio import record
from clausula.versions.deposit.client import Client, refused
from clausula.versions.deposit.states import Drafted, Published, Reserved, Uploaded
from clausula.versions.release.artefacts import SUMS


def draft(client: Client, metadata: Descriptor, earlier: str | None = None) -> Drafted:
    """Make a draft: of a new record, or of a new version of an earlier one.

    A server gives the same draft of a new version when it is asked twice; of a new record it would make two, so that
    request is not repeated unless the server says that it was not processed.
    """
    if earlier is None:
        made = client.call("POST", "/records", json=record(metadata), mode="once")
    else:
        made = client.call("POST", f"/records/{quote(earlier, safe='')}/versions")
        client.call("PUT", f"/records/{quote(str(made['id']), safe='')}/draft", json=record(metadata))
    return Drafted(client.api, str(metadata["version"]), str(made["id"]))


def _doi(answer: Any) -> str:
    return str(((answer.get("pids") or {}).get("doi") or {}).get("identifier") or "")


def reserve(client: Client, state: Drafted) -> Reserved:
    """Reserve the DOI of a draft; one that it has already is kept."""
    path = f"/records/{quote(state.record, safe='')}/draft"
    doi = _doi(client.call("GET", path))
    if not doi:
        try:
            doi = _doi(client.call("POST", f"{path}/pids/doi"))
        finally:
            doi = doi or _doi(client.call("GET", path))
    if not doi:
        raise refused("server", "the server reserved no DOI", "Run the same command again.")
    return Reserved(state.api, state.version, state.record, doi)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _fits(entry: dict[str, Any], path: Path) -> bool:
    same = entry.get("checksum") == f"md5:{_md5(path)}" and int(entry.get("size", -1)) == path.stat().st_size
    return entry.get("status") == "completed" and same


def release_files(folder: Path, state: Reserved) -> dict[str, Path]:
    """The files of a release folder by name.

    Raises
    ------
    CouldNotRun
        If the folder is no release of this version, lacks the reserved DOI, or does not hold what its sums say.
    """
    files = {p.name: p for p in sorted(folder.iterdir()) if p.is_file()} if folder.is_dir() else {}
    if SUMS not in files or "datapackage.json" not in files:
        raise refused("folder", f"{folder} is no release folder", "Make it with `clausula release VERSION`.")
    for line in files[SUMS].read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if name not in files or hashlib.sha256(files[name].read_bytes()).hexdigest() != digest:
            raise refused("folder", f"{name} is not what {SUMS} says", "Make the release anew.")
    descriptor = read_json(files["datapackage.json"])
    if descriptor.get("version") != state.version:
        message = f"the folder holds version {descriptor.get('version')}, the draft is for {state.version}"
        raise refused("folder", message, "Name the folder of that version.")
    if descriptor.get("doi") != state.doi:
        hint = f'Set "doi": "{state.doi}" in schemas/package.json, build, commit and release again.'
        raise refused("doi", f"the release does not bear the DOI {state.doi}", hint)
    return files


def upload(client: Client, state: Reserved, folder: Path, progress: Progress) -> Uploaded:
    """Bring the files of the draft to those of the release folder; what fits is not sent again."""
    files = release_files(folder, state)
    base = f"/records/{quote(state.record, safe='')}/draft/files"
    there = {entry["key"]: entry for entry in client.call("GET", base)["entries"]}
    for key in sorted(set(there) - set(files)):
        client.call("DELETE", f"{base}/{quote(key, safe='')}", mode="look")
    for number, (name, path) in enumerate(files.items(), 1):
        if name in there and _fits(there[name], path):
            continue
        progress(f"uploading {number} of {len(files)}: {name}")
        _send(client, base, name, path, name in there)
    there = {entry["key"]: entry for entry in client.call("GET", base)["entries"]}
    wrong = sorted(set(there) ^ set(files)) + [n for n in files if n in there and not _fits(there[n], files[n])]
    if wrong:
        raise refused(
            "checksum", f"the server does not hold what was sent: {', '.join(wrong)}", "Run the command again."
        )
    sums = hashlib.sha256(files[SUMS].read_bytes()).hexdigest()
    return Uploaded(state.api, state.version, state.record, state.doi, len(files), sums)


def _send(client: Client, base: str, name: str, path: Path, replace: bool) -> None:
    """Send one file; a second time if the server's checksum is another."""
    own = f"{base}/{quote(name, safe='')}"
    for attempt in range(2):
        if replace or attempt:
            client.call("DELETE", own, mode="look")
        if client.call("GET", own, mode="look") is None:
            client.call("POST", base, json=[{"key": name}], mode="once")
        client.call("PUT", f"{own}/content", data=lambda: path.open("rb"))
        entry = client.call("GET", own)
        if entry.get("status") != "completed":
            entry = client.call("POST", f"{own}/commit")
        if _fits(entry, path):
            return
    raise refused("checksum", f"{name}: the server's checksum is not that of the file", "Run the command again.")


def public(client: Client, state: Reserved) -> Published | None:
    """The published record, if it is that already."""
    found = client.call("GET", f"/records/{quote(state.record, safe='')}", mode="look")
    if found is None or not found.get("is_published"):
        return None
    return Published(
        state.api, state.version, state.record, state.doi, str((found.get("links") or {}).get("self_html", ""))
    )


def publish(client: Client, state: Uploaded) -> Published:
    """Make the deposit public. This cannot be undone. A request that was cut off is not sent again blindly."""
    try:
        client.call("POST", f"/records/{quote(state.record, safe='')}/draft/actions/publish", mode="once")
    except CouldNotRun:
        done = public(client, state)
        if done is None:
            raise
        return done
    done = public(client, state)
    if done is None:
        raise refused("server", "the server does not show the record yet", "Run the same command again.")
    return done
