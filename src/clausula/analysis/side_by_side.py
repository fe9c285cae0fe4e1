"""A comparison of two instruments for readers: as text, Markdown, or one HTML page that opens offline."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from typing import Any

import pandas as pd

from clausula.analysis.alignment import Alignment, Row
from clausula.analysis.compare import RELATIONS, VIA, columns
from clausula.analysis.dataset import Dataset
from clausula.analysis.show import find
from clausula.core.errors import similar_names
from clausula.core.findings import CouldNotRun
from clausula.core.wording import count

HEADINGS = {
    "reversed": "Reversed: the second asks the opposite, or rules out what the first works towards",
    "replaced": "Replaced: the second settles the matter differently",
    "weaker": "Weaker in the second",
    "stronger": "Stronger in the second",
    "same": "Same in both",
    "related": "Related: the same matter or topic, not graded",
    "dropped": "Dropped: only in the first",
    "new": "New: only in the second",
    "unknown": "Unknown: the other is known only from a report",
}
"""The heading of each relation, in the order in which a reader wants them."""

WIDTH = 100


def _day(date: Any) -> str:
    """Return a date in EDTF as a reader would write it: by 2025-11-21, 2014-06-07 to 2014-09-05."""
    if pd.isna(date):
        return "undated"
    first, _, last = str(date).strip("[]").replace("..", "/" if "[" in str(date) else "..").partition("/")
    if not last:
        return first
    return f"by {last}" if first == ".." else f"from {first}" if last == ".." else f"{first} to {last}"


def _instrument(data: Dataset, instrument_id: str, provisions: int) -> dict[str, Any]:
    row = data.load("instruments", labels=True).set_index("instrument_id").loc[instrument_id]
    return {
        "instrument_id": instrument_id,
        "title": str(row["title"]) + ("" if pd.isna(row["version"]) else f" ({row['version']})"),
        "date": _day(row["date"]),
        "coverage": str(row["coverage"]).lower(),
        "provisions": provisions,
    }


def _differs(row: Row, fields: list[str]) -> str:
    """Return what the comparisons and numbers of a pair say, as text; empty if they say nothing."""
    changed = [(name, row[name]) for name in fields if row.get(name) not in (None, "same")]
    parts = [f"{name}: {'different' if change == 'other' else change}" for name, change in changed]
    if "difference" in row:
        difference = f"{row['difference']:+,}".replace("-", "−") if row["difference"] else "the same number"
        numbers = f"{row['number_a']:,} against {row['number_b']:,} {row['unit']} ({difference})"
        parts.append(f"{row['measure'].replace('_', ' ')} {numbers}")
    return ", ".join(parts)


def plain_row(row: Row, fields: list[str]) -> Row:
    """Return a row of a comparison without missing values, in the order of the columns; whole numbers as integers."""
    found = {name: row[name] for name in columns(fields) if row.get(name) is not None}
    return {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in found.items()}


def side_by_side(data: Dataset, a: str, b: str) -> dict[str, Any]:
    """Return a comparison as plain values, grouped by relation.

    Parameters
    ----------
    data : Dataset
    a, b : str
        IDs of instruments, as for `clausula.compare`.

    Returns
    -------
    dict
        `a` and `b` (dict, with `instrument_id`, `title`, `date`, `coverage`, `provisions`), `counts` (dict of int, rows
        by relation), and `rows` (list of dict), the rows of `clausula.compare` without missing values.

    Raises
    ------
    CouldNotRun
        If an ID is unknown, no provision of an instrument is coded, or both are the same.
    """
    coded = set(data.load("provisions")["instrument_id"])
    for name in (a, b):
        if name not in coded:
            _require_instrument(data, name, coded)
            raise CouldNotRun.of("nothing-to-compare", instrument=name)
    if a == b:
        raise CouldNotRun.of("nothing-to-compare:same", instrument=a)
    alignment = Alignment(data.load)
    rows = [plain_row(row, alignment.fields) for row in alignment.rows(a, b)]
    relations = [row["relation"] for row in rows]
    return {
        "data_version": data.version,
        **{end: _instrument(data, name, len(alignment.own[name])) for end, name in (("a", a), ("b", b))},
        "counts": {relation: relations.count(relation) for relation in HEADINGS},
        "rows": rows,
    }


def _require_instrument(data: Dataset, name: str, coded: Collection[str]) -> None:
    """Check that a name is the ID of an instrument; if nothing has it, suggest instruments with provisions."""
    try:
        table, _ = find(data, name)
    except CouldNotRun as error:
        if near := similar_names(name, sorted(coded)):
            raise CouldNotRun.of("unknown-record:similar", record=name, near=", ".join(near)) from error
        raise
    if table.name != "instruments":
        raise CouldNotRun.of("nothing-to-compare:not-an-instrument", record=name, table=table.name)


class Names:
    """What a reader needs besides the rows of a comparison: labels of topics, statements, names of those bound."""

    def __init__(self, data: Dataset) -> None:
        alignment = Alignment(data.load, labels=True)
        self.fields = alignment.fields
        self.topics = dict(data.load("topics").set_index("topic_id")["label"])
        self.statements = dict(data.load("propositions").set_index("proposition_id")["statement"])
        self.bearers: dict[str, str | None] = {name: side["bearers"] for name, side in alignment.sides.items()}

    def basis(self, row: Row) -> str:
        """Return what a row of a comparison rests on; empty if it rests on nothing."""
        if row["via"] == "none":
            return ""
        if row["via"] == "proposition":
            return " ".join(self.statements[name] for name in row["propositions"].split("; ")).rstrip(".")
        basis = VIA[row["via"]].lower()
        return f"{basis}: {row['through']}" if "through" in row else basis

    def differs(self, row: Row) -> str:
        """Return what the comparisons and numbers of a pair say, as text; empty if they say nothing."""
        return _differs(row, self.fields)


def _side(row: Row, names: Names, end: str) -> Row | None:
    """Return what a reader needs of one of the two provisions; None if there is none."""
    provision = row.get(f"provision_id_{end}")
    return provision and {"id": provision, "summary": row[f"summary_{end}"], "bearers": names.bearers[provision]}


def _groups(data: Dataset, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows by relation, with what a reader needs of each."""
    names = Names(data)
    groups: dict[str, list[dict[str, Any]]] = {relation: [] for relation in HEADINGS}
    for row in found["rows"]:
        groups[row["relation"]].append(
            {
                "sides": [_side(row, names, end) for end in "ab"],
                "topic": names.topics[row["topic_id"]],
                "basis": names.basis(row),
                "differs": names.differs(row),
                "note": row.get("note", ""),
                "also": row.get("same_topic", ""),
            }
        )
    return [{"relation": key, "heading": HEADINGS[key], "rows": rows} for key, rows in groups.items() if rows]


