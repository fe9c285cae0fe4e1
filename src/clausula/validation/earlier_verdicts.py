"""Verdicts of earlier runs, so that a layer with a slow library runs again only if something has changed.

Only the verdict of a layer that found nothing is kept, in the user's cache. Its key is a hash of all that the layer can
depend on: every file of the package that a layer reads, the source code of Clausula, and the versions of Python and of
all installed libraries. Whatever changes, the key is another one, and the layer runs. A cache that cannot be read or
written is as good as none.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from clausula.core.cache import cache_folder
from clausula.core.findings import CouldNotRun, Report
from clausula.core.fixity import digest_of, sha256
from clausula.core.model import Descriptor, SchemaError
from clausula.core.package import DESCRIPTOR, PARTS, Package
from clausula.core.paths import SHIPPED
from clausula.core.schemas import read_json
from clausula.validation.frictionless_descriptor import paths_of

LAYERS = ("agreement", "frictionless", "pandera", "expectations")
"""The layers whose verdicts are kept: each takes seconds, and needs libraries that the others do without."""

LIBRARIES = ("frictionless", "pandera", "great_expectations", "krippendorff", "scipy", "pandas", "pyarrow", "duckdb")
"""Modules whose place is part of the key, beside the versions of all that is installed."""

SETTINGS = ("PANDERA_", "GX_", "FRICTIONLESS")
"""How the names of environment variables begin that change what the libraries do."""

FRESH = "CLAUSULA_FRESH"
"""If this environment variable is set, no verdict is read or kept."""

KEPT = 200
"""How many verdicts the cache has at most."""

EXPECTATION = {"suite", "about", "code", "says", "severity", "expected", "observed", "met"}


def _digests(root: Path, parts: Iterable[str]) -> dict[str, str] | None:
    """Return the digests of the files in folders; None if one is a link or a device, which can change unseen."""
    found: dict[str, str] = {}
    for part in parts:
        for folder, inner, names in os.walk(root / part):
            paths = [Path(folder, name) for name in names]
            if any(Path(folder, name).is_symlink() for name in inner) or not all(map(_is_plain, paths)):
                return None
            found |= {path.relative_to(root).as_posix(): digest_of(path) for path in paths}
    return found


def _is_plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _reads_elsewhere(package: Package) -> bool:
    """Return whether the descriptor names a file outside of the folders that are hashed."""
    entries = read_json(package.root / DESCRIPTOR).get("resources")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return True
    named = (Path(path).parts for entry in entries for path in paths_of(entry))
    return any(".." in parts or parts[:1] not in {("data",), ("schemas",)} for parts in named)


@cache
def _source_code() -> str:
    """Return the digest of the source code of Clausula."""
    root = Path(__file__).resolve().parent.parent
    found: dict[str, str] = {}
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name != "__pycache__" and Path(folder, name) != SHIPPED]
        found |= {str(path.relative_to(root)): digest_of(path) for name in names if (path := Path(folder, name))}
    return sha256(json.dumps(found, sort_keys=True).encode())


def libraries() -> list[str]:
    """Return the names and versions of all that is installed, and where the libraries of the layers are."""
    installed = []
    for folder in map(Path, filter(None, sys.path)):
        with contextlib.suppress(OSError):
            installed += [path.name for path in folder.iterdir() if path.suffix in (".dist-info", ".egg-info")]
    specs = ((name, importlib.util.find_spec(name)) for name in LIBRARIES)
    return sorted({*installed, *(f"{name} {spec.origin if spec else None}" for name, spec in specs)})


@dataclass(frozen=True)
class EarlierVerdicts:
    """The verdicts of earlier runs on the present state of a package.

    Attributes
    ----------
    files : dict of str to str
        The digests of the files by path.
    keys : dict of str to str
        The key of each layer.
    found : dict of str to dict
        What the report has of each layer with a verdict.
    """

    package: Package
    files: dict[str, str]
    keys: dict[str, str]
    found: dict[str, Descriptor] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that need not run."""
        return tuple(self.found)

    def add_to(self, report: Report, digests: dict[str, str]) -> None:
        """Add the verdicts to a report.

        Parameters
        ----------
        digests : dict of str to str
            The files that the other layers have read.

        Raises
        ------
        CouldNotRun
            If a table changed between the two readings.
        """
        for file, digest in digests.items():
            if self.found and self.files.get(file, "") != digest:
                raise CouldNotRun.of("concurrent-change:reading", file=file)
        for checked in self.found.values():
            report.checked = {**report.checked, **checked}
        if self.found:
            report.checked["earlier"] = list(self.found)

    def keep(self, report: Report, ran: Iterable[str]) -> None:
        """Keep the verdict of each layer that ran and found nothing, if the package is still the same."""
        with_findings = {layer for (_, _, layers), number in report._by_layer.items() if number for layer in layers}
        clean = [layer for layer in ran if layer in self.keys and layer not in with_findings]
        if not clean or _state(self.package) != self.files:
            return
        with contextlib.suppress(OSError):
            folder = _folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for layer in clean:
                of_layer = {key: value for key, value in report.checked.items() if key == layer}
                _write(folder / self.keys[layer], {"layer": layer, "key": self.keys[layer], "checked": of_layer})
            for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                path.unlink()


