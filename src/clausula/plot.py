"""Figures of the data, for notebooks and papers: `pip install "clausula[plot]"`.

    import clausula
    clausula.plot.stance_matrix()                       # in a notebook, as SVG
    clausula.plot.lineage("ceasefire").save("x.png")    # a file; also .svg and .pdf
    clausula.plot.agreement().table                     # the data behind it
    clausula.plot.timeline().chart()                    # the altair chart, to change as you like

Every function accepts `data`, a dataset such as `clausula.open("some/folder")`; the default is the shipped release.
"""

from __future__ import annotations

from clausula import figures
from clausula.analysis.dataset import shipped
from clausula.analysis.positions import Target
from clausula.analysis.views import Views
from clausula.figures import Figure

__all__ = ["Figure", "agreement", "coverage", "lineage", "quantities", "stance_matrix", "timeline"]


def stance_matrix(
    by: Target = "provision", data: Views | None = None, *, selected: bool = False, top: int | None = None
) -> Figure:
    """Draw stances of actors on targets of one kind; see `clausula.figures.stances.stance_matrix`."""
    return figures.stance_matrix(data or shipped(), by, selected, top)


def timeline(data: Views | None = None) -> Figure:
    """Draw instruments, events and reactions over time; see `clausula.figures.timeline.timeline`."""
    return figures.timeline(data or shipped())


def lineage(what: str, data: Views | None = None) -> Figure:
    """Draw the lineage of a topic or provision across instruments; see `clausula.figures.lineage.lineage`."""
    return figures.lineage(data or shipped(), what)


def coverage(data: Views | None = None) -> Figure:
    """Draw what each source contains by topic; see `clausula.figures.coverage.coverage`."""
    return figures.coverage(data or shipped())


def agreement(data: Views | None = None) -> Figure:
    """Draw the agreement between coding passes; see `clausula.figures.agreement.agreement`."""
    return figures.agreement(data or shipped())


def quantities(instrument: str, data: Views | None = None) -> Figure:
    """Draw the quantities of an instrument with their bounds; see `clausula.figures.quantities.quantities`."""
    return figures.quantities(data or shipped(), instrument)
