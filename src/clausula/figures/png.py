"""PNG files with the compression that their writer left out; every pixel stays the same."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def compressed(content: bytes) -> bytes:
    """Return a PNG whose pixels are compressed as far as the format allows."""
    chunks = list(_chunks(content))
    pixels = zlib.compress(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), 9)
    before = [one for one in chunks if one[0] not in (b"IDAT", b"IEND")]
    return SIGNATURE + b"".join(_chunk(*one) for one in [*before, (b"IDAT", pixels), (b"IEND", b"")])
