"""The codebook as pages: Markdown without HTML, its links led to the pages of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding
from clausula.site.names import safe

CODEBOOK = "docs/codebook"
_COMMENT = re.compile(r"^<!--.*?-->$", re.MULTILINE)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def _file(stem: str) -> str:
    return "index.html" if stem == "README" else f"{safe(stem)}.html"


def _led(tokens: Sequence[Any], known: set[str]) -> None:
    """Lead links among the pages to the pages; a link to anywhere else inside the checkout stays as text."""
    for number, token in enumerate(tokens):
        if token.children:
            _led(token.children, known)
        if token.type == "heading_open":
            token.attrSet("id", safe(tokens[number + 1].content.lower().replace(" ", "-")))
        if token.type != "link_open":
            continue
        target, _, part = str(token.attrGet("href")).partition("#")
        stem = target.removesuffix(".md")
        if target.endswith(".md") and stem in known:
            token.attrSet("href", _file(stem) + (f"#{part}" if part else ""))
        elif not target.startswith(("https://", "http://")):
            token.attrs.pop("href")


def parser() -> Any:
    """What turns Markdown into HTML; CouldNotRun if it is not installed."""
    try:
        import minify_html  # noqa: F401
        from markdown_it import MarkdownIt
    except ImportError as error:
        message = f"the site needs {error.name}"
        raise CouldNotRun(Finding("not-installed", message, "pip install 'clausula[site]'")) from error

    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    box = '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'
    made.add_render_rule("table_open", lambda *_: box)
    made.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return made


def pages(root: Path) -> list[tuple[str, str, str]]:
    """The pages of the codebook of a package: file name, title, content as HTML; none where it has no codebook."""
    files = sorted((root / CODEBOOK).glob("*.md"))
    known = {file.stem for file in files}
    markdown = parser()
    found = []
    for file in files:
        text = _COMMENT.sub("", file.read_text(encoding="utf-8", errors="replace"))
        title = _TITLE.search(text)
        tokens = markdown.parse(text)
        _led(tokens, known)
        html = markdown.renderer.render(tokens, markdown.options, {})
        found.append((_file(file.stem), title[1] if title else file.stem, str(html)))
    return found
