"""Colours and letters of the figures.

Every colour that differs between light and dark stands here once, as a pair; a page replaces the light one by a CSS
variable. Stances are PuOr of ColorBrewer, kinds are of Okabe and Ito (2008): both are told apart by the colour-blind,
and no figure relies on colour alone.
"""

from __future__ import annotations

from typing import Any

INK, MUTED, LINE, PAPER, ACCENT = "#1c2430", "#56606c", "#c8ced6", "#fdfdfb", "#0b5f7a"
BLUE, VERMILLION, GREEN, PURPLE, AMBER = "#0072b2", "#c24e00", "#007a5a", "#a3487d", "#8a6100"

DARK = {
    INK: "#e7e9ec",
    MUTED: "#a9b3bf",
    LINE: "#434d59",
    PAPER: "#14191f",
    ACCENT: "#7cc7e0",
    BLUE: "#56b4e9",
    VERMILLION: "#f08a4b",
    GREEN: "#3fc79a",
    PURPLE: "#dd92bd",
    AMBER: "#e6ac2f",
}
"""The colour in the dark of each that is not the same there."""

STANCE = {-2: "#b35806", -1: "#fdb863", 0: "#e3e3e8", 1: "#b2abd2", 2: "#542788"}
ON_STANCE = {-2: "#ffffff", -1: "#1b1b1f", 0: "#1b1b1f", 1: "#1b1b1f", 2: "#ffffff"}
"""Colour of the letters on each stance."""

SHADES = ["#dcebf2", "#a9d0e0", "#6ba9c2", "#2f7f9e", "#0d5570"]
ON_SHADES = ["#1b1b1f", "#1b1b1f", "#1b1b1f", "#ffffff", "#ffffff"]

FONT = "system-ui, sans-serif"
LETTER = 12
"""Size of letters in CSS pixels; a figure is never scaled down below it."""


def config() -> dict[str, Any]:
    """What all charts look like, in Vega-Lite's own words."""
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": LETTER,
        "titleFontSize": LETTER,
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelPadding": 6,
    }
    return {
        "aria": False,
        "background": None,
        "view": {"stroke": None},
        "axis": axis,
        "text": {"font": FONT, "fontSize": LETTER, "fill": INK},
        "title": {
            "font": FONT,
            "fontSize": 13,
            "fontWeight": 600,
            "color": INK,
            "anchor": "start",
            "subtitleFont": FONT,
            "subtitleColor": MUTED,
            "subtitleFontSize": LETTER,
            "offset": 8,
        },
        "concat": {"spacing": 24},
    }
