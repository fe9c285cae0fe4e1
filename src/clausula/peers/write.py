"""Frames of an imported file as CSV files in a folder of the researcher's own, all or none."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.package import is_package
from clausula.core.publish import publish
from clausula.peers.imported import FRAMES, Imported


def check_place(out: Path, force: bool) -> None:
    """Refuse a folder inside a package, which ships nothing of other schemes, and one where frames stand already.

    Raises
    ------
    CouldNotRun
        If nothing may be written there.
    """
    here = out.resolve()
    inside = next((folder for folder in (here, *here.parents) if is_package(folder)), None)
    if inside is not None:
        message = f"{out} lies in the package {inside}, which must not hold data of other schemes"
        raise CouldNotRun(Finding("output-inside-package", message, "Name a folder outside of it."))
    if here.exists() and not here.is_dir():
        raise CouldNotRun(Finding("not-a-folder", f"{out} is no folder", "Name a folder, or one that can be made."))
    standing = [name for name in FRAMES if (here / f"{name}.csv").exists()]
    if standing and not force:
        raise CouldNotRun(
            Finding("file-exists", f"{out} holds {standing[0]}.csv already", "Say --force, or another folder.")
        )


def read_file(scheme: str, path: Path) -> Imported:
    """Read a file of a scheme with the reader of that scheme."""
    found: Imported = getattr(import_module(f"clausula.peers.{scheme}"), f"read_{scheme}")(path)
    return found


def import_file(scheme: str, path: Path, out: Path | None = None, force: bool = False, shown: int = 100) -> Report:
    """Read a file and, if a folder is named and the file could be read, write its frames and findings there.

    Raises
    ------
    CouldNotRun
        If nothing may be written into the folder.
    """
    if out is not None:
        check_place(out, force)
    found = read_file(scheme, path)
    report = Report(shown)
    report.extend(found.findings)
    rows = {name: len(getattr(found, name)) for name in FRAMES}
    report.checked = {"scheme": scheme, "file": path.name, "rows": rows}
    if out is not None and not report.total():
        files = {
            f"{name}.csv": getattr(found, name).to_csv(index=False, lineterminator="\n").encode("utf-8")
            for name in FRAMES
        }
        whole = Report(max(len(found.findings), 1))
        whole.extend(found.findings)
        files["findings.json"] = whole.to_json().encode("utf-8")
        out.mkdir(parents=True, exist_ok=True)
        report.checked["files"] = publish(out, files)
        report.checked["out"] = str(out)
    return report
