"""Data for the scripts of a page: compressed JSON in a call; a page opened from a file can load nothing else.

The scripts are in UTF-16 with a byte order mark, which browsers follow whatever a server says. Each character holds two
of the bytes, so text takes hardly more than they do; in UTF-8 it would take a seventh more.
"""

from __future__ import annotations

import codecs
import json
import zlib
from typing import Any

import numpy as np

MEMORY_LEVEL = 7
"""Smaller blocks than by default: the texts differ from field to field, and each block has a code of its own."""

FORBIDDEN = (0, 10, 13, 34, 92, 0x2028, 0x2029)
"""Characters that a string in double quotes cannot have; neither can it have halves of surrogate pairs."""

ESCAPE, SHIFT = 0x7F, 0x8000
"""Character before one that is written with another bit, because a string cannot have it as it is."""

SURROGATES = 0xD800, 0xDFFF


def _text(content: bytes) -> bytes:
    """Return bytes as text in UTF-16, after a digit that says whether the last byte is there only to fill up."""
    odd = len(content) % 2
    units = np.frombuffer(content + bytes(odd), dtype="<u2")
    bad = np.isin(units, (*FORBIDDEN, ESCAPE)) | ((units >= SURROGATES[0]) & (units <= SURROGATES[1]))
    written = np.repeat(units, 1 + bad)
    last = np.cumsum(1 + bad) - 1
    written[last[bad] - 1] = ESCAPE
    written[last[bad]] = units[bad] ^ SHIFT
    return f"{odd}".encode("utf-16-le") + written.tobytes()


def packed_call(function: str, content: Any) -> bytes:
    """Return a script that passes compressed JSON to a function of the page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, memLevel=MEMORY_LEVEL)
    packed = compressor.compress(text.encode("utf-8", "surrogatepass")) + compressor.flush()
    parts = f'{function}("'.encode("utf-16-le"), _text(packed), '");\n'.encode("utf-16-le")
    return codecs.BOM_UTF16_LE + b"".join(parts)


def unpacked(script: bytes) -> Any:
    """Return the content of a script, as the page reads it."""
    units = np.frombuffer(script, dtype="<u2")
    first, last = np.flatnonzero(units == ord('"'))
    odd, units = int(chr(units[first + 1])), units[first + 2 : last]
    escapes = units == ESCAPE
    shifted = np.roll(escapes, 1)
    content = np.where(shifted, units ^ SHIFT, units)[~escapes].astype("<u2").tobytes()
    return json.loads(zlib.decompress(content[: len(content) - odd], wbits=-zlib.MAX_WBITS))
