"""Figures of the data, for notebooks and papers, with the extra `plot`.

    import clausula
    clausula.plot.stance_matrix()                       # in a notebook, as SVG
    clausula.plot.lineage("ceasefire").save("x.png")    # a file; also .svg and .pdf
    clausula.plot.agreement().table                     # the data behind it
    clausula.plot.timeline().chart()                    # the altair chart, to change as you like

Every function accepts `data`, a dataset such as `clausula.open("some/folder")`; the default is the shipped release. All
take `top`, the number of rows to draw, and `width`, `height` (CSS pixels) and `font_size`. Where records have a process
and a date, `process` and `since` choose among them:

    clausula.plot.timeline(process="donbas-settlement", since=2014, top=5, width=900, font_size=14)

With `matplotlib` or another library, start from `table`, a tidy frame with one row for each mark.
"""

from __future__ import annotations

from clausula import figures
from clausula.analysis.dataset import shipped
from clausula.analysis.positions import Target
from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.figures import Figure

__all__ = ["Figure", "agreement", "coverage", "lineage", "quantities", "stance_matrix", "timeline"]


def stance_matrix(  # noqa: PLR0913 - filters and sizes that all figures have
    by: Target = "provision",
    data: Views | None = None,
    *,
    selected: bool = False,
    process: Names = None,
    since: Since = None,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw stances of actors on targets of one kind; see `clausula.figures.stances.stance_matrix`."""
    figure = figures.stance_matrix(data or shipped(), by, selected, top, process, since)
    return figure.sized(width, height, font_size)


def timeline(  # noqa: PLR0913 - filters and sizes that all figures have
    data: Views | None = None,
    *,
    process: Names = None,
    since: Since = None,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw instruments, events and reactions over time; see `clausula.figures.timeline.timeline`."""
    return figures.timeline(data or shipped(), top, process, since).sized(width, height, font_size)


def lineage(  # noqa: PLR0913 - filters and sizes that all figures have
    what: str,
    data: Views | None = None,
    *,
    process: Names = None,
    since: Since = None,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw the lineage of a topic or provision across instruments; see `clausula.figures.lineage.lineage`."""
    return figures.lineage(data or shipped(), what, top, process, since).sized(width, height, font_size)


def coverage(  # noqa: PLR0913 - filters and sizes that all figures have
    data: Views | None = None,
    *,
    process: Names = None,
    since: Since = None,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw what each source contains by topic; see `clausula.figures.coverage.coverage`."""
    return figures.coverage(data or shipped(), top, process, since).sized(width, height, font_size)


def agreement(
    data: Views | None = None,
    *,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw the agreement between coding passes; see `clausula.figures.agreement.agreement`."""
    return figures.agreement(data or shipped(), top).sized(width, height, font_size)


def quantities(  # noqa: PLR0913 - filters and sizes that all figures have
    instrument: str,
    data: Views | None = None,
    *,
    top: int | None = None,
    width: int | None = None,
    height: int | None = None,
    font_size: float | None = None,
) -> Figure:
    """Draw the quantities of an instrument with their bounds; see `clausula.figures.quantities.quantities`."""
    return figures.quantities(data or shipped(), instrument, top).sized(width, height, font_size)
