"""Data for the scripts of a page: compressed JSON in a call; a page opened from a file can load nothing else.

The bytes are text of seven bits a character, which takes a tenth less than Base64. The few characters that a string of
JavaScript cannot have are written as others.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np

FORBIDDEN = (0, 10, 13, 34, 92)
"""Characters that a string in double quotes cannot have; each is written as 128 plus its place here."""

BITS = 7

_WRITTEN = {code: chr(128 + place) for place, code in enumerate(FORBIDDEN)}
_READ = {128 + place: chr(code) for place, code in enumerate(FORBIDDEN)}
_WEIGHTS = 1 << np.arange(BITS)[::-1]


def _text(content: bytes) -> str:
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))
    padded = np.pad(bits, (0, -len(bits) % BITS)).reshape(-1, BITS)
    return (padded @ _WEIGHTS).astype(np.uint8).tobytes().decode("ascii").translate(_WRITTEN)


def packed_call(function: str, content: Any) -> bytes:
    """Return a script that passes compressed JSON to a function of the page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return f'{function}("{_text(packed)}");\n'.encode()


def unpacked(script: bytes) -> Any:
    """Return the content of a script, as the page reads it."""
    text = script.decode().split('"')[1].translate(_READ)
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, 1)
    bits = np.unpackbits(codes, axis=1)[:, -BITS:].ravel()
    return json.loads(gzip.decompress(np.packbits(bits[: len(bits) // 8 * 8]).tobytes()))
