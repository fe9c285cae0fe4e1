"""clausula agreement"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.output import add_package, add_verb, end_progress, package_of, progress, say_finding, table
from clausula.core.findings import CLEAN, FOUND, CouldNotRun, Finding

if TYPE_CHECKING:
    from clausula.agreement.report import Agreement

EXAMPLES = """\
  clausula agreement                                       every variable, all sources together
  clausula agreement --source minsk-package-2015           one source
  clausula agreement --confusion provisions.enforcement    what the passes said, one against the other
  clausula agreement --conflicts                           where they differ and nobody has decided yet
  clausula agreement --conflicts --source minsk-package-2015 --workbook conflicts.xlsx
  clausula agreement --write                               write data/agreement.csv and data/conflicts.csv"""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "agreement", "Measure how far two coding passes agree, and list where not.", EXAMPLES, run)
    add_package(verb)
    verb.add_argument("--source", metavar="ID", help="one source only (default: all together)")
    verb.add_argument("--variable", metavar="NAME", help="one variable only, such as provisions.modality")
    verb.add_argument("--confusion", metavar="NAME", help="the confusion table of a variable")
    verb.add_argument("--conflicts", action="store_true", help="list the conflicts that have no resolution")
    verb.add_argument(
        "--workbook", type=Path, metavar="FILE", help="with --conflicts --source: as an .xlsx to decide in"
    )
    verb.add_argument("--write", action="store_true", help="write the figures and conflicts into the package")


def run(args: argparse.Namespace) -> int:
    from clausula.agreement.report import agreement_of

    if args.workbook and not (args.conflicts and args.source):
        raise CouldNotRun(Finding("usage", "--workbook needs --conflicts and --source", "Name the source."))
    tell = progress(args)
    tell("comparing the passes")
    try:
        result = agreement_of(package_of(args), args.source, args.confusion or args.variable)
    except ImportError as error:
        message = f"agreement needs {error.name}"
        raise CouldNotRun(Finding("not-installed", message, "pip install 'clausula[coding]'")) from error
    changed = result.write() if args.write else []
    if args.workbook:
        from clausula.agreement import workbook
        from clausula.agreement.open_conflicts import open_session

        workbook.write(open_session(package_of(args), args.source), args.workbook)
    end_progress(args)
    if args.json:
        print(json.dumps({**result.as_dict(args.confusion), "changed": changed}, ensure_ascii=False, indent=2))
    else:
        _say(args, result, changed)
    return FOUND if args.conflicts and result.open else CLEAN


def _say(args: argparse.Namespace, result: Agreement, changed: list[str]) -> None:
    for note in result.notes:
        say_finding(note)
    if args.confusion:
        for line in result.confusion_lines(args.confusion):
            print(line)
    elif args.conflicts:
        for line in result.conflict_lines():
            print(line)
    else:
        header = ("round", "variable", "statistic", "units", "n", "percent", "value", "low", "high")
        print(table(result.figure_lines(), header))
        for line in result.unit_lines():
            print(line)
    print(result.summary())
    if args.write:
        print(
            f"written: {', '.join(changed) or 'nothing, all was up to date'}"
            + ("; now run clausula build" * bool(changed))
        )
    if args.workbook:
        print(f"written: {args.workbook}")
