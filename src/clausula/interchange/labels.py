"""What actors and targets are called outside, and which ones are meant by a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from clausula.interchange.records import Rows, Values

TARGETS = {
    "instrument_id": ("instruments", "title"),
    "provision_id": ("provisions", "summary"),
    "topic_id": ("topics", "label"),
}
"""What a reaction can be about: by field, the table and its field that names it."""


def _distinct(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Labels by id; one that several have is told apart by the id."""
    listed = list(pairs)
    count = Counter(label.casefold() for _, label in listed)
    return {key: label if count[label.casefold()] == 1 else f"{label} ({key})" for key, label in listed}


class Labels:
    """Names of actors and targets, both ways."""

    def __init__(self, rows: Rows) -> None:
        self.kinds = {row["actor_id"]: row["kind"] for row in rows("actors")}
        self.actors = _distinct((row["actor_id"], row["name"]) for row in rows("actors"))
        named = [(name, row) for name, (table, _) in TARGETS.items() for row in rows(table)]
        labels = _distinct((row[name], row[TARGETS[name][1]]) for name, row in named)
        self.targets = {(name, row[name]): labels[row[name]] for name, row in named}
        self._actors: dict[str, set[str]] = defaultdict(set)
        self._targets: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for key, label in self.actors.items():
            for name in (key, label):
                self._actors[_same(name)].add(key)
        for row in rows("actors"):
            self._actors[_same(row["name"])].add(row["actor_id"])
        for row in rows("actor_aliases"):
            self._actors[_same(row["alias"])].add(row["actor_id"])
        for target, label in self.targets.items():
            for name in (target[1], label):
                self._targets[_same(name)].add(target)

    def is_person(self, actor: str) -> bool:
        """Whether an actor is a person."""
        return self.kinds.get(actor) == "person"

    def target(self, values: Values) -> str:
        """What a target is called."""
        return next((self.targets.get((name, values[name]), values[name]) for name in TARGETS if values.get(name)), "")

    def actor_named(self, name: str) -> list[str]:
        """The actors of an id, name or other name, whatever its case."""
        return sorted(self._actors.get(_same(name), ()))

    def target_named(self, name: str) -> list[tuple[str, str]]:
        """The targets of an id or label, as field and id."""
        return sorted(self._targets.get(_same(name), ()))


def _same(name: str) -> str:
    return " ".join(name.replace('"', "'").replace(";", ",").split()).casefold()
