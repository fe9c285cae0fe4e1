"""Copies of remote schemas and profiles in a folder, so that nothing is taken from the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.paths import inside, is_file


@dataclass(frozen=True)
class Copies:
    """A folder with copies: `https://example.org/a/b.json` is `example.org/a/b.json` in it, or else `b.json`."""

    folder: Path | None = None

    def find(self, url: str) -> Path | None:
        """Return the copy of a file; None if there is none."""
        if self.folder is None:
            return None
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        places = (f"{parts.netloc}{parts.path}", parts.path.rpartition("/")[2])
        paths = (inside(self.folder, place) for place in places)
        return next((path for path in paths if path is not None and is_file(path)), None)
