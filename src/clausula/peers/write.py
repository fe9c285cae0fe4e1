"""The frames of an imported file, written as CSV into a folder outside the package, all or none."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Report
from clausula.core.package import enclosing_package
from clausula.peers.imported import FRAMES, ImportResult

FINDINGS = "findings.json"


def _check_output_folder(out: Path, force: bool) -> None:
    """Check that a folder is outside any package, and that no earlier frames would be overwritten without `force`."""
    inside = enclosing_package(out)
    if inside is not None:
        raise CouldNotRun.of("output-inside-package:frames", out=out, package=inside)
    if out.exists() and not out.is_dir():
        raise CouldNotRun.of("not-a-folder", out=out)
    existing = [name for name in (*(f"{frame}.csv" for frame in FRAMES), FINDINGS) if (out / name).exists()]
    if existing and not force:
        raise CouldNotRun.of("file-exists:frames", out=out, name=existing[0])


def import_file(scheme: str, path: Path, out: Path | None = None, force: bool = False, shown: int = 100) -> Report:
    """Read a file and, unless it has errors, write its frames and findings to the folder `out` if one is given.

    Raises
    ------
    CouldNotRun
        If frames may not be written to the folder.
    """
    if out is not None:
        _check_output_folder(out, force)
    result: ImportResult = getattr(import_module(f"clausula.peers.{scheme}"), f"read_{scheme}")(path)
    report = Report(shown)
    report.extend(result.findings)
    rows = {name: len(getattr(result, name)) for name in FRAMES}
    report.checked = {"scheme": scheme, "edition": result.edition, "file": path.name, "rows": rows}
    if out is not None and not report.total():
        texts = {f"{name}.csv": getattr(result, name).to_csv(index=False, lineterminator="\n") for name in FRAMES}
        full = Report(max(len(result.findings), 1))
        full.extend(result.findings)
        texts[FINDINGS] = full.to_json()
        out.mkdir(parents=True, exist_ok=True)
        report.checked["files"] = commit(out, {name: text.encode("utf-8") for name, text in texts.items()})
        report.checked["out"] = str(out)
    return report
