"""Shared fixtures: the checkout, and a small package with texts written for the tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from clausula.versions.build import build
from tests.checkout import ReleasedPackage, release_once
from tests.shared import once
from tests.structure import copy_structure

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "tests" / "mini"
TEXTS = ROOT.parent / "shared" / "sources"

# On tables of the size that tests have, Java takes longer to optimise code than to run it.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

# Tests run every layer, and write nothing into the user's cache.
os.environ.setdefault("CLAUSULA_FRESH", "1")

ON_ONE_WORKER = {
    "tests/browser/": "browser",
    "tests/cli/test_site.py::test_site_of_the_shipped_package_is_small": "browser",
    "tests/bench/test_bench.py::test_spark_finds_a_broken_rule": "spark",
    "tests/poisoned/test_engines.py": "spark",
    "tests/poisoned/test_coverage.py": "coverage",
    "tests/poisoned/test_expectations.py": "expectations",
    "tests/poisoned/test_constraints.py": "constraints",
    "tests/poisoned/test_rules.py::test_rule": "rules",
    "tests/poisoned/test_shipped_mutations.py": "shipped",
    "tests/poisoned/test_texts.py": "texts",
    "tests/cli/test_release": "release",
    "tests/data/test_prose.py": "prose",
    "tests/data/test_signs.py": "signs",
    "tests/r/": "r",
    "tests/hostile/test_system_calls.py": "traced",
}
"""Tests that share something that is expensive to make, such as a Spark session, by the start of their names."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of a group on one worker.

    The mark `xdist_group` has no effect with pytest 9.2: pytest-xdist 3.8 writes the group into an attribute that
    pytest no longer reads.
    """
    from xdist.scheduler import LoadGroupScheduling

    class Scheduling(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((group for start, group in ON_ONE_WORKER.items() if nodeid.startswith(start)), nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need the source texts if these are not available, with the reason."""
    if not TEXTS.is_dir():
        reason = pytest.mark.skip(reason=f"the source texts are not in {TEXTS}; they cannot be part of the package")
        for item in items:
            if "texts" in item.keywords:
                item.add_marker(reason)


def copy_mini(target: Path) -> Path:
    """Copy the tables of the small package with the schemas, rules and codebook of the checkout."""
    copy_structure(target)
    shutil.copytree(MINI / "data", target / "data")
    return target


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small package, built; tests must not change it."""

    def make(folder: Path) -> None:
        assert build(copy_mini(folder / "package")).report.findings == []

    return once(tmp_path_factory, "built", make) / "package"


@pytest.fixture(scope="session")
def released_package(tmp_path_factory: pytest.TempPathFactory) -> ReleasedPackage:
    """Return a release of the real package, made once for all workers; tests must not change it."""
    base = tmp_path_factory.getbasetemp()
    return release_once(ROOT, (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "released")


@pytest.fixture
def mini(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the small package, built, which a test may change."""
    return Path(shutil.copytree(built, tmp_path / "package"))
