"""Render a comparison as text for the terminal, as Markdown, or as one HTML page that opens offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from clausula.core.findings import shown
from clausula.core.wording import count
from clausula.versions.diff.result import Diff, StructureChange, TableDiff

EMPTY = "(empty)"


def _value(text: str | None) -> str:
    return EMPTY if text is None else shown(text)


def change(found: StructureChange) -> str:
    """Return a change of structure as text, such as "column removed: actors.note: string"."""
    place = found.table + (f".{found.field}" if found.field else "")
    values = " -> ".join(shown(value) for value in (found.old, found.new) if value and value != found.table)
    return f"{found.kind.replace('-', ' ')}: {place}{f': {values}' if values else ''}"


STEPS = {"major": "Breaking changes", "minor": "Other changes of structure", "patch": "Changed descriptions"}
"""Titles of the changes of structure by the version step that they require, in the order of the report."""

NAMED = 6
"""So many fields are named in a line that stands for several changes."""


LONGEST = 100
"""Values that several fields share are shown up to this many characters."""


def _several(places: list[str]) -> str:
    listed = ", ".join(places[:NAMED])
    return listed if len(places) <= NAMED else f"{listed} and {len(places) - NAMED:,} more"


def structure(changes: Iterable[StructureChange]) -> dict[str, list[str]]:
    """Return the changes of structure as lines by title, with one line for the same change of several fields.

    Changed descriptions have one line per table. The JSON of a comparison lists every change on its own.
    """
    groups: dict[str, dict[tuple[str, ...], list[StructureChange]]] = {step: {} for step in STEPS}
    for one in changes:
        field, _, constraint = (one.field or "").partition(".")
        alike: tuple[str, ...] = (one.kind, one.table, field, constraint, one.old or "", one.new or "")
        if one.kind == "constraint-changed":
            alike = (one.kind, constraint, one.old or "", one.new or "")
        elif one.kind == "description-changed":
            alike = (one.kind, one.table)
        groups[one.step].setdefault(alike, []).append(one)
    return {STEPS[step]: [_line(found) for found in alike.values()] for step, alike in groups.items() if alike}


def _line(found: list[StructureChange]) -> str:
    """Return the line for the same change of one field or several."""
    first = found[0]
    if first.kind == "description-changed":
        return f"{first.table}: {_several([one.field or 'table' for one in found])}"
    if len(found) == 1:
        return change(first)
    places = [f"{one.table}.{(one.field or '').partition('.')[0]}" for one in found]
    kind, constraint = first.kind.replace("-", " "), (first.field or "").partition(".")[2]
    values = " -> ".join(_value(value) for value in (first.old, first.new))
    told = f"{constraint}: {values}" if len(values) <= LONGEST else constraint
    return f"{kind} in {len(found):,} fields: {told} ({_several(places)})"


def counts(table: TableDiff) -> str:
    """Return the counts of a table as text."""
    before = count(table.rows_old, "row")
    return f"{table.added:,} added, {table.removed:,} removed, {table.changed:,} changed of {before}"


def _remainder(total: int, listed: int) -> list[str]:
    return [f"... and {total - listed:,} more"] if total > listed else []


def _sections(table: TableDiff) -> Iterator[tuple[str, list[str]]]:
    moved = {m.old for m in table.moved} | {m.new for m in table.moved}
    added = [f"+ {k}" for k in table.added_keys if k not in moved]
    removed = [f"- {k}" for k in table.removed_keys if k not in moved]
    if table.moved:
        yield "moved", [f"{m.old} -> {m.new}" for m in table.moved]
    if removed:
        yield "removed", removed + _remainder(table.removed, len(table.removed_keys))
    if added:
        yield "added", added + _remainder(table.added, len(table.added_keys))
    if table.cells:
        cells = [f"{c.key}: {c.field}: {_value(c.old)} -> {_value(c.new)}" for c in table.cells]
        yield "cells", cells + _remainder(sum(table.fields.values()), len(table.cells))
    if table.recodings:
        lines = [f"{r.group}: {r.field}: {_value(r.old)} -> {_value(r.new)} ({r.count:,})" for r in table.recodings]
        yield "recodings", lines


def heading(diff: Diff) -> str:
    """Return the heading: what was compared, and the version step required."""
    versions = f" ({diff.old_version or 'no version'} -> {diff.new_version or 'no version'})"
    step = f"the changes require a {diff.step} version step" if diff.step != "none" else "no differences"
    return f"{diff.old} -> {diff.new}{versions}: {step}"


def text(diff: Diff) -> str:
    """Render the comparison as plain text."""
    lines = [heading(diff)]
    for title, listed in structure(diff.structure).items():
        lines += ["", f"{title}: {len(listed):,}", *(f"  {line}" for line in listed)]
    rows = [t for t in diff.tables if t.differs]
    if rows:
        lines += ["", f"{'Rows':28}{'before':>10}{'after':>10}{'added':>10}{'removed':>10}{'changed':>10}"]
        for t in rows:
            numbers = (t.rows_old, t.rows_new, t.added, t.removed, t.changed)
            lines.append(f"  {t.table:26}" + "".join(f"{n:10,}" for n in numbers))
    for table in rows:
        lines += ["", f"{table.table}: {counts(table)}"]
        for title, listed in _sections(table):
            lines += [f"  {title}", *(f"    {line}" for line in listed)]
    return "\n".join(lines)


def _code(line: str) -> str:
    """Format a line as Markdown code, with a fence longer than any run of backticks in it."""
    fence = max(re.findall("`*", line), key=len) + "`"
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def markdown(diff: Diff) -> str:
    """Render the comparison as Markdown."""
    lines = [
        f"# Changes from {_code(diff.old)} to {_code(diff.new)}",
        "",
        "",
        heading(diff).split(": ", 1)[1].capitalize() + ".",
        f"Versions: {diff.old_version or 'none'} and {diff.new_version or 'none'}.",
    ]
    for title, listed in structure(diff.structure).items():
        lines += ["", f"## {title}", "", *(f"- {_code(line)}" for line in listed)]
    rows = [t for t in diff.tables if t.differs]
    if rows:
        lines += ["", "## Rows", "", "| table | rows before | rows after | added | removed | changed |"]
        lines.append("|---|---:|---:|---:|---:|---:|")
    for t in rows:
        lines.append(f"| {t.table} | {t.rows_old:,} | {t.rows_new:,} | {t.added:,} | {t.removed:,} | {t.changed:,} |")
    for table in rows:
        lines += ["", f"### {table.table}"]
        for title, listed in _sections(table):
            lines += ["", f"{title.capitalize()}:", "", *(f"- {_code(line)}" for line in listed)]
    return "\n".join(lines) + "\n"


def template_context(diff: Diff) -> dict[str, Any]:
    """Return the variables that the page template needs in addition to the comparison."""
    return {
        "heading": heading(diff),
        "structure": structure(diff.structure),
        "counts": counts,
        "parts": lambda t: list(_sections(t)),
    }


def html(diff: Diff) -> str:
    """Render the comparison as one HTML page without scripts or external resources."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True)
    return environment.get_template("diff.html.j2").render(diff=diff, **template_context(diff))
