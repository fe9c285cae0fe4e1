"""The agreement of a package as people and scripts read it: figures, units that only one pass has, conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clausula.agreement.compare import (
    POOLED,
    Comparison,
    Figure,
    compare,
    figures,
    observe,
    readable,
)
from clausula.agreement.conflicts import Conflict, conflicts, open_conflicts, resolutions
from clausula.agreement.statistics import confusion
from clausula.agreement.tables import rounded, tables
from clausula.agreement.variables import all_variables
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import Package, open_package
from clausula.core.publish import publish

LOW = 0.8
"""Below this, conclusions are to be drawn with care (Krippendorff 2018)."""


@dataclass(frozen=True)
class Agreement:
    """What was asked for.

    Attributes
    ----------
    compared : list of Comparison
        Every comparison; `chosen` are those of the sources that were asked for.
    """

    package: Package
    compared: list[Comparison]
    chosen: list[Comparison]
    figures: list[Figure]
    conflicts: list[Conflict]
    open: list[Conflict]
    notes: list[Finding]

    def write(self) -> list[str]:
        """Write both tables of the whole package; the files that changed."""
        return publish(self.package.root, tables(self.package, self.compared))

    def confusion(self, name: str) -> dict[tuple[str, str], int]:
        """How often pass a said one value where pass b said another."""
        return confusion([(x.a, x.b) for x in observe(self.chosen, self.package.model)[name].answers])

    def as_dict(self, confused: str | None = None) -> dict[str, Any]:
        """All of it, for JSON."""
        told: dict[str, Any] = {
            "figures": [_figure(f) for f in self.figures],
            "unmatched": list(self._unmatched()),
            "conflicts": len(self.conflicts),
            "open": [asdict(c) for c in self.open],
            "findings": [f.as_dict() for f in self.notes],
        }
        if confused:
            told["confusion"] = [{"a": a, "b": b, "count": n} for (a, b), n in self.confusion(confused).items()]
        return told

    def _unmatched(self) -> Iterator[dict[str, Any]]:
        for one in self.chosen:
            for kind, matching in one.matchings.items():
                for alone in matching.unmatched:
                    yield {
                        "source": one.source,
                        "round": one.round,
                        "pass": alone.side,
                        "kind": kind,
                        "unit": alone.unit.name,
                        "place": alone.unit.place,
                        "inside": list(alone.inside),
                    }

    def figure_lines(self) -> list[tuple[str, ...]]:
        """The figures as cells of a table for people."""
        return [_cells(f) for f in self.figures]

    def unit_lines(self) -> list[str]:
        """The units that only one pass has, and precision and recall where there are any."""
        lines = []
        for alone in self._unmatched():
            within = f"; the other pass has it in {', '.join(alone['inside'])}" if alone["inside"] else ""
            lines.append(
                f"{alone['source']}: {alone['unit']} in pass {alone['pass']} only, at {alone['place']}{within}"
            )
        if lines:
            lines = ["", "units that only one pass has:", *lines]
        for kind in self.chosen[0].matchings if self.chosen else ():
            both = sum(len(c.matchings[kind].pairs) for c in self.chosen)
            a = sum(len(c.a.of_kind(kind)) for c in self.chosen)
            b = sum(len(c.b.of_kind(kind)) for c in self.chosen)
            if a and b and both < max(a, b):
                share = f"({both / a:.3f}, {both / b:.3f})"
                lines.append(f"{kind}: {both} matched, of {a} units of pass a and {b} of pass b {share}")
        return lines

    def conflict_lines(self) -> list[str]:
        """The open conflicts, one a line."""
        return [
            f"{c.source} {c.record or c.kind} {c.variable}{f' of {c.item}' if c.item else ''}: "
            f"a {c.unit_a or '-'} at {c.place_a or '-'} {c.value_a or '(nothing)'!r}, "
            f"b {c.unit_b or '-'} at {c.place_b or '-'} {c.value_b or '(nothing)'!r}"
            for c in self.open
        ]

    def confusion_lines(self, name: str) -> list[str]:
        """A confusion table, one pair of values a line; those that differ first."""
        counts = sorted(self.confusion(name).items(), key=lambda x: (x[0][0] == x[0][1], -x[1], x[0]))
        return [
            f"{name}: how often pass a has one value and pass b the other",
            *(f"{n:>5}  {'=' if a == b else '≠'}  {a or '(nothing)'} / {b or '(nothing)'}" for (a, b), n in counts),
        ]

    def summary(self) -> str:
        """One line."""
        sources = len({c.source for c in self.chosen})
        low = [f.variable for f in self.figures if f.alpha.value is not None and f.alpha.value < LOW]
        below = f"; below {LOW:.2f}: {', '.join(low)}" if low else f"; none below {LOW:.2f}"
        return f"{sources} source(s) in two passes, {len(self.conflicts)} conflicts, {len(self.open)} open{below}"


def _figure(figure: Figure) -> dict[str, Any]:
    alpha = {k: rounded(v) if k != "n" else v for k, v in asdict(figure.alpha).items()}
    return {**{k: v for k, v in asdict(figure).items() if k != "alpha"}, **alpha}


def _cells(figure: Figure) -> tuple[str, ...]:
    alpha = figure.alpha
    value = "undefined" if alpha.value is None else f"{alpha.value:.3f}"
    numbers = ["" if v is None else f"{v:.3f}" for v in (alpha.percent, alpha.low, alpha.high)]
    head = (str(figure.round), figure.variable, figure.statistic, str(figure.units), str(alpha.n))
    return (*head, numbers[0], value, *numbers[1:])


def agreement_of(root: Path, source: str | None = None, variable: str | None = None) -> Agreement:
    """Compare the passes of a package.

    Parameters
    ----------
    source : str, optional
        One source; by default all of them, pooled.
    variable : str, optional
        One variable, by its name.

    Raises
    ------
    CouldNotRun
        If there is no such source or variable, or the passes cannot be read.
    """
    package = open_package(root)
    if "codings" not in package.model.tables:
        raise CouldNotRun(
            Finding("missing-passes", f"{root} has no coding passes", "Agreement needs two passes of a source.")
        )
    compared, notes = compare(package)
    chosen = [c for c in compared if source in (None, c.source)]
    notes = [n for n in notes if source is None or n.key == f"source_id={source}"]
    _known(source, [c.source for c in compared], "missing-passes", "source in two passes")
    names = [v.name for v in all_variables(package.model)]
    _known(variable, [*names, *chosen[0].matchings] if chosen else names, "unknown-variable", "variable")
    found = [c for c in conflicts(chosen, package.model) if variable in (None, c.variable)]
    told = [
        f
        for f in figures(chosen, package.model)
        if f.scope == (POOLED if source is None else source) and variable in (None, f.variable)
    ]
    with readable():
        unsettled = open_conflicts(found, resolutions(package))
    return Agreement(package, compared, chosen, told, found, unsettled, notes)


def _known(name: str | None, names: Sequence[str], code: str, what: str) -> None:
    if name is not None and name not in names:
        listed = ", ".join(dict.fromkeys(names)) or "none"
        raise CouldNotRun(Finding(code, f"there is no {what} {name!r}", f"There are: {listed}."))
