"""Building the site: all pages in memory, then written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.progress import Progress, quiet
from clausula.core.publish import publish
from clausula.figures.figure import altair
from clausula.site import codebook, pages, tables
from clausula.site.changes import Changes, changes
from clausula.site.context import Context
from clausula.site.drawing import colours
from clausula.site.names import safe
from clausula.site.render import Pages
from clausula.validation.run import LAYERS, validate

LISTING = "site.json"
"""The files of a site, so that the next one can tell what is no longer part of it."""

ASSETS = ("site.css", "table.js", "virtual-core.js", "NOTICE")


@dataclass(frozen=True)
class Told:
    """What a site tells of validation and of changes.

    Attributes
    ----------
    layers : sequence of str
        Layers of the validation that it reports; none if empty.
    texts : Path, optional
        Folder with the texts of all sources; the validation verifies the anchors in them.
    since : str, optional
        The version to compare with; the last release before this version if none is named.
    """

    layers: Sequence[str] = LAYERS
    texts: Path | None = None
    since: str | None = None


@dataclass(frozen=True)
class Built:
    """A site that was written: its folder, its files with their sizes, what was validated, and what changed."""

    folder: Path
    files: dict[str, int]
    changed: list[str]
    removed: list[str]
    report: Report | None

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(self.files.values())


def _refuse(code: str, message: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding(code, message, hint))


def _before(out: Path) -> list[str]:
    """The files of the site that stands there; none if the folder is empty or absent.

    Raises
    ------
    CouldNotRun
        If something else stands there.
    """
    if not out.exists():
        return []
    if not out.is_dir():
        raise _refuse("not-a-site", f"{out} is no folder", "Name a folder for the site.")
    try:
        listed = json.loads((out / LISTING).read_text(encoding="utf-8"))["files"]
        return [str(name) for name in listed]
    except FileNotFoundError:
        if any(out.iterdir()):
            raise _refuse(
                "not-a-site", f"{out} holds other files than a site", "Name an empty folder, or one with a site."
            ) from None
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise _refuse(
            "not-a-site", f"{out / LISTING} cannot be read: {error}", "Remove the folder, or name another."
        ) from error


def asset(name: str) -> bytes:
    """A style sheet or script of the site, as it is shipped."""
    from importlib.resources import files

    return (files("clausula") / "templates" / "site" / "assets" / name).read_bytes()


def assets() -> dict[str, bytes]:
    """All of them by path, the colours of the figures on top of the style sheet."""
    shipped = {f"assets/{name}": asset(name) for name in ASSETS}
    return {**shipped, "assets/site.css": colours() + shipped["assets/site.css"]}


def render(data: Dataset, report: Report | None, compared: Changes, progress: Progress = quiet) -> dict[str, bytes]:
    """All files of the site, by path.

    Parameters
    ----------
    data : Dataset
        The data.
    report : Report, optional
        What a validation looked at and found; without one the site says that none was run.
    compared : Changes
        The comparison with the last release, or why there is none.
    """
    altair()
    codebook.parser()  # before anything is drawn: both may be missing
    context = Context(data)
    made = Pages(context)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("overview", lambda: pages.overview(made, report, compared)),
        ("instruments", lambda: pages.instruments(made)),
        ("actors", lambda: pages.actors(made)),
        ("topics", lambda: pages.topics(made)),
        ("sources", lambda: pages.sources(made)),
        ("figures", lambda: pages.drawings(made)),
        ("codebook", lambda: pages.codebook(made)),
        ("validation and changes", lambda: pages.told(made, report, compared)),
    ]
    for name, step in steps:
        progress(f"writing {name}")
        step()
    for number, table in enumerate(context.model, 1):
        progress(f"writing tables {number} of {len(context.model.tables)}")
        found = tables.columns(context, table)
        pages.table(made, table, found)
        made.files[f"data/{safe(table.name)}.js"] = tables.script(found)
    made.files |= assets()
    return made.files


def write(out: Path, files: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """Write a site whole, and take away the files of the one before that are no longer part of it."""
    old = _before(out)
    listing = json.dumps({"files": sorted(files)}, indent=1).encode() + b"\n"
    out.mkdir(parents=True, exist_ok=True)
    changed = publish(out, {**files, LISTING: listing})
    gone = [name for name in old if name not in files and ".." not in Path(name).parts]
    removed = [name for name in gone if (out / name).is_file() and (out / name).resolve().is_relative_to(out.resolve())]
    for name in removed:
        (out / name).unlink()
    return changed, removed


def site(
    root: Path,
    out: Path,
    told: Told | None = None,
    progress: Progress = quiet,
) -> Built:
    """Build the site of a package.

    Parameters
    ----------
    root : Path
        Folder of a built package.
    out : Path
        Folder of the site; it is made if need be, and must be empty or hold a site.
    told : Told
        What the site tells of validation and of changes.

    Raises
    ------
    CouldNotRun
        If there is no built package, something else stands in the folder, or a library is not installed.
    """
    _before(out)
    told = told or Told()
    data = Dataset(root)
    report = validate(root, told.layers, progress=progress, texts=told.texts) if told.layers else None
    files = render(data, report, changes(root, data.version, told.since, progress), progress)
    progress("putting the files in place")
    changed, removed = write(out, files)
    return Built(out, {name: len(content) for name, content in files.items()}, changed, removed, report)
