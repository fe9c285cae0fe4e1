"""Rendering of pages from templates, with the lookups and links that all pages share."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from clausula.analysis.quantities import quantity_text
from clausula.core.wording import count
from clausula.derive import citation
from clausula.figures.stances import cell_mark
from clausula.site import phrases
from clausula.site.context import Context, Record, date_text
from clausula.site.names import safe_name
from clausula.site.packing import packed_call
from clausula.site.wording import NAMELESS, PASSIVE, VOICES, original

MENU = (
    ("Overview", "index.html"),
    ("Search", "search.html"),
    ("Instruments", "instruments.html"),
    ("Actors", "actors.html"),
    ("Topics", "topics.html"),
    ("Compare", "compare.html"),
    ("Sources", "sources.html"),
    ("Figures", "figures.html"),
    ("Tables", "tables.html"),
    ("Codebook", "codebook/index.html"),
    ("Validation", "validation.html"),
    ("Changes", "changes.html"),
)
RECORD_MENU = tuple(f"{name}.html" for name in ("search", "instruments", "actors", "topics", "compare"))
"""Menu on the pages of records, besides the page's own section; the overview links to everything else."""

POLICY = "default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'"
"""Content security policy: only the site's own style sheets; the template of tables adds scripts with `script-src`.

Pages opened from a file have no origin, so `file:` is allowed besides `'self'`."""


SCRIPTS = "; script-src 'self' file:"
"""What the policy of a page with scripts says besides."""

LONG, LONG_INSTRUMENT = 7_000, 20_000
"""Characters from which a page has the short versions of its parts, and a script with the complete ones.

A reader without script has complete pages of all but long instruments.
"""

PHRASES = "data/phrases.js"
"""Path of the script with the texts that the parts of several pages share."""

SUMMARIES = "data/provisions.js"
"""Path of the script of the table with the summaries of provisions."""

_PART = re.compile("<!--part-->(.*?)<!--full-->(.*?)<!--end-->", re.DOTALL)


def _group_by(rows: list[Record], field: str) -> list[tuple[Any, list[Record]]]:
    return [(value, list(group)) for value, group in groupby(rows, key=lambda row: row[field])]


def minify(html: str) -> str:
    """Return a page without optional white space, quotation marks and end tags."""
    import minify_html

    return str(minify_html.minify(html, keep_html_and_head_opening_tags=True, minify_doctype=False))


_BLOCK = "p|h[1-6]|[uo]l|li|d[ltd]|div|section|details|summary|table|t(?:head|body|[rhd])|figure|figcaption|aside"
_SPACE = re.compile(rf"\s+(?=</?(?:{_BLOCK})\b)|(?<=>)\s+(?=<(?:{_BLOCK})\b)|(</(?:{_BLOCK})>)\s+")


def shorten_html(html: str, path: str) -> str:
    """Return a page without white space between blocks, with the shortest links to its own folder and to itself."""
    html = _SPACE.sub(r"\1", html)
    folder, _, name = path.rpartition("/")
    if not folder:
        return html
    return html.replace(f'href="../{folder}/', 'href="').replace(f'href="{name}#', 'href="#')


def divided(html: str, path: str) -> tuple[str, list[str]]:
    """Return a page and, if it is long, the complete versions of its parts, of which it has only the short ones."""
    full = _PART.sub(r"\2", html)
    if len(full) <= (LONG_INSTRUMENT if path.startswith("instruments/") else LONG) or full == html:
        return full, []
    root = "../" * (len(PurePosixPath(path).parts) - 1)
    names = [
        name
        for name in ("assets/shared.js", "assets/parts.js", PHRASES, SUMMARIES, script_of(path))
        if f'src="{root}{name}"' not in html
    ]
    scripts = "".join(f'<script src="{root}{name}" defer></script>' for name in names)
    short = _PART.sub(r"<div data-part>\1</div>", html)
    if POLICY + SCRIPTS not in short:
        short = short.replace(POLICY, POLICY + SCRIPTS, 1)
    short = short.replace("</head>", f"{scripts}</head>", 1)
    return short, [found[2] for found in _PART.finditer(html)]


def script_of(path: str) -> str:
    """Return the path of the script with the parts of a page."""
    return f"data/{path.removesuffix('.html')}.js"


