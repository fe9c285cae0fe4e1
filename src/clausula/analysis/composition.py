"""Composition of links: how a provision compares with one that it takes up only through provisions in between.

A link states what a later provision does to an earlier one, and the six comparisons behind that. Along a chain, a step
on which something stays the same changes nothing, and two changes in one direction are one change in it. What two
changes in different directions amount to cannot be known from the links; the comparison is then missing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import pandas as pd

ADJECTIVES = {
    "restates": "same",
    "copies": "same",
    "strengthens": "stronger",
    "weakens": "weaker",
    "replaces": "replaced",
    "reverses": "reversed",
}
"""How the later provision compares with the earlier one, for each relation of a link."""

UNCLEAR = "related"
"""The provisions concern the same matter, and the codes do not show which of them asks for more."""

_VALUES = {"same", "more", "less", "other"}
_OPPOSITE = {"more": "less", "less": "more", "stronger": "weaker", "weaker": "stronger"}


def comparison_fields(links: pd.DataFrame) -> list[str]:
    """Return the names of the comparisons in the table of links."""
    closed = {name: column.dtype for name, column in links.items() if isinstance(column.dtype, pd.CategoricalDtype)}
    return [str(name) for name, dtype in closed.items() if set(dtype.categories) == _VALUES]


def _change(first: str | None, second: str | None) -> str | None:
    """Return what two changes of one thing amount to; None if that cannot be known."""
    if first == "same":
        return second
    if second == "same":
        return first
    if first is None or second is None or {first, second} == {"more", "less"} or first == second == "other":
        return None
    return first if first == second else "other"


def _relation(first: str, second: str) -> str:
    """Return what two relations amount to."""
    if first == "same":
        return second
    if second == "same":
        return first
    pair = {first, second}
    if first == second and first in _OPPOSITE:
        return first
    strong = pair & {"replaced", "reversed"}
    return strong.pop() if len(strong) == 1 and len(pair) == 2 and UNCLEAR not in pair else UNCLEAR


def relation_of(changes: Iterable[str | None]) -> str:
    """Return the relation that follows from the comparisons, by the table of the codebook; `related` if none does.

    An opposite act is not among the comparisons: only the coded relation states it.
    """
    found = set(changes)
    if "other" in found or {"more", "less"} <= found:
        return "replaced"
    if None in found:
        return UNCLEAR
    return "stronger" if "more" in found else "weaker" if "less" in found else "same"


@dataclass(frozen=True)
class Comparison:
    """How a provision compares with another one.

    Parameters
    ----------
    relation : str
        One of the values of `ADJECTIVES`, or `related`.
    changes : tuple of (str or None)
        The comparisons: same, more, less, other, or None if unknown.
    regular : bool
        Whether the relation follows from the comparisons.
    through : tuple of str
        The provisions in between, from the later to the earlier one; of all chains, if there are several.
    steps : int
        The number of links of a chain.
    """

    relation: str
    changes: tuple[str | None, ...]
    regular: bool = True
    through: tuple[str, ...] = ()
    steps: int = 1

    def then(self, between: str, other: Comparison) -> Comparison:
        """Return this comparison, followed by the one of the provision in between with an earlier one."""
        changes = tuple(map(_change, self.changes, other.changes))
        regular = self.regular and other.regular
        relation = relation_of(changes) if regular else _relation(self.relation, other.relation)
        through = (*self.through, between, *other.through)
        return Comparison(relation, changes, regular, through, self.steps + other.steps)

    def inverse(self) -> Comparison:
        """Return how the other provision compares with this one."""
        changes = tuple(change and _OPPOSITE.get(change, change) for change in self.changes)
        relation = _OPPOSITE.get(self.relation, self.relation)
        return Comparison(relation, changes, self.regular, self.through[::-1], self.steps)

    def agreed(self, other: Comparison) -> Comparison:
        """Return what two ways between the same provisions agree on."""
        changes = tuple(a if a == b else None for a, b in zip(self.changes, other.changes, strict=True))
        through = tuple(dict.fromkeys([*self.through, *other.through]))
        relation = self.relation if self.relation == other.relation else UNCLEAR
        return Comparison(relation, changes, self.regular and other.regular, through, self.steps)


class Links:
    """The links between provisions, as a graph from later to earlier provisions.

    Parameters
    ----------
    links : DataFrame
        The typed table `provision_links`.
    """

    def __init__(self, links: pd.DataFrame) -> None:
        self.fields = comparison_fields(links)
        self.notes: dict[tuple[str, str], str] = {}
        self._earlier: dict[str, dict[str, Comparison]] = {}
        self._later: dict[str, dict[str, Comparison]] = {}
        self._known: dict[tuple[str, bool], dict[str, Comparison]] = {}
        for row in links.to_dict("records"):
            changes = tuple(None if pd.isna(row[name]) else str(row[name]) for name in self.fields)
            relation = ADJECTIVES[str(row["relation"])]
            found = Comparison(relation, changes, relation == relation_of(changes))
            later, earlier = str(row["provision_id"]), str(row["earlier_provision_id"])
            self._earlier.setdefault(later, {})[earlier] = found
            self._later.setdefault(earlier, {})[later] = found.inverse()
            if not pd.isna(row["note"]):
                self.notes[later, earlier] = str(row["note"])

    def _chains(self, start: str, steps: dict[str, dict[str, Comparison]]) -> dict[str, Comparison]:
        """Return each provision that is reached in one direction, with the comparison along the shortest chains."""
        found: dict[str, list[Comparison]] = {}
        depth = {start: 0}
        waiting = deque([start])
        while waiting:
            current = waiting.popleft()
            so_far = self._one(found[current]) if current != start else None
            for name, step in steps.get(current, {}).items():
                if depth.setdefault(name, depth[current] + 1) <= depth[current]:
                    continue
                if name not in found:
                    waiting.append(name)
                found.setdefault(name, []).append(step if so_far is None else so_far.then(current, step))
        return {name: self._one(ways) for name, ways in found.items()}

    @staticmethod
    def _one(ways: list[Comparison]) -> Comparison:
        return reduce(Comparison.agreed, ways)

    def _chains_once(self, start: str, backwards: bool) -> dict[str, Comparison]:
        if (start, backwards) not in self._known:
            self._known[start, backwards] = self._chains(start, self._earlier if backwards else self._later)
        return self._known[start, backwards]

    def earlier(self, provision_id: str) -> dict[str, Comparison]:
        """Return how a provision compares with each one that it takes up, directly or along a chain."""
        return self._chains_once(provision_id, True)

    def later(self, provision_id: str) -> dict[str, Comparison]:
        """Return how a provision compares with each one that takes it up, directly or along a chain."""
        return self._chains_once(provision_id, False)

    def siblings(self, provision_id: str) -> Iterator[tuple[str, Comparison]]:
        """Yield how a provision compares with others that take up a common earlier provision, the nearest first."""
        common = sorted(self.earlier(provision_id).items(), key=lambda item: item[1].steps)
        for ancestor, up in common:
            for other, down in self.later(ancestor).items():
                if other != provision_id:
                    yield other, up.then(ancestor, down)
