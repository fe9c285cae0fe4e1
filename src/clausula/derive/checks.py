"""The page on what is checked: which layer enforces which demand, and every semantic rule; all of it derived."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from clausula.core.constraints import ENFORCED_BY, all_constraints
from clausula.core.model import Model
from clausula.core.rules import read_rules
from clausula.derive.pages import cell

HEAD = """# What is checked

Made by `clausula build` from the schemas and the rules. Every demand of a schema and every rule has a poisoned row in
`tests/poisoned` that fails in each layer named here; what the layers are for is set out in
[validation](validation.md).
"""


def page(model: Model, rules: Path) -> bytes:
    """The page `docs/checks.md`."""
    kinds = Counter(constraint.kind for constraint in all_constraints(model))
    layers = list(ENFORCED_BY)
    lines = [
        HEAD,
        "## Demands of the schemas",
        "",
        f"| kind | demands | {' | '.join(layers)} |",
        "|---|---|" + "---|" * len(layers),
    ]
    for kind, count in sorted(kinds.items()):
        marks = ["yes" if kind in ENFORCED_BY[layer] else "" for layer in layers]
        lines.append(f"| `{kind}` | {count} | {' | '.join(marks)} |")
    lines += [
        "",
        "## Semantic rules",
        "",
        "All of them run on DuckDB.",
        "",
        "| code | severity | rule | what to do |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{r.code}` | {r.severity} | {cell(r.says)} | {cell(r.do)} |" for r in read_rules(rules)]
    return ("\n".join(lines) + "\n").encode("utf-8")
