"""Packages on disk: where they are, what they hold, and which of their files may be touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Descriptor, Model, SchemaError, Table, load_model, read_json, table_from_descriptor

DESCRIPTOR = "datapackage.json"
SHIPPED = Path(__file__).resolve().parent.parent / "_package"
"""Where an installed clausula carries its release; in a checkout the package is the checkout itself."""


@dataclass(frozen=True)
class Resource:
    """One table of a package: its schema and its file, as a path inside the package."""

    table: Table
    path: str

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
        The CSV tables, by name.
    model : Model
        Structure of all tables.
    own : bool
        Whether the structure was read from `schemas/`, so that rules and drift checks apply.
    """

    root: Path
    resources: Mapping[str, Resource]
    model: Model
    own: bool

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


def inside(root: Path, relative: str) -> Path | None:
    """The file that a path of a descriptor names, or None if it is no plain path inside the package.

    Absolute paths, addresses, drive letters, parent steps and links that lead out are all refused.
    """
    pure = Path(relative)
    if (
        not relative
        or "://" in relative
        or "\\" in relative
        or "\0" in relative
        or pure.is_absolute()
        or ":" in pure.parts[0]
    ):
        return None
    if ".." in pure.parts or relative.startswith("~"):
        return None
    try:
        resolved = (root / pure).resolve()
    except (OSError, RuntimeError):
        return None
    return root / pure if resolved.is_relative_to(root.resolve()) else None


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
    tables: dict[str, Table] = {}
    resources: dict[str, Resource] = {}
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not entries:
        raise SchemaError(f"{DESCRIPTOR}: has no resources")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise SchemaError(f"{DESCRIPTOR}: a resource has no name")
        path, schema = entry.get("path"), entry.get("schema")
        if isinstance(schema, str):
            schema = read_json(require_inside(root, schema))
        if not isinstance(path, str) or not isinstance(schema, dict):
            raise SchemaError(f"{DESCRIPTOR}: resource {entry['name']} needs one path and one schema")
        require_inside(root, path)
        table = table_from_descriptor(entry["name"], schema)
        tables[table.name] = table
        resources[table.name] = Resource(table, path)
    return Package(root, resources, Model(tables, descriptor), False)


def require_inside(root: Path, relative: str) -> Path:
    """As `inside`, but a path that leaves the package raises CouldNotRun."""
    path = inside(root, relative)
    if path is None:
        raise CouldNotRun(
            Finding(
                "unsafe-path",
                f"the path {relative!r} leaves the package",
                "Paths are relative, with forward slashes, without steps up.",
                file=DESCRIPTOR,
            )
        )
    return path
