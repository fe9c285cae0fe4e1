"""What can be validated: a folder, a descriptor of any name, a zip with a package, or a single file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clausula.core.archive import unzip
from clausula.core.copies import Copies
from clausula.core.findings import CouldNotRun
from clausula.core.foreign import FORMATS
from clausula.core.model import Descriptor, SchemaError
from clausula.core.package import Package, open_any, open_foreign
from clausula.core.schemas import read_json
from clausula.core.scratch import Scratch


def open_input(path: Path, schema: Path | None = None, schemas: Path | None = None) -> Package:
    """Open a package: in a folder, by its descriptor, in a zip, or made of a single file.

    Parameters
    ----------
    schema : Path, optional
        Table Schema of a single file; without it, only the form of the file is judged.
    schemas : Path, optional
        Folder with copies of remote schemas.

    Raises
    ------
    CouldNotRun
        If there is nothing that can be judged.
    """
    if schemas is not None and not schemas.is_dir():
        raise CouldNotRun.of("not-a-folder:copies", folder=schemas)
    if path.is_dir() or not path.exists():
        return open_any(path, schemas)
    ending = path.suffix.lower().removeprefix(".")
    if ending == "zip":
        folder = Scratch("zip")
        return replace(open_any(unzip(path, Path(folder.name)), schemas), keeps=folder)
    plain = path.stem.rpartition(".")[2].lower() if ending == "gz" else ending
    if plain == "json" or plain not in FORMATS:
        return open_any(path, schemas)
    entry: Descriptor = {"name": path.stem, "path": path.name, "type": "table"}
    try:
        if schema is not None:
            entry["schema"] = read_json(schema)
        return open_foreign(path.absolute().parent, {"resources": [entry]}, path.name, Copies(schemas), made=True)
    except SchemaError as error:
        if schema is not None and not schema.exists():
            raise CouldNotRun.of("missing-file:schema", file=str(schema)) from error
        raise CouldNotRun.of("invalid-descriptor", error=error, file=str(schema)) from error
