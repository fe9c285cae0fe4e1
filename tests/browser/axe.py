"""axe-core, where it was installed: `npm install --prefix .cache axe-core@4.14.1` in the checkout."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / ".cache" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


def source() -> str:
    """The library as text; the test is skipped where it is absent."""
    if not SOURCE.is_file():
        pytest.skip(f"axe-core is not in {SOURCE.parent}: npm install --prefix .cache axe-core@4.14.1")
    return SOURCE.read_text(encoding="utf-8")


def grave(page: Any, library: str) -> list[str]:
    """What axe-core finds on the page that is serious or critical."""
    page.evaluate(f"() => {{ {library}\n; window.axe = window.axe || axe; }}")
    found = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
    )
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['target']} {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in GRAVE
    ]
