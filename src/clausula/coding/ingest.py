"""Import of a workbook, and search for the text of its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.coding.submit import Mode, Outcome, submit
from clausula.coding.workbook_read import read_workbook
from clausula.core.commit import finish
from clausula.core.findings import CouldNotRun
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.evidence.verify import read_text, text_file


def find_text(source_id: str, given: Path | None, folders: Iterable[Path]) -> str:
    """Return the text of a source from the given file, or from a file named after its ID in one of the folders.

    Raises
    ------
    CouldNotRun
        If the text was not found or cannot be read.
    """
    if given is not None:
        return read_text(given)
    looked = list(dict.fromkeys(folder / part for folder in folders for part in ("", "texts")))
    for folder in looked:
        if (found := text_file(folder, source_id)) is not None:
            return read_text(found)
    raise CouldNotRun.of("text-not-found", source=source_id)


@dataclass(frozen=True)
class Ingested:
    """The outcome of importing a workbook, and the workbook as it was read."""

    outcome: Outcome
    book: Any


def ingest(
    root: Path, path: Path, text: Path | None = None, mode: Mode | None = None, progress: Progress = quiet
) -> Ingested:
    """Check a workbook and, if it is clean, import it into the tables.

    Parameters
    ----------
    root : Path
        The package.
    path : Path
        The workbook.
    text : Path, optional
        The text of the source, or a folder with the texts of many; by default searched for next to the workbook and in
        the working folder.
    mode : Mode, optional

    Raises
    ------
    CouldNotRun
        If the file is not a coding workbook, the text was not found or is a different edition, or a table changed
        during the check.
    """
    finish(root)
    package = open_package(root)
    progress(f"reading {path.name}")
    submission, book = read_workbook(path, package.model)
    if text is not None and text.is_dir():
        raw = find_text(submission.source_id, None, [text])
    else:
        raw = find_text(submission.source_id, text, [path.parent, Path.cwd()])
    return Ingested(submit(root, submission, raw, mode, progress), book)
