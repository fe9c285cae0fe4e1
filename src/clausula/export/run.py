"""Export to a file or folder, which appears at its target only after it has been written completely."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import is_package
from clausula.core.staging import staging_folder
from clausula.export.formats import FORMATS


def default_name(data: Dataset, form: str) -> str:
    """Return the name of the file or folder that is written if none is given."""
    suffix = FORMATS[form].suffix
    return f"{data.model.metadata['name']}-{data.version}{suffix or f'-{form}'}"


@dataclass(frozen=True)
class ExportOptions:
    """Options of an export.

    Attributes
    ----------
    force : bool
        Whether an existing file, or a folder that contains nothing but an earlier export, may be replaced.
    texts : Path, optional
        Folder with the source texts to quote from. Default: no quotes.
    """

    force: bool = False
    texts: Path | None = None


def _check_quotes(data: Dataset, form: str, target: Path) -> None:
    """Check that the format can contain quotes from source texts and that the target is outside any package."""
    if not FORMATS[form].quotes:
        able = " or ".join(name for name, one in FORMATS.items() if one.quotes)
        what = f"the format {form} cannot contain quotes from source texts"
        raise CouldNotRun(Finding("quotes-not-supported", what, f"Export {able}, or drop --texts and --quotes."))
    place = target.resolve()
    package = next((folder for folder in place.parents if is_package(folder) or folder == data.root.resolve()), None)
    if package is not None:
        what = f"{target} is inside the package {package}, which must not contain source texts"
        raise CouldNotRun(Finding("output-inside-package", what, "Pass a path outside it with --out."))


def _check_target(data: Dataset, form: str, target: Path, force: bool) -> None:
    """Check that nothing exists at the target or, with `force`, that it is a file or an earlier export of the format.

    A folder that contains anything else is never replaced.
    """
    if not os.path.lexists(target):
        return
    if not force:
        hint = "Pass --force to replace it, or another path with --out."
        raise CouldNotRun(Finding("file-exists", f"{target} already exists", hint))
    if FORMATS[form].suffix:
        if target.is_dir():
            message = f"{target} is a folder, and the format {form} is one file"
            raise CouldNotRun(Finding("not-a-file", message, "Pass the path of a file with --out."))
        return
    if target.is_symlink() or not target.is_dir():
        message = f"{target} is not a folder, and the format {form} is one file per table"
        raise CouldNotRun(Finding("not-a-folder", message, "Pass another path with --out."))
    ours = {f"{table}.{form}" for table in data.model.tables}
    other = next((p for p in sorted(target.iterdir()) if p.name not in ours or p.is_symlink() or not p.is_file()), None)
    if other is not None:
        message = (
            f"{target} contains {other.name}, which is not part of an export as {form}; the folder was not replaced"
        )
        raise CouldNotRun(Finding("not-an-export", message, "Move the folder away, or pass another path with --out."))


def export(
    data: Dataset,
    form: str,
    target: Path,
    tables: Sequence[str] = (),
    options: ExportOptions | None = None,
) -> Path:
    """Write a dataset in another format.

    Parameters
    ----------
    data : Dataset
    form : str
        A key of `FORMATS`.
    target : Path
        The file, or the folder for formats with one file per table.
    tables : sequence of str
        The tables to export; all if empty. Formats that need fixed tables (graphml, dna, web-annotation) ignore it.
    options : ExportOptions, optional

    Returns
    -------
    Path
        The target.

    Raises
    ------
    CouldNotRun
        If the format or a table is unknown, the target exists or is a folder with other files, a library is not
        installed, or source texts would be quoted inside a package.
    """
    options = options or ExportOptions()
    if form not in FORMATS:
        raise CouldNotRun(Finding("unknown-format", f"unknown format {form!r}", f"Choose from {', '.join(FORMATS)}."))
    unknown = [t for t in tables if t not in data.model.tables]
    if unknown:
        raise CouldNotRun(
            Finding(
                "unknown-table",
                f"unknown table {', '.join(map(repr, unknown))}",
                f"Choose from {', '.join(data.model.tables)}.",
            )
        )
    _check_target(data, form, target, options.force)
    if options.texts is not None:
        _check_quotes(data, form, target)
        if not options.texts.is_dir():
            hint = "Pass the folder with the source texts with --texts."
            raise CouldNotRun(Finding("texts-not-found", f"{options.texts} is not a folder", hint))
    parent = target.resolve().parent
    with staging_folder(parent, "export") as staging:
        staged = staging / target.absolute().name
        writer = getattr(import_module(f"clausula.export.{FORMATS[form].module}"), FORMATS[form].function)
        more = {"texts": options.texts} if options.texts is not None else {}
        try:
            writer(data, list(tables) or list(data.model.tables), staged, **more)
        except ModuleNotFoundError as error:
            what = f"the format {form} requires {error.name}, which is not installed"
            raise CouldNotRun(Finding("not-installed", what, 'Run `pip install "clausula[export]"`.')) from error
        if target.is_dir() and not target.is_symlink():
            target.rename(staging / "replaced")
        staged.replace(target)
    return target
