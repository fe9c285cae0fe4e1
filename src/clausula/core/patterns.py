"""Whether a regular expression can run away in an engine that tries again and again: Python's, Java's.

DuckDB and Arrow match in time that grows with the text and nothing else (RE2). frictionless uses Python's engine and
Spark Java's, which need time that grows exponentially with a text that can be matched in several ways. They get no such
pattern; the layer says so. An expression is looked at as the automaton of its letters: it may run away if two ways lead
through it from a letter back to the same letter over the same text, or from one loop into another that reads the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_SRE: Any = re._parser  # type: ignore[attr-defined]  # there is no other way in
LETTERS = 300
"""Largest automaton that is looked at; a larger one counts as unsafe."""

COPIES = 64
"""Up to how many exact repeats are written out; others count as repeats without end."""

FEW = 4
"""The same, of what is not of one length."""

_ONE = ("LITERAL", "NOT_LITERAL", "ANY", "IN")
_KINDS = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


class _Unsafe(Exception):
    """A part that cannot be looked at in this way."""


class _Automaton:
    """The letters of an expression, what each of them reads, and which may follow which, in how many ways."""

    def __init__(self, tree: Any) -> None:
        self.reads: list[frozenset[str]] = []
        self.ways: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.alphabet = sorted(_alphabet(tree))
        self.folds = bool(tree.state.flags & re.IGNORECASE)
        self._sequence(tree)

    def _letter(self, matches: Any) -> tuple[bool, list[int], list[int]]:
        if len(self.reads) >= LETTERS:
            raise _Unsafe
        read = {c for c in self.alphabet if matches(c) or (self.folds and matches(c.swapcase()))}
        self.reads.append(frozenset(read))
        return False, [len(self.reads) - 1], [len(self.reads) - 1]

    def _join(self, ends: list[int], starts: list[int]) -> None:
        for end in ends:
            for start in starts:
                self.ways[end][start] += 1

    def _sequence(self, tree: Any) -> tuple[bool, list[int], list[int]]:
        empty, first, last = True, list[int](), list[int]()
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
                return self._letter(lambda c: (c == chr(value)) is (op == "LITERAL"))
            case "ANY":
                return self._letter(lambda c: True)
            case "IN":
                return self._letter(lambda c: _in(c, value))
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
        if low == high <= (COPIES if all(str(op) in _ONE for op, _ in body) else FEW):
            whole: tuple[bool, list[int], list[int]] = (True, [], [])
            for _ in range(high):
                whole = self._then(whole, self._sequence(body))
            return whole
        empty, first, last = self._sequence(body)
        if empty:
            raise _Unsafe  # how often nothing is repeated can be told in many ways
        self._join(last, first)
        return empty or low == 0, first, last

    def steps(self, state: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Where several walkers may be after they all read one more letter, the same one."""
        if len(state) == 1:
            yield from ((s,) for s in self.ways[state[0]])
            return
        for head in self.ways[state[0]]:
            for rest in self.steps(state[1:]):
                if self.reads[head].intersection(*(self.reads[s] for s in rest)):
                    yield head, *rest

    def reached(self, start: tuple[int, ...], limit: int = 50_000) -> set[tuple[int, ...]]:
        """Every state that several walkers can reach."""
        seen: set[tuple[int, ...]] = set()
        waiting = [start]
        while waiting:
            for state in self.steps(waiting.pop()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
                    if len(seen) > limit:
                        raise _Unsafe
        return seen

    def runs_away(self) -> bool:
        """Whether one text can take two ways, again and again."""
        loops = [n for n in range(len(self.reads)) if (n,) in self.reached((n,))]
        for n in loops:
            after = {s for (s,) in self.reached((n,))} | {n}
            if any(
                w > 1 and {a, b} <= after and (n,) in self.reached((b,)) for a in after for b, w in self.ways[a].items()
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
    """One letter for every set of letters that the expression tells apart."""
    edges: set[int] = set(map(ord, "aZ0_ é-\n"))

    def look(part: Any) -> None:
        if isinstance(part, int):
            edges.update(e for e in (part - 1, part, part + 1) if 0 <= e < 0x110000 and not 0xD800 <= e < 0xE000)
        elif isinstance(part, (list, tuple, _SRE.SubPattern)):
            for one in part:
                look(one)

    look(tree)
    return set(map(chr, edges))


def parsed(pattern: str) -> Any:
    """Python's own reading of an expression; re.error, RecursionError or OverflowError where it has none."""
    return _SRE.parse(pattern)


@lru_cache(maxsize=1024)
def runs_away(pattern: str) -> bool:
    """Whether a pattern may take a time that grows out of all proportion to the text, or cannot be told not to."""
    try:
        return _Automaton(parsed(pattern)).runs_away()
    except (_Unsafe, re.error, RecursionError, OverflowError, ValueError):
        return True
