"""Packages on disk: how they are found and opened, their tables and their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.core.commit import require_settled
from clausula.core.copies import Copies
from clausula.core.csv_dialect import PLAIN, CsvDialect, unique_names
from clausula.core.findings import CouldNotRun, Finding, finding
from clausula.core.fixity import check_fixity
from clausula.core.foreign import read_resource
from clausula.core.model import Descriptor, Model, SchemaError, Table
from clausula.core.paths import SHIPPED, exists, first_unsafe, inside
from clausula.core.profiles import Profiles, is_of_profile, place_in
from clausula.core.resource_reading import ResourceReading, unsupported
from clausula.core.resource_state import NOT_JUDGED, ResourceState
from clausula.core.schemas import load_model, read_json
from clausula.core.standard import reference_problems

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
    compression : str
        gz, zip or empty.
    options : mapping
        The properties of the dialect that only concern JSON, spreadsheets and zip files.
    data : object
        The data, if they are in the descriptor.
    """

    table: Table
    path: str
    format: str = "csv"
    dialect: CsvDialect = PLAIN
    parts: tuple[str, ...] = ()
    compression: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    data: Any = None

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
        For a foreign package: what is wrong with the descriptor, parts that are not supported, and files that do not
        match the descriptor.
    states : tuple of ResourceState
        For a foreign package: every resource of the descriptor, with what can be judged of it.
    descriptor : str
        Name of the descriptor's file.
    keeps : object
        The folder into which the package was unpacked, which is deleted with this object.
    """

    root: Path
    resources: Mapping[str, Resource]
    model: Model
    own: bool
    notes: tuple[Finding, ...] = ()
    states: tuple[ResourceState, ...] = ()
    descriptor: str = DESCRIPTOR
    keeps: Any = field(default=None, repr=False, compare=False)

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
        If there is no package, its descriptor or schemas cannot be read or are not valid, a path leads out of it, or a
        write to it was interrupted.
    """
    package = open_any(root)
    for note in package.notes if not package.own else ():
        if _prevents_reading(note, package):
            raise CouldNotRun(note)
    return package


def _prevents_reading(note: Finding, package: Package) -> bool:
    """Return whether a fault of a descriptor keeps tables from being read, and is not only against its profile."""
    if note.code != "invalid-descriptor":
        return note.code == "unsafe-path"
    place = place_in(note)
    if place is not None and place < len(package.states):
        return package.states[place].name not in package.resources
    return not is_of_profile(note)


def open_any(root: Path, schemas: Path | None = None) -> Package:
    """Open a package like `open_package`; what is wrong with a resource of a foreign package is among its notes.

    Parameters
    ----------
    schemas : Path, optional
        Folder with copies of the remote schemas.

    Raises
    ------
    CouldNotRun
        If there is no package, or its descriptor cannot be read or has no resources.
    """
    named = root.suffix.lower() == ".json" and not root.is_dir()
    descriptor, root = (root, root.parent) if named else (root / DESCRIPTOR, root)
    if not root.is_dir():
        raise CouldNotRun.of("package-not-found:file" if root.is_file() else "package-not-found", root=root)
    try:
        if descriptor.name == DESCRIPTOR and (root / "schemas" / "package.json").is_file():
            _require_regular(root)
            require_settled(root)
            model = load_model(root / "schemas")
            return Package(root, {t.name: Resource(t, csv_path(t.name)) for t in model}, model, True)
        return open_foreign(root, read_json(descriptor), descriptor.name, Copies(schemas))
    except SchemaError as error:
        if not descriptor.exists() and not (root / "schemas").exists():
            name = descriptor.name
            raise CouldNotRun.of("package-not-found:no-descriptor", name=name, file=name) from error
        raise CouldNotRun.of("invalid-descriptor", error=error, file=descriptor.name) from error


PARTS = ("schemas", "validation", "docs/codebook", "metadata", "agreement")
"""Folders other than `data/` that commands read or write; files in `data/` are checked when they are read."""


