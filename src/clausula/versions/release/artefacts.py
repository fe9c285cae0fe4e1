"""The files of a release as bytes by name: the same commit gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.model import Descriptor
from clausula.core.package import DESCRIPTOR, open_package
from clausula.derive.descriptor import to_json
from clausula.derive.files import CODEBOOK
from clausula.derive.profile import profile
from clausula.validation.duckdb_engine import open_store
from clausula.versions.diff import render
from clausula.versions.release.checks import Checked

SUMS = "SHA256SUMS"
FLAT = ("CHANGELOG.md", "LICENSE-data", "CITATION.cff")
"""Files that stand in the release under their own names, beside the tables."""


def shipped(root: Path, metadata: Descriptor) -> Iterator[tuple[str, Path]]:
    """Every file of the package that `ships` names, by its path in the package, in order."""
    for name in metadata["ships"]:
        path = root / name
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
            yield from sorted((p.relative_to(root).as_posix(), p) for p in inside)
        elif path.is_file():
            yield name, path


def archive(root: Path, metadata: Descriptor, when: datetime) -> bytes:
    """The package as a zip file; every entry bears the time of the commit, and nothing of this machine."""
    folder = f"{metadata['name']}-{metadata['version']}"
    stamp = (max(when.year, 1980), when.month, when.day, when.hour, when.minute, when.second - when.second % 2)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, path in shipped(root, metadata):
            entry = zipfile.ZipInfo(f"{folder}/{name}", stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            file.writestr(entry, path.read_bytes())
    return sink.getvalue()


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def flattened(descriptor: Descriptor) -> Descriptor:
    """The descriptor with every path as the bare name of a file beside it."""
    resources: list[dict[str, Any]] = []
    for resource in descriptor["resources"]:
        others = [{**one, "path": _name(one["path"])} for one in resource.get("alternatives", [])]
        flat = {**resource, "path": _name(resource["path"])}
        resources.append({**flat, "alternatives": others} if others else flat)
    return {**descriptor, "resources": resources}


def codebook(root: Path) -> str:
    """The whole codebook as one file: its index, then each page, links between pages turned into links inside it."""
    folder = root / CODEBOOK
    pages = [folder / "README.md", *sorted(p for p in folder.glob("*.md") if p.name != "README.md")]
    names = {page.name for page in pages}
    parts = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for name in names:
            text = text.replace(f"]({name})", f"](#{name.removesuffix('.md')})")
        lines = text.splitlines()
        body = [f"#{line}" if line.startswith("#") else line for line in lines]
        parts.append("\n".join([f'<a id="{page.stem}"></a>', "", *body]))
    return "\n\n".join(["# Codebook of the whole package", *parts]) + "\n"


def validation(checked: Checked) -> bytes:
    """What was checked and found, without anything of this machine."""
    told = checked.report.as_dict()
    told["checked"] = {k: v for k, v in told["checked"].items() if k != "package"}
    told["version"] = checked.metadata["version"]
    return to_json(told)


def agreement(root: Path) -> str:
    """How far the independent passes agree, from the table `agreement`, figure by figure as they are."""
    frame = Dataset(root).load("agreement").astype("object")
    lines = ["# Agreement of the independent passes", ""]
    if frame.empty:
        return (
            "\n".join([*lines, "No figures have been computed for this version; the passes are in `codings`."]) + "\n"
        )
    names = [str(column) for column in frame.columns]
    lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in frame.itertuples(index=False, name=None):
        cells = ["" if pd.isna(v) else str(v).replace("|", "\\|").replace("<", "&lt;") for v in row]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def profiled(root: Path) -> bytes:
    """The profile with which the next release is compared."""
    store = open_store(open_package(root))
    try:
        return to_json(profile(store.package, store.rows))
    finally:
        store.close()


def artefacts(root: Path, checked: Checked, when: datetime) -> Mapping[str, bytes]:
    """Every file of the release by name; flat, as Zenodo keeps files."""
    metadata = checked.metadata
    descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    files: dict[str, bytes] = {DESCRIPTOR: to_json(flattened(descriptor))}
    for resource in descriptor["resources"]:
        for path in (resource["path"], *(one["path"] for one in resource.get("alternatives", []))):
            files[_name(path)] = (root / path).read_bytes()
    for name in FLAT:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    files["codebook.md"] = codebook(root).encode("utf-8")
    files["validation.json"] = validation(checked)
    files["profile.json"] = profiled(root)
    files["agreement.md"] = agreement(root).encode("utf-8")
    if checked.changes is not None:
        files["changes.md"] = render.markdown(checked.changes).encode("utf-8")
        files["changes.html"] = render.html(checked.changes).encode("utf-8")
    files[f"{metadata['name']}-{metadata['version']}.zip"] = archive(root, metadata, when)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return {**files, SUMS: "".join(lines).encode("utf-8")}
