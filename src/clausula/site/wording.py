"""Records in words: where the evidence is, through whom it reached the source, and what a later text did."""

from __future__ import annotations

import re

VOICES = {"origin": "according to", "forum": "before", "relay": "reported by", "author": "written by"}
"""How each role in a chain of attribution is put into words."""

NAMELESS = {"unnamed": "somebody who is not named", "absent": "nobody who is mentioned"}
"""Words for a voice without an actor, by how the source names it."""

PASSIVE = {
    "restates": "restated by",
    "copies": "copied in",
    "strengthens": "strengthened by",
    "weakens": "weakened by",
    "replaces": "replaced by",
    "reverses": "reversed by",
}
"""What a link says from the side of the earlier provision."""

_IN_REPOSITORY = re.compile(r"github:([\w.-]+/[\w.-]+)@([0-9a-f]{40}), (file|folder) ([^\s,<>\"']+)")
_ADDRESS = re.compile(r"https://[^\s,<>\"']+")


def original(locator: str) -> str:
    """Return the public address of a source, as far as its locator states one; else an empty string."""
    if found := _IN_REPOSITORY.match(locator):
        repository, commit, kind, path = found.groups()
        return f"https://github.com/{repository}/{'blob' if kind == 'file' else 'tree'}/{commit}/{path}"
    address = _ADDRESS.match(locator)
    return address[0] if address else ""
