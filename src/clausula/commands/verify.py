"""clausula verify"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.output import (
    add_package,
    add_shown,
    add_strict,
    add_verb,
    package_of,
    progress,
    say_report,
    table,
)
from clausula.core.findings import Report

EXAMPLES = """\
  clausula verify --texts my/texts           every anchor of every source whose text is there
  clausula verify --texts my/texts --require-all
The folder has one file for each source, named by its id: minsk-protocol-2014.txt"""

LISTED = 100
"""How many sources are listed whatever became of them."""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "verify", "Verify every anchor in the texts that you hold.", EXAMPLES, run)
    add_package(verb)
    add_shown(verb)
    add_strict(verb)
    verb.add_argument("--texts", type=Path, required=True, metavar="DIR", help="folder with the texts")
    verb.add_argument("--require-all", action="store_true", help="an absent text is an error")


def run(args: argparse.Namespace) -> int:
    from clausula.validation.evidence_layer import verify

    report = verify(package_of(args), args.texts, args.require_all, args.shown, progress(args))
    say_report(report, args)
    if not args.json:
        print(summary(report))
    return report.exit_status(args.strict)


def summary(report: Report) -> str:
    """What became of the anchors, by source; of many sources only those whose anchors do not all stand."""
    states = ("verified", "moved", "broken")
    sources = report.checked["sources"]
    named = {n: e for n, e in sources.items() if len(sources) <= LISTED or e.get("moved") or e.get("broken")}
    rows = [(name, entry["text"], *(str(entry.get(s, "")) for s in states)) for name, entry in named.items()]
    totals = [sum(entry.get(state, 0) for entry in sources.values()) for state in states]
    absent = sum(entry["text"] == "absent" for entry in sources.values())
    line = f"anchors: {totals[0]} verified, {totals[1]} moved, {totals[2]} broken; texts absent: {absent}"
    return table(rows, ("source", "text", *states)) + "\n" + line
