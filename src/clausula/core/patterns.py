"""Detection of regular expressions that backtrack catastrophically in Python's and Java's engines.

DuckDB and Arrow match in linear time (RE2). frictionless uses Python's engine and Spark uses Java's. These backtrack,
and can need exponential time for a text that the pattern matches in several ways. They are not given such patterns, and
the layer reports that. The check builds the automaton of an expression, with one state for each character that it
consumes. Matching may take exponential time if two different paths lead from a state back to itself over the same text,
or polynomial time if one loop leads into another that consumes the same text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_SRE: Any = re._parser  # type: ignore[attr-defined]  # there is no public interface
MAX_STATES = 300
"""Largest number of states that is analysed; a larger automaton counts as unsafe."""

MAX_COPIES = 64
"""Largest exact repeat of single characters that is expanded; a larger one is treated as unbounded."""

MAX_GROUP_COPIES = 4
"""Largest exact repeat of anything else that is expanded."""

MAX_STEPS = 200_000
"""Largest number of steps of the analysis of a pattern; one that needs more counts as unsafe."""

_SINGLE = ("LITERAL", "NOT_LITERAL", "ANY", "IN")
_KINDS = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


class _Unsafe(Exception):
    """Raised for an expression that cannot be analysed."""


class _Automaton:
    """The states of an expression, the characters that each consumes, and the number of transitions between them."""

    def __init__(self, tree: Any) -> None:
        self.reads: list[frozenset[str]] = []
        self.transitions: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.alphabet = sorted(_alphabet(tree))
        self.steps_left = MAX_STEPS
        self.folds = bool(tree.state.flags & re.IGNORECASE)
        self._sequence(tree)

    def _spend(self, steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise _Unsafe

    def _state(self, matches: Any) -> tuple[bool, list[int], list[int]]:
        if len(self.reads) >= MAX_STATES:
            raise _Unsafe
        read = {c for c in self.alphabet if matches(c) or (self.folds and matches(c.swapcase()))}
        self.reads.append(frozenset(read))
        return False, [len(self.reads) - 1], [len(self.reads) - 1]

    def _join(self, ends: list[int], starts: list[int]) -> None:
        for end in ends:
            for start in starts:
                self.transitions[end][start] += 1

    def _sequence(self, tree: Any) -> tuple[bool, list[int], list[int]]:
        empty, first, last = True, list[int](), list[int]()
        self._spend(1 + len(tree))
        for op, value in tree:
            empty, first, last = self._then((empty, first, last), self._part(str(op), value))
        return empty, first, last

    def _then(self, one: tuple[bool, list[int], list[int]], two: tuple[bool, list[int], list[int]]) -> Any:
        self._join(one[2], two[1])
        first = one[1] + (two[1] if one[0] else [])
        return one[0] and two[0], first, two[2] + (one[2] if two[0] else [])

    def _part(self, op: str, value: Any) -> tuple[bool, list[int], list[int]]:
        match op:
            case "LITERAL" | "NOT_LITERAL":
                return self._state(lambda c: (c == chr(value)) is (op == "LITERAL"))
            case "ANY":
                return self._state(lambda c: True)
            case "IN":
                return self._state(lambda c: _in(c, value))
            case "AT":
                return True, [], []
            case "SUBPATTERN":
                return self._sequence(value[3])
            case "BRANCH":
                parts = [self._sequence(branch) for branch in value[1]]
                return any(p[0] for p in parts), [s for p in parts for s in p[1]], [e for p in parts for e in p[2]]
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(*value)
        raise _Unsafe

    def _repeat(self, low: int, high: int, body: Any) -> tuple[bool, list[int], list[int]]:
        if high <= 1:
            empty, first, last = self._sequence(body)
            return empty or low == 0, first, last
        if low == high <= (MAX_COPIES if all(str(op) in _SINGLE for op, _ in body) else MAX_GROUP_COPIES):
            copies: tuple[bool, list[int], list[int]] = (True, [], [])
            for _ in range(high):
                copies = self._then(copies, self._sequence(body))
            return copies
        empty, first, last = self._sequence(body)
        if empty:
            raise _Unsafe  # a repeated empty match is ambiguous
        self._join(last, first)
        return empty or low == 0, first, last

    def steps(self, state: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the states that several paths can be in after they all consume the same next character."""
        self._spend(len(self.transitions[state[0]]))
        if len(state) == 1:
            yield from ((s,) for s in self.transitions[state[0]])
            return
        for head in self.transitions[state[0]]:
            for rest in self.steps(state[1:]):
                if self.reads[head].intersection(*(self.reads[s] for s in rest)):
                    yield head, *rest

    def reached(self, start: tuple[int, ...]) -> set[tuple[int, ...]]:
        """Return every combination of states that several paths over the same text can reach."""
        seen: set[tuple[int, ...]] = set()
        waiting = [start]
        while waiting:
            for state in self.steps(waiting.pop()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return seen

    def runs_away(self) -> bool:
        """Return whether the same text can repeatedly be matched along two paths."""
        loops = [n for n in range(len(self.reads)) if (n,) in self.reached((n,))]
        for n in loops:
            after = {s for (s,) in self.reached((n,))} | {n}
            if any(
                w > 1 and {a, b} <= after and (n,) in self.reached((b,))
                for a in after
                for b, w in self.transitions[a].items()
            ):
                return True
            if any(a != b and (n, n) in self.reached((a, b)) for a, b in self.reached((n, n))):
                return True
            others = [m for m in loops if m != n and m in after]
            if any((n, m, m) in self.reached((n, n, m)) for m in others):
                return True
        return False


def _in(char: str, items: Any) -> bool:
    negated = False
    found = False
    for op, value in items:
        match str(op):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found = found or char == chr(value)
            case "RANGE":
                found = found or value[0] <= ord(char) <= value[1]
            case "CATEGORY":
                kind = str(value).replace("_NOT_", "_")
                if kind not in _KINDS:
                    raise _Unsafe
                found = found or bool(re.match(_KINDS[kind], char)) is (kind == str(value))
            case _:
                raise _Unsafe
    return found is not negated


def _alphabet(tree: Any) -> set[str]:
    """Return at least one character from every set of characters that the expression distinguishes."""
    edges: set[int] = set(map(ord, "aZ0_ é-\n"))

    def collect(part: Any) -> None:
        if isinstance(part, int):
            edges.update(e for e in (part - 1, part, part + 1) if 0 <= e < 0x110000 and not 0xD800 <= e < 0xE000)
        elif isinstance(part, (list, tuple, _SRE.SubPattern)):
            for one in part:
                collect(one)

    collect(tree)
    return set(map(chr, edges))


def parsed(pattern: str) -> Any:
    """Return Python's parse tree of an expression.

    Raises
    ------
    re.error, RecursionError, OverflowError
        If Python cannot parse it.
    """
    return _SRE.parse(pattern)


@lru_cache(maxsize=1024)
def backtracks_catastrophically(pattern: str) -> bool:
    """Return whether a pattern may backtrack catastrophically; True also if this cannot be ruled out."""
    try:
        return _Automaton(parsed(pattern)).runs_away()
    except (_Unsafe, re.error, RecursionError, OverflowError, ValueError):
        return True
