"""Version numbers of the data (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re

VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def version_numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version: (1, 2, 3) for "1.2.3"."""
    return tuple(int(part) for part in version.split("."))
