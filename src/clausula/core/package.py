"""Packages on disk: where they are, what they hold, and which of their files may be touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clausula.core.csvio import PLAIN, CsvDialect
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.foreign import read_resource
from clausula.core.model import Descriptor, Model, SchemaError, Table
from clausula.core.schemas import load_model, read_json

DESCRIPTOR = "datapackage.json"
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
        What of a foreign package is not judged.
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
        raise CouldNotRun(Finding("no-package", f"{root} is no folder", "Name the folder that holds datapackage.json."))
    try:
        if (root / "schemas" / "package.json").is_file():
            model = load_model(root / "schemas")
            return Package(root, {t.name: Resource(t, csv_path(t.name)) for t in model}, model, True)
        return _open_foreign(root, read_json(root / DESCRIPTOR))
    except SchemaError as error:
        missing = not (root / DESCRIPTOR).exists() and not (root / "schemas").exists()
        code = "no-package" if missing else "bad-descriptor"
        hint = (
            "Name the folder that holds datapackage.json."
            if missing
            else "Mend the file; it must be a JSON object of the form that the Data Package standard sets out."
        )
        raise CouldNotRun(Finding(code, str(error), hint, file=DESCRIPTOR)) from error


def _open_foreign(root: Path, descriptor: Descriptor) -> Package:
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not entries:
        raise SchemaError(f"{DESCRIPTOR}: has no resources")
    resources: dict[str, Resource] = {}
    notes: list[Finding] = []
    for entry in entries:
        table, path, form, dialect, told = read_resource(entry, root)
        notes += told
        if table is not None:
            if table.name in resources:
                raise SchemaError(f"{DESCRIPTOR}: two resources are named {table.name!r}")
            resources[table.name] = Resource(table, path, form, dialect)
    model = Model({name: resource.table for name, resource in resources.items()}, descriptor)
    return Package(root, resources, model, False, tuple(notes))
