"""A package of a few tables of the small one: what a test breaks in one table costs a tenth of the time in it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from clausula.versions.build import build
from tests.conftest import copy_mini
from tests.shared import once

TABLES = ("processes", "topics", "crosswalk", "places", "events")
"""The table of places refers to itself and is referred to by events; the other tables are what these refer to."""


def keep(root: Path, tables: tuple[str, ...]) -> Path:
    """Remove all tables but the given ones, with the references and rules that name the removed ones."""
    path = root / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    removed = [name for name in metadata["tables"] if name not in tables]
    metadata["tables"] = [name for name in metadata["tables"] if name in tables]
    path.write_text(json.dumps(metadata), encoding="utf-8")
    for name in removed:
        (root / f"schemas/{name}.schema.json").unlink()
        (root / f"data/{name}.csv").unlink()
    for name in tables:
        path = root / f"schemas/{name}.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        keys = schema.get("foreignKeys", [])
        schema["foreignKeys"] = [key for key in keys if key["reference"].get("resource", name) in tables]
        path.write_text(json.dumps(schema), encoding="utf-8")
    gone = re.compile(rf"\b({'|'.join(removed)})\b")
    for rule in (root / "validation/rules").glob("*.sql"):
        if gone.search(re.sub("--.*", "", rule.read_text(encoding="utf-8"))):
            rule.unlink()
    return root


@pytest.fixture(scope="session")
def built_subset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of a few tables, built; tests must not change it."""

    def make(folder: Path) -> None:
        root = keep(copy_mini(folder / "package"), TABLES)
        assert build(root).report.findings == []
        assert (root / "validation/rules/circular-place.sql").exists()

    return once(tmp_path_factory, "subset", make) / "package"


@pytest.fixture
def subset(built_subset: Path, tmp_path: Path) -> Path:
    """Return a copy of the package of a few tables, built, which a test may change."""
    return Path(shutil.copytree(built_subset, tmp_path / "package"))
