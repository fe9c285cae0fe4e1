"""Figures on a page: SVG that follows light and dark mode, a text alternative and the data as a table."""

from __future__ import annotations

import re
from typing import Any

from clausula.figures.figure import NARROW, WIDE, Figure
from clausula.figures.palette import DARK, LIGHT
from clausula.site.context import cell_texts

_COLOUR = re.compile("|".join(LIGHT.values()))
_ROOT_ATTRIBUTES = re.compile(r' (?:xmlns|font-family)="[^"]*"')
_VARIABLES = {colour: f"var(--{name})" for name, colour in LIGHT.items()}


def colour_variables() -> bytes:
    """Return the colours as CSS variables, for light and dark mode."""

    def declarations(colours: dict[str, str]) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in colours.items())

    dark = f"@media (prefers-color-scheme: dark) {{ :root {{{declarations(DARK)}}} }}\n"
    return f":root {{{declarations(LIGHT)}}}\n{dark}".encode()


def _themed(svg: str) -> str:
    """Return an SVG for a page that defines its font and colours in the style sheet."""
    return _ROOT_ATTRIBUTES.sub("", _COLOUR.sub(lambda match: _VARIABLES[match[0]], svg), count=2)


def figure_context(figure: Figure, narrow: bool = True) -> dict[str, Any]:
    """Return what the template needs to show a figure; the SVG is empty if there is no data.

    Parameters
    ----------
    narrow : bool
        Whether to draw the figure a second time for phones.
    """
    cells = cell_texts(figure.table if figure.display_table is None else figure.display_table)
    return {
        "title": figure.title,
        "text": figure.text,
        "notes": figure.notes,
        "wide": "" if figure.empty else _themed(figure.svg(WIDE)),
        "narrow": _themed(figure.svg(NARROW)) if narrow and not figure.empty else "",
        "header": list(cells),
        "rows": list(zip(*cells.values(), strict=True)),
    }
