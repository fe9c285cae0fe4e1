"""Small foreign packages: Data Packages that were not made with Clausula."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clausula.core.findings import Finding, Report
from clausula.validation.run import validate

V1 = {"$schema": "https://datapackage.org/profiles/1.0/datapackage.json", "profile": "tabular-data-package"}
V2 = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json"}


def package(root: Path, resources: list[dict[str, Any]], files: dict[str, bytes | str], **more: Any) -> Path:
    """Write a package to a folder and return the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    text = json.dumps({**V2, "name": "foreign", "resources": resources, **more}, ensure_ascii=False)
    (root / "datapackage.json").write_text(text, encoding="utf-8")
    return root


def table(fields: list[dict[str, Any]], name: str = "t", path: str = "t.csv", **more: Any) -> dict[str, Any]:
    """Return a resource with its schema; `schema` has the other properties of the schema."""
    schema = {"fields": fields, **more.pop("schema", {})}
    return {"name": name, "path": path, "type": "table", "schema": schema, **more}


def single_table(root: Path, fields: list[dict[str, Any]], content: bytes | str, **more: Any) -> Path:
    """Write a package with one CSV table."""
    return package(root, [table(fields, **more)], {more.get("path", "t.csv"): content})


def check(root: Path, *layers: str) -> Report:
    return validate(root, layers or ("duckdb",))


def locations(report: Report) -> set[tuple[str, str | None, int | None, str | None]]:
    """Return the code, table, line and field of every finding."""
    return {(f.code, f.table, f.line, f.field) for f in report.findings}


def errors(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.severity == "error"]


def unsupported(report: Report) -> list[str]:
    return [f.message for f in report.findings if f.code == "unsupported"]
