"""The names that an answer may use for the IDs of entities, and suggestions for IDs that do not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clausula.coding.form import GROUPS, Column, Form
from clausula.core.model import LABELS
from clausula.core.tables import Tables


def plain(text: str) -> str:
    """Return a text for comparison: letters and digits, folded, words separated by single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


@dataclass
class Names:
    """IDs of one table, and the names that lead to them.

    Attributes
    ----------
    ids : dict of str to str
        Labels by ID.
    by_name : dict of str to set of str
        IDs by name, for names as `plain` returns them.
    """

    ids: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=dict)

    def add(self, identifier: str, *names: str) -> None:
        """Add an ID with its names."""
        self.ids.setdefault(identifier, next(iter(names), ""))
        for name in (identifier, *names):
            self.by_name.setdefault(plain(name), set()).add(identifier)

    def resolve(self, text: str) -> str:
        """Return the ID that a text is, or names without doubt; otherwise the text itself."""
        if text in self.ids:
            return text
        found = self.by_name.get(plain(text), set())
        return next(iter(found)) if len(found) == 1 else text

    def similar(self, text: str, limit: int = 3) -> list[str]:
        """Return the IDs whose names are most similar to a text."""
        wanted = plain(text)
        found: list[str] = []
        words = set(wanted.split())
        close = difflib.get_close_matches(wanted, self.by_name, n=limit, cutoff=0.6)
        within = [name for name in self.by_name if words and (words <= set(name.split()) or set(name.split()) <= words)]
        for name in [*close, *within]:
            found += sorted(self.by_name[name])
        return list(dict.fromkeys(found))[:limit]


def names_in(tables: Tables, form: Form) -> dict[str, Names]:
    """Return the names of every table that a column of the form refers to, aliases of actors included."""
    names: dict[str, Names] = {}
    for sheet in form:
        for column in sheet.columns:
            if column.refers in tables.rows and column.refers not in names:
                names[column.refers] = _names(tables, column.refers)
            elif column.refers == GROUPS:
                names[GROUPS] = _names(tables, "topics", leaf="false")
    return names


def _names(tables: Tables, table: str, leaf: str = "true") -> Names:
    found, structure = Names(), tables.table(table)
    label = next((name for name in LABELS if name in structure.names), "")
    leaves_only = "leaf" in structure.names
    for row in tables[table]:
        if leaves_only and row["leaf"] != leaf:
            continue
        found.add(row[structure.primary_key[0]], *([row[label]] if label else []))
    if table == "actors":
        for row in tables["actor_aliases"]:
            if row["actor_id"] in found.ids:
                found.add(row["actor_id"], row["alias"])
    return found


def choice(column: Column, text: str) -> str:
    """Return the value of a closed list that a text is or names, whatever its case; otherwise the text itself."""
    values = {value for value, _ in column.choices}
    if text in values:
        return text
    wanted = plain(text)
    found = {value for value, label in column.choices if wanted in (plain(value), plain(label))}
    return found.pop() if len(found) == 1 else text


def similar_keys(text: str, known: Iterable[str]) -> str:
    """Return known names in a sentence, those most similar to a text first."""
    names = list(known)
    close = difflib.get_close_matches(text, names, n=2, cutoff=0.6)
    return ", ".join([*close, *(name for name in names if name not in close)])


Local = Mapping[str, str]
"""Local names by the spelling that an answer uses."""
