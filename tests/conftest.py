"""What the tests share: the checkout, and a small package with texts that were written for the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clausula.versions.build import build

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "tests" / "mini"
TEXTS = ROOT.parent / "shared" / "sources"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the source texts where they are absent, and say so."""
    if not TEXTS.is_dir():
        reason = pytest.mark.skip(reason=f"the source texts are not in {TEXTS}; they cannot be part of the package")
        for item in items:
            if "texts" in item.keywords:
                item.add_marker(reason)


def copy_mini(target: Path) -> Path:
    """The tables of the small package with the schemas, rules and codebook of the checkout.

    What is expected of the whole of the data (`reviewed.json`, `profile.json`) is not expected of so few.
    """
    for part in ("schemas", "validation", "docs/codebook"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("reviewed.json", "profile.json"))
    shutil.copytree(MINI / "data", target / "data")
    return target


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small package, built; not to be changed."""
    target = copy_mini(tmp_path_factory.mktemp("mini") / "package")
    outcome = build(target)
    assert outcome.report.findings == []
    return target


@pytest.fixture
def mini(built: Path, tmp_path: Path) -> Path:
    """A copy of the small package, built, to be changed at will."""
    return Path(shutil.copytree(built, tmp_path / "package"))
