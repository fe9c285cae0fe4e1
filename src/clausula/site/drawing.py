"""Figures on a page: SVG whose colours follow the page, what they show in words, and the table behind them."""

from __future__ import annotations

import re
from typing import Any

from clausula.figures.figure import NARROW, WIDE, Figure
from clausula.figures.palette import DARK, LIGHT
from clausula.site.context import texts

_COLOUR = re.compile("|".join(LIGHT.values()))
_OWN = re.compile(r' (?:xmlns|font-family)="[^"]*"')
_VARIABLES = {colour: f"var(--{name})" for name, colour in LIGHT.items()}


def colours() -> bytes:
    """The colours as variables of a style sheet, light and dark."""

    def listed(named: dict[str, str]) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in named.items())

    dark = f"@media (prefers-color-scheme: dark) {{ :root {{{listed(DARK)}}} }}\n"
    return f":root {{{listed(LIGHT)}}}\n{dark}".encode()


def _themed(svg: str) -> str:
    """An SVG inside a page, which has the letters and colours in its style sheet."""
    return _OWN.sub("", _COLOUR.sub(lambda found: _VARIABLES[found[0]], svg), count=2)


def drawn(figure: Figure, narrow: bool = True) -> dict[str, Any]:
    """A figure as a template takes it, drawn for a page and for a phone; without a drawing if it is empty."""
    cells = texts(figure.table if figure.listed is None else figure.listed)
    return {
        "title": figure.title,
        "text": figure.text,
        "notes": figure.notes,
        "wide": "" if figure.empty else _themed(figure.svg(WIDE)),
        "narrow": _themed(figure.svg(NARROW)) if narrow and not figure.empty else "",
        "header": list(cells),
        "rows": list(zip(*cells.values(), strict=True)),
    }
