"""The rooms of the code, from the lowest to the highest, and the imports between them, read from the source.

Imports run downward only: a module imports from its own room and from rooms before it in the list. Imports inside
functions and under `TYPE_CHECKING` count as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "clausula"
SOURCE = ROOT / "src" / PACKAGE

ROOMS = (
    "core",
    "derive",
    "evidence",
    "analysis",
    "agreement",
    "validation",
    "figures",
    "versions",
    "coding",
    "adjudication",
    "peers",
    "interchange",
    "export",
    "site",
    "commands",
)
"""From the lowest to the highest."""

PUBLIC = ("__init__", "__main__", "plot")
"""Modules above all rooms, which no room imports."""


@dataclass(frozen=True)
class Import:
    """One import statement: the module that imports, the line, and the module that is imported."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def room_of(module: str) -> str:
    """Return the room of a module; the module itself where it is above all rooms."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def modules_of(source: Path) -> dict[str, Path]:
    """Return the modules of a package by dotted name."""
    names = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        names[".".join((source.name, *parts)).removesuffix(".__init__")] = path
    return names


def imports_of(source: Path = SOURCE) -> Iterator[Import]:
    """Yield every import of one module of the package by another."""
    modules = modules_of(source)
    for module, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                targets = [name if name in modules else node.module for name in full]
            else:
                continue
            yield from (Import(module, node.lineno, t) for t in dict.fromkeys(targets) if t in modules and t != module)


def upward(source: Path = SOURCE) -> list[Import]:
    """Return the imports that run up: from a room into a higher one, or into a public module."""
    order = {room: place for place, room in enumerate(ROOMS)} | dict.fromkeys(PUBLIC, len(ROOMS))
    return [one for one in imports_of(source) if order[room_of(one.target)] > order[room_of(one.module)]]


def circle(source: Path = SOURCE) -> list[str]:
    """Return the modules of one circle of imports; empty where there is none.

    Importing a module also imports the packages around it, which are counted unless the importing module is in them.
    """
    graph: dict[str, set[str]] = {}
    for one in imports_of(source):
        parts = one.target.split(".")
        around = {".".join(parts[:end]) for end in range(2, len(parts) + 1)}
        inside = {name for name in around if f"{one.module}.".startswith(f"{name}.")}
        graph.setdefault(one.module, set()).update(around - inside)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def edges(source: Path = SOURCE) -> dict[str, set[str]]:
    """Return the rooms that each room imports from."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for one in imports_of(source):
        a, b = room_of(one.module), room_of(one.target)
        if a in found and b in found and a != b:
            found[a].add(b)
    return found


def reduced(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the edges without those that a longer way implies."""

    def reach(start: str) -> set[str]:
        return {far for near in graph[start] for far in ({near} | reach(near))}

    return {a: {b for b in near if not any(b in reach(c) for c in near - {b})} for a, near in graph.items()}
