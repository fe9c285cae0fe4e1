"""Exporting: a file or folder appears where it belongs only after it has been written as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import is_package
from clausula.core.publish import staging_folder
from clausula.export.formats import FORMATS


def default_name(data: Dataset, form: str) -> str:
    """The file or folder that is written when none is named."""
    suffix = FORMATS[form].suffix
    return f"{data.model.metadata['name']}-{data.version}{suffix or f'-{form}'}"


@dataclass(frozen=True)
class How:
    """How an export is written.

    Attributes
    ----------
    force : bool
        Whether something that stands at the target may be replaced.
    texts : Path, optional
        A folder of texts whose words are to be quoted.
    """

    force: bool = False
    texts: Path | None = None


def _check_quotes(data: Dataset, form: str, target: Path) -> None:
    """Words of texts are written by some formats only, and never into a package."""
    if not FORMATS[form].quotes:
        able = ", ".join(name for name, one in FORMATS.items() if one.quotes)
        raise CouldNotRun(
            Finding("quotes-not-supported", f"{form} holds no words of texts", f"Formats that can: {able}.")
        )
    place = target.resolve()
    package = next((folder for folder in place.parents if is_package(folder) or folder == data.root.resolve()), None)
    if package is not None:
        what = f"{target} lies in the package {package}, which reproduces no source text"
        raise CouldNotRun(Finding("output-inside-package", what, "Name a place outside with --out."))


def export(
    data: Dataset,
    form: str,
    target: Path,
    tables: Sequence[str] = (),
    how: How | None = None,
) -> Path:
    """Write a data set in another format.

    Parameters
    ----------
    form : str
        A key of `FORMATS`.
    target : Path
        The file, or the folder for formats with a file for each table.
    tables : sequence of str
        The tables that are wanted; all if empty. The discourse network takes what it needs.
    how : How, optional

    Raises
    ------
    CouldNotRun
        If the format or a table is unknown, the target exists, a library is not installed, or words of texts would
        come into a package.
    """
    how = how or How()
    if form not in FORMATS:
        raise CouldNotRun(Finding("unknown-format", f"no format {form!r}", f"There are {', '.join(FORMATS)}."))
    unknown = [t for t in tables if t not in data.model.tables]
    if unknown:
        raise CouldNotRun(
            Finding("unknown-table", f"no table {', '.join(unknown)}", f"There are {', '.join(data.model.tables)}.")
        )
    if target.exists() and not how.force:
        raise CouldNotRun(Finding("file-exists", f"{target} exists", "Name another place, or say --force."))
    if how.texts is not None:
        _check_quotes(data, form, target)
        if not how.texts.is_dir():
            raise CouldNotRun(
                Finding("texts-not-found", f"{how.texts} is no folder", "Name the folder that holds the texts.")
            )
    parent = target.resolve().parent
    with staging_folder(parent, "export") as staging:
        staged = staging / target.name
        writer = getattr(import_module(f"clausula.export.{FORMATS[form].module}"), FORMATS[form].function)
        more = {"texts": how.texts} if how.texts is not None else {}
        try:
            writer(data, list(tables) or list(data.model.tables), staged, **more)
        except ModuleNotFoundError as error:
            hint = 'pip install "clausula[export]"'
            raise CouldNotRun(Finding("not-installed", f"{form} needs {error.name}", hint)) from error
        if target.is_dir():
            target.rename(staging / "replaced")
        staged.replace(target)
    return target
