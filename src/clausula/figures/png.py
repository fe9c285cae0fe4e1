"""PNG files with the compression that their writer left out, and PNG files with few colours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

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


def lightness(content: bytes) -> Pixels:
    """Return the lightness of each pixel of an RGBA image whose rows have no filter or that of vl-convert.

    Raises
    ------
    ValueError
        If the image is of another kind.
    """
    chunks = list(_chunks(content))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, 6):
        raise ValueError("not an RGBA image with eight bits a channel")
    stored = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    rows = np.frombuffer(stored, dtype=np.uint8).reshape(height, 1 + 4 * width)
    if rows[:, 0].max() > 1:
        raise ValueError("the rows of the image have another filter")
    pixels = rows[:, 1:].reshape(height, width, 4)
    filtered = rows[:, 0] == 1
    whole = np.where(filtered[:, None, None], np.cumsum(pixels, axis=1, dtype=np.uint8), pixels)
    light: Pixels = whole[:, :, :3].mean(axis=2).astype(np.uint8)
    return light


def indexed(pixels: Pixels, colours: Sequence[str]) -> bytes:
    """Return an image of at most 16 colours, given the number of the colour of each pixel; its width must be even."""
    height, width = pixels.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), pixels[:, ::2] << 4 | pixels[:, 1::2]])
    palette = b"".join(bytes.fromhex(colour.lstrip("#")) for colour in colours)
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")
    return SIGNATURE + b"".join(_chunk(*one) for one in parts)
