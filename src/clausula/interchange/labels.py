"""Labels of actors and targets in exported files, and look-up of actors and targets by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from clausula.interchange.records import Rows, Values

TARGETS = {
    "instrument_id": ("instruments", "title"),
    "provision_id": ("provisions", "summary"),
    "proposition_id": ("propositions", "statement"),
    "topic_id": ("topics", "label"),
}
"""Targets of reactions: for each field, the table it refers to and the field with the label."""


def _unique_labels(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return labels by ID; the ID is added to labels that are not unique."""
    listed = list(pairs)
    count = Counter(label.casefold() for _, label in listed)
    return {key: label if count[label.casefold()] == 1 else f"{label} ({key})" for key, label in listed}


class Labels:
    """Labels of actors and targets by ID, and IDs by label or name."""

    def __init__(self, rows: Rows) -> None:
        self.kinds = {row["actor_id"]: row["kind"] for row in rows("actors")}
        self.actors = _unique_labels((row["actor_id"], row["name"]) for row in rows("actors"))
        named = [(name, row) for name, (table, _) in TARGETS.items() for row in rows(table)]
        labels = _unique_labels((row[name], row[TARGETS[name][1]]) for name, row in named)
        self.targets = {(name, row[name]): labels[row[name]] for name, row in named}
        names = [(row["actor_id"], row["name"]) for row in rows("actors")]
        names += [(row["actor_id"], row["alias"]) for row in rows("actor_aliases")]
        self._actors: dict[str, set[str]] = defaultdict(set)
        for key, name in [*names, *self.actors.items(), *zip(self.actors, self.actors, strict=True)]:
            self._actors[_normalised(name)].add(key)
        self._targets: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for target, label in self.targets.items():
            for name in (target[1], label):
                self._targets[_normalised(name)].add(target)

    def is_person(self, actor: str) -> bool:
        """Return whether an actor is a person."""
        return self.kinds.get(actor) == "person"

    def target(self, values: Values) -> str:
        """Return the label of a target."""
        return next((self.targets.get((name, values[name]), values[name]) for name in TARGETS if values.get(name)), "")

    def actor_named(self, name: str) -> list[str]:
        """Return the actors with an ID, name or alias, ignoring case."""
        return sorted(self._actors.get(_normalised(name), ()))

    def target_named(self, name: str) -> list[tuple[str, str]]:
        """Return the targets with an ID or label, as pairs of field and ID."""
        return sorted(self._targets.get(_normalised(name), ()))


def _normalised(name: str) -> str:
    return " ".join(name.replace('"', "'").replace(";", ",").split()).casefold()
