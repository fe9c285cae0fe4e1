"""Packages on disk: how they are found and opened, their tables and their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clausula.core.commit import require_settled
from clausula.core.csvio import PLAIN, CsvDialect
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.fixity import check_fixity
from clausula.core.foreign import read_resource, unsupported
from clausula.core.model import Descriptor, Model, SchemaError, Table
from clausula.core.paths import SHIPPED, first_unsafe
from clausula.core.schemas import load_model, read_json
from clausula.core.standard import ambiguous_name, unsupported_references

DESCRIPTOR = "datapackage.json"
MANIFEST = "data/manifest.json"
MEASURED = ("agreement", "conflicts")
"""Tables that are computed from the coding passes."""


@dataclass(frozen=True)
class Resource:
    """One table of a package: its schema, and the path, format and dialect of its file.

    Attributes
    ----------
    path : str
        Path of the file; the first one if there are several.
    parts : tuple of str
        Paths of all files of a table in several files, in their order; empty if there is one file.
    """

    table: Table
    path: str
    format: str = "csv"
    dialect: CsvDialect = PLAIN
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name

    @property
    def files(self) -> tuple[Resource, ...]:
        """The files of the table, each as a resource of its own; only the resource itself if there is one file."""
        return tuple(replace(self, path=path, parts=()) for path in self.parts) or (self,)


@dataclass(frozen=True)
class Package:
    """An open package: its folder, tables and structure.

    Attributes
    ----------
    root : Path
        The folder.
    resources : mapping of str to Resource
        The tables that are checked, by name.
    model : Model
        Structure of all tables.
    own : bool
        Whether the structure was read from `schemas/`, so that rules and drift checks apply.
    notes : tuple of Finding
        For a foreign package: parts that are not supported, and files that do not match the descriptor.
    """

    root: Path
    resources: Mapping[str, Resource]
    model: Model
    own: bool
    notes: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def parquet(self, name: str) -> Path:
        """Return the path of the Parquet file of a table."""
        return self.root / parquet_path(name)


def csv_path(name: str) -> str:
    """Return the path of a table's CSV file inside a package."""
    return f"data/{name}.csv"


def parquet_path(name: str) -> str:
    """Return the path of a table's Parquet file inside a package."""
    return f"data/parquet/{name}.parquet"


def is_package(folder: Path) -> bool:
    """Return whether a folder contains a descriptor or schemas."""
    return (folder / DESCRIPTOR).is_file() or (folder / "schemas" / "package.json").is_file()


def enclosing_package(start: Path | None = None) -> Path | None:
    """Return `start` (by default the working folder) or its nearest parent that is a package, if there is one."""
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if is_package(folder)), None)


def find_package(start: Path | None = None) -> Path:
    """Return the enclosing package, else the checkout that this code runs from, else the installed release."""
    return enclosing_package(start) or own_package()


def own_package() -> Path:
    """Return the folder of the package that belongs to this code: its checkout, or the installed release."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if is_package(checkout) and (checkout / "src" / "clausula").is_dir() else SHIPPED


def open_package(root: Path) -> Package:
    """Open the package in a folder, or the one that a `datapackage.json` describes.

    Raises
    ------
    CouldNotRun
        If there is no package, its descriptor or schemas cannot be read, a path leads out of it, or a write to it was
        interrupted.
    """
    root = root.parent if root.name == DESCRIPTOR else root
    if not root.is_dir():
        raise CouldNotRun.of("package-not-found", root=root)
    try:
        if (root / "schemas" / "package.json").is_file():
            _require_regular(root)
            require_settled(root)
            model = load_model(root / "schemas")
            return Package(root, {t.name: Resource(t, csv_path(t.name)) for t in model}, model, True)
        return _open_foreign(root, read_json(root / DESCRIPTOR))
    except SchemaError as error:
        missing = not (root / DESCRIPTOR).exists() and not (root / "schemas").exists()
        code = "package-not-found:unreadable" if missing else "invalid-descriptor"
        raise CouldNotRun.of(code, error=error, file=DESCRIPTOR) from error


PARTS = ("schemas", "validation", "docs/codebook", "metadata", "agreement")
"""Folders other than `data/` that commands read or write; files in `data/` are checked when they are read."""


def _require_regular(root: Path) -> None:
    """Refuse a package with folders that contain pipes or devices, or lead out of it."""
    for part in PARTS:
        if name := first_unsafe(root, part):
            raise CouldNotRun.of("unsafe-path:irregular", file=name)


def _open_foreign(root: Path, descriptor: Descriptor) -> Package:
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not entries:
        raise SchemaError(f"{DESCRIPTOR}: has no resources")
    read = [read_resource(entry, root) for entry in entries]
    duplicates = [name for name, count in Counter(one.name for one in read).items() if count > 1]
    if duplicates:
        raise SchemaError(f"{DESCRIPTOR}: two resources are named {duplicates[0]!r:.60}")
    notes = [note for one in read for note in one.notes]
    if "missingValues" in descriptor:
        notes.append(unsupported(DESCRIPTOR, "missingValues outside a schema"))
    checked = {one.name: one for one in read if one.table is not None}
    if problem := ambiguous_name(checked, internal=False):
        notes.append(unsupported(DESCRIPTOR, f"a package with {problem}"))
        checked = {}
    tables = {name: one.table for name, one in checked.items() if one.table is not None}
    notes += [unsupported(name, what) for name, what in unsupported_references(tables, (one.name for one in read))]
    resources = {
        name: Resource(table, one.path, one.format, one.dialect, one.parts)
        for name, table in tables.items()
        if (one := checked[name])
    }
    faults = [
        replace(fault, table=one.name, file=one.path)
        for one in checked.values()
        if not one.parts and (root / one.path).is_file()
        for fault in check_fixity(root / one.path, one.descriptor)
    ]
    return Package(root, resources, Model(tables, descriptor), False, tuple(notes + faults))
