"""Fixity: digests of files, and the size and hash of the files of a package compared with its descriptor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from clausula.core.findings import Finding, finding
from clausula.core.model import Descriptor

SUMS = "SHA256SUMS"
"""File with the checksums of a release folder."""


def split_hash(stated: str) -> tuple[str, str]:
    """Return the algorithm and the digest of a hash in Data Package notation; MD5 if no algorithm is named."""
    algorithm, _, digest = stated.rpartition(":")
    return (algorithm or "md5").lower().replace("-", ""), digest.lower()


def known_hash(stated: str) -> bool:
    """Return whether hashes of this algorithm can be computed."""
    return split_hash(stated)[0] in hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}


def check_fixity(path: Path, resource: Descriptor) -> Iterator[Finding]:
    """Compare an existing file with `bytes` and `hash` of its resource, where they are given and supported."""
    size, stated = resource.get("bytes"), resource.get("hash")
    if isinstance(size, int) and path.stat().st_size != size:
        yield finding("size", actual=path.stat().st_size, stated=size)
    if isinstance(stated, str) and known_hash(stated):
        algorithm, digest = split_hash(stated)
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, algorithm).hexdigest()
        if actual != digest:
            yield finding("hash", algorithm=algorithm, actual=actual, digest=digest)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty if there is none, or a folder, pipe or device."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_content(path: Path, content: bytes) -> bool:
    """Return whether a file exists with exactly this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError):
        return False


LISTED = 5
"""How many lines that differ are named."""


def differing_lines(path: Path, content: bytes) -> str:
    """Return the lines of a file that differ from other content, as the end of a sentence; empty if it is not text."""
    from difflib import SequenceMatcher

    try:
        old = path.read_text(encoding="utf-8").splitlines()
        new = content.decode("utf-8").splitlines()
    except (OSError, UnicodeError):
        return ""
    shorter = min(len(old), len(new))
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), shorter)
    ends = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = next((n for n, (a, b) in enumerate(ends) if a != b), shorter - start)
    changed, numbers = old[start : len(old) - end], [start + 1]
    pairs = zip(changed, new[start : len(new) - end], strict=False)
    apart = [start + n for n, (a, b) in enumerate(pairs, 1) if a != b] if len(old) == len(new) else []
    if 0 < len(apart) <= LISTED:
        numbers = apart
    elif len(changed) + len(new) - start - end <= MATCHED:
        blocks = SequenceMatcher(None, changed, new[start : len(new) - end], autojunk=False).get_opcodes()
        numbers = [start + n + 1 for kind, a, b, *_ in blocks if kind != "equal" for n in range(a, max(b, a + 1))]
    if not numbers:
        return ", in its line endings"
    named = [f"{n:,}" for n in numbers[:LISTED]]
    if len(numbers) > LISTED:
        return f", in lines {', '.join(named)} and {len(numbers) - LISTED:,} more"
    return f", in line {named[0]}" if len(named) == 1 else f", in lines {', '.join(named[:-1])} and {named[-1]}"


MATCHED = 2000
"""Longest part of two files, in lines, that is compared line by line."""
