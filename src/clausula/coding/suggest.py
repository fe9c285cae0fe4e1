"""Suggestions for a unit that is being coded: topic, codes, actors and quantities, from the text and earlier coding.

Nothing is asked of the network. A topic is suggested by words in the codebook and by the provisions with the most
similar summaries, a code by words in its closed list and by those provisions, an actor by its names and aliases in
the span, and a quantity by a number with a unit. Each suggestion says what it comes from; the coder decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausula.coding.form import Column, Form
    from clausula.core.tables import Tables

NEIGHBOURS = 8
"""The number of similar provisions that are looked at."""

MIN_SIMILARITY = 0.12
"""The least similarity of a provision that is looked at."""

MIN_SHARE = 0.6
"""The least share of the similar provisions that must have a code for it to be suggested."""

TOPICS_SHOWN = 4

_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:[,\u00a0 ]\d{3})+|\d+(?:\.\d+)?)\s*(per ?cent|%|[^\W\d_]+)")
_STOP_WORDS = """
    the and for that this with from its their are was were has have had not any all other shall will may which who
    into upon under such than then them they each both been being between through within provisions provision
    excludes see including text those these there where when also
"""
_STOP = frozenset(_STOP_WORDS.split())

Vector = dict[str, float]


@dataclass(frozen=True)
class Suggestion:
    """A proposed value, or the values of a proposed row.

    Attributes
    ----------
    table : str
    cells : mapping of str to str
    label : str
        The value as a person reads it.
    why : str
        What the suggestion comes from.
    """

    table: str
    cells: Mapping[str, str]
    label: str
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return the suggestion as JSON values."""
        return {"table": self.table, "cells": dict(self.cells), "label": self.label, "why": self.why}


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def words_of(text: str) -> Iterator[str]:
    """Yield the words in a text for comparison, without endings and without words that say nothing."""
    for match in _WORD.finditer(text.lower()):
        if match[0] not in _STOP:
            yield _stem(match[0])


