"""Write the reference pages: docs/api.md, docs/findings.md, the diagram of docs/architecture.md, the README figure.

python scripts/reference_pages.py            write them
python scripts/reference_pages.py --check    say whether they are up to date
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import griffe

from clausula.core.commit import commit
from clausula.core.fixity import has_content

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts import findings_page, validity_page
from scripts.rooms import PACKAGE, ROOMS, ROOT, SOURCE, edges, reduced

API = "docs/api.md"
ARCHITECTURE = "docs/architecture.md"
FIGURE, TOPIC = "docs/lineage.svg", "foreign-forces"
BEGIN, END = "<!-- generated:rooms -->", "<!-- /generated -->"

HEAD = """# Python API

Generated from the docstrings by `python scripts/reference_pages.py`; the tests check that it is up to date.

`import clausula` costs next to nothing; what a name needs is imported when it is first used. Functions without a data
set use the release that ships with the package.
"""

SECTIONS = (
    ("The shipped release", "clausula.analysis.dataset.Dataset", "clausula.{name}"),
    ("Figures", "clausula.plot", "clausula.plot.{name}"),
)


def public_names() -> list[str]:
    """Return the names in `clausula.__all__`."""
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return list(ast.literal_eval(node.value))
    raise SystemExit("clausula/__init__.py has no __all__")


def find(package: Any, name: str) -> Any:
    """Return the object that a public name stands for."""
    dataset = package["analysis.dataset.Dataset"]
    if name == "Dataset":
        return dataset
    if name == "CouldNotRun":
        return package["core.findings.CouldNotRun"]
    if name == "open":
        return package["versions.open.open"]
    if name == "validity":
        return package["peers.validity.validity"]
    if name == "validate":
        return package["validation.run.validate"]
    if name.startswith("read_"):
        return package[f"peers.{name.removeprefix('read_')}.{name}"]
    if name in dataset.all_members:
        member = dataset.all_members[name]
        return member.final_target if member.is_alias else member
    raise SystemExit(f"no object was found for clausula.{name}")


def signature(name: str, item: Any) -> str:
    """Return a call as one writes it, without self."""
    shown = []
    star = False
    for one in item.parameters:
        if one.name == "self":
            continue
        if one.kind is griffe.ParameterKind.keyword_only and not star:
            shown.append("*")
            star = True
        star = star or one.kind is griffe.ParameterKind.var_positional
        default = f"={one.default}" if one.default is not None else ""
        shown.append(f"{one.name}{default}")
    returns = f" -> {item.returns}" if item.returns else ""
    return f"{name}({', '.join(shown)}){returns}"


def _line(text: str) -> str:
    return " ".join(text.split())


def body(item: Any) -> list[str]:
    """Return a docstring as Markdown."""
    lines: list[str] = []
    for section in item.docstring.parsed if item.docstring else ():
        kind = section.kind.value
        if kind == "text":
            lines += [section.value, ""]
        elif kind in ("parameters", "attributes"):
            lines += [f"*{kind.capitalize()}*", ""]
            lines += [f"- `{one.name}`: {_line(one.description)}" for one in section.value] + [""]
        elif kind == "returns":
            lines += ["*Returns*", ""]
            lines += [f"- {one.annotation or one.name}: {_line(one.description)}" for one in section.value] + [""]
        elif kind == "raises":
            lines += ["*Raises*", "", *(f"- `{one.annotation}`: {_line(one.description)}" for one in section.value), ""]
        elif kind == "examples":
            lines += ["*Example*", ""]
            for part, text in section.value:
                code = part.value == "examples"
                lines += ["```python", text, "```", ""] if code else [text, ""]
    return lines


def entry(name: str, item: Any) -> list[str]:
    """Return the entry of one function, class or value."""
    if item.is_function:
        return [f"### {name}", "", f"    {signature(name, item)}", "", *body(item)]
    return [f"### {name}", "", *body(item)]


def api() -> str:
    """Return the page."""
    package: Any = griffe.load(PACKAGE, search_paths=[str(ROOT / "src")], docstring_parser="numpy")
    names = public_names()
    values = {"data_version": "The version of the shipped release, as text.", "plot": "The figures; see below."}
    lines = [HEAD, "## Functions and classes", ""]
    lines += [f"- [`clausula.{n}`](#{f'clausula{n}'.lower()})" for n in names if n not in values] + [""]
    for name in names:
        if name in values:
            continue
        lines += entry(f"clausula.{name}", find(package, name))
    lines += ["## Values", "", *(f"- `clausula.{name}`: {text}" for name, text in values.items()), ""]
    lines += ["## Figures", "", "`pip install` the extra `plot` for them.", ""]
    plot = package["plot"]
    figures = [name for name in ast.literal_eval(str(plot["__all__"].value)) if name != "Figure"]
    for name in figures:
        lines += entry(f"clausula.plot.{name}", plot[name])
    lines += entry("clausula.plot.Figure", package["figures.figure.Figure"])
    for name, member in package["figures.figure.Figure"].members.items():
        if member.is_function and not name.startswith("_"):
            lines += entry(f"Figure.{name}", member)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def purpose(room: str) -> str:
    """Return the first sentence of a room's docstring."""
    doc = ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return _line(doc.split("\n\n")[0])


def rooms_block() -> str:
    """Return the diagram of the rooms and the table of what each is for."""
    graph = edges()
    sizes = {room: len(list((SOURCE / room).rglob("*.py"))) for room in ROOMS}
    arrows = [f"    {a} --> {b}" for a in reversed(ROOMS) for b in ROOMS if b in reduced(graph)[a]]
    below = {room: ", ".join(b for b in ROOMS if b in graph[room]) or "nothing" for room in ROOMS}
    rows = [f"| `{room}/` | {purpose(room)} | {sizes[room]} | {below[room]} |" for room in reversed(ROOMS)]
    lines = [
        "```mermaid",
        "graph TD",
        *arrows,
        "```",
        "",
        "| room | what it is | modules | imports from |",
        "|---|---|---:|---|",
    ]
    return "\n".join([BEGIN, "", *lines, *rows, "", END])


def architecture() -> str:
    """Return docs/architecture.md with its generated block brought up to date."""
    text = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{ARCHITECTURE} needs one block between {BEGIN} and {END}")
    return f"{before}{rooms_block()}{after}"


def figure() -> str:
    """Return the figure of the README, drawn from the tables of the checkout."""
    from clausula.analysis.dataset import Dataset
    from clausula.figures.lineage import lineage

    return lineage(Dataset(ROOT), TOPIC).svg()


def main() -> int:
    """Write the pages, or check them."""
    texts = {API: api(), ARCHITECTURE: architecture(), FIGURE: figure(), findings_page.PAGE: findings_page.page()}
    texts[validity_page.PAGE] = validity_page.page()
    pages = {path: text.encode("utf-8") for path, text in texts.items()}
    if "--check" in sys.argv[1:]:
        stale = [page for page, content in pages.items() if not has_content(ROOT / page, content)]
        for page in stale:
            print(f"{page} is out of date; run python scripts/reference_pages.py")
        return 1 if stale else 0
    commit(ROOT, pages)
    print(f"wrote {', '.join(pages)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