class Pages:
    """The rendered pages of a site, by path."""

    def __init__(self, context: Context) -> None:
        from jinja2 import Environment, PackageLoader
        from markupsafe import Markup

        self.context = context
        self.files: dict[str, bytes] = {}
        self._parts: dict[str, list[str]] = {}
        self._jinja = Environment(
            loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._jinja.filters["group"] = _group_by
        metadata = context.model.metadata
        self.name = str(metadata.get("name") or "package").capitalize()
        licences = metadata.get("licenses", [])
        self._jinja.globals |= {
            **self._lookups(),
            "menu": MENU,
            "record_menu": RECORD_MENU,
            "policy": Markup(POLICY),
            "site_name": self.name,
            "package_title": str(metadata.get("title") or metadata.get("name") or "A package"),
            "version": context.data.version,
            "cited": citation.sentence(metadata),
            "licence": next((one for one in licences if one.get("scope") == "data"), None),
        }

    def _lookups(self) -> dict[str, Any]:
        context = self.context
        summaries = {p["provision_id"]: p["summary"] for p in context.all("provisions")}

        def stance_mark(position: Record) -> str:
            selected = position["source_id"] in context.selected
            return cell_mark(position["position"], position.get("stance"), position["conditional"], selected)

        def stance_text(position: Record) -> str:
            if position["position"] == "silent":
                return "silence noted by the source"
            return context.label("reaction_targets", "stance", position["stance"]).lower()

        def stance_class(position: Record) -> str:
            stance = position.get("stance")
            name = "silent" if stance is None else f"s{stance}".replace("-", "m")
            return f"{name} if" if position["conditional"] else name

        def by_instrument(listed: list[Record]) -> list[tuple[str, list[Record]]]:
            found: dict[str, list[Record]] = {}
            for row in listed:
                found.setdefault(context.instrument_of(row["provision_id"]), []).append(row)
            return list(found.items())

        def offices_held(held: list[Record]) -> list[tuple[str, list[Record]]]:
            found: dict[str, list[Record]] = {}
            for row in held:
                office = row.get("office") or context.label("affiliations", "relation", row["relation"]).lower()
                found.setdefault(office, []).append(row)
            return list(found.items())

        def provision_count(instrument_id: str) -> str:
            number = len(context.rows("provisions", "instrument_id", instrument_id))
            return count(number, "provision") if number else "no provisions coded"

        return {
            "address": context.address,
            "anchor": context.anchor,
            "name": context.name,
            "label": context.label,
            "selected": context.selected,
            "rows": context.rows,
            "count": count,
            "provision_count": provision_count,
            "positions_on": context.positions_on,
            "provision_text": lambda provision_id: summaries.get(provision_id, ""),
            "instrument_of": context.instrument_of,
            "by_instrument": by_instrument,
            "offices_held": offices_held,
            "voices": VOICES,
            "nameless": NAMELESS,
            "passive": PASSIVE,
            "original": original,
            "short_id": lambda record_id: record_id.rsplit(".", 1)[-1],
            "quantity_text": quantity_text,
            "stance_mark": stance_mark,
            "stance_text": stance_text,
            "stance_class": stance_class,
            "safe_name": safe_name,
            "date_text": date_text,
        }

    def add(self, path: str, template: str, title: str, section: str = "", **values: Any) -> None:
        """Render a page and store it under its path from the root of the site."""
        root = "../" * (len(PurePosixPath(path).parts) - 1)
        page = self._jinja.get_template(f"site/{template}.html.j2")
        html = page.render(title=title, root=root, here=path, section=section, **values)
        html, parts = divided(html, path)
        self.files[path] = minify(shorten_html(html, path)).encode("utf-8", "xmlcharrefreplace")
        if parts:
            self._parts[path] = [minify(shorten_html(part, path)) for part in parts]

    def add_parts(self) -> None:
        """Add the scripts with the complete parts of the long pages that were added."""
        texts, pages = phrases.shared(self._parts, self.context.frame("provisions")["summary"])
        if pages:
            self.files[PHRASES] = packed_call("clausulaPhrases", texts)
        self.files |= {script_of(path): packed_call("clausulaParts", parts) for path, parts in pages.items()}
