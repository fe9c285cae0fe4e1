"""Importing libraries without their optional dependencies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden_module(module: str) -> Iterator[None]:
    """Hide a module from the imports in a `with` block; a module that was already loaded is restored afterwards.

    pandera and great-expectations import pyspark wherever it is installed, although they are given pandas frames here.
    That takes time and prints warnings, and pyspark's remote client exits the process if the main module has no file
    (in the workers of a test runner or an embedded interpreter).
    """
    before = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before
