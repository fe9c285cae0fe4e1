"""Measure the agreement of coding passes and list their conflicts."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clausula.commands.arguments import PACKAGE, PACKAGE_AS_SUBJECT, Options, option, package_path, switch
from clausula.commands.output import end_progress, format_table, print_finding, print_result, progress
from clausula.core.findings import CLEAN, FOUND, shown

if TYPE_CHECKING:
    from clausula.agreement.report import Agreement

EXAMPLES = """\
  clausula agreement                                       all variables, all sources pooled
  clausula agreement --source minsk-package-2015           one source
  clausula agreement --by coders                           each pair of coders beside the pooled figures
  clausula agreement --confusion provisions.enforcement    confusion table of one variable
  clausula agreement --conflicts                           list conflicts without a resolution
  clausula agreement --write                               update data/agreement.csv and data/conflicts.csv
To decide the conflicts of a source in a workbook, run clausula code resolve SOURCE --out FILE."""


def options() -> Options:
    yield PACKAGE_AS_SUBJECT
    yield PACKAGE
    yield option("--source", metavar="SOURCE", help="only this source (default: all sources, pooled)")
    yield option("--variable", metavar="NAME", help="only this variable, such as provisions.modality")
    yield option("--confusion", metavar="NAME", help="show the confusion table of a variable")
    about = "add the figures of each pair of coders, or of each pair of their kinds"
    yield option("--by", choices=("coders", "kinds"), metavar="GROUP", help=about)
    yield switch("--conflicts", "list the conflicts without a resolution")
    yield switch("--write", "write the figures and conflicts to the package")


def run(args: argparse.Namespace) -> int:
    from clausula.agreement.report import measure_agreement

    progress(args)("comparing passes")
    root = package_path(args, edits=args.write)
    result = measure_agreement(root, args.source, args.confusion or args.variable, args.by or "")
    changed = result.write() if args.write else []
    end_progress()
    if not args.json:
        for note in result.notes:
            print_finding(note)
    print_result(args, {**result.as_dict(args.confusion), "changed": changed}, *_lines(args, result, changed))
    return FOUND if args.conflicts and result.open else CLEAN


def _lines(args: argparse.Namespace, result: Agreement, changed: list[str]) -> Iterator[str]:
    if args.confusion:
        yield from result.confusion_lines(args.confusion)
    elif args.conflicts:
        yield from result.conflict_lines()
    else:
        header = ("round", "variable", "statistic", "units", "n", "proportion", "value", "low", "high")
        yield format_table(result.figure_lines(), ("scope", *header) if result.by else header)
        yield from result.unit_lines()
    yield result.summary()
    if result.caution:
        yield result.caution
    if args.write:
        written = f"Wrote {', '.join(changed)}. Now run clausula build."
        yield written if changed else "No changes: both tables are up to date."
    if result.open and not args.conflicts:
        sources = ", ".join(sorted({one.source for one in result.open}))
        yield f"next: decide the open conflicts with clausula code resolve SOURCE, of {shown(sources, 200)}"