def _require_regular(root: Path) -> None:
    """Refuse a package with folders that contain pipes or devices, or lead out of it."""
    for part in PARTS:
        if name := first_unsafe(root, part):
            raise CouldNotRun.of("unsafe-path:irregular", file=name)


def open_foreign(root: Path, descriptor: Descriptor, name: str, copies: Copies, made: bool = False) -> Package:
    """Open the package that a descriptor describes; raise SchemaError if it has no resources.

    Parameters
    ----------
    name : str
        Name of the descriptor's file.
    made : bool
        Whether the descriptor was made for a single file, so that the name of its resource is not judged.
    """
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not entries:
        others = [one.message for one in Profiles(root, copies).package_faults(descriptor, name)]
        others = [one for one in others if "resources" not in one]
        raise SchemaError("; ".join([f"{name}: has no resources", *others]))
    given = [_name_of(entry, place) for place, entry in enumerate(entries, 1)]
    unique = unique_names(given)
    profiles = Profiles(root, copies)
    faults = profiles.package_faults(descriptor, name)
    faults = [fault for fault in faults if not (made and fault.message.startswith("/resources/0/name:"))]
    wrong_places = {place_in(fault) for fault in faults}
    read = [
        read_resource(one, entry, profiles, number in wrong_places)
        for number, (one, entry) in enumerate(zip(unique, entries, strict=True))
    ]
    notes = faults + [
        finding("invalid-descriptor", error=f"two resources are named {one!r:.60}", file=name)
        for one, times in Counter(given).items()
        if times > 1
    ]
    if "missingValues" in descriptor:
        notes.append(unsupported(name, "missingValues outside a schema"))
    readings = {one.name: one for one in read}
    aliases = dict(zip(reversed(given), reversed(unique), strict=True))
    tables = {one.name: _referring(one.table, readings, aliases) for one in read if one.table is not None}
    unread = {one.name: f"{one.name} is not checked as a table" for one in read if one.table is None}
    for referring, what, why, wrong in reference_problems(tables, unread):
        reading, where = readings[referring.name], {"table": referring.name, "file": name}
        if wrong:
            reading.notes.append(finding("invalid-descriptor", error=f"{what}: {why}", **where))
        else:
            reading.notes.append(finding("unsupported:left-out", what=what, why=why, **where))
        reading.state.restrict(f"{what}: {why}")
    resources = {
        one.name: Resource(table, one.path, one.format, one.dialect, one.parts, one.compression, one.options, one.data)
        for one in read
        if (table := tables.get(one.name)) is not None
    }
    notes += [note if note.file else replace(note, file=name) for one in read for note in one.notes]
    notes += [fault for one in read for fault in _file_faults(root, one)]
    states = tuple(one.state for one in read)
    return Package(root, resources, Model(tables, descriptor), False, tuple(notes), states, name)


def _referring(table: Table, readings: Mapping[str, ResourceReading], aliases: Mapping[str, str]) -> Table:
    """Return a table whose references name other tables and their fields as SQL does."""
    keys = []
    for key in table.foreign_keys:
        target = aliases.get(key.resource, key.resource)
        names = readings[target].renamed if target in readings else {}
        keys.append(replace(key, resource=target, reference=tuple(names.get(one, one) for one in key.reference)))
    return replace(table, foreign_keys=tuple(keys))


def _name_of(entry: object, place: int) -> str:
    """Return the name of a resource; its number if it has none."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else f"resource {place}"


def _file_faults(root: Path, read: ResourceReading) -> Iterator[Finding]:
    """Yield what is wrong with the files of a resource: size, hash, and, if it is not a table, whether they exist."""
    for path in read.files:
        file = inside(root, path) if "://" not in path else None
        if file is None:
            continue
        found = [] if exists(file) else [finding("missing-file")]
        if not found and not file.is_file():
            found = [finding("special-file")]
        if not found and not read.parts:
            found = list(check_fixity(file, read.descriptor))
        elif found and read.table is None:
            read.state.restrict(found[0].message, NOT_JUDGED)
        elif found:
            found = []  # reported when the table is read
        yield from (replace(fault, table=read.name, file=path) for fault in found)
