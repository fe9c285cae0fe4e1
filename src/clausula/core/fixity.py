"""Whether a file of a foreign package has the size and the hash that its descriptor states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from clausula.core.findings import Finding
from clausula.core.model import Descriptor

HINT = "Fetch the file anew, or correct the descriptor if the file was meant to change."


def split_hash(stated: str) -> tuple[str, str]:
    """Algorithm and digest of a hash as Data Package writes it; MD5 where none is named."""
    algorithm, _, digest = stated.rpartition(":")
    return (algorithm or "md5").lower().replace("-", ""), digest.lower()


def known_hash(stated: str) -> bool:
    """Whether we can work out a hash of this kind."""
    return split_hash(stated)[0] in hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}


def check_fixity(path: Path, resource: Descriptor) -> Iterator[Finding]:
    """Compare an existing file with `bytes` and `hash` of its resource, if they are stated and can be judged."""
    size, stated = resource.get("bytes"), resource.get("hash")
    if isinstance(size, int) and path.stat().st_size != size:
        yield Finding("size", f"the file has {path.stat().st_size} bytes, the descriptor says {size}", HINT)
    if isinstance(stated, str) and known_hash(stated):
        algorithm, digest = split_hash(stated)
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, algorithm).hexdigest()
        if actual != digest:
            yield Finding("hash", f"the {algorithm} of the file is {actual}, the descriptor says {digest:.140}", HINT)
