"""Render the comparison of two editions of a table as text for the terminal, as Markdown, or as an HTML page."""

from __future__ import annotations

import html as escapes
from collections.abc import Iterator

from clausula.core.findings import SHOWN, shown
from clausula.core.wording import count
from clausula.versions.diff.columns import ColumnChange
from clausula.versions.diff.editions import EditionDiff

LISTED = 4
ROWS = 20
"""How many changes of values are listed for a column, and how many rows, unless a number is asked for."""

TITLES = {
    "turned": "Columns turned round",
    "rescaled": "Columns with another scale",
    "recoded": "Columns recoded",
    "retyped": "Columns with another type",
    "renamed": "Columns renamed",
    "added": "Columns added",
    "dropped": "Columns dropped",
    "edited": "Columns with edited cells",
}
"""The kinds of changes, the gravest first."""


def _value(text: str) -> str:
    return shown(text) if text else "(empty)"


def describe(change: ColumnChange, limit: int = LISTED) -> str:
    """Return what happened to a column as text, such as "1 -> 0 (1,995), 0 -> 1 (124); 2,119 of 2,144 rows"."""
    parts = []
    if change.kind in ("rescaled", "retyped"):
        parts.append(f"{change.old} -> {change.new}")
    if change.kind != "rescaled":
        listed = [f"{_value(v['from'])} -> {_value(v['to'])} ({v['count']:,})" for v in change.values[:limit]]
        parts.append(", ".join(listed) + (", ..." if change.distinct > len(listed) else ""))
    parts.append(f"{change.changed:,} of {count(change.rows, 'row')}")
    return "; ".join(parts)


def column_lines(changes: list[ColumnChange], limit: int = LISTED) -> list[str]:
    """Return the changes of one kind as lines; columns to which the same happened share a line."""
    if changes[0].kind in ("added", "dropped"):
        return [change.column for change in changes]
    if changes[0].kind == "renamed":
        return [f"{change.old} -> {change.new}" for change in changes]
    alike: dict[str, list[str]] = {}
    for change in changes:
        alike.setdefault(describe(change, limit), []).append(change.column)
    return [f"{', '.join(columns)}: {what}" for what, columns in alike.items()]


def sections(diff: EditionDiff) -> Iterator[tuple[str, list[str]]]:
    """Yield each section with its lines; empty sections are left out."""
    limit, most = (LISTED, ROWS) if diff.shown == SHOWN else (diff.shown, diff.shown)
    for kind, title in TITLES.items():
        changes = [change for change in diff.columns if change.kind == kind]
        if changes:
            yield title, column_lines(changes, limit)
    for title, keys, total in (
        ("Rows gone", diff.gone_keys, diff.rows_gone),
        ("Rows added", diff.added_keys, diff.rows_added),
    ):
        if total:
            remaining = f" ... and {total - most:,} more" if total > most else ""
            yield f"{title}: {total:,}", ["; ".join(keys[:most]) + remaining]
    if diff.rekeyed:
        more = diff.rows_rekeyed - most
        listed = [f"{pair['from']} -> {pair['to']}" for pair in diff.rekeyed[:most]]
        yield "Keys changed", [*listed, *([f"and {more:,} more"] if more > 0 else [])]


def heading(diff: EditionDiff) -> str:
    """Return the heading: what was compared, by which key, and how many rows."""
    rows = f"{count(diff.rows_old, 'row')} and {count(diff.rows_new, 'row')}, matched by {', '.join(diff.key)}"
    return f"{diff.old} -> {diff.new}: {rows}"


def text(diff: EditionDiff) -> str:
    """Render the comparison as plain text."""
    lines = [heading(diff)]
    for title, listed in sections(diff):
        lines += ["", title, *(f"  {line}" for line in listed)]
    return "\n".join(lines if len(lines) > 1 else [*lines, "no differences"])


def markdown(diff: EditionDiff) -> str:
    """Render the comparison as Markdown."""
    lines = [f"# {diff.old} and {diff.new}", "", f"{heading(diff).split(': ', 1)[1]}."]
    for title, listed in sections(diff):
        escaped = [line.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;") for line in listed]
        lines += ["", f"## {title}", "", *(f"- {line}" for line in escaped)]
    return "\n".join(lines) + "\n"


def html(diff: EditionDiff) -> str:
    """Render the comparison as one HTML page without scripts or external resources."""
    title = escapes.escape(f"{diff.old} and {diff.new}")
    parts = [f"<h1>{title}</h1>", f"<p>{escapes.escape(heading(diff))}.</p>"]
    for name, listed in sections(diff):
        items = "".join(f"<li>{escapes.escape(line)}</li>" for line in listed)
        parts.append(f"<h2>{escapes.escape(name)}</h2><ul>{items}</ul>")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = "<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}</style>"
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}{style}</head><body>{"".join(parts)}</body></html>\n'
