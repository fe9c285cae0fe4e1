"""Loading libraries that load too much themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(module: str) -> Iterator[None]:
    """Hide a module from what is imported inside; one that is loaded already comes back afterwards.

    pandera and great-expectations import pyspark wherever it is installed, though we give them frames: that costs
    time, warns, and its remote client ends the whole process where the main module has no file (under a test runner's
    workers, in an embedded interpreter).
    """
    before = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before
