"""Compare two versions of a package: structure, rows, cells, recodings, and the version step they require."""

from clausula.versions.diff.compare import diff
from clausula.versions.diff.result import Diff

__all__ = ["Diff", "diff"]
