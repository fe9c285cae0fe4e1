"""The site of the small package, as several tests read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import clausula
from tests.shared import once


@pytest.fixture(scope="session")
def mini_site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, beside `result.json` with what the command printed; tests must not change it."""

    def make(folder: Path) -> None:
        out = folder / "deep" / "site"
        run = clausula("site", "--out", str(out), "--package", str(built), "--fast", "--json")
        assert run.returncode == 0, run.stdout + run.stderr
        (out.parent / "result.json").write_text(run.stdout, encoding="utf-8")

    return once(tmp_path_factory, "site", make) / "deep" / "site"
