"""States of a deposit. Each step takes one state and returns the next, so that no step can run out of order."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from clausula.core.commit import commit as write_atomically
from clausula.core.findings import CouldNotRun
from clausula.core.model import Descriptor


@dataclass(frozen=True)
class Drafted:
    """A draft exists on the server."""

    api: str
    version: str
    record: str


@dataclass(frozen=True)
class Reserved(Drafted):
    """The draft has a DOI, which must be set in the package before the release is created."""

    doi: str


@dataclass(frozen=True)
class Uploaded(Reserved):
    """The draft has the files of the release, each verified by size and checksum."""

    files: int
    sums: str


@dataclass(frozen=True)
class Published(Reserved):
    """The deposit is public and cannot be changed."""

    address: str


State = Drafted | Reserved | Uploaded | Published
KINDS: dict[str, type[Drafted]] = {kind.__name__: kind for kind in (Drafted, Reserved, Uploaded, Published)}


def state_file(root: Path, metadata: Descriptor) -> Path:
    """Return the path of the file with the state of the deposit of the version that a package declares."""
    return root / "dist" / f"deposit-{metadata['version']}.json"


def save(path: Path, state: State) -> None:
    """Save a state. The file contains no secrets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"state": type(state).__name__, **asdict(state)}, indent=2) + "\n"
    write_atomically(path.parent, {path.name: content.encode("utf-8")})


def restore(path: Path) -> State | None:
    """Return the saved state, or None if no deposit was started.

    Raises
    ------
    CouldNotRun
        If the file is not a saved state.
    """
    if not path.is_file():
        return None
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return KINDS[saved.pop("state")](**saved)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CouldNotRun.of("invalid-deposit-state", path=path, error=error) from error
