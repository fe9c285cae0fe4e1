"""Files of a release as bytes, by name. The same commit always produces the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.fixity import SUMS, sha256
from clausula.core.model import Descriptor
from clausula.core.package import DESCRIPTOR, open_package
from clausula.derive.descriptor import to_json
from clausula.derive.files import CODEBOOK
from clausula.derive.profile import profile
from clausula.validation.duckdb_engine import open_engine
from clausula.versions.diff import render
from clausula.versions.release.checks import ReleaseChecks
from clausula.versions.release.readme import README, readme

COPIED = ("CHANGELOG.md", "LICENSE-data", "CITATION.cff")
"""Files copied into the release under the same names."""


def shipped_files(root: Path, metadata: Descriptor) -> Iterator[tuple[str, Path]]:
    """Yield the path in the package and the path on disk of every file listed under `ships`, in order."""
    for name in metadata["ships"]:
        path = root / name
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
            yield from sorted((p.relative_to(root).as_posix(), p) for p in inside)
        elif path.is_file():
            yield name, path


def archive(root: Path, metadata: Descriptor, time: datetime) -> bytes:
    """Return the package as a zip file. Every entry has the time of the commit and no details of this machine."""
    folder = f"{metadata['name']}-{metadata['version']}"
    stamp = (max(time.year, 1980), time.month, time.day, time.hour, time.minute, time.second - time.second % 2)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, path in shipped_files(root, metadata):
            entry = zipfile.ZipInfo(f"{folder}/{name}", stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            file.writestr(entry, path.read_bytes())
    return sink.getvalue()


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def flat_descriptor(descriptor: Descriptor) -> Descriptor:
    """Return the descriptor with every path reduced to a file name, for a folder without subfolders."""
    resources: list[dict[str, Any]] = []
    for resource in descriptor["resources"]:
        others = [{**one, "path": _name(one["path"])} for one in resource.get("alternatives", [])]
        flat = {**resource, "path": _name(resource["path"])}
        resources.append({**flat, "alternatives": others} if others else flat)
    return {**descriptor, "resources": resources}


def codebook(root: Path) -> str:
    """Return the codebook as one file: the index, then each page. Links between pages become internal links."""
    folder = root / CODEBOOK
    pages = [folder / "README.md", *sorted(p for p in folder.glob("*.md") if p.name != "README.md")]
    names = {page.name for page in pages}
    parts = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for name in names:
            text = text.replace(f"]({name})", f"](#{name.removesuffix('.md')})")
        body = [f"#{line}" if line.startswith("#") else line for line in text.splitlines()]
        parts.append("\n".join([f'<a id="{page.stem}"></a>', "", *body]))
    return "\n\n".join(["# Complete codebook", *parts]) + "\n"


def validation_report(checks: ReleaseChecks) -> bytes:
    """Return the validation report as JSON, without details of this machine."""
    report = checks.report.as_dict()
    report["checked"] = {k: v for k, v in report["checked"].items() if k != "package"}
    report["version"] = checks.metadata["version"]
    return to_json(report)


def agreement_report(root: Path) -> str:
    """Return the table `agreement` as Markdown, below the statement on how the data were made."""
    data = Dataset(root)
    frame = data.load("agreement").astype("object")
    made = data.provenance
    lines = ["# Agreement between coding passes", "", *([f"{made['statement']} {made['details']}", ""] if made else [])]
    if frame.empty:
        lines.append("No agreement was computed for this version. The passes are in the table `codings`.")
        return "\n".join(lines) + "\n"
    names = [str(column) for column in frame.columns]
    lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in frame.itertuples(index=False, name=None):
        cells = ["" if pd.isna(v) else str(v).replace("|", "\\|").replace("<", "&lt;") for v in row]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def profile_json(root: Path) -> bytes:
    """Return the profile of the data as JSON; the next release is compared with it."""
    with closing(open_engine(open_package(root))) as engine:
        return to_json(profile(engine.package, engine.rows))


def artefacts(root: Path, checks: ReleaseChecks, time: datetime) -> Mapping[str, bytes]:
    """Return all files of the release by name, without subfolders, as Zenodo stores them."""
    metadata = checks.metadata
    descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    files: dict[str, bytes] = {DESCRIPTOR: to_json(flat_descriptor(descriptor))}
    for resource in descriptor["resources"]:
        for path in (resource["path"], *(one["path"] for one in resource.get("alternatives", []))):
            files[_name(path)] = (root / path).read_bytes()
    for name in COPIED:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    files["codebook.md"] = codebook(root).encode("utf-8")
    files["validation.json"] = validation_report(checks)
    files["profile.json"] = profile_json(root)
    files["agreement.md"] = agreement_report(root).encode("utf-8")
    if checks.changes is not None:
        files["changes.md"] = render.markdown(checks.changes).encode("utf-8")
        files["changes.html"] = render.html(checks.changes).encode("utf-8")
    files[f"{metadata['name']}-{metadata['version']}.zip"] = archive(root, metadata, time)
    files[README] = readme(metadata, files).encode("utf-8")
    lines = [f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())]
    return {**files, SUMS: "".join(lines).encode("utf-8")}
