"""The image that stands for the site where its address is shared."""

from __future__ import annotations

import textwrap
from html import escape

from clausula.core.requirements import needs
from clausula.figures.palette import ACCENT, FONT, INK, MUTED, PAPER
from clausula.figures.png import compressed

WIDTH, HEIGHT = 600, 315
"""Size in pixels; services that show a large image ask for at least this."""

LINE, LONGEST, MOST = 36, 34, 4
"""Height in pixels of a line of the title, its most characters, and the most lines."""


def svg(title: str, facts: str) -> str:
    """Return a card with a title and one line of facts as SVG."""
    lines = textwrap.wrap(title, LONGEST)[:MOST] or [""]
    texts = [
        f'<text x="40" y="{90 + number * LINE}" font-size="27" font-weight="600" fill="{INK}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    below = f'<text x="40" y="{HEIGHT - 48}" font-size="19" fill="{MUTED}">{escape(facts)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/><rect width="{WIDTH}" height="14" fill="{ACCENT}"/>'
        f"{''.join(texts)}{below}</svg>"
    )


def png(title: str, facts: str) -> bytes:
    """Return a card as PNG.

    Raises
    ------
    CouldNotRun
        If vl-convert is not installed.
    """
    with needs("the site", "site"):
        import vl_convert
    return compressed(vl_convert.svg_to_png(svg(title, facts)))
