"""The frames of an imported file, written as CSV into a folder outside the package, all or none."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Report
from clausula.core.package import is_package
from clausula.peers.imported import FRAMES, ImportResult

FINDINGS = "findings.json"


def check_output_folder(out: Path, force: bool) -> None:
    """Check that frames may be written to a folder: outside any package, and without overwriting earlier ones.

    Raises
    ------
    CouldNotRun
        If the folder is inside a package, is a file, or already has frames and `force` is not set.
    """
    here = out.resolve()
    inside = next((folder for folder in (here, *here.parents) if is_package(folder)), None)
    if inside is not None:
        raise CouldNotRun.of("output-inside-package:frames", out=out, package=inside)
    if here.exists() and not here.is_dir():
        raise CouldNotRun.of("not-a-folder", out=out)
    existing = [name for name in (*(f"{frame}.csv" for frame in FRAMES), FINDINGS) if (here / name).exists()]
    if existing and not force:
        raise CouldNotRun.of("file-exists:frames", out=out, name=existing[0])


def read_file(scheme: str, path: Path) -> ImportResult:
    """Read a file with the importer of its scheme."""
    result: ImportResult = getattr(import_module(f"clausula.peers.{scheme}"), f"read_{scheme}")(path)
    return result


def import_file(scheme: str, path: Path, out: Path | None = None, force: bool = False, shown: int = 100) -> Report:
    """Read a file and, unless it has errors, write its frames and findings to the folder `out` if one is given.

    Raises
    ------
    CouldNotRun
        If frames may not be written to the folder.
    """
    if out is not None:
        check_output_folder(out, force)
    result = read_file(scheme, path)
    report = Report(shown)
    report.extend(result.findings)
    rows = {name: len(getattr(result, name)) for name in FRAMES}
    report.checked = {"scheme": scheme, "file": path.name, "rows": rows}
    if out is not None and not report.total():
        files = {
            f"{name}.csv": getattr(result, name).to_csv(index=False, lineterminator="\n").encode("utf-8")
            for name in FRAMES
        }
        full = Report(max(len(result.findings), 1))
        full.extend(result.findings)
        files[FINDINGS] = full.to_json().encode("utf-8")
        out.mkdir(parents=True, exist_ok=True)
        report.checked["files"] = commit(out, files)
        report.checked["out"] = str(out)
    return report
