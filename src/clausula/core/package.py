"""Packages on disk: where they are, what they hold, and which of their files may be touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clausula.core.csvio import PLAIN, CsvDialect
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.fixity import check_fixity
from clausula.core.foreign import read_resource, unsupported
from clausula.core.model import Descriptor, Model, SchemaError, Table
from clausula.core.paths import strays
from clausula.core.schemas import load_model, read_json
from clausula.core.standard import dangling_references, unnameable

DESCRIPTOR = "datapackage.json"
MANIFEST = "data/manifest.json"
SHIPPED = Path(__file__).resolve().parent.parent / "_package"
"""Where an installed clausula carries its release; in a checkout the package is the checkout itself."""


@dataclass(frozen=True)
class Resource:
    """One table of a package: its schema, and its file as a path inside the package with format and dialect."""

    table: Table
    path: str
    format: str = "csv"
    dialect: CsvDialect = PLAIN

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name


@dataclass(frozen=True)
class Package:
    """A package opened for checking: its folder, its tables and its descriptor.

    Attributes
    ----------
    root : Path
        The folder.
    resources : mapping of str to Resource
        The tables that are judged, by name.
    model : Model
        Structure of all tables.
    own : bool
        Whether the structure was read from `schemas/`, so that rules and drift checks apply.
    notes : tuple of Finding
        What of a foreign package is not judged, and files that are not as its descriptor says.
    """

    root: Path
    resources: Mapping[str, Resource]
    model: Model
    own: bool
    notes: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def file(self, resource: Resource) -> Path:
        """Path of the CSV file of a resource."""
        return self.root / resource.path

    def parquet(self, name: str) -> Path:
        """Path of the Parquet file of a table."""
        return self.root / parquet_path(name)


def csv_path(name: str) -> str:
    """Where a package keeps the CSV file of a table."""
    return f"data/{name}.csv"


def parquet_path(name: str) -> str:
    """Where a package keeps the Parquet file of a table."""
    return f"data/parquet/{name}.parquet"


def is_package(folder: Path) -> bool:
    """Whether a folder holds a descriptor or schemas."""
    return (folder / DESCRIPTOR).is_file() or (folder / "schemas" / "package.json").is_file()


def home(start: Path | None = None) -> Path:
    """The package that a command works on when none is named.

    The nearest folder from `start` (by default the working folder) upwards that is a package, else the checkout that
    this code runs from, else the release that was installed with it.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if is_package(folder):
            return folder
    return own_home()


def own_home() -> Path:
    """The package that belongs to this code: the checkout it runs from, or the shipped release."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if is_package(checkout) and (checkout / "src" / "clausula").is_dir() else SHIPPED


def open_package(root: Path) -> Package:
    """Open the package in a folder, or the one that a `datapackage.json` describes.

    Raises
    ------
    CouldNotRun
        With a finding, if there is no package, or its descriptor or schemas cannot be read, or a path leaves it.
    """
    root = root.parent if root.name == DESCRIPTOR else root
    if not root.is_dir():
        raise CouldNotRun(
            Finding("package-not-found", f"{root} is no folder", "Name the folder that holds datapackage.json.")
        )
    try:
        if (root / "schemas" / "package.json").is_file():
            _require_ordinary(root)
            model = load_model(root / "schemas")
            return Package(root, {t.name: Resource(t, csv_path(t.name)) for t in model}, model, True)
        return _open_foreign(root, read_json(root / DESCRIPTOR))
    except SchemaError as error:
        missing = not (root / DESCRIPTOR).exists() and not (root / "schemas").exists()
        code = "package-not-found" if missing else "invalid-descriptor"
        hint = (
            "Name the folder that holds datapackage.json."
            if missing
            else "Mend the file; it must be a JSON object of the form that the Data Package standard sets out."
        )
        raise CouldNotRun(Finding(code, str(error), hint, file=DESCRIPTOR)) from error


PARTS = ("schemas", "validation", "docs/codebook", "metadata", "agreement")
"""Folders beside `data/` that commands read or write; a file of `data/` is looked at as it is read."""


def _require_ordinary(root: Path) -> None:
    """Refuse a package whose own parts are pipes or devices, or lead out of it."""
    for part in PARTS:
        if name := strays(root, part):
            message = f"{name} is no ordinary file, or leads out of the package"
            raise CouldNotRun(Finding("unsafe-path", message, "Put an ordinary file or folder there.", file=name))


def _open_foreign(root: Path, descriptor: Descriptor) -> Package:
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not entries:
        raise SchemaError(f"{DESCRIPTOR}: has no resources")
    read = [read_resource(entry, root) for entry in entries]
    twice = [name for name, count in Counter(one.name for one in read).items() if count > 1]
    if twice:
        raise SchemaError(f"{DESCRIPTOR}: two resources are named {twice[0]!r:.60}")
    notes = [note for one in read for note in one.notes]
    if "missingValues" in descriptor:
        notes.append(unsupported(DESCRIPTOR, "missingValues outside a schema"))
    judged = {one.name: one for one in read if one.table is not None}
    if problem := unnameable(judged, internal=False):
        notes.append(unsupported(DESCRIPTOR, f"a package with {problem}"))
        judged = {}
    tables = {name: one.table for name, one in judged.items() if one.table is not None}
    notes += [unsupported(name, what) for name, what in dangling_references(tables, (one.name for one in read))]
    resources = {
        name: Resource(table, judged[name].path, judged[name].format, judged[name].dialect)
        for name, table in tables.items()
    }
    faults = [
        replace(fault, table=one.name, file=one.path)
        for one in judged.values()
        if (root / one.path).is_file()
        for fault in check_fixity(root / one.path, one.descriptor)
    ]
    return Package(root, resources, Model(tables, descriptor), False, tuple(notes + faults))
