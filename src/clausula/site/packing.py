"""Data for the scripts of a page: compressed JSON in a call; a page opened from a file can load nothing else."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any


def packed_call(function: str, content: Any) -> bytes:
    """Return a script that passes compressed JSON to a function of the page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return f'{function}("'.encode() + base64.b64encode(packed) + b'");\n'
