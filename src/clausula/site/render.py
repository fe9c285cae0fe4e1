"""Rendering of pages from templates, with the lookups and links that all pages share."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from clausula.analysis.quantities import quantity_text
from clausula.core.wording import count
from clausula.derive import citation
from clausula.figures.stances import cell_mark
from clausula.site import phrases
from clausula.site.context import Context, Record, date_text
from clausula.site.names import safe_name
from clausula.site.packing import packed_call
from clausula.site.wording import NAMELESS, PASSIVE, VOICES, original

if TYPE_CHECKING:
    from markupsafe import Markup

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

POLICY = "default-src 'none';style-src 'self' file:;base-uri 'none';form-action 'none'"
"""Content security policy: only the site's own style sheets; the template of tables adds scripts with `script-src`.

Pages opened from a file have no origin, so `file:` is allowed besides `'self'`."""


SCRIPTS = ";script-src 'self' file:"
"""What the policy of a page with scripts says besides."""

LONG, LONG_INSTRUMENT = 3_000, 10_000
"""Characters from which a page has the short versions of its parts, and a script with the complete ones.

A reader without script has complete pages of all but long instruments.
"""

PAGES_IN_BUNDLE = 8
"""Pages of a folder whose complete parts are in one script: similar pages take less together."""

PHRASES = "data/phrases.js"
"""Path of the script with the texts that the parts of several pages share."""

SUMMARIES = "data/provisions.js"
"""Path of the script of the table with the summaries of provisions."""

_PART = re.compile("<!--part-->(.*?)<!--full-->(.*?)<!--end-->", re.DOTALL)


def _group_by(rows: list[Record], field: str) -> list[tuple[Any, list[Record]]]:
    return [(value, list(group)) for value, group in groupby(rows, key=lambda row: row[field])]


_TIME = re.compile("</?time>")
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d(?:-\d\d)?(?!\d)")


def unbroken(text: str) -> Markup:
    """Return a text as HTML in which no date is broken over two lines at its hyphens."""
    from markupsafe import Markup, escape

    return Markup(_DAY.sub(r"<time>\g<0></time>", str(escape(text))))


def _dates(held: list[Record]) -> list[Record]:
    """Return the rows that say when an office was held in the order of their dates, each date once."""
    ordered = sorted(held, key=lambda row: (str(row.get("date_to", "9")), str(row.get("date_from", ""))))
    return list({row.get("date"): row for row in reversed(ordered)}.values())[::-1]


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
    up, (top, _, _) = "../" * (folder.count("/") + 1), folder.partition("/")
    html = html.replace(f'href="{up}{folder}/', 'href="').replace(f'href="{up}{top}/', f'href="{up[3:]}')
    return html.replace(f'href="{name}#', 'href="#')


def divided(html: str, path: str, bundle: int = 0) -> tuple[str, list[str]]:
    """Return a page and, if it is long, the complete versions of its parts, of which it has only the short ones.

    The page names the bundle in which these are. In the short versions, which only a reader without script has, dates
    may be broken: they would take as much again.
    """
    full = _PART.sub(r"\2", html)
    if len(full) <= (LONG_INSTRUMENT if path.startswith("instruments/") else LONG) or full == html:
        return full, []
    root = "../" * (len(PurePosixPath(path).parts) - 1)
    short = _PART.sub(lambda match: f"<div data-part>{_TIME.sub('', match[1])}</div>", html)
    if POLICY + SCRIPTS not in short:
        short = short.replace(POLICY, POLICY + SCRIPTS, 1)
    short = short.replace(
        "</head>", f'<script src="{root}assets/parts.js" data-of="{bundle}" defer></script></head>', 1
    )
    return short, [found[2] for found in _PART.finditer(html)]


def bundle_of(path: str, number: int) -> str:
    """Return the path of the script with the parts of some pages of a folder."""
    folder = path.rpartition("/")[0] or "pages"
    return f"data/{folder}/parts{number}.js"


class Pages:
    """The rendered pages of a site, by path."""

    def __init__(self, context: Context) -> None:
        from jinja2 import Environment, PackageLoader
        from markupsafe import Markup

        self.context = context
        self.files: dict[str, bytes] = {}
        self._parts: dict[str, list[str]] = {}
        self._bundle_of: dict[str, str] = {}
        self._bundled: Counter[str] = Counter()
        self._jinja = Environment(
            loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._jinja.filters |= {"group": _group_by, "unbroken": unbroken}
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

        def short_target(position: Record) -> str:
            table, target = f"{position['target_kind']}s", position["target_id"]
            return summaries[target] if table == "provisions" else context.name(table, target)

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
            return [(office, _dates(times)) for office, times in found.items()]

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
            "short_target": short_target,
            "stance_class": stance_class,
            "safe_name": safe_name,
            "date_text": lambda date: unbroken(date_text(date)),
        }

    def add(self, path: str, template: str, title: str, section: str = "", **values: Any) -> None:
        """Render a page and store it under its path from the root of the site."""
        root = "../" * (len(PurePosixPath(path).parts) - 1)
        page = self._jinja.get_template(f"site/{template}.html.j2")
        html = page.render(title=title, root=root, here=path, section=section, **values)
        folder = path.rpartition("/")[0]
        html, parts = divided(html, path, self._bundled[folder] // PAGES_IN_BUNDLE)
        self.files[path] = minify(shorten_html(html, path)).encode("utf-8", "xmlcharrefreplace")
        if parts:
            self._parts[path] = [minify(shorten_html(part, path)) for part in parts]
            self._bundle_of[path] = bundle_of(path, self._bundled[folder] // PAGES_IN_BUNDLE)
            self._bundled[folder] += 1

    def add_parts(self) -> None:
        """Add the scripts with the complete parts of the long pages that were added."""
        texts, pages = phrases.shared(self._parts, self.context.frame("provisions")["summary"])
        if pages:
            self.files[PHRASES] = packed_call("clausulaPhrases", texts)
        bundles: dict[str, dict[str, list[str]]] = {}
        for path, parts in pages.items():
            bundles.setdefault(self._bundle_of[path], {})[path.removesuffix(".html")] = parts
        self.files |= {name: packed_call("clausulaParts", bundle) for name, bundle in bundles.items()}
