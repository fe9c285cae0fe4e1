"""Drafts of the coding page: what a coder has entered and not saved yet, kept in the checkout at every change.

A draft is a working file in `.clausula/drafts/`, not part of the package and not committed. It contains rows and
offsets, never the text. Its revision is the hash of the file, so that no tab overwrites what another one wrote.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.coding.last_submission import FOLDER
from clausula.core.commit import commit, resolves_inside
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import sha256

MAX_BYTES = 16 << 20
"""The maximum size of a draft."""


@dataclass(frozen=True)
class Draft:
    """The draft of a pass.

    Attributes
    ----------
    revision : str
        The hash of the file; empty if there is none.
    content : dict or None
        What the page sent; None if there is nothing unsaved.
    is_readable : bool
        Whether the file could be read; one that could not is kept when the next draft is written.
    offered : bool
        Whether the coder had been offered suggestions.
    """

    revision: str = ""
    content: dict[str, Any] | None = None
    is_readable: bool = True
    offered: bool = False


def draft_path(pass_id: str) -> str:
    """Return the path of the draft of a pass within the checkout."""
    return f"{FOLDER}/drafts/{pass_id}.json"


def _bytes(root: Path, pass_id: str) -> bytes:
    """Return the content of the file of a draft, empty if there is none.

    Raises
    ------
    CouldNotRun
        If the path leads out of the checkout.
    """
    name = draft_path(pass_id)
    path = root / name
    if not resolves_inside(root, name) or path.is_symlink() or len(Path(name).parts) != 3:
        raise CouldNotRun.of("unsafe-draft", file=name)
    return path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_BYTES else b""


def read_draft(root: Path, pass_id: str, edition: str) -> Draft:
    """Return the draft of a pass over an edition of a text.

    Raises
    ------
    CouldNotRun
        If the path of the draft leads out of the checkout.
    """
    held = _bytes(root, pass_id)
    if not held:
        return Draft()
    try:
        draft = json.loads(held)
        content = draft["content"]
        is_readable = draft["edition"] == edition and (content is None or isinstance(content, dict))
        offered = draft.get("offered") is True
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return Draft(sha256(held), None, False)
    return Draft(sha256(held), content if is_readable else None, is_readable, is_readable and offered)


def write_draft(  # noqa: PLR0913, PLR0917
    root: Path, pass_id: str, edition: str, content: dict[str, Any] | None, revision: str, offered: bool = False
) -> str:
    """Write a draft in place of a known revision, and return the new revision.

    Raises
    ------
    CouldNotRun
        If another tab or page has written a draft since; nothing was written.
    """
    name, before = draft_path(pass_id), read_draft(root, pass_id, edition)
    if before.revision != revision:
        raise CouldNotRun.of("draft-changed", file=name)
    held = (
        json.dumps({"edition": edition, "offered": offered, "content": content}, ensure_ascii=True).encode("ascii")
        + b"\n"
    )
    files = {name: held}
    if not before.is_readable:
        files[f"{name}.kept"] = _bytes(root, pass_id)
    commit(root, files, {name: revision})
    return sha256(held)
