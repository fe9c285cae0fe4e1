"""clausula agreement"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.output import (
    add_command,
    add_package_argument,
    end_progress,
    format_table,
    package_path,
    print_finding,
    progress,
)
from clausula.core.findings import CLEAN, FOUND, CouldNotRun, Finding

if TYPE_CHECKING:
    from clausula.agreement.report import Agreement

EXAMPLES = """\
  clausula agreement                                       all variables, all sources pooled
  clausula agreement --source minsk-package-2015           one source
  clausula agreement --confusion provisions.enforcement    confusion table of one variable
  clausula agreement --conflicts                           list conflicts without a resolution
  clausula agreement --conflicts --source minsk-package-2015 --workbook conflicts.xlsx
  clausula agreement --write                               update data/agreement.csv and data/conflicts.csv"""


def register(verbs: Any) -> None:
    verb = add_command(
        verbs, "agreement", "Measure the agreement of coding passes and list their conflicts.", EXAMPLES, run
    )
    add_package_argument(verb)
    verb.add_argument("--source", metavar="ID", help="only this source (default: all sources, pooled)")
    verb.add_argument("--variable", metavar="NAME", help="only this variable, such as provisions.modality")
    verb.add_argument("--confusion", metavar="NAME", help="show the confusion table of a variable")
    verb.add_argument("--conflicts", action="store_true", help="list the conflicts without a resolution")
    verb.add_argument(
        "--workbook",
        type=Path,
        metavar="FILE",
        help="with --conflicts and --source: write the conflicts to a new .xlsx, to enter decisions",
    )
    verb.add_argument("--write", action="store_true", help="write the figures and conflicts to the package")


def run(args: argparse.Namespace) -> int:
    from clausula.agreement.report import measure_agreement

    if args.workbook and not (args.conflicts and args.source):
        raise CouldNotRun(
            Finding("usage", "--workbook requires --conflicts and --source", "Pass --conflicts --source ID.")
        )
    show_progress = progress(args)
    show_progress("comparing passes")
    try:
        result = measure_agreement(package_path(args), args.source, args.confusion or args.variable)
    except ImportError as error:
        message = f"{error.name} is not installed"
        raise CouldNotRun(Finding("not-installed", message, "Run `pip install 'clausula[coding]'`.")) from error
    changed = result.write() if args.write else []
    if args.workbook:
        from clausula.adjudication import workbook
        from clausula.adjudication.open_conflicts import open_adjudication
        from clausula.core.package import open_package

        workbook.write(open_adjudication(open_package(package_path(args)), args.source), args.workbook)
    end_progress(args)
    if args.json:
        print(json.dumps({**result.as_dict(args.confusion), "changed": changed}, ensure_ascii=False, indent=2))
    else:
        _print_result(args, result, changed)
    return FOUND if args.conflicts and result.open else CLEAN


def _print_result(args: argparse.Namespace, result: Agreement, changed: list[str]) -> None:
    for note in result.notes:
        print_finding(note)
    if args.confusion:
        for line in result.confusion_lines(args.confusion):
            print(line)
    elif args.conflicts:
        for line in result.conflict_lines():
            print(line)
    else:
        header = ("round", "variable", "statistic", "units", "n", "percent", "value", "low", "high")
        print(format_table(result.figure_lines(), header))
        for line in result.unit_lines():
            print(line)
    print(result.summary())
    if result.caution:
        print(result.caution)
    if args.write:
        print(
            f"Wrote {', '.join(changed)}. Now run clausula build."
            if changed
            else "No changes: both tables are up to date."
        )
    if args.workbook:
        print(f"Wrote {args.workbook}.")
