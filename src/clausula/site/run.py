"""Build the site: render all pages in memory, then write all of them or none."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.commit import commit, finish
from clausula.core.findings import SHOWN, CouldNotRun, Report
from clausula.core.fixity import sha256
from clausula.core.model import Table
from clausula.core.package import MANIFEST
from clausula.core.paths import require_writable
from clausula.core.progress import Progress, quiet
from clausula.core.requirements import require_extra
from clausula.core.schemas import read_json
from clausula.core.wording import count
from clausula.figures.figure import altair
from clausula.site import card, codebook, pages, tables
from clausula.site.changes import changes
from clausula.site.comparisons import Comparisons
from clausula.site.context import Context
from clausula.site.drawing import colour_variables
from clausula.site.names import safe_name
from clausula.site.render import Pages
from clausula.validation.layers import LAYERS
from clausula.validation.run import validate
from clausula.versions.diff import Diff

LISTING = "site.json"
"""List of the files of a site; the next build deletes those that are no longer needed."""

MOST_ROWS = 50_000
"""Rows of a table up to which the site has them all; of a larger one it has the first, and names the file."""

ASSETS = (
    "site.css",
    "shared.js",
    "table.js",
    "compare.js",
    "words.js",
    "parts.js",
    "cite.js",
    "search.js",
    "brush.js",
    "figures.js",
    "virtual-core.js",
    "NOTICE",
)


@dataclass(frozen=True)
class SiteOptions:
    """What a site reports about validation and changes.

    Attributes
    ----------
    layers : sequence of str
        Validation layers to run and report; empty for no validation.
    texts : Path, optional
        Folder with the source texts; if given, the validation verifies the anchors.
    since : str, optional
        Version to compare with; by default the last release before this version.
    """

    layers: Sequence[str] = LAYERS
    texts: Path | None = None
    since: str | None = None


@dataclass(frozen=True)
class BuiltSite:
    """A site that was written.

    Attributes
    ----------
    folder : Path
        Folder of the site.
    files : dict of str to int
        Size of each file in bytes.
    changed, removed : list of str
        Files that were written or deleted.
    report : Report, optional
        Result of the validation, if one was run.
    """

    folder: Path
    files: dict[str, int]
    changed: list[str]
    removed: list[str]
    report: Report | None

    @property
    def size(self) -> int:
        """Total size in bytes."""
        return sum(self.files.values())


def _previous_files(out: Path) -> list[str]:
    """Return the files of the site in a folder; an empty list if the folder is empty or does not exist.

    Raises
    ------
    CouldNotRun
        If the folder contains anything else.
    """
    if not out.exists():
        return []
    if not out.is_dir():
        raise CouldNotRun.of("not-a-site:file", out=out)
    try:
        listed = json.loads((out / LISTING).read_text(encoding="utf-8"))["files"]
        if isinstance(listed, list):  # a site of version 0.2.0
            return [str(name) for name in listed]
        return [f"{folder}/{name}" if folder else str(name) for folder, names in listed.items() for name in names]
    except FileNotFoundError:
        if any(out.iterdir()):
            raise CouldNotRun.of("not-a-site", out=out) from None
        return []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CouldNotRun.of("not-a-site:unreadable", path=out / LISTING, error=error) from error


def asset(name: str) -> bytes:
    """Return a style sheet, script or notice of the site."""
    from importlib.resources import files

    return (files("clausula") / "templates" / "site" / "assets" / name).read_bytes()


def assets() -> dict[str, bytes]:
    """Return all assets by path; the style sheet starts with the colours of the figures."""
    shipped = {f"assets/{name}": asset(name) for name in ASSETS}
    return {**shipped, "assets/site.css": colour_variables() + shipped["assets/site.css"]}


def render(data: Dataset, report: Report | None, compared: Diff | None, progress: Progress = quiet) -> dict[str, bytes]:
    """Render the site and return its files by path.

    Parameters
    ----------
    data : Dataset
        The dataset to show.
    report : Report, optional
        Result of a validation; without it, the site says that no validation was run.
    compared : Diff, optional
        The comparison with the last release, if there is one.

    Raises
    ------
    CouldNotRun
        If a library that the site needs is not installed.
    """
    # Both may be missing; fail before anything is rendered.
    altair()
    codebook.parser()
    context = Context(data)
    rendered = Pages(context)
    progress("writing overview")
    comparisons = Comparisons(context)
    pages.overview(rendered, report, compared, comparisons)
    progress("writing comparisons")
    pages.comparisons(rendered, comparisons)
    progress("writing instruments")
    pages.instruments(rendered, comparisons)
    steps = {"actors": pages.actors, "topics": pages.topics}
    steps |= {
        "sources": pages.sources,
        "words": pages.shown_words,
        "search": pages.searched,
        "figures": pages.all_figures,
        "codebook": pages.codebook,
    }
    for name, add in steps.items():
        progress(f"writing {name}")
        add(rendered)
    progress("writing validation and changes")
    pages.validation_and_changes(rendered, report, compared)
    for number, table in enumerate(context.model, 1):
        progress(f"writing tables {number} of {len(context.model.tables)}")
        columns = tables.columns(context, table)
        scripted = len(context.frame(table.name)) <= MOST_ROWS
        pages.table(rendered, table, columns, scripted)
        if scripted:
            rendered.files[f"data/{safe_name(table.name)}.js"] = tables.script(columns)
    rendered.add_parts()
    facts = ", ".join(count(len(context.frame(name)), name[:-1]) for name in ("instruments", "provisions", "reactions"))
    title = str(context.model.metadata.get("title") or "")
    rendered.files |= {**assets(), "assets/card.png": card.png(title, facts)}
    return rendered.files


def write(out: Path, files: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """Write all files of a site, then delete files of the previous site that are no longer needed.

    Returns
    -------
    tuple of two lists of str
        Names of the files that changed and of those that were deleted.

    Raises
    ------
    CouldNotRun
        If the folder contains a file that the site would overwrite and the previous site did not write.
    """
    if out.is_dir():
        finish(out)
    old = _previous_files(out)
    foreign = next((name for name in sorted(files) if name not in old and os.path.lexists(out / name)), None)
    if foreign is not None:
        raise CouldNotRun.of("not-a-site:foreign", path=out / foreign)
    folders: dict[str, list[str]] = {}
    for name in sorted(files):
        folder, _, short = name.rpartition("/")
        folders.setdefault(folder, []).append(short)
    listing = json.dumps({"files": folders}, separators=(",", ":")).encode() + b"\n"
    out.mkdir(parents=True, exist_ok=True)
    changed = commit(out, {**files, LISTING: listing})
    obsolete = [out / name for name in old if name not in files and ".." not in Path(name).parts]
    removed = [path for path in obsolete if path.is_file() and path.resolve().is_relative_to(out.resolve())]
    for path in removed:
        path.unlink()
    return changed, [path.relative_to(out).as_posix() for path in removed]


class _TablesReadOnce(Dataset):
    """A dataset that reads and checks each table once: the figures of a site load the same tables hundreds of times."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._frames: dict[str, pd.DataFrame] = {}
        self._positions: pd.DataFrame | None = None

    def positions(self, country: bool = False, labels: bool = False, **scope: Any) -> pd.DataFrame:
        if country or labels or any(value is not None for value in scope.values()):
            return super().positions(country, labels, **scope)
        if self._positions is None:
            self._positions = super().positions()
        return self._positions.copy()

    def _frame(self, table: Table) -> pd.DataFrame:
        if table.name not in self._frames:
            self._frames[table.name] = super()._frame(table)
        return self._frames[table.name].copy()


