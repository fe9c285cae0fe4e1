"""The command `clausula verify`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.output import (
    add_command,
    add_package_argument,
    add_shown_option,
    add_strict_option,
    format_table,
    package_path,
    print_report,
    progress,
)
from clausula.core.findings import Report, shown
from clausula.core.wording import count

EXAMPLES = """\
  clausula verify --texts my/texts                 all sources whose text is in the folder
  clausula verify --texts my/texts --require-all   all sources; a missing text is an error
The folder has one file per source, named after the source ID: minsk-protocol-2014.txt"""

LISTED = 100
"""Up to this number of sources all are listed, beyond it only those with moved or broken anchors."""


def register(verbs: Any) -> None:
    verb = add_command(verbs, "verify", "Verify the anchors against your own copy of the texts.", EXAMPLES, run)
    add_package_argument(verb)
    add_shown_option(verb)
    add_strict_option(verb)
    verb.add_argument("--texts", type=Path, required=True, metavar="DIR", help="folder with the texts")
    verb.add_argument("--require-all", action="store_true", help="report a missing text as an error")


def run(args: argparse.Namespace) -> int:
    from clausula.validation.evidence_layer import verify

    report = verify(package_path(args), args.texts, args.require_all, args.shown, progress(args))
    print_report(report, args)
    if not args.json:
        print(summary(report))
    return report.exit_status(args.strict)


def summary(report: Report) -> str:
    """Return the results by source and in total; in a long list only sources with moved or broken anchors."""
    states = ("verified", "moved", "broken", "unchecked")
    sources = report.checked["sources"]
    listed = {n: e for n, e in sources.items() if len(sources) <= LISTED or e.get("moved") or e.get("broken")}
    rows = [(shown(name), entry["text"], *(str(entry.get(s, "")) for s in states)) for name, entry in listed.items()]
    totals = {state: sum(entry.get(state, 0) for entry in sources.values()) for state in states}
    missing = sum(entry["text"] == "absent" for entry in sources.values())
    anchors = ", ".join(f"{number:,} {state}" for state, number in totals.items())
    line = f"{sum(totals.values()):,} anchors: {anchors}; {count(missing, 'text')} missing"
    return format_table(rows, ("source", "text", *states)) + "\n" + line
