"""Ingesting a workbook, and finding the text that goes with a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.coding.submit import Mode, Outcome, submit
from clausula.coding.workbook_read import read_workbook
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.core.publish import recover
from clausula.evidence.verify import read_text, text_file


def find_text(source_id: str, given: Path | None, folders: Iterable[Path]) -> str:
    """The text of a source: of the given file, or of one that is named by the id in one of the folders.

    Raises
    ------
    CouldNotRun
        If there is none, or it cannot be read.
    """
    if given is not None:
        return read_text(given)
    looked = list(dict.fromkeys(folder / part for folder in folders for part in ("", "texts")))
    for folder in looked:
        if (found := text_file(folder, source_id)) is not None:
            return read_text(found)
    what = f"the text of {source_id} is not at hand"
    raise CouldNotRun(
        Finding("text-not-found", what, f"Name it with --text FILE, or put it beside as {source_id}.txt.")
    )


@dataclass(frozen=True)
class Ingested:
    """What became of a workbook, and the workbook as it was read."""

    outcome: Outcome
    book: Any


def ingest(
    root: Path, path: Path, text: Path | None = None, mode: Mode | None = None, progress: Progress = quiet
) -> Ingested:
    """Check a workbook and, if it is clean, take it over into the tables.

    Parameters
    ----------
    root : Path
        The package.
    path : Path
        The workbook.
    text : Path, optional
        The text of the source; by default looked for beside the workbook and in the working folder.
    mode : Mode, optional

    Raises
    ------
    CouldNotRun
        If the file is no workbook of a pass, the text is not at hand or another one, or a table changed meanwhile.
    """
    recover(root)
    package = open_package(root)
    progress(f"reading {path.name}")
    submission, book = read_workbook(path, package.model)
    raw = find_text(submission.source_id, text, [path.parent, Path.cwd()])
    return Ingested(submit(root, submission, raw, mode, progress), book)
