"""The codebook as pages: Markdown without raw HTML, with links that point to the pages of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from clausula.core.requirements import needs
from clausula.site.names import safe_name

CODEBOOK = "docs/codebook"
_COMMENT = re.compile(r"^<!--.*?-->$", re.MULTILINE)
_EMPTY_HEADER = re.compile(r"<th[^>]*></th>")
_TABLE_NAME = re.compile(r'aria-label="Table"')
_DATE_CELL = re.compile(r"<td>(\d{4}-\d\d-\d\d)</td>")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def _file(stem: str) -> str:
    return "index.html" if stem == "README" else f"{safe_name(stem)}.html"


def _rewrite_links(tokens: Sequence[Any], known: set[str]) -> None:
    """Point links between codebook pages to the pages of the site; links to other files become plain text."""
    for index, token in enumerate(tokens):
        if token.children:
            _rewrite_links(token.children, known)
        if token.type == "heading_open":
            token.attrSet("id", safe_name(tokens[index + 1].content.lower().replace(" ", "-")))
        if token.type != "link_open":
            continue
        target, _, fragment = str(token.attrGet("href")).partition("#")
        stem = target.removesuffix(".md")
        if target.endswith(".md") and stem in known:
            token.attrSet("href", _file(stem) + (f"#{fragment}" if fragment else ""))
        elif not target.startswith(("https://", "http://")):
            token.attrs.pop("href")


def _named_tables(html: str) -> str:
    """Return a page whose tables have different names, no header cell without a text, and dates in one line each."""
    numbers = count(1)
    html = _DATE_CELL.sub(r"<td><time>\1</time></td>", _EMPTY_HEADER.sub("<td></td>", html))
    return _TABLE_NAME.sub(lambda match: f'{match[0][:-1]} {next(numbers)}"', html)


def parser() -> Any:
    """Return the Markdown parser.

    Raises
    ------
    CouldNotRun
        If a library that the site needs is not installed.
    """
    with needs("the site", "site"):
        import minify_html  # noqa: F401
        from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    table_start = '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'
    markdown.add_render_rule("table_open", lambda *_: table_start)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def pages(root: Path) -> list[tuple[str, str, str]]:
    """Return the codebook pages of a package as file name, title and HTML; an empty list if it has no codebook."""
    files = sorted((root / CODEBOOK).glob("*.md"))
    known = {file.stem for file in files}
    markdown = parser()
    result = []
    for file in files:
        text = _COMMENT.sub("", file.read_text(encoding="utf-8", errors="replace"))
        title = _TITLE.search(text)
        tokens = markdown.parse(text)
        _rewrite_links(tokens, known)
        html = markdown.renderer.render(tokens, markdown.options, {})
        result.append((_file(file.stem), title[1] if title else file.stem, _named_tables(str(html))))
    return result
