"""Export to a file or folder, which appears at its target only after it has been written completely."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun
from clausula.core.package import enclosing_package
from clausula.core.requirements import needs
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
        raise CouldNotRun.of("quotes-not-supported", form=form, able=able)
    package = enclosing_package(target.resolve().parent)
    if package is not None:
        raise CouldNotRun.of("output-inside-package:quotes", target=target, package=package)


def _check_target(data: Dataset, form: str, target: Path, force: bool) -> None:
    """Check that nothing exists at the target or, with `force`, that it is a file or an earlier export of the format.

    A folder that contains anything else is never replaced.
    """
    if not os.path.lexists(target):
        return
    if not force:
        raise CouldNotRun.of("file-exists:export", target=target)
    if FORMATS[form].suffix:
        if target.is_dir():
            raise CouldNotRun.of("not-a-file", target=target, form=form)
        return
    if target.is_symlink() or not target.is_dir():
        raise CouldNotRun.of("not-a-folder:export", target=target, form=form)
    ours = {f"{table}.{form}" for table in data.model.tables}
    other = next((p for p in sorted(target.iterdir()) if p.name not in ours or p.is_symlink() or not p.is_file()), None)
    if other is not None:
        raise CouldNotRun.of("not-an-export", target=target, other=other.name, form=form)


def export(
    data: Dataset, form: str, target: Path, tables: Sequence[str] = (), options: ExportOptions | None = None
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
        raise CouldNotRun.of("unknown-format", form=form, formats=", ".join(FORMATS))
    unknown = [t for t in tables if t not in data.model.tables]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise CouldNotRun.of("unknown-table", names=names, tables=", ".join(data.model.tables))
    _check_target(data, form, target, options.force)
    if options.texts is not None:
        _check_quotes(data, form, target)
        if not options.texts.is_dir():
            raise CouldNotRun.of("texts-not-found", texts=options.texts)
    with staging_folder(target.resolve().parent, "export") as staging:
        staged = staging / target.absolute().name
        writer = getattr(import_module(f"clausula.export.{FORMATS[form].module}"), FORMATS[form].function)
        more = {"texts": options.texts} if options.texts is not None else {}
        with needs(f"the format {form}", "export"):
            writer(data, list(tables) or list(data.model.tables), staged, **more)
        if target.is_dir() and not target.is_symlink():
            target.rename(staging / "replaced")
        staged.replace(target)
    return target
