"""The tables of a package as rows of text that tests change and write back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clausula.core.csvio import lenient_rows, write_rows
from clausula.core.package import csv_path

Row = dict[str, str]


class Tables:
    """The CSV tables of a package, each read on first access."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rows: dict[str, list[Row]] = {}
        self._header: dict[str, list[str]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._rows:
            header, *rows = (cells for _, cells in lenient_rows(self.root / csv_path(name)))
            self._header[name] = header
            self._rows[name] = [dict(zip(header, cells, strict=True)) for cells in rows]
        return self._rows[name]

    def read(self) -> list[str]:
        """Return the names of the tables that were read."""
        return list(self._rows)

    def write(self, name: str, root: Path | None = None) -> None:
        rows = [[row[field] for field in self._header[name]] for row in self[name]]
        ((root or self.root) / csv_path(name)).write_bytes(write_rows(self._header[name], rows))

    def change(self, changes: list[dict[str, Any]]) -> None:
        """Make changes: {table, where, set} or {table, where, delete} or {table, add[, where]}; nothing is written."""
        for change in changes:
            rows = self[change["table"]]
            where = change.get("where", {})
            chosen = [row for row in rows if all(row[k] == v for k, v in where.items())]
            assert chosen or not where, f"no row of {change['table']} has {where}"
            if "add" in change:
                base = dict(chosen[0]) if where else dict.fromkeys(self._header[change["table"]], "")
                rows.append({**base, **change["add"]})
            else:
                for row in chosen:
                    if change.get("delete"):
                        rows.remove(row)
                    else:
                        row.update(change["set"])

    def apply(self, changes: list[dict[str, Any]]) -> None:
        """Make changes, then write the changed tables."""
        self.change(changes)
        for name in {change["table"] for change in changes}:
            self.write(name)


def loosen_descriptor(root: Path) -> None:
    """Remove sizes and hashes from the descriptor, so that a changed table is checked by its content."""
    path = root / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        resource.pop("bytes", None)
        resource.pop("hash", None)
    path.write_text(json.dumps(descriptor), encoding="utf-8")
