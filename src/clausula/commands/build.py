"""clausula build"""

from __future__ import annotations

import argparse
import json
from typing import Any

from clausula.commands.output import add_package, add_verb, end_progress, package_of, progress, say_report

EXAMPLES = """\
  clausula build                     check the tables, then write all that is derived from them
  clausula build --no-expectations   without the seconds that great-expectations takes to load
  clausula build my/project          the same for another checkout"""


def register(verbs: Any) -> None:
    verb = add_verb(
        verbs,
        "build",
        "Write Parquet files, descriptor, manifest, codebook and metadata from schemas and tables.",
        EXAMPLES,
        run,
    )
    add_package(verb)
    verb.add_argument(
        "--no-expectations",
        dest="expectations",
        action="store_false",
        help="do not check what is expected of the whole of the data (coverage, balance, the last release)",
    )


def run(args: argparse.Namespace) -> int:
    from clausula.versions.build import build

    built = build(package_of(args), progress(args), args.expectations)
    end_progress(args)
    if args.json:
        tables = {name: {"rows": rows, "columns": columns} for name, (rows, columns) in built.rows.items()}
        print(
            json.dumps(
                {**built.report.as_dict(), "changed": built.changed, "tables": tables}, ensure_ascii=False, indent=2
            )
        )
        return built.report.exit_status()
    say_report(built.report, args)
    if built.report.exit_status():
        print(f"nothing was written: {built.report.total()} error(s)")
        return built.report.exit_status()
    rows = sum(rows for rows, _ in built.rows.values())
    done = f"{len(built.changed)} file(s) written" if built.changed else "everything was up to date, nothing written"
    print(f"{len(built.rows)} tables, {rows:,} rows: {done}")
    return 0
