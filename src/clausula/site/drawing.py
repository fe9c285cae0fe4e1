"""Figures on a page: SVG that follows light and dark mode, a text alternative and the data as a table."""

from __future__ import annotations

import re
from typing import Any

from clausula.figures.figure import NARROW, WIDE, Figure
from clausula.figures.palette import DARK, FONT, FONT_SIZE, LIGHT
from clausula.site.context import cell_texts
from clausula.site.svg import Link, no_link, shrink

_COLOUR = re.compile("|".join(LIGHT.values()))
_ROOT_ATTRIBUTES = re.compile(r' xmlns="[^"]*"')
_INHERITED = re.compile(
    rf' (?:font-family="{FONT}"|font-size="{FONT_SIZE}px"|text-anchor="start"|opacity="1"|pointer-events="none")'
)
"""Attributes that say what the style sheet or the root says, or nothing."""

_INVISIBLE = re.compile(r'<path d="M0,0h[\d.]+v[\d.]+h-?[\d.]+Z" ?/>|<path display="none" ?/>|<g></g>')
"""Boxes that Vega draws without fill and line, behind the marks."""
_VARIABLES = {colour: f"var(--{name})" for name, colour in LIGHT.items()}


_TITLED = re.compile(r'<(path|rect|line)((?: [\w-]+="[^"]*")*)><title>[^<]*</title></\1>')
"""A mark with a tooltip; a drawing without tooltips is much smaller."""


def colour_variables() -> bytes:
    """Return the colours as CSS variables, for light and dark mode."""

    def declarations(colours: dict[str, str]) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in colours.items())

    dark = f"@media (prefers-color-scheme: dark) {{ :root {{{declarations(DARK)}}} }}\n"
    return f":root {{{declarations(LIGHT)}}}\n{dark}".encode()


def _themed(svg: str, link: Link) -> str:
    """Return an SVG for a page that defines its font and colours in the style sheet, with links to records."""
    svg = _ROOT_ATTRIBUTES.sub("", _COLOUR.sub(lambda match: _VARIABLES[match[0]], svg), count=1)
    svg = _INVISIBLE.sub("", _INVISIBLE.sub("", _INHERITED.sub("", svg)))
    return shrink(svg, link)


def figure_context(figure: Figure, narrow: bool = True, plain: bool = True, link: Link = no_link) -> dict[str, Any]:
    """Return what the template needs to show a figure; the SVG is empty if there is no data.

    Parameters
    ----------
    narrow : bool
        Whether to draw the figure a second time for phones.
    plain : bool
        Whether a long page has the figure without script, then without tooltips.
    link : callable
        Returns the address of a record from the page, given its table and ID.
    """
    wide = "" if figure.empty else figure.svg(WIDE)
    cells = cell_texts(figure.table if figure.display_table is None else figure.display_table)
    return {
        "title": figure.title,
        "text": figure.text,
        "notes": figure.notes,
        "plain": wide and plain and _themed(_TITLED.sub(r"<\1\2/>", wide), no_link),
        "wide": wide and _themed(wide, link),
        "narrow": wide and narrow and _themed(figure.svg(NARROW), link),
        "header": list(cells),
        "rows": list(zip(*cells.values(), strict=True)),
    }
