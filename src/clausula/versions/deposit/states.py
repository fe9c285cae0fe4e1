"""The states of a deposit. Each step takes the state before it and gives the next, so none can run out of order."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.publish import publish as write_whole


@dataclass(frozen=True)
class Drafted:
    """A draft exists on the server."""

    api: str
    version: str
    record: str


@dataclass(frozen=True)
class Reserved(Drafted):
    """It has a DOI, which belongs into the package before the release is made."""

    doi: str


@dataclass(frozen=True)
class Uploaded(Reserved):
    """It has the files of the release, each compared by size and checksum."""

    files: int
    sums: str


@dataclass(frozen=True)
class Published(Reserved):
    """It is public and will not change any more."""

    address: str


State = Drafted | Reserved | Uploaded | Published
KINDS: dict[str, type[Drafted]] = {kind.__name__: kind for kind in (Drafted, Reserved, Uploaded, Published)}


def state_file(folder: Path, version: str) -> Path:
    """Where the state of the deposit of a version is kept."""
    return folder / f"deposit-{version}.json"


def save(path: Path, state: State) -> None:
    """Keep a state; the file holds nothing secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"state": type(state).__name__, **asdict(state)}, indent=2) + "\n"
    write_whole(path.parent, {path.name: content.encode("utf-8")})


def restore(path: Path) -> State | None:
    """The kept state; None if nothing was begun.

    Raises
    ------
    CouldNotRun
        If the file is no state.
    """
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return KINDS[told.pop("state")](**told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        finding = Finding(
            "invalid-deposit-state", f"{path} holds no state of a deposit: {error}", "Put it back, or move it away."
        )
        raise CouldNotRun(finding) from error
