"""Accessibility checks with axe-core, if it is installed: `npm install --prefix .cache axe-core@4.14.1`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / ".cache" / "node_modules" / "axe-core" / "axe.min.js"
SEVERE_IMPACTS = ("serious", "critical")


def source() -> str:
    """Return the source of the library; skip the test if it is not installed."""
    if not SOURCE.is_file():
        pytest.skip(f"axe-core is not in {SOURCE.parent}; run npm install --prefix .cache axe-core@4.14.1")
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Any, library: str) -> list[str]:
    """Return the violations of any weight that axe-core finds on a page."""
    page.evaluate(f"() => {{ {library}\n; window.axe = window.axe || axe; }}")
    found = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
    )
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['target']} {one['nodes'][0]['html'][:200]}" for one in found
    ]


def severe_violations(page: Any, library: str) -> list[str]:
    """Return the serious and critical violations that axe-core finds on a page."""
    return [one for one in violations(page, library) if any(f"({impact})" in one for impact in SEVERE_IMPACTS)]
