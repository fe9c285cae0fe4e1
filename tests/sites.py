"""The site of the small package, as several tests read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.site import SiteOptions, site
from tests.shared import once

FAST = SiteOptions(layers=("duckdb", "rules"))


@pytest.fixture(scope="session")
def mini_site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site; tests must not change it."""

    def make(folder: Path) -> None:
        outcome = site(built, folder / "deep" / "site", FAST)
        assert outcome.report is not None and outcome.report.total() == 0

    return once(tmp_path_factory, "site", make) / "deep" / "site"
