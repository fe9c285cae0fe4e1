"""Agreement report of a package, as text and as JSON: figures, unmatched units and conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clausula.agreement.compare import (
    POOLED,
    Comparison,
    Figure,
    catch_unreadable,
    coder_kinds,
    collect,
    compare,
    scope_figures,
)
from clausula.agreement.conflicts import Conflict, conflicts, open_conflicts
from clausula.agreement.statistics import confusion
from clausula.agreement.tables import generated_tables, round_figure, table_bytes
from clausula.agreement.unit_links import missing_links, with_links
from clausula.agreement.variables import all_variables, quoted
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import csv_path, open_package
from clausula.core.requirements import needs
from clausula.core.store import Store
from clausula.core.wording import count
from clausula.derive.provenance import MODELS, UPPER_BOUND

RELIABLE = 0.8
"""Figures below this value support only tentative conclusions (Krippendorff 2018)."""


@dataclass(frozen=True)
class Agreement:
    """Agreement of the passes of a package, restricted to the requested source and variable.

    Attributes
    ----------
    compared : list of Comparison
        Every comparison of the package, or only those of the requested source if `partial`.
    chosen : list of Comparison
        The comparisons of the requested source.
    figures, conflicts : list
        Figures and conflicts for the requested source and variable.
    open : list of Conflict
        The conflicts without a resolution.
    notes : list of Finding
        Sources that do not have exactly two passes.
    partial : bool
    by : str
        What the figures are grouped by: `coders`, `kinds` or nothing.
    """

    store: Store
    compared: list[Comparison]
    chosen: list[Comparison]
    figures: list[Figure]
    conflicts: list[Conflict]
    open: list[Conflict]
    notes: list[Finding]
    partial: bool = False
    by: str = ""

    def write(self) -> list[str]:
        """Write both tables and the records of units for the whole package, and return the files that changed."""
        package, store = self.store.package, self.store
        compared = compare(store)[0] if self.partial else self.compared
        units = store.records("coding_units")
        linked = with_links(package.model, units, missing_links(compared, store))
        files = generated_tables(package.model, compared)
        if linked != units:
            files[csv_path("coding_units")] = table_bytes(package.model, "coding_units", linked)
        return commit(package.root, files, store.digests)

    def confusion(self, name: str) -> dict[tuple[str, str], int]:
        """Count the combinations of values of the two passes on one variable."""
        return confusion([(x.a, x.b) for x in collect(self.chosen, self.store.package.model)[name].pairs])

    def as_dict(self, confused: str | None = None) -> dict[str, Any]:
        """Return the report as a dictionary that can be written as JSON."""
        payload: dict[str, Any] = {
            "figures": [_figure(f) for f in self.figures],
            "unmatched": list(self._unmatched()),
            "conflicts": len(self.conflicts),
            "open": [asdict(c) for c in self.open],
            "caution": self.caution,
            "findings": [f.as_dict() for f in self.notes],
        }
        if confused:
            payload["confusion"] = [{"a": a, "b": b, "count": n} for (a, b), n in self.confusion(confused).items()]
        return payload

    def _unmatched(self) -> Iterator[dict[str, Any]]:
        for one in self.chosen:
            for kind, matching in one.matchings.items():
                for unmatched in matching.unmatched:
                    yield {
                        "source": one.source,
                        "round": one.round,
                        "pass": unmatched.side,
                        "kind": kind,
                        "unit": unmatched.unit.name,
                        "place": unmatched.unit.place,
                        "inside": list(unmatched.inside),
                    }

    def figure_lines(self) -> list[tuple[str, ...]]:
        """Return the figures as rows of cells for the printed table."""
        return [(*([f.scope] if self.by else []), *_cells(f)) for f in self.figures]

    def unit_lines(self) -> list[str]:
        """List the units that only one pass has, and the share of matched units if there are any."""
        lines = []
        for unit in self._unmatched():
            within = f"; overlaps {', '.join(unit['inside'])} of the other pass" if unit["inside"] else ""
            lines.append(f"{unit['source']}: {unit['unit']} only in pass {unit['pass']}, at {unit['place']}{within}")
        if lines:
            lines = ["", "Units in only one pass:", *lines]
        for kind in self.chosen[0].matchings if self.chosen else ():
            both = sum(len(c.matchings[kind].pairs) for c in self.chosen)
            a = sum(len(c.a.units_of_kind(kind)) for c in self.chosen)
            b = sum(len(c.b.units_of_kind(kind)) for c in self.chosen)
            if a and b and both < max(a, b):
                share_a, share_b = f"{both / a:.3f} of {a} in pass a", f"{both / b:.3f} of {b} in pass b"
                lines.append(f"{kind}: {count(both, 'unit')} matched ({share_a}, {share_b})")
        return lines

    def conflict_lines(self) -> list[str]:
        """Return the open conflicts as text, one line each."""
        return [
            f"{c.source} {c.record or c.kind} {c.variable}{f' of {c.item}' if c.item else ''}: "
            f"pass a {quoted(c.value_a)} ({_located(c.unit_a, c.place_a)}), "
            f"pass b {quoted(c.value_b)} ({_located(c.unit_b, c.place_b)})"
            for c in self.open
        ]

    def confusion_lines(self, name: str) -> list[str]:
        """Return a confusion table as text, one line for each pair of values, disagreements first."""
        counts = sorted(self.confusion(name).items(), key=lambda x: (x[0][0] == x[0][1], -x[1], x[0]))
        return [
            f"{name}: number of times that pass a has the first value and pass b the second",
            *(f"{n:>5}  {'=' if a == b else '≠'}  {a or '(empty)'} / {b or '(empty)'}" for (a, b), n in counts),
        ]

    def summary(self) -> str:
        """Return a one-line summary."""
        sources = count(len({c.source for c in self.chosen}), "source")
        low = [f.variable for f in self.figures if f.alpha.value is not None and f.alpha.value < RELIABLE]
        below = f"figures below {RELIABLE:.2f}: {', '.join(low) or 'none'}"
        return f"{sources} with two passes; {count(len(self.conflicts), 'conflict')}, {len(self.open)} open; {below}"

    @property
    def caution(self) -> str:
        """What kinds of coders the figures compare, and how to read them; empty if nothing is compared."""
        kinds = coder_kinds(self.chosen)
        if not kinds:
            return ""
        return UPPER_BOUND if kinds == MODELS else f"Kinds of coders compared: {kinds}."


def _located(unit: str, place: str) -> str:
    return f"{unit} at {place}" if unit else "no unit"


def _figure(figure: Figure) -> dict[str, Any]:
    alpha = {k: round_figure(v) if k != "n" else v for k, v in asdict(figure.alpha).items()}
    return {**{k: v for k, v in asdict(figure).items() if k != "alpha"}, **alpha}


def _cells(figure: Figure) -> tuple[str, ...]:
    alpha = figure.alpha
    value = "undefined" if alpha.value is None else f"{alpha.value:.3f}"
    numbers = ["" if v is None else f"{v:.3f}" for v in (alpha.proportion, alpha.low, alpha.high)]
    head = (str(figure.round), figure.variable, figure.statistic, str(figure.units), str(alpha.n))
    return (*head, numbers[0], value, *numbers[1:])


@needs("measuring agreement", "coding")
def measure_agreement(root: Path, source: str | None = None, variable: str | None = None, by: str = "") -> Agreement:
    """Compare the passes of a package and measure their agreement.

    Parameters
    ----------
    source : str, optional
        ID of a source; by default all sources are pooled.
    variable : str, optional
        Name of a variable; by default all variables.
    by : str
        Add the figures of each pair of `coders`, or of each pair of their `kinds`.

    Raises
    ------
    CouldNotRun
        If the source or variable was not found, or the passes cannot be read.
    """
    package = open_package(root)
    if "codings" not in package.model.tables:
        raise CouldNotRun.of("missing-passes", root=root)
    store = Store(package)
    compared, notes = compare(store, source)
    chosen = compared
    if source and not compared:
        _check_known("missing-passes:agreement", source, [c.source for c in compare(store)[0]])
    names = [v.name for v in all_variables(package.model)]
    _check_known("unknown-variable", variable, [*names, *chosen[0].matchings] if chosen else names)
    found = [c for c in conflicts(chosen, package.model) if variable in (None, c.variable)]
    selected = [f for f in scope_figures(chosen, source or POOLED, package.model, by) if variable in (None, f.variable)]
    with catch_unreadable():
        unresolved = open_conflicts(found, store.records("resolutions"))
    return Agreement(store, compared, chosen, selected, found, unresolved, notes, source is not None, by)


def _check_known(code: str, name: str | None, names: Sequence[str]) -> None:
    if name is not None and name not in names:
        raise CouldNotRun.of(code, name=name, known=", ".join(dict.fromkeys(names)) or "none")
