"""Exporting: a file or folder appears where it belongs only after it has been written as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.publish import staging_folder
from clausula.features.data import Dataset
from clausula.features.export.formats import FORMATS


def default_name(data: Dataset, form: str) -> str:
    """The file or folder that is written when none is named."""
    suffix = FORMATS[form].suffix
    return f"{data.model.metadata['name']}-{data.version}{suffix or f'-{form}'}"


def export(data: Dataset, form: str, target: Path, tables: Sequence[str] = (), force: bool = False) -> Path:
    """Write a data set in another format.

    Parameters
    ----------
    form : str
        A key of `FORMATS`.
    target : Path
        The file, or the folder for formats with a file for each table.
    tables : sequence of str
        The tables that are wanted; all if empty. The discourse network takes what it needs.
    force : bool
        Whether something that stands at the target may be replaced.

    Raises
    ------
    CouldNotRun
        If the format or a table is unknown, the target exists, or a library is not installed.
    """
    if form not in FORMATS:
        raise CouldNotRun(Finding("unknown-format", f"no format {form!r}", f"There are {', '.join(FORMATS)}."))
    unknown = [t for t in tables if t not in data.model.tables]
    if unknown:
        raise CouldNotRun(
            Finding("unknown-table", f"no table {', '.join(unknown)}", f"There are {', '.join(data.model.tables)}.")
        )
    if target.exists() and not force:
        raise CouldNotRun(Finding("exists", f"{target} exists", "Name another place, or say --force."))
    parent = target.resolve().parent
    with staging_folder(parent, "export") as staging:
        staged = staging / target.name
        writer = getattr(import_module(f"clausula.features.export.{FORMATS[form].module}"), FORMATS[form].function)
        try:
            writer(data, list(tables) or list(data.model.tables), staged)
        except ModuleNotFoundError as error:
            hint = 'pip install "clausula[export]"'
            raise CouldNotRun(Finding("missing-library", f"{form} needs {error.name}", hint)) from error
        if target.is_dir():
            target.rename(staging / "replaced")
        staged.replace(target)
    return target
