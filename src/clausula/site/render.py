"""Rendering: templates with what all pages have, and addresses that lead from each page's own place."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from clausula.core.wording import count
from clausula.figures.quantities import said
from clausula.figures.stances import mark
from clausula.site.context import Context, Record, day
from clausula.site.names import safe

MENU = (
    ("Overview", "index.html"),
    ("Instruments", "instruments.html"),
    ("Actors", "actors.html"),
    ("Topics", "topics.html"),
    ("Sources", "sources.html"),
    ("Figures", "figures.html"),
    ("Tables", "tables.html"),
    ("Codebook", "codebook/index.html"),
    ("Validation", "validation.html"),
    ("Changes", "changes.html"),
)
NEAR = ("instruments.html", "actors.html", "topics.html", "figures.html", "tables.html")
"""What the page of a record leads to beside its own section; all else is reached from the overview."""

POLICY = "default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'"
"""What a page may load: the site's style sheets, and where it has tables its scripts (`script-src` stands in their
template). A page in a file has no origin, hence `file:` beside `'self'`."""


def _group(rows: list[Record], field: str) -> list[tuple[Any, list[Record]]]:
    return [(value, list(own)) for value, own in groupby(rows, key=lambda row: row[field])]


def minified(html: str) -> str:
    """A page without what a browser does not need: white space, quotation marks, end tags."""
    import minify_html

    return str(minify_html.minify(html, keep_html_and_head_opening_tags=True, minify_doctype=False))


_BLOCK = "p|h[1-6]|[uo]l|li|d[ltd]|div|section|details|summary|table|t(?:head|body|[rhd])|figure|figcaption|aside"
_AIR = re.compile(rf"\s+(?=</?(?:{_BLOCK})\b)|(?<=>)\s+(?=<(?:{_BLOCK})\b)|(</(?:{_BLOCK})>)\s+")


def nearer(html: str, path: str) -> str:
    """A page without air between its blocks, whose links to its own folder and to itself go no long way round."""
    html = _AIR.sub(r"\1", html)
    folder, _, name = path.rpartition("/")
    if not folder:
        return html
    return html.replace(f'href="../{folder}/', 'href="').replace(f'href="{name}#', 'href="#')


class Pages:
    """The pages of a site, by path, as they are rendered."""

    def __init__(self, context: Context) -> None:
        from jinja2 import Environment, PackageLoader
        from markupsafe import Markup

        self.context = context
        self.files: dict[str, bytes] = {}
        self._jinja = Environment(
            loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._jinja.filters["group"] = _group
        metadata = context.model.metadata
        licences = metadata.get("licenses", [])
        self._jinja.globals |= {
            **self._lookups(),
            "menu": MENU,
            "near": NEAR,
            "policy": Markup(POLICY),
            "site_name": str(metadata.get("name") or "package").capitalize(),
            "package_title": str(metadata.get("title") or metadata.get("name") or "A package"),
            "version": context.data.version,
            "licence": next((one for one in licences if one.get("scope") == "data"), None),
        }

    def _lookups(self) -> dict[str, Any]:
        context = self.context
        summaries = {p["provision_id"]: p["summary"] for p in context.all("provisions")}
        units = context.model["provision_quantities"]["unit"]
        unit_labels = {str(c.value): c.label.lower() for c in units.categories}
        provisions = context.rows

        def marked(position: Record) -> str:
            selected = position["source_id"] in context.selected
            return mark(position["position"], position.get("stance"), position["conditional"], selected)

        def in_words(position: Record) -> str:
            if position["position"] == "silent":
                return "the source notes silence"
            return context.label("reaction_targets", "stance", position["stance"]).lower()

        def tone(position: Record) -> str:
            stance = position.get("stance")
            shade = "silent" if stance is None else f"s{stance}".replace("-", "m")
            return f"{shade} if" if position["conditional"] else shade

        def count_of(table: str, instrument_id: str) -> str:
            number = len(provisions(table, "instrument_id", instrument_id))
            return count(number, "provision") if number else "no provisions coded"

        def quantity(row: Record) -> str:
            return said({**row, "unit": unit_labels.get(row["unit"], row["unit"])})

        return {
            "address": context.address,
            "anchor": context.anchor,
            "name": context.name,
            "label": context.label,
            "selected": context.selected,
            "rows": context.rows,
            "number_of": lambda table, field, value: len(context.rows(table, field, value)),
            "count": count,
            "count_of": count_of,
            "positions_on": lambda topic: len(context.positions_on("topic", topic)),
            "provision_text": lambda one: summaries.get(one, ""),
            "short_id": lambda one: one.rsplit(".", 1)[-1],
            "quantity": quantity,
            "mark": marked,
            "said": in_words,
            "tone": tone,
            "safe": safe,
            "day": day,
        }

    def add(self, path: str, template: str, title: str, section: str = "", **given: Any) -> None:
        """Render a page to a path from the root of the site."""
        root = "../" * (len(PurePosixPath(path).parts) - 1)
        page = self._jinja.get_template(f"site/{template}.html.j2")
        html = page.render(title=title, root=root, here=path, section=section, **given)
        self.files[path] = minified(nearer(html, path)).encode("utf-8", "xmlcharrefreplace")
