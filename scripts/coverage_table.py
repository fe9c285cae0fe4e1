"""Write docs/coverage.md, and the table of disputed texts in docs/validation.md.

    python scripts/coverage_table.py            write them
    python scripts/coverage_table.py --check    say whether they are fresh

The cases are those that pytest collects from tests/poisoned; nothing is run. What each layer makes of the texts on
which readers disagree stands in tests/poisoned/texts.json, and the tests hold the layers to it.
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
VALIDATION = "docs/validation.md"
TEXTS = "tests/poisoned/texts.json"
BEGIN, END = "<!-- generated:texts -->", "<!-- /generated -->"
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


def disputed() -> list[str]:
    """The table of the texts on which readers disagree, with the reasons why a layer finds none."""
    given = json.loads((ROOT / TEXTS).read_text(encoding="utf-8"))
    layers, reasons = given["layers"], list(given["reasons"])

    def told(outcome: str) -> str:
        return f"– ({reasons.index(outcome) + 1})" if outcome in reasons else f"`{outcome.replace(' + ', '`, `')}`"

    rows = [(kind, f"`{json.dumps(text)}`", *map(told, outcomes)) for kind, text, *outcomes in given["texts"]]
    return [
        *(f"{n}. {given['reasons'][reason]}" for n, reason in enumerate(reasons, 1)),
        "",
        *(f"- `{layer}` {says}" for layer, says in given["blind"].items()),
        "",
        f"| a cell of type | text | {' | '.join(f'`{layer}`' for layer in layers)} |",
        "|---|---|" + "---|" * len(layers),
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def validation() -> str:
    """docs/validation.md with its table made anew."""
    before, begin, rest = (ROOT / VALIDATION).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{VALIDATION} needs one part between {BEGIN} and {END}")
    return "\n".join([f"{before}{BEGIN}", "", *disputed(), "", f"{END}{after}"])


def main() -> int:
    """Write or check the pages."""
    pages = {PAGE: text().encode("utf-8"), VALIDATION: validation().encode("utf-8")}
    if "--check" in sys.argv[1:]:
        stale = [page for page, content in pages.items() if not same(ROOT / page, content)]
        for page in pages:
            print(f"{page} is {'out of date; run python scripts/coverage_table.py' if page in stale else 'fresh'}")
        return 1 if stale else 0
    publish(ROOT, pages)
    print(f"{' and '.join(pages)} are written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
