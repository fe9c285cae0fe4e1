"""Comparison of the two passes over each source, and agreement figures by round, pooled and by source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np

from clausula.agreement import statistics
from clausula.agreement.links import resolve_links
from clausula.agreement.matching import Matching, match
from clausula.agreement.passes import RECORDS, Pass, Unit, read_passes, version_key
from clausula.agreement.variables import SETS, ValuePair, Variable, all_variables, scale_value, value_pairs, variables
from clausula.core.findings import CouldNotRun, Finding, finding
from clausula.core.model import Model
from clausula.core.store import Store

POOLED = "all"
F_UNITS, ALPHA_TEXT = "f_units", "alpha_text"

_Coded = tuple[Variable, ValuePair]
"""A variable, and the values of two passes on it."""


@dataclass(frozen=True)
class Comparison:
    """Two passes over one source, with their units matched.

    Attributes
    ----------
    characters : int
        Length of the text, in code points.
    matchings : dict
        Matched and unmatched units, by table of records.
    """

    a: Pass
    b: Pass
    characters: int
    matchings: dict[str, Matching]

    @property
    def source(self) -> str:
        """ID of the source."""
        return self.a.source

    @property
    def round(self) -> int:
        """Round of comparison."""
        return self.a.round

    @cached_property
    def tables(self) -> set[str]:
        """Child tables in which either pass has rows; only these are compared."""
        return {name for one in (self.a, self.b) for unit in one.units.values() for name in unit.rows}

    @cached_property
    def _value_pairs(self) -> dict[str, list[tuple[Unit, Unit, list[_Coded]]]]:
        return {}

    def value_pairs(self, kind: str, model: Model) -> Iterator[tuple[Unit, Unit, Variable, ValuePair]]:
        """Yield the values of both passes for every matched unit of a kind and every variable; made once."""
        if kind not in self._value_pairs:
            self._value_pairs[kind] = list(self._paired(kind, model))
        return ((a, b, variable, pair) for a, b, coded in self._value_pairs[kind] for variable, pair in coded)

    def _paired(self, kind: str, model: Model) -> Iterator[tuple[Unit, Unit, list[_Coded]]]:
        """Yield the matched units with their values; equal values are one object, as passes repeat a few codes."""
        version = version_key(self.a.version)
        known = (v for v in variables(model, kind) if version_key(v.introduced) <= version)
        compared = [v for v in known if not v.table.same_row or v.table.name in self.tables]
        shared: dict[tuple[str, str, str, str], _Coded] = {}
        for a, b in self.matchings[kind].pairs:
            yield (
                a,
                b,
                [
                    shared.setdefault((variable.name, pair.item, pair.a, pair.b), (variable, pair))
                    for variable in compared
                    for pair in value_pairs(variable, a, b)
                ],
            )


@dataclass(frozen=True)
class Figure:
    """A row of the table `agreement`; its schema describes the fields."""

    round: int
    version: str
    scope: str
    variable: str
    statistic: str
    units: int
    alpha: statistics.Alpha
    note: str = ""
    codebook_frozen: bool = False
    coder_kinds: str = ""


def compare_passes(
    a: Pass, b: Pass, characters: int, model: Model, decided: Collection[tuple[str, str]] = ()
) -> Comparison:
    """Compare two passes over one source: match their units, separately for each kind, and what these refer to.

    Parameters
    ----------
    decided : collection of (str, str)
        Units of the two passes on which a conflict was decided, which stay pairs.
    """
    matchings = {
        kind: match(a.units_of_kind(kind), b.units_of_kind(kind), decided=decided) for kind in RECORDS.values()
    }
    resolve_links(a, b, [pair for matching in matchings.values() for pair in matching.pairs], model)
    return Comparison(a, b, characters, matchings)


@contextmanager
def catch_unreadable() -> Iterator[None]:
    """Raise a single finding for any error caused by a table that does not match its schema."""
    try:
        yield
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise CouldNotRun.of("unreadable-passes", kind=type(error).__name__, error=error) from error


def compare(store: Store, source: str | None = None) -> tuple[list[Comparison], list[Finding]]:
    """Compare the passes of each source in each round.

    Parameters
    ----------
    source : str, optional
        Compare only the passes over this source.

    Returns
    -------
    list of Comparison, list of Finding
        The comparisons; and a warning for each source that does not have exactly two passes in a round.

    Raises
    ------
    CouldNotRun
        If the tables of the passes cannot be read or are inconsistent.
    """
    with catch_unreadable():
        lengths = {row["source_id"]: int(row["characters"]) for row in store.records("sources")}
        decided: dict[tuple[int, str], set[tuple[str, str]]] = {}
        for row in store.records("resolutions"):
            decided.setdefault((int(row["round"]), row["source_id"]), set()).add((row["unit_a"], row["unit_b"]))
        passes = sorted(read_passes(store, source), key=lambda p: (p.round, p.source, p.name))
        found, notes = [], []
        for (number, name), group in groupby(passes, key=lambda p: (p.round, p.source)):
            both = list(group)
            if len(both) != 2:
                notes.append(_unpaired(name, both))
            if len(both) > 1:
                pairs = decided.get((number, name), set())
                found.append(compare_passes(both[0], both[1], lengths[name], store.package.model, pairs))
    return found, notes


def _unpaired(source: str, passes: Sequence[Pass]) -> Finding:
    code = "unpaired-passes:one" if len(passes) == 1 else "unpaired-passes:more"
    given = {"number": len(passes), "version": passes[0].version, "names": ", ".join(p.name for p in passes)}
    return finding(code, source=source, **given, table="coding_passes", key=f"source_id={source}")


@dataclass(frozen=True)
class VariableData:
    """The values of two passes on one variable, over one or more sources.

    Attributes
    ----------
    pairs : list of ValuePair
        One for each unit, or for each child row.
    clusters : list of (str, str)
        For each pair, the source and the unit that it belongs to.
    """

    variable: Variable
    pairs: list[ValuePair] = field(default_factory=list)
    clusters: list[tuple[str, str]] = field(default_factory=list)

    def scale_pairs(self) -> tuple[list[tuple[Any, Any]], list[tuple[str, str]]]:
        """Return the pairs in which both values are on the scale, with the units that they belong to."""
        texts = dict.fromkeys(text for pair in self.pairs for text in (pair.a, pair.b))
        of = {text: scale_value(self.variable, text) for text in texts}
        both = [(of[pair.a], of[pair.b]) for pair in self.pairs]
        kept = [i for i, (a, b) in enumerate(both) if a is not None and b is not None]
        return [both[i] for i in kept], [self.clusters[i] for i in kept]

    def alpha(self) -> statistics.Alpha:
        """Return the agreement of the passes on the variable."""
        pairs, clusters = self.scale_pairs()
        return statistics.agreement(pairs, self.variable.metric, clusters)


def collect(comparisons: Iterable[Comparison], model: Model) -> dict[str, VariableData]:
    """Collect the values of both passes by variable."""
    found = {variable.name: VariableData(variable) for variable in all_variables(model)}
    for comparison in comparisons:
        for kind in RECORDS.values():
            last, cluster = None, ("", "")
            for a, _, variable, pair in comparison.value_pairs(kind, model):
                if a is not last:
                    last, cluster = a, (comparison.source, a.name)
                data = found[variable.name]
                data.pairs.append(pair)
                data.clusters.append(cluster)
    return found


def statistic_name(variable: Variable) -> str:
    """Return the name of the statistic for a variable, as in the schema of the table `agreement`."""
    return f"alpha_{variable.metric if variable.metric != SETS else 'sets'}"


def f_measure(matchings: Sequence[Matching]) -> tuple[int, statistics.Alpha]:
    """Return the number of units in both passes, and their F-measure.

    The F-measure is twice the number of matched units divided by the number of units in both passes. It is the harmonic
    mean of precision and recall, whichever pass is taken as the standard.
    """
    matched = sum(len(m.pairs) for m in matchings)
    unmatched = sum(len(m.unmatched) for m in matchings)
    units = 2 * matched + unmatched
    if not units:
        return 0, statistics.Alpha(0, None, None)
    items = np.array([1.0] * matched + [0.0] * unmatched)
    drawn = statistics.bootstrap_weights(range(len(items)))
    hits, totals = (np.concatenate(parts) for parts in zip(*((w @ items, w.sum(axis=1)) for w in drawn), strict=True))
    found = statistics.percentile_interval(2 * hits / (hits + totals))
    return units, statistics.Alpha(matched, None, 2 * matched / units, *(found or (None, None)))


def text_alpha(comparisons: Sequence[Comparison], kind: str) -> statistics.Alpha:
    """Return nominal alpha over the code points of the texts: whether each belongs to a unit of the kind or not.

    There is no interval, because neighbouring code points are not independent observations.
    """
    counts = np.zeros(4)
    for comparison in comparisons:
        marks = np.zeros((2, comparison.characters), dtype=int)
        for row, one in zip(marks, (comparison.a, comparison.b), strict=True):
            for unit in one.units_of_kind(kind):
                for start, end in unit.spans:
                    row[start:end] = 1
        counts += np.bincount(2 * marks[0] + marks[1], minlength=4)
    return statistics.binary_alpha(counts.reshape(2, 2))


def _figures(group: Sequence[Comparison], scope: str, model: Model) -> Iterator[Figure]:
    one = group[0].a
    not_blind = ", ".join(p.name for c in group for p in (c.a, c.b) if not p.blind)

    frozen = all(p.frozen for c in group for p in (c.a, c.b))
    kinds = coder_kinds(group)

    def figure(variable: str, statistic: str, units: int, alpha: statistics.Alpha) -> Figure:
        text = figure_note(alpha, statistic, not_blind)
        return Figure(one.round, one.version, scope, variable, statistic, units, alpha, text, frozen, kinds)

    for kind in RECORDS.values():
        found = [c for c in group if not (c.a.units_given or c.b.units_given)]
        units, f = f_measure([c.matchings[kind] for c in found])
        if units:
            yield figure(kind, F_UNITS, units, f)
            yield figure(kind, ALPHA_TEXT, units, text_alpha(found, kind))
    for name, data in collect(group, model).items():
        if data.pairs:
            yield figure(name, statistic_name(data.variable), len(data.pairs), data.alpha())


def coder_kinds(comparisons: Iterable[Comparison]) -> str:
    """Return the kinds of coders compared: pairs such as "language_model/person", separated by semicolons."""
    return "; ".join(sorted({kind_pair(comparison) for comparison in comparisons}))


def figure_note(alpha: statistics.Alpha, statistic: str, not_blind: str = "") -> str:
    """Return the note of a figure: why a value or interval is missing, and which passes were not blind."""
    parts = []
    if alpha.value is None:
        parts.append("Undefined: no pairs of values." if not alpha.n else "Undefined: only one value.")
    elif alpha.low is None and statistic != ALPHA_TEXT:
        same = alpha.proportion == 1 or (statistic == F_UNITS and alpha.value == 1)
        parts.append(
            "No interval: the passes do not differ." if same else "No interval: too few resamples have a defined value."
        )
    if not_blind:
        parts.append(f"Not blind: {not_blind}.")
    return " ".join(parts)


def coder_pair(comparison: Comparison) -> str:
    """Return the IDs of the two coders of a comparison."""
    return " / ".join(sorted((comparison.a.coder, comparison.b.coder)))


def kind_pair(comparison: Comparison) -> str:
    """Return the kinds of the two coders of a comparison."""
    return "/".join(sorted((comparison.a.coder_kind, comparison.b.coder_kind)))


GROUPINGS: dict[str, Callable[[Comparison], str]] = {"coders": coder_pair, "kinds": kind_pair}
"""What comparisons can be grouped by: the pair of coders, or the pair of their kinds."""


def scope_figures(comparisons: Sequence[Comparison], scope: str, model: Model, by: str = "") -> list[Figure]:
    """Return the figures of comparisons together by round, then those of each group.

    Parameters
    ----------
    by : str
        `coders` or `kinds`; by default there are no groups. The figures of a group depend on no other group.
    """
    found: list[Figure] = []
    for _, group in groupby(comparisons, key=lambda c: c.round):
        members = list(group)
        found += _figures(members, scope, model)
        names = sorted({GROUPINGS[by](one) for one in members}) if by else []
        for name in names:
            found += _figures([one for one in members if GROUPINGS[by](one) == name], name, model)
    return found


def figures(comparisons: Sequence[Comparison], model: Model) -> list[Figure]:
    """Return every figure by round: pooled first, then for each source, in the order of the variables."""
    found: list[Figure] = []
    for _, group in groupby(comparisons, key=lambda c: c.round):
        members = list(group)
        found += _figures(members, POOLED, model)
        for comparison in members:
            found += _figures([comparison], comparison.source, model)
    return found
