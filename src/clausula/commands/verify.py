"""Verify the anchors against your own copy of the texts."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import (
    PACKAGE,
    PACKAGE_AS_SUBJECT,
    STRICT,
    Options,
    package_to_read,
    shown,
    switch,
    texts,
)
from clausula.commands.output import format_table, print_report, progress
from clausula.core.findings import Report
from clausula.core.findings import shown as printable
from clausula.core.wording import count

EXAMPLES = """\
  clausula verify --texts my/texts                 all sources whose text is in the folder
  clausula verify --texts my/texts --require-all   all sources; a missing text is an error
The folder has one file per source, named after the source ID: minsk-protocol-2014.txt"""

LISTED = 100
"""Up to this number of sources all are listed, beyond it only those with moved or broken anchors."""


def options() -> Options:
    yield PACKAGE_AS_SUBJECT
    yield PACKAGE
    yield texts("verify the anchors", required=True)
    yield switch("--require-all", "report a missing text as an error")
    yield shown()
    yield STRICT


def run(args: argparse.Namespace) -> int:
    from clausula.validation.evidence_layer import verify

    report = verify(package_to_read(args), args.texts, args.require_all, args.shown, progress(args))
    return print_report(args, report, summary(report))


def summary(report: Report) -> str:
    """Return the results by source and in total; in a long list only sources with moved or broken anchors."""
    states = ("verified", "moved", "broken", "unchecked")
    sources = report.checked["sources"]
    listed = {n: e for n, e in sources.items() if len(sources) <= LISTED or e.get("moved") or e.get("broken")}
    rows = [(printable(n), e["text"], *(str(e.get(s, "")) for s in states)) for n, e in listed.items()]
    totals = {state: sum(entry.get(state, 0) for entry in sources.values()) for state in states}
    missing = sum(entry["text"] == "absent" for entry in sources.values())
    anchors = ", ".join(f"{number:,} {state}" for state, number in totals.items())
    line = f"{sum(totals.values()):,} anchors: {anchors}; {count(missing, 'text')} missing"
    return format_table(rows, ("source", "text", *states)) + "\n" + line
