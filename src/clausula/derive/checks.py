"""The generated page on checks: the constraints that each layer enforces, and every semantic rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from clausula.core.constraints import ENFORCED_BY, all_constraints
from clausula.core.model import Model
from clausula.core.rules import Rule
from clausula.derive.pages import cell

HEAD = """# Checks

`clausula build` generates this page from the schemas and the rules. For every constraint and rule, `tests/poisoned`
contains a row that violates it, and each layer named here must report that row. [Validation](validation.md) explains
the layers.
"""


def page(model: Model, rules: Iterable[Rule]) -> bytes:
    """Return the page `docs/checks.md`."""
    kinds = Counter(constraint.kind for constraint in all_constraints(model))
    layers = list(ENFORCED_BY)
    lines = [
        HEAD,
        "## Constraints",
        "",
        f"| kind | constraints | {' | '.join(layers)} |",
        "|---|---|" + "---|" * len(layers),
    ]
    for kind, count in sorted(kinds.items()):
        marks = ["yes" if kind in ENFORCED_BY[layer] else "" for layer in layers]
        lines.append(f"| `{kind}` | {count} | {' | '.join(marks)} |")
    lines += [
        "",
        "## Semantic rules",
        "",
        "All rules run on DuckDB.",
        "",
        "| code | severity | finding | what to do |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{r.code}` | {r.severity} | {cell(r.says)} | {cell(r.do)} |" for r in rules]
    return ("\n".join(lines) + "\n").encode("utf-8")