def find(package: Package, layers: Sequence[str]) -> EarlierVerdicts | None:
    """Return the earlier verdicts of layers; None if no verdict on this package can be kept or found."""
    wanted = [layer for layer in LAYERS if layer in layers]
    files = _state(package) if wanted and not os.environ.get(FRESH) else None
    if files is None:
        return None
    settings = {name: value for name, value in os.environ.items() if name.startswith(SETTINGS)}
    common = [files, _source_code(), sys.version, platform.platform(), libraries(), settings]
    keys = {layer: sha256(json.dumps([layer, *common], sort_keys=True).encode()) for layer in wanted}
    found = ((layer, _read(_folder() / key, layer, key)) for layer, key in keys.items())
    return EarlierVerdicts(package, files, keys, {layer: one for layer, one in found if one is not None})


def _folder() -> Path:
    return cache_folder() / "verdicts"


def _state(package: Package) -> dict[str, str] | None:
    """Return the digests of all files of a package that a layer can read; None if one of them can change unseen."""
    try:
        if not package.own or not _is_plain(package.root / DESCRIPTOR) or _reads_elsewhere(package):
            return None
        files = _digests(package.root, ("data", *PARTS))
        return None if files is None else {**files, DESCRIPTOR: digest_of(package.root / DESCRIPTOR)}
    except (OSError, SchemaError):
        return None


def _write(path: Path, entry: Descriptor) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(entry, file)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(path: Path, layer: str, key: str) -> Descriptor | None:
    """Return what the report has of a layer, from an entry of the cache; None if it is not one of ours, and intact."""
    try:
        if not _is_private(path.parent) or not _is_private(path) or not _is_plain(path):
            return None
        entry = read_json(path)
    except (OSError, SchemaError):
        return None
    checked = entry.get("checked")
    if set(entry) != {"layer", "key", "checked"} or (entry["layer"], entry["key"]) != (layer, key):
        return None
    return checked if isinstance(checked, dict) and _is_clean(checked, layer) else None


def _is_clean(checked: Descriptor, layer: str) -> bool:
    """Return whether this is what the report has of a layer that found nothing."""
    lines: Any = checked.get(layer, [])
    if not set(checked) <= {"expectations"} & {layer} or not isinstance(lines, list):
        return False
    return all(isinstance(one, dict) and set(one) == EXPECTATION and one["met"] in (True, None) for one in lines)


def _is_private(path: Path) -> bool:
    """Return whether only this user can write a file or folder; true where there are no such permissions."""
    if not hasattr(os, "getuid"):  # pragma: no cover - Windows
        return True
    about = path.lstat()
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def described(report: Report) -> Iterator[str]:
    """Yield the line that says which verdicts are of an earlier run."""
    if earlier := report.checked.get("earlier"):
        yield f"{', '.join(earlier)}: not run; an earlier run with the same hashes found nothing (--fresh runs them)"
