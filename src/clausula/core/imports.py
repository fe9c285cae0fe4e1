"""Importing libraries without their optional dependencies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


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


class _Postponed(ModuleType):
    """Stands for a module until one of its members is used."""

    def __getattr__(self, member: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), member)


@contextmanager
def postponed_modules(*modules: str) -> Iterator[None]:
    """Postpone what imports in a `with` block import at once: each module is loaded when a member of it is used.

    great-expectations imports altair and scipy.stats for one expectation out of about sixty, which takes half of its
    own import. The lazy loader of the standard library loads a module as soon as it is imported again.
    """
    stand_ins = {name: _Postponed(name) for name in modules if name not in sys.modules and find_spec(name) is not None}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
