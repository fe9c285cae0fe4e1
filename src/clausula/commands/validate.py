"""Check a package against its schemas and rules."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from clausula.commands.arguments import (
    PACKAGE,
    STRICT,
    Options,
    option,
    package_path,
    report,
    shown,
    switch,
    texts,
)
from clausula.commands.output import accepted_lines, format_table, print_report, progress
from clausula.core.findings import CouldNotRun, Report
from clausula.core.findings import shown as shown_value
from clausula.core.wording import count
from clausula.validation.earlier_verdicts import described
from clausula.validation.layers import FAST, LAYERS, ON_REQUEST
from clausula.validation.run import validate, validate_on_spark

EXAMPLES = """\
  clausula validate                      all layers, on the nearest package
  clausula validate --fast               only schemas and rules, on DuckDB
  clausula validate --layer frictionless --layer parquet
  clausula validate --engine spark       the same as --fast, on Spark; --master names a cluster
  clausula validate --expectations --report report.html
  clausula validate --texts my/texts     all layers, and all anchors against the texts
  clausula validate --json | jq .counts
  clausula validate other/package.zip    any Data Package: a folder, a descriptor, a zip, a CSV or Parquet file
  clausula validate table.csv --schema schema.json"""


SUBJECT = option(
    "folder",
    nargs="?",
    type=Path,
    metavar="PACKAGE",
    help="what to validate: the folder, descriptor or zip file of a Data Package, or a CSV or Parquet file (default: "
    "as for --package)",
)


def options() -> Options:
    yield SUBJECT
    yield PACKAGE
    layers = (*LAYERS, *ON_REQUEST)
    about = f"run only this layer: {', '.join(layers)}; can be repeated"
    expectations = "run only the expectations about coverage, sources, balance and the last release"
    expectations += " (same as --layer expectations)"
    engine = "run only schemas and rules, on this engine: duckdb or spark"
    yield [
        switch("--fast", "run only the layers duckdb and rules"),
        option("--layer", action="append", choices=layers, metavar="LAYER", help=about),
        switch("--expectations", expectations, action="store_const", dest="layer", const=["expectations"]),
        option("--engine", choices=("duckdb", "spark"), metavar="ENGINE", help=engine),
    ]
    about = "run every layer again, even a slow one that found nothing in an earlier run on the same files"
    yield switch("--fresh", about)
    about = "cluster for --engine spark (default: local[2])"
    yield option("--master", default="local[2]", metavar="URL", help=about)
    yield texts("verify all anchors, which only packages with evidence tables have")
    yield option("--schema", type=Path, metavar="FILE", help="the Table Schema of a single file that is validated")
    about = "folder with copies of the remote schemas and profiles that a descriptor names; nothing is downloaded"
    yield option("--schemas", type=Path, metavar="DIR", help=about)
    yield report("an HTML page that opens offline")
    yield shown()
    yield STRICT


def run(args: argparse.Namespace) -> int:
    fast = args.fast or args.engine is not None
    layers = FAST if fast else tuple(args.layer or LAYERS)
    if args.engine == "spark":
        if args.texts is not None:
            raise CouldNotRun.of("usage:spark")
        found = validate_on_spark(
            package_path(args), args.master, args.shown, progress(args), args.schema, args.schemas
        )
    else:
        found = validate(
            package_path(args),
            layers,
            args.shown,
            progress(args),
            args.texts,
            args.schema,
            args.schemas,
            fresh=args.fresh,
        )
    if args.report is not None:
        from clausula.validation.report import write

        write(found, args.report, found.title, found.version)
    resources = found.checked["resources"]
    if any(resource["what"] != "table" for resource in resources.values()) or not found.complete or found.foreign:
        tables = [judged(found)]
    else:
        tables = [] if fast or args.layer else [overview(found)]
    return print_report(args, found, *accepted_lines(found), *tables, *described(found), summary(found))


WHAT = {"table": "table", "form": "form only, no schema", "file": "file only, no table"}
"""What there was to judge of a resource, for people."""


def judged(found: Report) -> str:
    """Return what was judged of each resource as a text table, and why not all of it was."""
    columns = ("rows", "columns", "findings")
    rows, reasons = [], []
    descriptor = found.checked.get("descriptor", {"why": []})
    reasons += [f"{descriptor['path']}: {descriptor['state']}: {shown_value(why, 300)}" for why in descriptor["why"]]
    for name, state in found.checked["resources"].items():
        counts = found.checked["tables"].get(name, {})
        numbers = (f"{counts[column]:,}" if counts else "" for column in columns)
        label = shown_value(name)
        rows.append((label, state["state"], WHAT[state["what"]], *numbers))
        reasons += [f"{label}: {state['state']}: {shown_value(why, 300)}" for why in state["why"]]
    return "\n".join([format_table(rows, ("resource", "judged", "what", *columns)), *reasons])


def overview(found: Report) -> str:
    """Return the rows, columns and findings of each table as a text table."""
    tables = found.checked["tables"]
    columns = ("rows", "columns", "findings")
    rows = [(name, *(f"{entry[column]:,}" for column in columns)) for name, entry in tables.items()]
    total = (f"{sum(entry[column] for entry in tables.values()):,}" for column in columns)
    return format_table([*rows, ("total", *total)], ("table", *columns))


def _headline(found: Report) -> str:
    """Return how many resources were judged; empty if all were, completely."""
    states = Counter(resource["state"] for resource in found.checked["resources"].values())
    if found.complete:
        return ""
    parts = [f"{states[state]:,} {words}" for state, words in HEADLINE.items() if states[state]]
    if unchecked := found.checked.get("anchors", {}).get("unchecked"):
        parts.append(f"{count(unchecked, 'anchor')} in texts that are not available")
    if found.checked.get("descriptor", {"why": []})["why"]:
        parts.append("the descriptor in part")
    return f"NOT EVERYTHING WAS JUDGED: of {count(states.total(), 'resource')}, {', '.join(parts)}\n"


HEADLINE = {"judged": "judged", "in part": "judged in part", "not judged": "not judged"}


def summary(found: Report) -> str:
    """Return a summary of the checks and findings in one or two lines."""
    tables = found.checked["tables"]
    rows = sum(entry["rows"] for entry in tables.values())
    checked = f"{count(len(tables), 'table')}, {count(rows, 'row')}, layers {', '.join(found.checked['layers'])}"
    line = f"{_headline(found)}{checked}: {count(found.total(), 'error')}, {count(found.total('warning'), 'warning')}"
    if found.accepted:
        line += f", {count(len(found.accepted), 'accepted warning')}"
    anchors = found.checked.get("anchors")
    if anchors and "verified" in anchors:
        line += f"\n{anchors['verified']:,} of {count(anchors['all'], 'anchor')} verified"
    elif anchors:
        line += f"\n{count(anchors['all'], 'anchor')}, not verified; pass --texts DIR to verify them"
    return line
