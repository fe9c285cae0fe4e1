"""The user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path

CACHE = "CLAUSULA_CACHE"
"""The environment variable that names another cache folder."""


def cache_folder() -> Path:
    """Return the cache folder: `CLAUSULA_CACHE`, or a subfolder of the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE) or Path(cache) / "clausula")
