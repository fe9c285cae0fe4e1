"""Figures of the data: each a chart, what it shows in words, and the table behind it."""

from clausula.features.figures.agreement import agreement
from clausula.features.figures.coverage import coverage
from clausula.features.figures.figure import Figure
from clausula.features.figures.lineage import lineage
from clausula.features.figures.quantities import quantities
from clausula.features.figures.stances import stance_matrix
from clausula.features.figures.timeline import timeline

__all__ = ["Figure", "agreement", "coverage", "lineage", "quantities", "stance_matrix", "timeline"]