class Index:
    """An index of short texts by their words, weighted by how rare these are."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = [Counter(words_of(text)) for text in texts]
        spread = Counter(word for words in counted for word in words)
        self.weight = {word: math.log((1 + len(counted)) / (1 + number)) + 1 for word, number in spread.items()}
        self.entries: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, words in enumerate(counted):
            for word, value in self._vector(words).items():
                self.entries[word].append((number, value))

    def _vector(self, words: Mapping[str, int]) -> Vector:
        raw = {w: (1 + math.log(n)) * self.weight[w] for w, n in words.items() if w in self.weight}
        length = math.sqrt(sum(value * value for value in raw.values())) or 1
        return {word: value / length for word, value in raw.items()}

    def similar(self, text: str) -> list[tuple[int, float, str]]:
        """Return the numbers of similar texts with their similarity and the word they share most of, best first."""
        scores: dict[int, float] = defaultdict(float)
        shared: dict[int, tuple[float, str]] = {}
        originals = {_stem(m[0].lower()): m[0].lower() for m in _WORD.finditer(text)}
        for word, value in self._vector(Counter(words_of(text))).items():
            for number, other in self.entries[word]:
                scores[number] += value * other
                shared[number] = max(shared.get(number, (0.0, "")), (value * other, originals.get(word, word)))
        return sorted(((n, score, shared[n][1]) for n, score in scores.items()), key=lambda one: (-one[1], one[0]))


@dataclass
class Suggester:
    """Suggestions from the tables that the coder of a pass may see.

    Attributes
    ----------
    tables : Tables
    form : Form
    """

    tables: Tables
    form: Form
    provisions: list[Mapping[str, str]] = field(init=False)
    topics: list[Mapping[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.provisions = list(self.tables["provisions"])
        self.topics = [row for row in self.tables["topics"] if row["leaf"] == "true"]
        self.by_summary = Index(row["summary"] for row in self.provisions)
        self.by_definition = Index(f"{row['label']}. {row['label']}. {row['definition']}" for row in self.topics)
        names = [(row["name"], row["actor_id"], "name") for row in self.tables["actors"]]
        names += [(row["alias"], row["actor_id"], "alias") for row in self.tables["actor_aliases"]]
        self.names = sorted({one for one in names if len(one[0]) > 2}, key=lambda one: (-len(one[0]), one))

    def suggest(self, table: str, span: str, summary: str = "") -> list[Suggestion]:
        """Return suggestions for a unit.

        Parameters
        ----------
        table : str
            The table of the unit.
        span : str
            The text that supports it.
        summary : str
            What the coder has written about it so far.
        """
        found: list[Suggestion] = []
        similar = [one for one in self.by_summary.similar(f"{summary} {span}") if one[1] >= MIN_SIMILARITY]
        if table == "provisions":
            found += self._topics(f"{summary} {span}", similar[:NEIGHBOURS])
            found += self._codes(span, similar[:NEIGHBOURS])
            found += self._quantities(span)
        if parts := {"provisions": "provision_actors", "events": "event_actors"}.get(table):
            found += self._actors(parts, span)
        return found

    def _topics(self, text: str, similar: list[tuple[int, float, str]]) -> Iterator[Suggestion]:
        scores: dict[str, float] = defaultdict(float)
        whys: dict[str, str] = {}
        total = sum(score for _, score, _ in similar) or 1
        for number, score, _ in similar:
            row = self.provisions[number]
            scores[row["topic_id"]] += score / total * min(1.0, 2 * similar[0][1])
            whys.setdefault(row["topic_id"], f"similar to {row['provision_id']}: {row['summary']}")
        for number, score, word in self.by_definition.similar(text)[:NEIGHBOURS]:
            topic = self.topics[number]["topic_id"]
            scores[topic] += score
            whys.setdefault(topic, f"word of the codebook: {word}")
        labels = {row["topic_id"]: row["label"] for row in self.topics}
        best = sorted((topic for topic in scores if topic in labels), key=lambda topic: (-scores[topic], topic))
        for topic in best[:TOPICS_SHOWN]:
            yield Suggestion("provisions", {"topic_id": topic}, labels[topic], whys[topic])

    def _codes(self, span: str, similar: list[tuple[int, float, str]]) -> Iterator[Suggestion]:
        for column in self.form["provisions"].columns:
            if not column.choices:
                continue
            labels = dict(column.choices)
            said = _said(column, span) if column.name == "commitment_verb" else ""
            if said:
                yield Suggestion("provisions", {column.name: said}, labels[said] or said, "word of the span")
                continue
            votes: dict[str, float] = defaultdict(float)
            for number, score, _ in similar:
                votes[self.provisions[number][column.name]] += score
            value = max(votes, key=lambda one: (votes[one], one), default="")
            share = votes[value] / sum(votes.values()) if votes else 0
            if value in labels and share >= MIN_SHARE:
                why = f"{share:.0%} of {len(similar)} similar provisions"
                yield Suggestion("provisions", {column.name: value}, labels[value] or value, why)

    def _actors(self, table: str, span: str) -> Iterator[Suggestion]:
        plain = " ".join(span.split())
        seen: set[str] = set()
        for name, actor, kind in self.names:
            if actor not in seen and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                seen.add(actor)
                yield Suggestion(table, {"actor_id": actor}, actor, f"{kind} in the span: {name}")

    def _quantities(self, span: str) -> Iterator[Suggestion]:
        unit = next(one for one in self.form["provision_quantities"].columns if one.name == "unit")
        listed = {form: value for value, label in unit.choices for form in _forms(value, label)}
        for match in _NUMBER.finditer(" ".join(span.split())):
            word = match[2].lower().replace(" ", "")
            if word in listed:
                cells = {"value": re.sub(r"[,\u00a0 ]", "", match[1]), "unit": listed[word]}
                yield Suggestion("provision_quantities", cells, match[0], f"number in the span: {match[0]}")


def _said(column: Column, span: str) -> str:
    """Return the value of a closed list that a span says as a word, if it is one only."""
    found = {
        value
        for value, label in column.choices
        if any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", span, re.IGNORECASE) for one in {value, label} if one)
    }
    return found.pop() if len(found) == 1 else ""


def _forms(value: str, label: str) -> set[str]:
    """Return the words that stand for a unit in a text."""
    words = {value.lower(), label.lower()}
    return words | {one.removesuffix("s") for one in words} | ({"%", "percent"} if value == "percent" else set())
