"""A comparison as text for the terminal, as Markdown and as one HTML page that opens offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausula.core.findings import shown
from clausula.versions.diff.result import Diff, Structural, TableDiff

EMPTY = "(empty)"


def _value(text: str | None) -> str:
    return EMPTY if text is None else shown(text)


def change(one: Structural) -> str:
    """A change of structure in words."""
    where = one.table + (f".{one.field}" if one.field else "")
    values = (
        f": {one.old} -> {one.new}" if one.old and one.new else f": {one.old or one.new}" if one.old or one.new else ""
    )
    return f"{one.kind.replace('-', ' ')}: {where}{values} ({one.step})"


def counts(table: TableDiff) -> str:
    """The counts of a table in words."""
    return f"{table.added:,} added, {table.removed:,} removed, {table.changed:,} changed of {table.rows_old:,} rows"


def _more(all_: int, listed: int) -> list[str]:
    return [f"... and {all_ - listed:,} more"] if all_ > listed else []


def _lines(table: TableDiff) -> Iterator[tuple[str, list[str]]]:
    moved = {m.old for m in table.moved} | {m.new for m in table.moved}
    added = [f"+ {k}" for k in table.added_keys if k not in moved]
    removed = [f"- {k}" for k in table.removed_keys if k not in moved]
    if table.moved:
        yield "moved", [f"{m.old} -> {m.new}" for m in table.moved]
    if removed:
        yield "removed", removed + _more(table.removed, len(table.removed_keys))
    if added:
        yield "added", added + _more(table.added, len(table.added_keys))
    if table.cells:
        cells = [f"{c.key}: {c.field}: {_value(c.old)} -> {_value(c.new)}" for c in table.cells]
        yield "cells", cells + _more(sum(table.fields.values()), len(table.cells))
    if table.recodings:
        yield (
            "recodings",
            [f"{r.group}: {r.field}: {_value(r.old)} -> {_value(r.new)} ({r.count:,})" for r in table.recodings],
        )


def heading(diff: Diff) -> str:
    """What was compared, and the step that the changes call for."""
    versions = f" ({diff.old_version or 'no version'} -> {diff.new_version or 'no version'})"
    step = f"the changes call for a {diff.step} step" if diff.step != "none" else "nothing differs"
    return f"{diff.old} -> {diff.new}{versions}: {step}"


def text(diff: Diff) -> str:
    """The comparison as plain text."""
    lines = [heading(diff)]
    if diff.structure:
        lines += ["", "structure", *(f"  {change(one)}" for one in diff.structure)]
    for table in diff.tables:
        if table.differs:
            lines += ["", f"{table.table}: {counts(table)}"]
            for title, listed in _lines(table):
                lines += [f"  {title}", *(f"    {line}" for line in listed)]
    return "\n".join(lines)


def _code(line: str) -> str:
    """A line as Markdown code that its own back ticks cannot leave."""
    fence = "`" * (max((len(run) for run in _runs(line)), default=0) + 1)
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _runs(line: str) -> list[str]:
    import re

    return re.findall("`+", line)


def markdown(diff: Diff) -> str:
    """The comparison as Markdown."""
    lines = [
        f"# Changes from {_code(diff.old)} to {_code(diff.new)}",
        "",
        heading(diff).split(": ", 1)[1].capitalize() + ".",
    ]
    lines.insert(1, "")
    lines.append(f"Versions: {diff.old_version or 'none'} and {diff.new_version or 'none'}.")
    if diff.structure:
        lines += ["", "## Structure", "", *(f"- {_code(change(one))}" for one in diff.structure)]
    rows = [t for t in diff.tables if t.differs]
    if rows:
        lines += [
            "",
            "## Rows",
            "",
            "| table | rows before | rows now | added | removed | changed |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        lines += [
            f"| {t.table} | {t.rows_old:,} | {t.rows_new:,} | {t.added:,} | {t.removed:,} | {t.changed:,} |"
            for t in rows
        ]
    for table in rows:
        lines += ["", f"### {table.table}"]
        for title, listed in _lines(table):
            lines += ["", f"{title.capitalize()}:", "", *(f"- {_code(line)}" for line in listed)]
    return "\n".join(lines) + "\n"


def given(diff: Diff) -> dict[str, Any]:
    """What the body of the page is made of, beside the comparison itself."""
    return {"heading": heading(diff), "change": change, "counts": counts, "parts": lambda t: list(_lines(t))}


def html(diff: Diff) -> str:
    """The comparison as one page without script and without anything from elsewhere."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True)
    page = environment.get_template("diff.html.j2")
    return page.render(diff=diff, **given(diff))