def _require_current(data: Dataset) -> None:
    """Refuse a package whose tables were edited after they were built: the site would show the old ones.

    Raises
    ------
    CouldNotRun
        If a table is not the one from which the package was built.
    """
    for built in read_json(data.root / MANIFEST)["tables"].values():
        path = data.root / built["csv"]["path"]
        if path.is_file() and sha256(path.read_bytes()) != built["csv"]["sha256"]:
            raise CouldNotRun.of("stale-file:edited", file=built["csv"]["path"])


def site(root: Path, out: Path, options: SiteOptions | None = None, progress: Progress = quiet) -> BuiltSite:
    """Build the site of a package.

    Parameters
    ----------
    root : Path
        Folder of a built package.
    out : Path
        Folder of the site. It is created if needed; otherwise it must be empty or contain an earlier site.
    options : SiteOptions, optional
        What the site reports about validation and changes.

    Raises
    ------
    CouldNotRun
        If the package is not built or was edited after that, the folder contains other files, or a library is not
        installed.
    """
    require_extra("site", "the site")
    require_writable(out)
    _previous_files(out)
    options = options or SiteOptions()
    data = _TablesReadOnce(root)
    _require_current(data)
    report = validate(root, options.layers, SHOWN, progress, texts=options.texts) if options.layers else None
    files = render(data, report, changes(root, data.version, options.since, progress), progress)
    progress("writing files")
    changed, removed = write(out, files)
    return BuiltSite(out, {name: len(content) for name, content in files.items()}, changed, removed, report)
