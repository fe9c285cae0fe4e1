"""The generated parts of the codebook pages: which fields a page covers, and what their categories mean.

A page is written by hand but for what stands between two comment lines; that part comes from the schemas, so that a
definition is stated once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausula.core.model import Field, Model, Table

BEGIN, END = "<!-- generated:fields -->", "<!-- /generated -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


class PageError(ValueError):
    """A codebook page that lacks the place for its generated part."""


def fields_of(model: Model, page: str) -> Iterator[tuple[Table, Field]]:
    """The fields that a page covers."""
    return ((table, field) for table in model for field in table.fields if field.page == page)


def pages(model: Model) -> list[str]:
    """Names of the pages that the schemas ask for."""
    return sorted({field.page for table in model for field in table.fields if field.page})


def cell(text: str) -> str:
    """Text inside a Markdown table."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _row(table: Table, field: Field) -> str:
    need = "required" if table.required(field) else "may be empty"
    kind = f"{field.type}, {field.unit}" if field.unit else field.type
    return f"| `{table.name}.{field.name}` | {kind} | {field.level} | {need} | {cell(field.description)} |"


def block(model: Model, page: str) -> str:
    """The generated part of a page."""
    covered = list(fields_of(model, page))
    if not covered:
        return f"{BEGIN}\n{END}"
    lines = ["| field | type | level | | what it holds |", "|---|---|---|---|---|", *(_row(t, f) for t, f in covered)]
    told: dict[tuple[str, ...], list[str]] = {}
    for table, field in covered:
        listed = field.categories or field.scale
        if listed:
            rows = tuple(f"| `{c.value}` | {cell(c.label)} | {cell(c.description)} |" for c in listed)
            ordered = " in order" if field.ordered or field.scale else ""
            told.setdefault((ordered, *rows), []).append(f"`{table.name}.{field.name}`")
    for listing, names in told.items():
        heading = f"Categories{listing[0]} of {', '.join(names)}:"
        lines += ["", heading, "", "| value | label | definition |", "|---|---|---|", *listing[1:]]
    return "\n".join([BEGIN, "", *lines, "", END])


def refreshed(text: str, model: Model, page: str) -> str:
    """The page with its generated part made anew.

    Raises
    ------
    PageError
        If the page does not have exactly one place for it.
    """
    if len(_BLOCK.findall(text)) != 1:
        raise PageError(f"docs/codebook/{page}.md needs one part between {BEGIN} and {END}")
    return _BLOCK.sub(lambda _: block(model, page), text)


def index(model: Model, titles: dict[str, str]) -> str:
    """The codebook's table of contents and the list of all tables with their fields."""
    lines = [
        "# Codebook",
        "",
        "Made by `clausula build` from the schemas and the pages beside it. Start with [units](units.md).",
        "",
    ]
    lines += ["## Pages", "", *(f"- [{title}]({page}.md)" for page, title in titles.items()), "", "## Tables", ""]
    for table in model:
        lines += [
            f"### {table.name}",
            "",
            f"{cell(table.grain)} {cell(table.description)}",
            "",
            f"Key: {', '.join(f'`{k}`' for k in table.primary_key)}",
            "",
        ]
        lines += ["| field | type | | what it holds | example |", "|---|---|---|---|---|"]
        for field in table.fields:
            need = "required" if table.required(field) else ""
            name = f"[`{field.name}`]({field.page}.md)" if field.page else f"`{field.name}`"
            example = cell(str(field.descriptor.get("example", "")))
            lines.append(f"| {name} | {field.type} | {need} | {cell(field.description)} | {example} |")
        lines.append("")
    return "\n".join(lines)
