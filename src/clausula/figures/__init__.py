"""Figures of the data, each with a chart, a description in words and the data as a table."""

from clausula.figures.agreement import agreement
from clausula.figures.coverage import coverage
from clausula.figures.figure import Figure
from clausula.figures.lineage import lineage
from clausula.figures.quantities import quantities
from clausula.figures.stances import stance_matrix
from clausula.figures.timeline import timeline

__all__ = ["Figure", "agreement", "coverage", "lineage", "quantities", "stance_matrix", "timeline"]
