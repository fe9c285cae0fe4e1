"""Alignment of provisions: which provisions of two instruments concern one matter, and how they compare.

An alignment reads the tables once, so that many pairs of instruments can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import pandas as pd

from clausula.analysis.composition import UNCLEAR, Comparison, Links
from clausula.analysis.quantities import Numbers, numbers_by_kind, numbers_side_by_side, quantity_text

BEARERS = ("obligor", "holder", "declarant")
SIDES = ("bearers", "summary", "modality", "strength", "condition", "due", "monitor", "quantities")
"""What is shown of each of the two provisions."""

Load = Callable[[str], pd.DataFrame]
Row = dict[str, Any]


def _joined(frame: pd.DataFrame, column: str) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for name, value in zip(frame["provision_id"], frame[column], strict=True):
        found.setdefault(str(name), {})[str(value)] = None
    return {name: "; ".join(values) for name, values in found.items()}


class Alignment:
    """All provisions of a dataset, and what pairs them.

    Parameters
    ----------
    load : callable
        Returns a typed table by its name.
    labels : bool, default False
        Whether to give names of actors and labels of categories instead of IDs and codes.
    """

    def __init__(self, load: Load, labels: bool = False) -> None:
        self._load = load
        self._labels = labels
        provisions = load("provisions")
        self.own: dict[str, set[str]] = {}
        """The provisions of each instrument that has any."""
        for instrument, provision in zip(provisions["instrument_id"], provisions["provision_id"], strict=True):
            self.own.setdefault(str(instrument), set()).add(str(provision))
        names = list(map(str, provisions["provision_id"]))
        self._order = dict(zip(names, map(int, provisions["ordinal"]), strict=True))
        self._topic = dict(zip(names, map(str, provisions["topic_id"]), strict=True))
        instruments = load("instruments")
        coverage = zip(instruments["instrument_id"], instruments["coverage"], strict=True)
        self._complete = {str(name) for name, known in coverage if known == "complete"}
        self._links = Links(load("provision_links"))

    @cached_property
    def fields(self) -> list[str]:
        """Names of the comparisons that a link makes."""
        return self._links.fields

    @cached_property
    def _topics(self) -> dict[str, list[str]]:
        """The topics of each provision, the primary one first."""
        found = {name: [topic] for name, topic in self._topic.items()}
        further = self._load("provision_topics")
        for name, topic in zip(further["provision_id"], further["topic_id"], strict=True):
            found[str(name)].append(str(topic))
        return found

    @cached_property
    def _bearings(self) -> dict[str, list[tuple[str, str, bool]]]:
        """The propositions that each provision advances or blocks: proposition, direction, whether wholly."""
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for row in self._load("provision_propositions").to_dict("records"):
            bearing = (str(row["proposition_id"]), str(row["direction"]), bool(row["extent"] == "wholly"))
            found.setdefault(str(row["provision_id"]), []).append(bearing)
        return found

    @cached_property
    def _quantities(self) -> dict[str, Numbers]:
        return numbers_by_kind(self._load("provision_quantities"))

    @cached_property
    def sides(self) -> dict[str, Row]:
        """What is shown of each provision, by its ID."""
        actors = self._load("provision_actors")
        if self._labels:
            actors = actors.assign(actor_id=actors["actor_id"].map(self._load("actors").set_index("actor_id")["name"]))
        bearers = _joined(actors[actors["role"].isin(BEARERS)], "actor_id")
        monitors = _joined(actors[actors["role"] == "monitor"], "actor_id")
        quantities = self._load("provision_quantities")
        texts = quantities.assign(text=[quantity_text(row) for row in quantities.to_dict("records")])
        numbers = _joined(texts, "text")
        found: dict[str, Row] = {}
        for row in self._load("provisions").to_dict("records"):
            name = str(row["provision_id"])
            enforcement = None if row["enforcement"] == "none" else row["enforcement"]
            found[name] = {
                **{key: None if pd.isna(row[key]) else row[key] for key in ("summary", "modality", "condition", "due")},
                "strength": float(row["strength"]),
                "bearers": bearers.get(name),
                "monitor": monitors.get(name, enforcement),
                "quantities": numbers.get(name),
            }
        return found

    def _linked(self, ours: set[str], theirs: set[str]) -> Iterator[tuple[str, str, str, Comparison]]:
        """Yield pairs that are linked, with what they rest on and how the provision of b compares with that of a."""
        for b in sorted(theirs):
            direct = {a: c for a, c in self._links.earlier(b).items() if a in ours}
            direct |= {a: c for a, c in self._links.later(b).items() if a in ours and a not in direct}
            for a, found in direct.items():
                yield a, b, "chain" if found.steps > 1 else "link", found
            seen = set(direct)
            for a, found in self._links.siblings(b):
                if a in ours and a not in seen:
                    seen.add(a)
                    yield a, b, "sibling", found

    def _by_proposition(self, ours: set[str], theirs: set[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield pairs that advance or block one proposition, with it and the relation that signs and extents imply."""
        second: dict[str, list[tuple[str, str, bool]]] = {}
        for b, bearings in self._bearings.items():
            for proposition, direction, whole in bearings if b in theirs else ():
                second.setdefault(proposition, []).append((b, direction, whole))
        for a, bearings in self._bearings.items():
            for proposition, direction, whole_a in bearings if a in ours else ():
                for b, direction_b, whole_b in second.get(proposition, ()):
                    if direction != direction_b:
                        relation = "reversed"
                    elif whole_a and whole_b:
                        relation = "same"
                    else:
                        relation = "stronger" if whole_b else "weaker" if whole_a else UNCLEAR
                    yield a, b, proposition, relation

    def _pairs(self, ours: set[str], theirs: set[str]) -> dict[tuple[str, str], Row]:
        """Return the pairs of provisions that concern one matter, each with what is known of it."""
        links = self._links
        pairs: dict[tuple[str, str], Row] = {}
        for a, b, via, found in self._linked(ours, theirs):
            pairs[a, b] = {
                **dict(zip(links.fields, found.changes, strict=True)),
                "relation": found.relation,
                "via": via,
                "through": "; ".join(found.through) or None,
                "note": links.notes.get((b, a), links.notes.get((a, b))) if via == "link" else None,
            }
        linked_a, linked_b = {a for a, _ in pairs}, {b for _, b in pairs}
        for a, b, proposition, relation in self._by_proposition(ours, theirs):
            free = a not in linked_a or b not in linked_b
            if (a, b) not in pairs and (free or relation == "reversed"):
                pairs[a, b] = {"relation": relation, "via": "proposition"}
            if (a, b) in pairs:
                known = pairs[a, b].get("propositions")
                pairs[a, b]["propositions"] = f"{known}; {proposition}" if known else proposition
                if pairs[a, b]["via"] == "proposition" and pairs[a, b]["relation"] != relation:
                    pairs[a, b]["relation"] = UNCLEAR
        return pairs

    def _alone(self, left: set[str], others: set[str], only: str) -> Iterator[tuple[str, Row]]:
        """Yield the provisions without a pair, with the provisions of the other side that have one of their topics."""
        on_topic: dict[str, list[str]] = {}
        for name, topics in self._topics.items():
            for topic in topics if name in others else ():
                on_topic.setdefault(topic, []).append(name)
        for name in sorted(left):
            found = "; ".join(dict.fromkeys(other for t in self._topics[name] for other in on_topic.get(t, ())))
            via = {"relation": UNCLEAR, "via": "topic"} if found else {"relation": only, "via": "none"}
            yield name, {**via, "same_topic": found or None}

    @property
    def complete(self) -> set[str]:
        """Instruments whose complete text was coded, so that what they do not have is dropped or new, not unknown."""
        return self._complete

    def topics_of(self, provision_id: str) -> list[str]:
        """Return the topics of a provision, the primary one first."""
        return self._topics[provision_id]

    def rows(self, a: str, b: str, alone: bool = True) -> list[Row]:
        """Return the provisions of two instruments side by side, in the order of a, then of b.

        Parameters
        ----------
        a, b : str
            IDs of instruments.
        alone : bool, default True
            Whether to include the provisions without a counterpart.

        Returns
        -------
        list of dict
            The rows of `clausula.compare`, with keys only for what is known or None.

        Raises
        ------
        KeyError
            If no provision of one of the instruments is coded.
        """
        ours, theirs = self.own[a], self.own[b]
        pairs = self._pairs(ours, theirs)
        rows: list[Row] = [{"provision_id_a": x, "provision_id_b": y, **known} for (x, y), known in pairs.items()]
        if alone:
            only_a = self._alone(ours - {x for x, _ in pairs}, theirs, "dropped" if b in self._complete else "unknown")
            only_b = self._alone(theirs - {y for _, y in pairs}, ours, "new" if a in self._complete else "unknown")
            rows += [{"provision_id_a": name, **known} for name, known in only_a]
            rows += [{"provision_id_b": name, **known} for name, known in only_b]
        last = len(self._order) + 1
        rows.sort(key=lambda row: tuple(self._order.get(row.get(f"provision_id_{side}", ""), last) for side in "ab"))
        for row in rows:
            ends = {side: row.get(f"provision_id_{side}") for side in "ab"}
            row["topic_id"] = self._topic[ends["a"] or ends["b"] or ""]
            for side, name in ends.items():
                row |= {f"{key}_{side}": value for key, value in self.sides.get(name or "", {}).items()}
            both = [self._quantities[name] for name in ends.values() if name in self._quantities]
            if len(both) == 2:
                row.update(numbers_side_by_side(*both) or {})
        return rows
