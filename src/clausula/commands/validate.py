"""The command `clausula validate`."""

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
from clausula.core.findings import Report
from clausula.core.wording import count
from clausula.validation.run import FAST, LAYERS, validate, validate_on_spark

EXAMPLES = """\
  clausula validate                      all layers, on the nearest package
  clausula validate --fast               only schemas and rules, on DuckDB
  clausula validate --layer frictionless --layer parquet
  clausula validate --engine spark --master spark://host:7077
  clausula validate --expectations --report report.html
  clausula validate --texts my/texts     all layers, and all anchors against the texts
  clausula validate --json | jq .counts"""


def register(verbs: Any) -> None:
    verb = add_command(verbs, "validate", "Check a package against its schemas and rules.", EXAMPLES, run)
    add_package_argument(verb)
    add_shown_option(verb)
    add_strict_option(verb)
    verb.add_argument(
        "--texts", type=Path, metavar="DIR", help="verify all anchors against the texts of the sources in this folder"
    )
    choice = verb.add_mutually_exclusive_group()
    choice.add_argument("--engine", choices=("duckdb", "spark"), help="run only schemas and rules, on this engine")
    choice.add_argument("--fast", action="store_true", help="run only the layers duckdb and rules")
    choice.add_argument("--layer", action="append", choices=LAYERS, help="run only this layer; may be repeated")
    choice.add_argument(
        "--expectations",
        action="store_const",
        dest="layer",
        const=["expectations"],
        help="run only the expectations about coverage, sources, balance and the last release "
        "(same as --layer expectations)",
    )
    verb.add_argument("--report", type=Path, metavar="FILE", help="write the report as an HTML page that opens offline")
    verb.add_argument(
        "--master", default="local[2]", metavar="URL", help="cluster for --engine spark (default: local[2])"
    )


def run(args: argparse.Namespace) -> int:
    fast = args.fast or args.engine is not None
    layers = FAST if fast else tuple(args.layer or LAYERS)
    if args.engine == "spark":
        report = validate_on_spark(package_path(args), args.master, args.shown, progress(args))
    else:
        report = validate(package_path(args), layers, args.shown, progress(args), args.texts)
    if args.report is not None:
        _write_page(report, args.report)
    print_report(report, args)
    if not args.json:
        if not (fast or args.layer):
            print(overview(report))
        print(summary(report))
    return report.exit_status(args.strict)


def _write_page(report: Report, target: Path) -> None:
    from clausula.core.package import open_package
    from clausula.validation.report import write

    metadata = open_package(Path(report.checked["package"])).model.metadata
    write(
        report,
        target,
        str(metadata.get("title") or metadata.get("name") or "a package"),
        str(metadata.get("version") or ""),
    )


def overview(report: Report) -> str:
    """Return the rows, columns and findings of each table as a text table."""
    tables = report.checked["tables"]
    columns = ("rows", "columns", "findings")
    rows = [(name, *(f"{entry[column]:,}" for column in columns)) for name, entry in tables.items()]
    total = (f"{sum(entry[column] for entry in tables.values()):,}" for column in columns)
    return format_table([*rows, ("total", *total)], ("table", *columns))


def summary(report: Report) -> str:
    """Return a summary of the checks and findings in one or two lines."""
    tables = report.checked["tables"]
    rows = sum(entry["rows"] for entry in tables.values())
    lines = [
        f"{count(len(tables), 'table')}, {count(rows, 'row')}, layers {', '.join(report.checked['layers'])}: "
        f"{count(report.total(), 'error')}, {count(report.total('warning'), 'warning')}"
    ]
    anchors = report.checked.get("anchors")
    if anchors and "verified" in anchors:
        lines.append(f"{anchors['verified']:,} of {count(anchors['all'], 'anchor')} verified")
    elif anchors:
        lines.append(f"{count(anchors['all'], 'anchor')}, not verified; pass --texts DIR to verify them")
    return "\n".join(lines)
