"""Check a package against its schemas and rules."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import (
    PACKAGE,
    PACKAGE_AS_SUBJECT,
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
from clausula.core.findings import Report
from clausula.core.wording import count
from clausula.validation.layers import FAST, LAYERS, ON_REQUEST
from clausula.validation.run import validate, validate_on_spark

EXAMPLES = """\
  clausula validate                      all layers, on the nearest package
  clausula validate --fast               only schemas and rules, on DuckDB
  clausula validate --layer frictionless --layer parquet
  clausula validate --engine spark       the same as --fast, on Spark; --master names a cluster
  clausula validate --expectations --report report.html
  clausula validate --texts my/texts     all layers, and all anchors against the texts
  clausula validate --json | jq .counts"""


def options() -> Options:
    yield PACKAGE_AS_SUBJECT
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
    about = "cluster for --engine spark (default: local[2])"
    yield option("--master", default="local[2]", metavar="URL", help=about)
    yield texts("verify all anchors")
    yield report("an HTML page that opens offline")
    yield shown()
    yield STRICT


def run(args: argparse.Namespace) -> int:
    fast = args.fast or args.engine is not None
    layers = FAST if fast else tuple(args.layer or LAYERS)
    if args.engine == "spark":
        found = validate_on_spark(package_path(args), args.master, args.shown, progress(args))
    else:
        found = validate(package_path(args), layers, args.shown, progress(args), args.texts)
    if args.report is not None:
        _write_page(found, args.report)
    tables = [] if fast or args.layer else [overview(found)]
    return print_report(args, found, *accepted_lines(found), *tables, summary(found))


def _write_page(found: Report, target: Path) -> None:
    from clausula.core.package import open_package
    from clausula.validation.report import write

    metadata = open_package(Path(found.checked["package"])).model.metadata
    title = str(metadata.get("title") or metadata.get("name") or "a package")
    write(found, target, title, str(metadata.get("version") or ""))


def overview(found: Report) -> str:
    """Return the rows, columns and findings of each table as a text table."""
    tables = found.checked["tables"]
    columns = ("rows", "columns", "findings")
    rows = [(name, *(f"{entry[column]:,}" for column in columns)) for name, entry in tables.items()]
    total = (f"{sum(entry[column] for entry in tables.values()):,}" for column in columns)
    return format_table([*rows, ("total", *total)], ("table", *columns))


def summary(found: Report) -> str:
    """Return a summary of the checks and findings in one or two lines."""
    tables = found.checked["tables"]
    rows = sum(entry["rows"] for entry in tables.values())
    checked = f"{count(len(tables), 'table')}, {count(rows, 'row')}, layers {', '.join(found.checked['layers'])}"
    line = f"{checked}: {count(found.total(), 'error')}, {count(found.total('warning'), 'warning')}"
    if found.accepted:
        line += f", {count(len(found.accepted), 'accepted warning')}"
    anchors = found.checked.get("anchors")
    if anchors and "verified" in anchors:
        line += f"\n{anchors['verified']:,} of {count(anchors['all'], 'anchor')} verified"
    elif anchors:
        line += f"\n{count(anchors['all'], 'anchor')}, not verified; pass --texts DIR to verify them"
    return line
