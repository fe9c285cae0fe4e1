"""A figure: a Vega-Lite chart with a description in words, notes and the data as a table.

Charts are rendered to SVG without a browser or a network connection. They look the same in a notebook, in a paper and
on a page without JavaScript.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.core.commit import commit
from clausula.core.requirements import needs
from clausula.figures.palette import FONT, FONT_SIZE, PAPER, config
from clausula.figures.png import compressed

WIDE, NARROW = 760, 340
"""Figure widths in CSS pixels: for a page or slide, and for a phone."""

FORMATS = (".svg", ".png", ".pdf")
"""Suffixes of the files that a figure can be written to."""

PIXELS = 2
"""Pixels of a PNG for each CSS pixel."""

PORTABLE_FONT = "Liberation Sans, sans-serif"

CHARACTER, LINE_HEIGHT = 6.3, 14
"""Width of a character of a label, on average, and height of its line in CSS pixels."""

_TAG = re.compile("<[^>]*>")
_GROUP_ATTRIBUTES = re.compile(r' (?:class|role|aria-[a-z]+)="[^"]*"')
"""Attributes with which Vega names its groups; in an image with a description in words they only add noise."""

_ROOT = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"[^>]*>')


def altair() -> Any:
    """Return the charting library.

    Raises
    ------
    CouldNotRun
        If altair or vl-convert is not installed.
    """
    with needs("clausula.plot", "plot"):
        import altair
        import vl_convert  # noqa: F401
    # The data are embedded in the chart, so no number of rows is too large.
    altair.data_transformers.disable_max_rows()
    return altair


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes
    ----------
    title : str
        The title.
    text : str
        What the figure shows, in words; its text alternative.
    notes : tuple of str
        What readers need to know to read the figure correctly.
    table : DataFrame
        The data, with one row for each mark.
    draw : callable
        Returns the chart for a width in CSS pixels, as a Vega-Lite specification or an altair chart; long labels can
        make it wider.
    display_table : DataFrame, optional
        The same data arranged for reading; if missing, `table` is used.
    """

    title: str
    text: str
    notes: tuple[str, ...]
    table: pd.DataFrame
    draw: Callable[[int], Any]
    display_table: pd.DataFrame | None = None

    @property
    def empty(self) -> bool:
        """Whether the figure has no data."""
        return self.table.empty

    def spec(self, width: int = WIDE) -> dict[str, Any]:
        """Return the chart as a Vega-Lite specification.

        Raises
        ------
        ValueError
            If the figure has no data.
        """
        if self.empty:
            raise ValueError(f"{self.title}: no data to draw")
        drawn = self.draw(width)
        plain: dict[str, Any] = drawn if isinstance(drawn, dict) else drawn.to_dict()
        return {**plain, "config": config()}

    def chart(self, width: int = WIDE) -> Any:
        """Return the chart as an altair object, which looks like the figure.

        Raises
        ------
        ValueError
            If the figure has no data.
        """
        spec = self.spec(width)
        # A missing background is transparent in an SVG; a chart can state only a colour.
        looks = {name: value for name, value in spec["config"].items() if value is not None}
        return altair().Chart.from_dict({**spec, "config": looks, "$schema": altair().SCHEMA_URL})

    def svg(self, width: int = WIDE) -> str:
        """Return the chart as SVG, with its title and its description in words."""
        library = altair()
        import vl_convert

        version = library.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]
        drawn = vl_convert.vegalite_to_svg(self.spec(width), vl_version=version)
        size = _ROOT.search(drawn)
        if size is None:
            raise RuntimeError("vl-convert returned an SVG without width and height")
        body = _TAG.sub(lambda tag: _GROUP_ATTRIBUTES.sub("", tag[0]), drawn[size.end() :])
        width_px, height_px = (f"{float(length):g}" for length in size.groups())
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="{height_px}" '
            f'viewBox="0 0 {width_px} {height_px}" font-family="{FONT}" font-size="{FONT_SIZE}px" role="img">'
        )
        return f"{root}<title>{escape(self.title)}</title><desc>{escape(self.text)}</desc>{body}"

    def save(self, path: str | Path, width: int = WIDE) -> None:
        """Write the figure to a file, as SVG, PNG or PDF by the suffix of its name, completely or not at all.

        A PNG has two pixels for each CSS pixel and an opaque background; SVG and PDF have none.

        Raises
        ------
        ValueError
            If the figure has no data, or the name has another suffix.
        """
        target = Path(path).resolve()
        form = target.suffix.lower()
        if form not in FORMATS:
            raise ValueError(f"{target.name}: use a name that ends in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
        svg = self.svg(width)
        commit(target.parent, {target.name: svg.encode("utf-8") if form == ".svg" else _rendered(svg, form)})

    def _repr_svg_(self) -> str | None:
        return None if self.empty else self.svg()

    def __repr__(self) -> str:
        return f"<{self.title}: {self.text}>"


def _rendered(svg: str, form: str) -> bytes:
    """Return an SVG as PNG or PDF."""
    import vl_convert

    # The families of a style sheet are not names of fonts; vl-convert ships Liberation Sans, so every machine has it.
    svg = svg.replace(f'font-family="{FONT}"', f'font-family="{PORTABLE_FONT}"')
    if form == ".pdf":
        return bytes(vl_convert.svg_to_pdf(svg))
    opened = svg.index(">") + 1
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return compressed(vl_convert.svg_to_png(svg[:opened] + paper + svg[opened:], scale=PIXELS))


def left_labels(space: int, **options: Any) -> dict[str, Any]:
    """Return an axis with left-aligned labels in a column of this width; longer labels are cut."""
    return {"labelLimit": int(space * 0.88) - 6, "labelAlign": "left", "labelPadding": space, **options}


def wrapped(label: str, space: int, most: int) -> list[str]:
    """Return the lines of a label in a column of this width, at most so many; what does not fit is left out."""
    return textwrap.wrap(label, int((space * 0.88 - 6) / CHARACTER), max_lines=most, placeholder=" …")


def several_lines(most: int) -> dict[str, Any]:
    """Return how an axis places labels of at most so many lines at the middle of their rows."""
    return {"labelLineHeight": LINE_HEIGHT, "labelOffset": -(most - 1) * LINE_HEIGHT // 2}


def instrument_labels(instruments: pd.DataFrame) -> pd.Series:
    """Return the title of each instrument, with its version in brackets if it has one."""
    return instruments["title"] + instruments["version"].map(lambda v: "" if pd.isna(v) else f" ({v})")


def shorten(text: str, length: int) -> str:
    """Return a text cut at a word, so that a label fits on one line."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    return f"{kept.rsplit(' ', 1)[0] if ' ' in kept[length // 2 :] else kept}…"
