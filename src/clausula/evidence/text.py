"""Texts and hashes of text spans, and search for spans by their hash.

The hash in the column `fingerprint` identifies a text span without reproducing the text. It is computed from the
letters and digits of the span, after NFKC normalisation and case folding, so that markup, quotation marks, dashes and
line breaks do not matter. It has three parts, joined by hyphens:

    LENGTH-ROLLING-DIGEST      e.g. 47-0a1b2c3d-00112233445566778899aabbccddeeff

LENGTH is the number of letters and digits. ROLLING is a polynomial hash modulo 2**31 - 1 in eight hexadecimal digits,
which is used to search all windows of a text at once (Karp and Rabin 1987). DIGEST is the first 32 hexadecimal digits
of the SHA-256 of the letters and digits in UTF-8. It confirms the candidates that the rolling hash finds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

PRIME = 2**31 - 1
BASE = 1_000_003

_FINGERPRINT = re.compile(r"([1-9][0-9]{0,7})-([0-9a-f]{8})-([0-9a-f]{32})")


@lru_cache(maxsize=65536)
def _fold(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(char for char in folded if char.isalnum())


def _clusters(text: str) -> list[int]:
    """Return the start offsets of clusters: a character with the combining marks that follow it."""
    return [i for i, char in enumerate(text) if i == 0 or not unicodedata.combining(char)]


def _codes(text: str) -> np.ndarray:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _plain_index(codes: np.ndarray, known: np.ndarray, which: np.ndarray) -> tuple[str, np.ndarray, np.ndarray]:
    """Return the index of a text without combining marks, folding each distinct character only once."""
    folded = [_fold(chr(code)) for code in known.tolist()]
    lengths = np.array([len(part) for part in folded], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    counts = lengths[which]
    first = np.repeat(np.arange(len(codes), dtype=np.int64), counts)
    within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    letters = _codes("".join(folded))[np.repeat(starts[which], counts) + within]
    return letters.tobytes().decode("utf-32-le", "surrogatepass"), first, first + 1


def _powers(base: int, count: int) -> np.ndarray:
    """Return base**0 .. base**(count-1) modulo PRIME, computed by doubling."""
    powers = np.ones(max(count, 1), dtype=np.uint64)
    filled, step = 1, base % PRIME
    while filled < count:
        take = min(filled, count - filled)
        powers[filled : filled + take] = powers[:take] * np.uint64(step) % np.uint64(PRIME)
        filled += take
        step = step * step % PRIME
    return powers[:count]


@dataclass(frozen=True)
class Text:
    """A source text, indexed by the letters and digits that its hashes are computed from.

    Parameters
    ----------
    raw : str
        The text as obtained. All offsets count its code points from 0; ends are exclusive.
    """

    raw: str

    @cached_property
    def _index(self) -> tuple[str, np.ndarray, np.ndarray]:
        """Letters and digits of the text, with the start and end of the cluster of each in the raw text."""
        codes = _codes(self.raw)
        known, which = np.unique(codes, return_inverse=True)
        if not any(unicodedata.combining(chr(code)) for code in known.tolist()):
            return _plain_index(codes, known, which)
        starts = _clusters(self.raw)
        letters: list[str] = []
        first: list[int] = []
        last: list[int] = []
        for begin, end in zip(starts, [*starts[1:], len(self.raw)], strict=True):
            for char in _fold(self.raw[begin:end]):
                letters.append(char)
                first.append(begin)
                last.append(end)
        return "".join(letters), np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)

    @property
    def letters(self) -> str:
        """Letters and digits of the text, folded."""
        return self._index[0]

    def letter_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and end in `letters` of the letters whose clusters lie within a span of the raw text."""
        _, first, last = self._index
        low = int(np.searchsorted(first, start, side="left"))
        high = int(np.searchsorted(last, end, side="right"))
        return low, max(low, high)

    def raw_span(self, low: int, high: int) -> tuple[int, int]:
        """Return the start and end in the raw text of the letters from low to high."""
        _, first, last = self._index
        return int(first[low]), int(last[high - 1])

    def fingerprint(self, start: int = 0, end: int | None = None) -> str:
        """Return the hash of the span from start to end, by default of the whole text.

        Raises
        ------
        ValueError
            If there is no letter or digit between start and end.
        """
        low, high = self.letter_span(start, len(self.raw) if end is None else end)
        if low == high:
            raise ValueError(f"no letter or digit between {start} and {end}")
        return fingerprint(self.letters[low:high])

    def matches(self, start: int, end: int, wanted: str) -> bool:
        """Return whether a span has the wanted hash; False if it has no letter or digit or the hash is not valid."""
        if not is_fingerprint(wanted):
            return False
        low, high = self.letter_span(start, end)
        length, rolling, digest = split_fingerprint(wanted)
        if low == high or high - low != length:
            return False
        sums, powers = self._prefix
        window = (int(sums[high]) - int(sums[low])) % PRIME * int(powers[high - 1]) % PRIME
        return window == rolling and _digest(self.letters[low:high]) == digest

    @cached_property
    def _prefix(self) -> tuple[np.ndarray, np.ndarray]:
        codes = _codes(self.letters).astype(np.uint64)
        scaled = codes * _powers(pow(BASE, -1, PRIME), len(codes)) % np.uint64(PRIME)
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(scaled)])
        return sums, _powers(BASE, len(codes) + 1)

    def find(self, wanted: str) -> list[tuple[int, int]]:
        """Return the (start, end) of every span that has the wanted hash, in the order of the text; none if invalid."""
        if not is_fingerprint(wanted):
            return []
        length, rolling, digest = split_fingerprint(wanted)
        count = len(self.letters) - length + 1
        if count < 1:
            return []
        sums, powers = self._prefix
        windows = (sums[length:] - sums[:count]) % np.uint64(PRIME) * powers[length - 1 : length - 1 + count]
        candidates = np.flatnonzero(windows % np.uint64(PRIME) == np.uint64(rolling)).tolist()
        return [self.raw_span(i, i + length) for i in candidates if _digest(self.letters[i : i + length]) == digest]


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode("utf-8")).hexdigest()[:32]


def _rolling(letters: str) -> int:
    value = 0
    for char in letters:
        value = (value * BASE + ord(char)) % PRIME
    return value


def fold(text: str) -> str:
    """Return the letters and digits of a string, folded as for a hash."""
    return Text(text).letters


def fingerprint(letters: str) -> str:
    """Return the hash of letters and digits that are already folded."""
    return f"{len(letters)}-{_rolling(letters):08x}-{_digest(letters)}"


def split_fingerprint(value: str) -> tuple[int, int, str]:
    """Split a hash into its length, rolling hash and digest.

    Raises
    ------
    ValueError
        If the value is not a valid hash.
    """
    parts = _FINGERPRINT.fullmatch(value)
    if parts is None:
        raise ValueError(f"{value!r} is not a valid hash")
    length, rolling, digest = parts.groups()
    return int(length), int(rolling, 16), digest


def is_fingerprint(value: str) -> bool:
    """Return whether a value has the form of a hash."""
    return _FINGERPRINT.fullmatch(value) is not None
