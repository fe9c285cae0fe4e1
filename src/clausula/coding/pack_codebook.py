"""The pages of the codebook that a coder needs, without the parts that the form repeats."""

from __future__ import annotations

import re
from pathlib import Path

from clausula.coding.form import Form

FOLDER = "docs/codebook"

ALWAYS = ("units", "anchors")
"""Pages that every coder needs, whatever the form contains."""

NOT_FOR_CODERS = ("passes", "crosswalk", "literature", "sources")
"""Pages on the work of editors."""

_GENERATED = re.compile(r"<!-- generated.*?<!-- /generated -->\n*", re.DOTALL)
_LITERATURE = re.compile(r"^## Literature\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_EXAMPLES = re.compile(r"^## Worked examples\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([a-z-]+\.md(?:#[^)]*)?\)")


def pages_of(form: Form) -> list[str]:
    """Return the names of the pages behind the fields of a form, in the order of the form."""
    named = [field.page for sheet in form for field in sheet.table.fields if field.name in sheet.names]
    tables = [table.replace("_", "-") for table in ("coding_log", "absences") if table in form]
    wanted = dict.fromkeys([*ALWAYS, *named, *tables])
    return [page for page in wanted if page and page not in NOT_FOR_CODERS]


def page_text(raw: str, examples: bool = True) -> str:
    """Return a page without generated tables, literature and, unless wanted, worked examples."""
    text = _LITERATURE.sub("", _GENERATED.sub("", raw))
    text = text if examples else _EXAMPLES.sub("", text)
    text = re.sub(r"^# ", "### ", re.sub(r"^## ", "#### ", _LINK.sub(r"\1", text), flags=re.MULTILINE), flags=re.M)
    return re.sub(r"\n{2,}", "\n", text).strip()


def codebook(root: Path, form: Form, examples: bool = True) -> dict[str, str]:
    """Return the pages that a coder needs, by name; a page that the package does not have is left out."""
    found = {}
    for page in pages_of(form):
        path = root / FOLDER / f"{page}.md"
        if path.is_file():
            found[page] = page_text(path.read_text(encoding="utf-8"), examples)
    return found
