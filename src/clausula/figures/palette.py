"""Colours and fonts of the figures.

Each colour that differs between light and dark mode is defined here once, as a pair; a page replaces the light one with
a CSS variable. Stances use ColorBrewer's PuOr and kinds use the palette of Okabe and Ito (2008). Both are safe for
colour-blind readers, and no figure relies on colour alone.
"""

from __future__ import annotations

from typing import Any

_PAIRS = {
    "ink": ("#1c2430", "#e7e9ec"),
    "muted": ("#56606c", "#a9b3bf"),
    "line": ("#c8ced6", "#434d59"),
    "paper": ("#fdfdfb", "#14191f"),
    "accent": ("#0b5f7a", "#7cc7e0"),
    "blue": ("#0072b2", "#56b4e9"),
    "vermillion": ("#c24e00", "#f08a4b"),
    "green": ("#007a5a", "#3fc79a"),
    "purple": ("#a3487d", "#dd92bd"),
    "amber": ("#8a6100", "#e6ac2f"),
}
LIGHT, DARK = ({name: pair[mode] for name, pair in _PAIRS.items()} for mode in (0, 1))
INK, MUTED, LINE, PAPER, ACCENT, BLUE, VERMILLION, GREEN, PURPLE, AMBER = LIGHT.values()

STANCE = {-2: "#b35806", -1: "#fdb863", 0: "#e3e3e8", 1: "#b2abd2", 2: "#542788"}
ON_STANCE = {-2: "#ffffff", -1: "#1b1b1f", 0: "#1b1b1f", 1: "#1b1b1f", 2: "#ffffff"}
"""Text colour on each stance."""

SHADES = ["#dcebf2", "#a9d0e0", "#6ba9c2", "#2f7f9e", "#0d5570"]
ON_SHADES = ["#1b1b1f", "#1b1b1f", "#1b1b1f", "#ffffff", "#ffffff"]

FONT = "system-ui, sans-serif"
FONT_SIZE = 12
"""Font size in CSS pixels; figures are never scaled below it."""


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration of all charts."""
    axis = {
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
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
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "text": {"fontSize": FONT_SIZE, "fill": INK},
        "title": {"fontSize": 13, "fontWeight": 600, "color": INK, "anchor": "start", "offset": 8},
        "concat": {"spacing": 24},
    }