def _heading(one: dict[str, Any]) -> str:
    return f"{one['title']}, {one['date']}, {count(one['provisions'], 'provision')} ({one['coverage']})"


def _counts(found: dict[str, Any]) -> str:
    return ", ".join(f"{number} {RELATIONS[key].lower()}" for key, number in found["counts"].items() if number)


def _about(row: dict[str, Any]) -> str:
    also = f"same topic: {row['also']}" if row["also"] else ""
    return "; ".join(part for part in (row["topic"], row["basis"], row["differs"], also) if part)


def text(data: Dataset, found: dict[str, Any]) -> str:
    """Render a comparison as plain text."""
    lines = [f"a  {_heading(found['a'])}", f"b  {_heading(found['b'])}", "", _counts(found)]
    for group in _groups(data, found):
        lines += ["", f"{group['heading']} ({len(group['rows'])})"]
        for row in group["rows"]:
            lines += textwrap.wrap(_about(row), WIDTH, initial_indent="  - ", subsequent_indent="    ")
            for end, side in zip("ab", row["sides"], strict=True):
                if side:
                    number = side["id"].rsplit(".", 1)[-1]
                    about = f"{end}  {number}  {side['summary']}{_of(side)}"
                    lines += textwrap.wrap(about, WIDTH, initial_indent="      ", subsequent_indent="         ")
            if row["note"]:
                about = f"note: {row['note']}"
                lines += textwrap.wrap(about, WIDTH, initial_indent="      ", subsequent_indent="         ")
    return "\n".join(lines)


def _of(side: Row) -> str:
    """Return who has the duty or right, or declares, in brackets; empty if the provision names nobody."""
    return f" [{side['bearers']}]" if side["bearers"] else ""


def _cell(value: str) -> str:
    """Return a text as a cell of a Markdown table, in which nothing is read as HTML or as a column."""
    flat = " ".join(value.split()).replace("\\", "\\\\").replace("|", "\\|")
    return flat.replace("&", "&amp;").replace("<", "&lt;")


def markdown(data: Dataset, found: dict[str, Any]) -> str:
    """Render a comparison as Markdown, with a table for each relation."""
    lines = [f"# {_cell(found['a']['title'])} and {_cell(found['b']['title'])}", ""]
    lines += [f"- {end}: {_cell(_heading(found[end]))}" for end in "ab"]
    lines += ["", f"{_counts(found)[:1].upper()}{_counts(found)[1:]}. Clausula {found['data_version']}."]
    for group in _groups(data, found):
        lines += ["", f"## {group['heading']}", "", "| a | b | compared |", "|---|---|---|"]
        for row in group["rows"]:
            cells = [
                f"{side['id'].rsplit('.', 1)[-1]}: {side['summary']}{_of(side)}" if side else ""
                for side in row["sides"]
            ]
            about = ". ".join(part for part in (_about(row), row["note"]) if part)
            lines.append("| " + " | ".join(map(_cell, [*cells, about])) + " |")
    return "\n".join(lines) + "\n"


def html(data: Dataset, found: dict[str, Any]) -> str:
    """Render a comparison as one HTML page without scripts or external resources; needs jinja2."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True)
    context = {"found": found, "groups": _groups(data, found), "heading": _heading, "counts": _counts(found)}
    return environment.get_template("compare.html.j2").render(**context)


RENDERERS = {"text": text, "md": markdown, "html": html}
"""The forms for readers, by the name of each."""
