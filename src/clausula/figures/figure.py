"""A figure: a Vega-Lite chart with a description in words, notes and the data as a table.

Charts are rendered to SVG without a browser or a network connection. They look the same in a notebook, in a paper and
on a page without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.core.commit import commit
from clausula.core.errors import InvalidArgument
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

LEAST_STRETCHED, LEAST_STRETCH = 100, 0.5
"""Heights from which a chart grows with the height of a figure, and how far its rows can shrink."""

RECORD = "\u2063"
"""What separates the tooltip of a mark from the table and ID of its record."""

_MARK = re.compile(
    rf'<(path|rect|line|text)((?: [\w:-]+="[^"]*")*?) aria-label="([^"{RECORD}]*){RECORD}?([^"]*)"([^>]*?)/>'
)
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
    width, height : int
        Size in CSS pixels; without a height, as high as its rows need.
    font_size : float
        Size of the font in CSS pixels.
    """

    title: str
    text: str
    notes: tuple[str, ...]
    table: pd.DataFrame
    draw: Callable[[int], Any]
    display_table: pd.DataFrame | None = None
    width: int = WIDE
    height: int | None = None
    font_size: float = FONT_SIZE

    def sized(self, width: int | None = None, height: int | None = None, font_size: float | None = None) -> Figure:
        """Return the figure with another width or height in CSS pixels, or another size of the font.

        Parameters
        ----------
        width : int, optional
            Default: 760. Long labels can make a figure wider.
        height : int, optional
            Default: what the rows need. Rows become higher or lower; the figure cannot be lower than its labels need.
        font_size : float, optional
            Default: 12. Everything else grows with it.

        Raises
        ------
        InvalidArgument
            If a number is not positive.
        """
        for name, value in (("width", width), ("height", height), ("font_size", font_size)):
            if value is not None and not value > 0:
                raise InvalidArgument.of("invalid-argument:positive", argument=name, value=value)
        return replace(
            self,
            width=self.width if width is None else width,
            height=self.height if height is None else height,
            font_size=self.font_size if font_size is None else font_size,
        )

    @property
    def empty(self) -> bool:
        """Whether the figure has no data."""
        return self.table.empty

    @property
    def _scale(self) -> float:
        return self.font_size / FONT_SIZE

    def spec(self, width: int | None = None) -> dict[str, Any]:
        """Return the chart as a Vega-Lite specification.

        Raises
        ------
        ValueError
            If the figure has no data.
        """
        if self.empty:
            raise ValueError(f"{self.title}: no data to draw")
        drawn = self.draw(round((self.width if width is None else width) / self._scale))
        plain: dict[str, Any] = drawn if isinstance(drawn, dict) else drawn.to_dict()
        if self.height is not None:
            plain = _stretched(plain, self._stretch(plain))
        scaled = {} if self._scale == 1 else {"usermeta": {"embedOptions": {"scaleFactor": self._scale}}}
        return {**plain, **scaled, "config": config()}

    def _stretch(self, plain: dict[str, Any]) -> float:
        """Return by how much the rows must grow for the height of the figure."""
        once, twice = (_height(_drawn({**_stretched(plain, by), "config": config()})) for by in (1, 2))
        wanted = (self.height or 0) / self._scale
        return max(LEAST_STRETCH, 1 + (wanted - once) / (twice - once)) if twice > once else 1.0

    def chart(self, width: int | None = None) -> Any:
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

    def svg(self, width: int | None = None) -> str:
        """Return the chart as SVG, with its title, its description in words, and a tooltip on each mark of a record."""
        drawn = _drawn(self.spec(width))
        size = _size(drawn)
        body = _MARK.sub(_with_tooltip, drawn[size.end() :])
        body = _TAG.sub(lambda tag: _GROUP_ATTRIBUTES.sub("", tag[0]), body)
        inner_width, inner_height = (f"{float(length):g}" for length in size.groups())
        outer_width, outer_height = (f"{float(length) * self._scale:g}" for length in size.groups())
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{outer_width}" height="{outer_height}" '
            f'viewBox="0 0 {inner_width} {inner_height}" font-family="{FONT}" font-size="{FONT_SIZE}px" role="img">'
        )
        return f"{root}<title>{escape(self.title)}</title><desc>{escape(self.text)}</desc>{body}"

    def save(self, path: str | Path, width: int | None = None) -> None:
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


def _drawn(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite specification as the SVG of its renderer."""
    library = altair()
    import vl_convert

    version = library.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]
    return str(vl_convert.vegalite_to_svg(spec, vl_version=version))


def _size(drawn: str) -> re.Match[str]:
    size = _ROOT.search(drawn)
    if size is None:
        raise RuntimeError("vl-convert returned an SVG without width and height")
    return size


def _height(drawn: str) -> float:
    return float(_size(drawn)[2])


def _stretched(part: Any, by: float) -> Any:
    """Return a specification whose rows are higher by a factor."""
    if isinstance(part, list):
        return [_stretched(one, by) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: value if name == "data" else _stretched(value, by) for name, value in part.items()}
    height = part.get("height")
    if isinstance(height, dict):
        found["height"] = {"step": height["step"] * by}
    elif "layer" in part and isinstance(height, int | float) and height >= LEAST_STRETCHED:
        found["height"] = height * by
    return found


def _with_tooltip(match: re.Match[str]) -> str:
    """Return a mark with its description as a tooltip and, if it stands for a record, with the table and ID of that."""
    name, before, text, record, after = match.groups()
    of = f' data-record="{record}"' if record else ""
    return f"<{name}{of}{before}{after}><title>{text}</title></{name}>"


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


def instrument_labels(instruments: pd.DataFrame) -> pd.Series:
    """Return the title of each instrument, with its version in brackets if it has one."""
    return instruments["title"] + instruments["version"].map(lambda v: "" if pd.isna(v) else f" ({v})")
