"""The image that stands for a comparison where its address is shared: a bar for what became of the provisions.

The labels and the digits are drawn once; each image is put together from them.
"""

from __future__ import annotations

from html import escape

import numpy as np

from clausula.analysis.compare import RELATIONS
from clausula.core.requirements import needs
from clausula.figures.palette import ACCENT, AMBER, BLUE, FONT, GREEN, INK, MUTED, PAPER, PURPLE, VERMILLION
from clausula.figures.png import Pixels, indexed, lightness

BARS = {
    "reversed": VERMILLION,
    "replaced": PURPLE,
    "weaker": AMBER,
    "stronger": GREEN,
    "same": BLUE,
    "dropped": MUTED,
    "new": ACCENT,
}
"""The relations that have a bar, from top to bottom, with its colour."""

WIDTH, HEIGHT = 600, 315
"""Size in pixels; services that show a large image ask for at least this."""

TOP, ROW, BAR = 70, 33, 20
LABELS_END, BARS_START, LONGEST = 140, 152, 360
"""Where the labels end and the bars start, and the length of the longest bar."""

DIGIT, DIGITS = 12, 30
"""Width of a digit, and height of the strip in which the digits are drawn."""

DIGITS_TOP = HEIGHT + len(BARS) * ROW
"""Where that strip begins, below the labels."""

LEVELS = 3
"""Shades from paper to ink."""


def _template(site: str) -> str:
    """Return the image without bars as SVG, with the labels and a strip of all digits below it."""
    texts = [
        f'<text x="{LABELS_END}" y="{HEIGHT + number * ROW + 16}" font-size="18" text-anchor="end">'
        f"{escape(RELATIONS[name].lower())}</text>"
        for number, name in enumerate(BARS)
    ]
    texts += [f'<text x="{digit * DIGIT}" y="{DIGITS_TOP + 22}" font-size="19">{digit}</text>' for digit in range(10)]
    title = f'<text x="24" y="44" font-size="24" font-weight="600">{escape(site)}</text>'
    height = DIGITS_TOP + DIGITS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="{FONT}" '
        f'fill="{INK}"><rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{title}{"".join(texts)}</svg>'
    )


def _shade(colour: str, share: float) -> str:
    """Return a colour between paper and another one."""
    ends = [[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in (PAPER, colour)]
    return "#" + "".join(f"{round(start + (end - start) * share):02x}" for start, end in zip(*ends, strict=True))


def _written(image: Pixels, digits: Pixels, number: int, x: int, y: int) -> None:
    for place, digit in enumerate(str(number)):
        at = int(digit) * DIGIT
        image[y : y + DIGITS, x + place * DIGIT : x + (place + 1) * DIGIT] = digits[:, at : at + DIGIT]


def pngs(site: str, comparisons: list[dict[str, int]]) -> list[bytes]:
    """Return an image for each comparison, given its number of rows by relation.

    Raises
    ------
    CouldNotRun
        If vl-convert is not installed.
    """
    if not comparisons:
        return []
    with needs("the site", "site"):
        import vl_convert
    light = lightness(vl_convert.svg_to_png(_template(site))).astype(float)
    darkness = (light.max() - light) / (light.max() - light.min())
    sheet = np.round(darkness * (LEVELS - 1)).astype(np.uint8)
    template, labels, digits = sheet[:HEIGHT], sheet[HEIGHT:DIGITS_TOP], sheet[DIGITS_TOP:]
    colours = [_shade(INK, level / (LEVELS - 1)) for level in range(LEVELS)] + list(BARS.values())
    found = []
    for counts in comparisons:
        image, most = template.copy(), max([1, *(counts.get(name, 0) for name in BARS)])
        # A relation without a provision has no row: it says little, and the image is sent with each link.
        shown = [(number, name) for number, name in enumerate(BARS) if counts.get(name)]
        for row, (number, name) in enumerate(shown):
            y = TOP + row * ROW
            image[y : y + ROW, :LABELS_END] = labels[number * ROW : (number + 1) * ROW, :LABELS_END]
            end = BARS_START + round(LONGEST * counts[name] / most)
            image[y : y + BAR, BARS_START:end] = LEVELS + number
            _written(image, digits, counts[name], end + 8, y - 6)
        found.append(indexed(image, colours))
    return found
