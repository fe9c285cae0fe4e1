"""Tables in canonical form: UTF-8, line feeds, quotation marks only where needed."""

from __future__ import annotations

from dataclasses import dataclass, field

from clausula.core.commit import commit
from clausula.core.csvio import lenient_rows, write_rows
from clausula.core.findings import Finding
from clausula.core.package import Package
from clausula.core.store import Store, locate

MENDED = ("mixed-line-endings", "byte-order-mark")
"""Faults that the canonical form corrects without losing a character."""


@dataclass
class Formatted:
    """What formatting did: the files that changed, and the faults for which others were left as they are."""

    changed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def format_tables(package: Package, dry_run: bool = False) -> Formatted:
    """Write the tables of a package in canonical form.

    A table in another encoding, or with rows that cannot be read, is reported and left as it is, because characters or
    cells would be lost.

    Parameters
    ----------
    dry_run : bool
        Only name the files that would change.
    """
    store, result, files = Store(package), Formatted(), {}
    for resource in package:
        table = store[resource.name]
        faults = [fault for fault in table.faults if fault.code not in MENDED]
        path, _ = locate(package, resource)
        if faults or path is None:
            result.findings += faults
            continue
        header, *rows = (cells for _, cells in lenient_rows(path))
        files[resource.path] = write_rows(header, rows)
    if dry_run:
        result.changed = [name for name, content in files.items() if (package.root / name).read_bytes() != content]
    else:
        result.changed = commit(package.root, files, store.digests)
    return result
