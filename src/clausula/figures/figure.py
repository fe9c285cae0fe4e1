"""A figure: a chart drawn by Vega-Lite, what it shows in words, its caveats, and the table behind it.

Charts become SVG here and now, without a browser and without the network, so that they look the same in a notebook, in
a paper and on a page that has no script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.publish import publish
from clausula.figures.compact import Unknown, compact, number
from clausula.figures.palette import FONT, LETTER, config

WIDE, NARROW = 760, 340
"""Widths in CSS pixels at which a figure can be read: on a page or slide, and on a phone."""

_ROOT = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"[^>]*>')


def altair() -> Any:
    """The charting library.

    Raises
    ------
    CouldNotRun
        If it, or what turns its charts into SVG, is not installed.
    """
    try:
        import altair
        import vl_convert  # noqa: F401
    except ImportError as error:
        message = f"figures need {error.name}"
        raise CouldNotRun(Finding("not-installed", message, "pip install 'clausula[plot]'")) from error
    # Cells are given with the chart, whatever their number.
    altair.data_transformers.disable_max_rows()
    return altair


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes
    ----------
    title : str
        What it is.
    text : str
        What it shows, in words: its text alternative.
    notes : tuple of str
        What one must know to read it rightly.
    table : DataFrame
        The data behind it, one row for each thing drawn.
    draw : callable
        The chart for a width in CSS pixels, which it keeps to where its labels let it.
    listed : DataFrame, optional
        The same data in the shape that people read best; the table itself if there is none.
    """

    title: str
    text: str
    notes: tuple[str, ...]
    table: pd.DataFrame
    draw: Callable[[int], Any]
    listed: pd.DataFrame | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.table.empty

    def chart(self, width: int = WIDE) -> Any:
        """The chart as an altair object, to be changed at will.

        Raises
        ------
        ValueError
            If there is nothing to draw.
        """
        if self.empty:
            raise ValueError(f"{self.title}: there is nothing to draw")
        return self.draw(width)

    def svg(self, width: int = WIDE) -> str:
        """The chart as SVG, with its title and what it shows in words."""
        library = altair()
        import vl_convert

        spec = {**self.chart(width).to_dict(validate=False), "config": config()}
        version = library.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=version)
        size = _ROOT.search(drawn)
        if size is None:
            raise RuntimeError("the library wrote an SVG of another form")
        try:
            body = compact(drawn)
        except Unknown:
            body = drawn[size.end() :]
        across, down = (number(float(one)) for one in size.groups())
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" '
            f'viewBox="0 0 {across} {down}" font-family="{FONT}" font-size="{LETTER}px" role="img">'
        )
        return f"{root}<title>{escape(self.title)}</title><desc>{escape(self.text)}</desc>{body}"

    def save(self, path: str | Path, width: int = WIDE) -> None:
        """Write the SVG, whole or not at all."""
        target = Path(path).resolve()
        publish(target.parent, {target.name: self.svg(width).encode("utf-8")})

    def _repr_svg_(self) -> str | None:
        return None if self.empty else self.svg()

    def __repr__(self) -> str:
        return f"<{self.title}: {self.text}>"


def left_labels(space: int, **more: Any) -> Any:
    """An axis whose labels stand in a column of this width, cut where they do not fit."""
    return altair().Axis(labelLimit=int(space * 0.88) - 6, labelAlign="left", labelPadding=space, **more)


def short(text: str, letters: int) -> str:
    """Text cut at a word, so that a label stays one line."""
    if len(text) <= letters:
        return text
    kept = text[: letters - 1]
    return f"{kept.rsplit(' ', 1)[0] if ' ' in kept[letters // 2 :] else kept}…"
