"""The generated parts of the codebook pages: fields, definitions of their categories, and agreement between passes.

The part of a page between two comment lines is generated from the schemas and the agreement table, so that every
definition and figure has a single source. The rest of the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from clausula.core.model import Category, Field, Model, Table

BEGIN, END = "<!-- generated:fields -->", "<!-- /generated -->"
UNITS = "units"
"""The page on units of coding."""

UNIT_STATISTICS = ("f_units", "alpha_text")

Figure = Mapping[str, str | None]
"""A row of the agreement table."""

_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


class PageError(ValueError):
    """Raised for a page that is missing or has no block for its generated part."""


def fields_of(model: Model, page: str) -> Iterator[tuple[Table, Field]]:
    """Yield the fields that a page covers, with their tables."""
    return ((table, field) for table in model for field in table.fields if field.page == page)


def pages(model: Model) -> list[str]:
    """Return the names of the pages that the schemas require."""
    return sorted({field.page for table in model for field in table.fields if field.page})


def cell(text: str) -> str:
    """Escape a text for a Markdown table."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _row(table: Table, field: Field) -> str:
    need = "required" if table.required(field) else "may be empty"
    kind = f"{field.type}, {field.unit}" if field.unit else field.type
    return f"| `{table.name}.{field.name}` | {kind} | {field.level} | {need} | {cell(field.description)} |"


def page_of_rows(table: Table) -> str:
    """Return the page on a table whose rows are compared between passes as a set."""
    return next((table[name].page for name in table.same_row if table[name].page), "")


def page_of_figure(model: Model, figure: Figure) -> str:
    """Return the page that shows a figure of agreement."""
    table, _, name = (figure["variable"] or "").partition(".")
    if table not in model.tables or (figure["statistic"] or "") in UNIT_STATISTICS:
        return UNITS
    known = model[table]
    return known[name].page if name in known.names else page_of_rows(known)


def _figure(figure: Figure) -> str:
    cells = {name: value or "" for name, value in figure.items()}
    bounds = f"{cells['low']} to {cells['high']}" if cells["low"] else ""
    value = cells["value"] or "not defined"
    labels = [f"`{cells['variable']}`", f"`{cells['statistic']}`", cells["round"], cells["codebook_version"]]
    return f"| {' | '.join([*labels, cells['n'], cells['proportion'], value, bounds])} |"


def agreement_lines(model: Model, page: str, figures: Sequence[Figure], caution: str = "") -> list[str]:
    """Return the table of agreement between passes on the variables of a page, over all sources, by round."""
    own = [f for f in figures if f["scope"] == "all" and page_of_figure(model, f) == page]
    order = {(f["variable"], f["statistic"]): number for number, f in reversed(list(enumerate(own)))}
    own.sort(key=lambda f: (order[f["variable"], f["statistic"]], int(f["round"] or 0)))
    head = [f"Agreement between coding passes ([how to read these figures](passes.md)). {caution}".rstrip(), ""]
    columns = "| variable | statistic | round | codebook | n | proportion | value | 95 percent interval |"
    return [*head, columns, "|---|---|---|---|---|---|---|---|", *map(_figure, own)] if own else []


def _meaning(category: Category) -> str:
    """Return the definition of a category, with the value under which a dataset added it."""
    return f"{category.description} Under `{category.broader}`.".strip() if category.broader else category.description


def block(model: Model, page: str, figures: Sequence[Figure] = (), caution: str = "") -> str:
    """Return the generated part of a page."""
    covered = list(fields_of(model, page))
    agreed = agreement_lines(model, page, figures, caution)
    if not covered:
        return "\n".join([BEGIN, "", *agreed, "", END]) if agreed else f"{BEGIN}\n{END}"
    lines = ["| field | type | level | | description |", "|---|---|---|---|---|", *(_row(t, f) for t, f in covered)]
    listings: dict[tuple[str, ...], list[str]] = {}
    for table, field in covered:
        listed = field.categories or field.scale
        if listed:
            rows = tuple(f"| `{c.value}` | {cell(c.label)} | {cell(_meaning(c))} |" for c in listed)
            ordered = "Ordered categories" if field.ordered or field.scale else "Categories"
            listings.setdefault((ordered, *rows), []).append(f"`{table.name}.{field.name}`")
    for listing, names in listings.items():
        heading = f"{listing[0]} of {', '.join(names)}:"
        lines += ["", heading, "", "| value | label | definition |", "|---|---|---|", *listing[1:]]
    lines += ["", *agreed] if agreed else []
    return "\n".join([BEGIN, "", *lines, "", END])


def refresh(text: str, model: Model, page: str, figures: Sequence[Figure] = (), caution: str = "") -> str:
    """Return the page with its generated part replaced by an up-to-date one.

    Parameters
    ----------
    caution : str
        What is to be said beside every figure of agreement.

    Raises
    ------
    PageError
        If the page does not have exactly one block for it.
    """
    if len(_BLOCK.findall(text)) != 1:
        raise PageError(f"docs/codebook/{page}.md needs one block from {BEGIN} to {END}")
    return _BLOCK.sub(lambda _: block(model, page, figures, caution), text)


def index(model: Model, titles: dict[str, str]) -> str:
    """Return the index of the codebook: its table of contents, and all tables with their fields."""
    lines = [
        "# Codebook",
        "",
        "The codebook defines every table, field and code. Start with [units](units.md), which says what counts as one "
        "provision, reaction or event. Most pages ask one question and give the categories, a procedure, worked "
        "examples and rules for borderline cases. `clausula build` generates this page from the schemas.",
        "",
    ]
    listed = sorted(titles.items(), key=lambda page: page[1])
    lines += ["## Pages", "", *(f"- [{title}]({page}.md)" for page, title in listed), "", "## Tables", ""]
    for table in model:
        lines += [
            f"### {table.name}",
            "",
            f"{cell(table.grain)} {cell(table.description)}",
            "",
            f"Key: {', '.join(f'`{k}`' for k in table.primary_key)}",
            "",
        ]
        lines += ["| field | type | | description | example |", "|---|---|---|---|---|"]
        for field in table.fields:
            need = "required" if table.required(field) else ""
            name = f"[`{field.name}`]({field.page}.md)" if field.page else f"`{field.name}`"
            example = cell(str(field.descriptor.get("example", "")))
            lines.append(f"| {name} | {field.type} | {need} | {cell(field.description)} | {example} |")
        lines.append("")
    return "\n".join(lines)
