"""Comparing the two passes over each source, and the figures that come of it, by source and pooled, round by round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np

from clausula.agreement import statistics
from clausula.agreement.matching import Matching, match
from clausula.agreement.passes import RECORDS, Pass, Unit, read_passes, rows_of
from clausula.agreement.variables import SETS, Answer, Variable, all_variables, answers, measured, variables
from clausula.core.findings import WARNING, CouldNotRun, Finding
from clausula.core.model import Model
from clausula.core.package import Package

POOLED = "all"
F_UNITS, ALPHA_TEXT = "f_units", "alpha_text"


@dataclass(frozen=True)
class Comparison:
    """Two passes over one source, with their units matched.

    Attributes
    ----------
    characters : int
        Length of the text, in code points.
    matchings : dict
        By table of records.
    """

    a: Pass
    b: Pass
    characters: int
    matchings: dict[str, Matching]

    @property
    def source(self) -> str:
        """Id of the source."""
        return self.a.source

    @property
    def round(self) -> int:
        """Round of comparison."""
        return self.a.round

    @cached_property
    def tables(self) -> set[str]:
        """Tables below the records that either pass has rows of: on the others the source gives nothing to compare."""
        return {name for one in (self.a, self.b) for unit in one.units.values() for name in unit.rows}

    def answers(self, kind: str, model: Model) -> Iterator[tuple[Unit, Unit, Variable, Answer]]:
        """What the passes say on every variable of every unit of a kind that was matched."""
        asked = [v for v in variables(model, kind) if not v.table.same_row or v.table.name in self.tables]
        for a, b in self.matchings[kind].pairs:
            for variable in asked:
                for answer in answers(variable, a, b):
                    yield a, b, variable, answer


@dataclass(frozen=True)
class Figure:
    """One row of the table of agreement; what its fields mean is in the schema."""

    round: int
    version: str
    scope: str
    variable: str
    statistic: str
    units: int
    alpha: statistics.Alpha
    note: str = ""


def compare_passes(a: Pass, b: Pass, characters: int) -> Comparison:
    """Match the units of two passes over one source, kind by kind."""
    return Comparison(a, b, characters, {kind: match(a.of_kind(kind), b.of_kind(kind)) for kind in RECORDS.values()})


@contextmanager
def readable() -> Iterator[None]:
    """Turn whatever a table that cannot be read as the schemas state it leads to into one finding."""
    try:
        yield
    except (OSError, ValueError, KeyError, IndexError) as error:
        message = f"the tables of the passes cannot be read: {type(error).__name__}: {error}"
        raise CouldNotRun(Finding("unreadable-passes", message, "`clausula validate --fast` says where.")) from error


def compare(package: Package) -> tuple[list[Comparison], list[Finding]]:
    """Compare the passes of each source in each round; sources that cannot be compared are findings.

    Raises
    ------
    CouldNotRun
        If the tables of the passes do not hold together.
    """
    with readable():
        lengths = {row["source_id"]: int(row["characters"]) for row in rows_of(package, "sources")}
        passes = sorted(read_passes(package), key=lambda p: (p.round, p.source, p.name))
        found, notes = [], []
        for (_, source), group in groupby(passes, key=lambda p: (p.round, p.source)):
            both = list(group)
            if len(both) != 2:
                notes.append(_not_two(source, both))
            if len(both) > 1:
                found.append(compare_passes(both[0], both[1], lengths[source]))
    return found, notes


def _not_two(source: str, passes: Sequence[Pass]) -> Finding:
    names = ", ".join(p.name for p in passes)
    what = "there is nothing to compare" if len(passes) == 1 else "the first two are compared"
    return Finding(
        "unpaired-passes",
        f"{source} has {len(passes)} pass(es) with codebook {passes[0].version} ({names}); {what}",
        "Code it twice with one version of the codebook.",
        WARNING,
        table="coding_passes",
        key=f"source_id={source}",
    )


@dataclass(frozen=True)
class Observed:
    """What two passes said on one variable, over some sources: one entry for each unit, or for each row of it."""

    variable: Variable
    answers: list[Answer] = field(default_factory=list)
    clusters: list[tuple[str, str]] = field(default_factory=list)

    def pairable(self) -> tuple[list[tuple[Any, Any]], list[tuple[str, str]]]:
        """The pairs of values that both have a place on the scale, with the units that they belong to."""
        both = [(measured(self.variable, x.a), measured(self.variable, x.b)) for x in self.answers]
        kept = [i for i, (a, b) in enumerate(both) if a is not None and b is not None]
        return [both[i] for i in kept], [self.clusters[i] for i in kept]

    def alpha(self) -> statistics.Alpha:
        """How far the passes agree."""
        pairs, clusters = self.pairable()
        return statistics.agreement(pairs, self.variable.metric, clusters)


def observe(comparisons: Iterable[Comparison], model: Model) -> dict[str, Observed]:
    """Gather what the passes said, by variable."""
    found = {variable.name: Observed(variable) for variable in all_variables(model)}
    for comparison in comparisons:
        for kind in RECORDS.values():
            for a, _, variable, answer in comparison.answers(kind, model):
                seen = found[variable.name]
                seen.answers.append(answer)
                seen.clusters.append((comparison.source, a.name))
    return found


def statistic_of(variable: Variable) -> str:
    """Name of the statistic by which a variable is measured, as in the schema of the table."""
    return f"alpha_{variable.metric if variable.metric != SETS else 'sets'}"


def unit_f(matchings: Sequence[Matching]) -> tuple[int, statistics.Alpha]:
    """Units of both passes, and the F measure: twice the matched units over the units of both passes.

    It is the harmonic mean of precision and recall, whichever pass is taken as the standard.
    """
    matched = sum(len(m.pairs) for m in matchings)
    alone = sum(len(m.unmatched) for m in matchings)
    units = 2 * matched + alone
    if not units:
        return 0, statistics.Alpha(0, None, None)
    items = np.array([1.0] * matched + [0.0] * alone)
    times = statistics.draws_of(range(len(items)))
    hits = times @ items
    found = statistics.interval(2 * hits / (hits + times.sum(axis=1)))
    return units, statistics.Alpha(matched, None, 2 * matched / units, *(found or (None, None)))


def text_alpha(comparisons: Sequence[Comparison], kind: str) -> statistics.Alpha:
    """Alpha over the code points of the texts: does each stand in a unit of the kind, or in none?

    There is no interval: neighbouring code points are not independent draws.
    """
    counts = np.zeros((2, 2))
    for comparison in comparisons:
        marks = np.zeros((2, comparison.characters), dtype=int)
        for row, one in zip(marks, (comparison.a, comparison.b), strict=True):
            for unit in one.of_kind(kind):
                for start, end in unit.spans:
                    row[start:end] = 1
        np.add.at(counts, (marks[0], marks[1]), 1)
    return statistics.binary(counts)


def _figures(group: Sequence[Comparison], scope: str, model: Model) -> Iterator[Figure]:
    one = group[0].a
    blind = ", ".join(p.name for c in group for p in (c.a, c.b) if not p.blind)

    def figure(variable: str, statistic: str, units: int, alpha: statistics.Alpha) -> Figure:
        return Figure(one.round, one.version, scope, variable, statistic, units, alpha, note(alpha, statistic, blind))

    for kind in RECORDS.values():
        units, f = unit_f([c.matchings[kind] for c in group])
        if units:
            yield figure(kind, F_UNITS, units, f)
            yield figure(kind, ALPHA_TEXT, units, text_alpha(group, kind))
    for name, seen in observe(group, model).items():
        if seen.answers:
            yield figure(name, statistic_of(seen.variable), len(seen.answers), seen.alpha())


def note(alpha: statistics.Alpha, statistic: str, not_blind: str = "") -> str:
    """What a figure lacks, and why."""
    parts = []
    if alpha.value is None:
        parts.append("Not defined: no pair of values." if not alpha.n else "Not defined: one value only.")
    elif alpha.low is None and statistic != ALPHA_TEXT:
        same = alpha.percent == 1 or (statistic == F_UNITS and alpha.value == 1)
        parts.append("No interval: the passes do not differ." if same else "No interval: too few draws have one.")
    if not_blind:
        parts.append(f"Not blind: {not_blind}.")
    return " ".join(parts)


def figures(comparisons: Sequence[Comparison], model: Model) -> list[Figure]:
    """Every figure: round by round, pooled and source by source, variable by variable."""
    found: list[Figure] = []
    for _, group in groupby(comparisons, key=lambda c: c.round):
        members = list(group)
        found += _figures(members, POOLED, model)
        for comparison in members:
            found += _figures([comparison], comparison.source, model)
    return found
