"""The libraries that loading needs with the oldest versions that work, and the optional libraries by extra."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path

OLDEST = {"pandas": (2, 3), "pyarrow": (22, 0)}
"""The bounds in pyproject.toml, without the last number; a test compares the two."""

EXTRAS = {
    "validate": ("duckdb", "frictionless", "jinja2", "jsonschema", "nupunkt", "openpyxl", "pandera", "python_calamine"),
    "expectations": ("great_expectations",),
    "spark": ("pyspark", "sqlglot"),
    "export": ("duckdb", "networkx", "openpyxl", "pyreadstat"),
    "fetch": ("pooch", "requests"),
    "completion": ("shtab",),
    "coding": ("duckdb", "flask", "krippendorff", "nupunkt", "openpyxl", "rapidfuzz", "scipy"),
    "plot": ("altair", "jsonschema", "vl_convert"),
    "site": (
        "altair",
        "duckdb",
        "frictionless",
        "jinja2",
        "jsonschema",
        "markdown_it",
        "minify_html",
        "pandera",
        "vl_convert",
    ),
}
"""The modules that each extra in pyproject.toml installs; a test compares the two."""


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


def extra_with(module: str, preferred: str) -> str:
    """Return the extra that installs a module: the preferred one, unless only others have the module."""
    having = [extra for extra, modules in EXTRAS.items() if module in modules]
    return preferred if preferred in having or not having else having[0]


def require_extra(extra: str, purpose: str) -> None:
    """Check that all modules of an extra are installed, before anything is done.

    Raises
    ------
    CouldNotRun
        If one is missing.
    """
    from importlib.util import find_spec

    for module in EXTRAS[extra]:
        if find_spec(module) is None:
            with needs(purpose, extra):
                raise ModuleNotFoundError(name=module)


@contextmanager
def needs(purpose: str, extra: str) -> Iterator[None]:
    """Report a library that the block imports and that is not installed, with the command that installs it.

    Parameters
    ----------
    purpose : str
        What needs the library, as the subject of a sentence.
    extra : str
        The extra that installs everything for this purpose.

    Raises
    ------
    CouldNotRun
        If a library is missing or cannot be imported.
    """
    try:
        yield
    except ImportError as error:
        from clausula.core.findings import CouldNotRun

        name = (error.name or "clausula").partition(".")[0]
        if name == "clausula":
            raise
        given = {"purpose": purpose, "name": name, "extra": extra_with(name, extra)}
        if isinstance(error, ModuleNotFoundError):
            raise CouldNotRun.of("not-installed", **given) from error
        raise CouldNotRun.of("not-installed:broken", **given, error=error) from error
