"""Fixtures of the command-line tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.resolving import SOURCE
from tests.excerpt import excerpt
from tests.poisoned.tables import Tables
from tests.sites import mini_site
from tests.subset import built_subset, subset

__all__ = ["built_subset", "excerpt", "mini_site", "subset"]


@pytest.fixture
def unresolved(mini: Path) -> Path:
    """Return the small package with its two conflicts open."""
    Tables(mini).apply([{"table": "resolutions", "where": {"source_id": SOURCE}, "delete": True}])
    return mini
