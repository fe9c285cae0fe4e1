"""Memory of a command that makes millions of small objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 100_000
"""Number of new objects after which garbage is searched for; Python's own number is 700 to 2,000."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Search for garbage rarely: the cells of tables are none, and going through them takes a third of the reading."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
