"""The libraries that loading needs, and the oldest versions of them that work."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

OLDEST = {"pandas": (2, 3), "pyarrow": (22, 0)}
"""The bounds in pyproject.toml, without the last number; a test compares the two."""


def _version(name: str) -> str:
    """Return the version of an installed library without importing it; empty if it is unknown.

    `importlib.metadata` gives the same answer, but takes longer to import than all of Clausula.
    """
    if name in sys.modules:
        return str(getattr(sys.modules[name], "__version__", ""))
    spec = PathFinder.find_spec(name)
    for folder in (spec and spec.submodule_search_locations) or ():
        for found in Path(folder).parent.glob(f"{name}-[0-9]*.*-info"):
            return found.stem.removeprefix(f"{name}-").partition("-")[0]
    return ""


def require() -> None:
    """Refuse libraries that are too old; a library that is not installed is reported when it is needed.

    Raises
    ------
    ImportError
        If pandas or pyarrow is older than the oldest version that works.
    """
    for name, oldest in OLDEST.items():
        version = _version(name)
        numbers = version.split(".")[:2]
        if all(n.isdecimal() for n in numbers) and numbers and tuple(map(int, numbers)) < oldest:
            needed = f"{name} {'.'.join(map(str, oldest))}"
            upgrade = f'python -m pip install --upgrade "{name}>={".".join(map(str, oldest))}"'
            raise ImportError(f"clausula needs {needed} or newer; {version} is installed. Run {upgrade}", name=name)
