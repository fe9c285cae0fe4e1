"""Write docs/coverage.md: which poisoned case proves which demand and which rule, in which layer.

    python scripts/coverage_table.py            write it
    python scripts/coverage_table.py --check    say whether it is fresh

The cases are those that pytest collects from tests/poisoned; nothing is run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from clausula.core.constraints import ENFORCED_BY, Constraint, constraints_of
from clausula.core.publish import publish, same
from clausula.core.rules import RULES, read_rules
from clausula.core.schemas import load_model

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/coverage.md"
DEMANDS = "tests/poisoned/test_constraints.py::test_poisoned_row_is_found_and_located"
BROKEN_RULES = "tests/poisoned/test_rules.py::test_rule_bites"

HEAD = """# Which poisoned case proves which check

Made by `python scripts/coverage_table.py` from the cases that pytest collects; `tests/poisoned/test_coverage.py` says
whether it is fresh. A case breaks one demand in the small package, and the layer must find it in its place. The name of
a case is put together from layer and demand; to run the one of the layer `duckdb` for `events.date:pattern`:

    pytest "tests/poisoned/test_constraints.py::test_poisoned_row_is_found_and_located[duckdb-events.date:pattern]"

Beside these, `test_random.py` changes the package at random and compares what is found with an oracle,
`test_differential.py` compares with frictionless, and `test_engines.py` runs all of them on Spark.
"""


def collected() -> dict[str, set[str]]:
    """The ids of the cases of each test of the poisoned corpus."""
    files = [f"tests/poisoned/{name}.py" for name in ("test_constraints", "test_rules")]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "addopts=", *files]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found: dict[str, set[str]] = defaultdict(set)
    for line in run.stdout.splitlines():
        test, bracket, case = line.partition("[")
        if bracket:
            found[test].add(case.removesuffix("]"))
    return found


def _demand(constraint: Constraint, cases: set[str]) -> str:
    marks = []
    for layer, kinds in ENFORCED_BY.items():
        has = f"{layer}-{constraint.name}" in cases
        marks.append("case" if has else "**none**" if constraint.kind in kinds else "")
    return f"| `{constraint.name}` | {' | '.join(marks)} |"


def text() -> str:
    """The page."""
    cases = collected()
    demands, rules = cases[DEMANDS], cases[BROKEN_RULES]
    layers = list(ENFORCED_BY)
    lines = [
        HEAD,
        f"{len(demands) + len(rules)} cases: {len(demands)} of demands, {len(rules)} of rules.",
        "",
        "## Semantic rules",
        "",
        "Each case is a file of `tests/poisoned/rules`; the layer is `rules`, on DuckDB and on Spark.",
        "",
        "| rule | cases |",
        "|---|---|",
    ]
    by_rule: dict[str, list[str]] = defaultdict(list)
    for case in sorted(rules):
        broken = json.loads((ROOT / "tests/poisoned/rules" / f"{case}.json").read_text(encoding="utf-8"))["rule"]
        by_rule[broken].append(f"`{case}`")
    lines += [f"| `{r.code}` | {', '.join(by_rule[r.code]) or '**none**'} |" for r in read_rules(ROOT / RULES)]
    for table in load_model(ROOT / "schemas"):
        lines += ["", f"## {table.name}", "", f"| demand | {' | '.join(layers)} |", "|---|" + "---|" * len(layers)]
        lines += [_demand(constraint, demands) for constraint in constraints_of(table)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check the page."""
    content = text().encode("utf-8")
    if "--check" in sys.argv[1:]:
        fresh = same(ROOT / PAGE, content)
        print(f"{PAGE} is fresh" if fresh else f"{PAGE} is out of date; run python scripts/coverage_table.py")
        return 0 if fresh else 1
    publish(ROOT, {PAGE: content})
    print(f"{PAGE} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
