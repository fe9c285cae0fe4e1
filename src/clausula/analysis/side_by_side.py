"""A comparison of two instruments for readers: as text, Markdown, or one HTML page that opens offline."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from clausula.analysis.compare import RELATIONS, VIA
from clausula.analysis.composition import comparison_fields
from clausula.analysis.dataset import Dataset
from clausula.analysis.show import find, plain_records
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


def _differs(row: dict[str, Any], fields: list[str]) -> str:
    """Return what the comparisons and numbers of a pair say, as text; empty if they say nothing."""
    parts = [f"{name} {row[name]}" for name in fields if row.get(name) not in (None, "same")]
    if "difference" in row:
        unit = row["unit"]
        parts.append(f"{row['measure'].replace('_', ' ')} {row['number_a']:,} against {row['number_b']:,} {unit}")
    return ", ".join(parts)


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
            table, _ = find(data, name)
            if table.name != "instruments":
                raise CouldNotRun.of("nothing-to-compare:not-an-instrument", record=name, table=table.name)
            raise CouldNotRun.of("nothing-to-compare", instrument=name)
    if a == b:
        raise CouldNotRun.of("nothing-to-compare:same", instrument=a)
    frame = data.compare(a, b)
    numbers = {end: int(frame[f"provision_id_{end}"].nunique()) for end in "ab"}
    counts = frame["relation"].value_counts()
    return {
        "data_version": data.version,
        **{end: _instrument(data, name, numbers[end]) for end, name in (("a", a), ("b", b))},
        "counts": {relation: int(counts[relation]) for relation in HEADINGS},
        "rows": plain_records(frame),
    }


def _side(row: dict[str, Any], labelled: dict[str, Any], end: str) -> dict[str, Any] | None:
    """Return what a reader needs of one of the two provisions; None if there is none."""
    name = row.get(f"provision_id_{end}")
    return name and {"id": name, "summary": row[f"summary_{end}"], "bearers": labelled.get(f"bearers_{end}")}


def _groups(data: Dataset, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows by relation, with what a reader needs of each."""
    fields = comparison_fields(data.load("provision_links"))
    topics = data.load("topics").set_index("topic_id")["label"]
    statements = data.load("propositions").set_index("proposition_id")["statement"]
    names = data.compare(found["a"]["instrument_id"], found["b"]["instrument_id"], labels=True)
    groups: dict[str, list[dict[str, Any]]] = {relation: [] for relation in HEADINGS}
    for row, labelled in zip(found["rows"], plain_records(names), strict=True):
        sides = [
            {
                "id": row[f"provision_id_{end}"],
                "summary": row[f"summary_{end}"],
                "bearers": labelled.get(f"bearers_{end}"),
            }
            if f"provision_id_{end}" in row
            else None
            for end in "ab"
        ]
        basis = VIA[row["via"]].lower()
        if row["via"] == "proposition":
            basis = " ".join(statements[name] for name in row["propositions"].split("; ")).rstrip(".")
        elif "through" in row:
            basis += f": {row['through']}"
        groups[row["relation"]].append(
            {
                "sides": sides,
                "topic": topics[row["topic_id"]],
                "basis": "" if row["via"] == "none" else basis,
                "differs": _differs(row, fields),
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
                    about = f"{end}  {number}  {side['summary']}"
                    lines += textwrap.wrap(about, WIDTH, initial_indent="      ", subsequent_indent="         ")
            if row["note"]:
                about = f"note: {row['note']}"
                lines += textwrap.wrap(about, WIDTH, initial_indent="      ", subsequent_indent="         ")
    return "\n".join(lines)


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
            cells = [f"{side['id'].rsplit('.', 1)[-1]}: {side['summary']}" if side else "" for side in row["sides"]]
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
