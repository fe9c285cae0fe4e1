"""The command `clausula build`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from clausula.commands.output import (
    add_command,
    add_package_argument,
    end_progress,
    package_path,
    print_report,
    progress,
)
from clausula.core.wording import count

EXAMPLES = """\
  clausula build                     check the tables, then write all derived files
  clausula build --no-expectations   skip the expectation suites; saves seconds of loading great-expectations
  clausula build my/project          build the package in another folder"""


def register(commands: Any) -> None:
    command = add_command(
        commands,
        "build",
        "Check the tables and write the derived files: Parquet, descriptor, manifest, codebook and metadata.",
        EXAMPLES,
        run,
    )
    add_package_argument(command)
    command.add_argument(
        "--no-expectations",
        dest="expectations",
        action="store_false",
        help="skip the expectation suites (coverage, balance, comparison with the last release)",
    )


def run(args: argparse.Namespace) -> int:
    from clausula.versions.build import build

    result = build(package_path(args), progress(args), args.expectations)
    end_progress(args)
    if args.json:
        tables = {name: {"rows": rows, "columns": columns} for name, (rows, columns) in result.rows.items()}
        print(
            json.dumps(
                {**result.report.as_dict(), "changed": result.changed, "tables": tables}, ensure_ascii=False, indent=2
            )
        )
        return result.report.exit_status()
    print_report(result.report, args)
    if result.report.exit_status():
        print(f"Nothing written: {count(result.report.total(), 'error')}")
        return result.report.exit_status()
    rows = sum(rows for rows, _ in result.rows.values())
    outcome = (
        f"{count(len(result.changed), 'file')} written" if result.changed else "all files up to date, nothing written"
    )
    print(f"{count(len(result.rows), 'table')}, {count(rows, 'row')}: {outcome}")
    return 0
