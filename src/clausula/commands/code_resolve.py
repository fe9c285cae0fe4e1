"""clausula code resolve"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.output import add_command, package_path, print_report
from clausula.core.findings import CLEAN, FOUND, CouldNotRun, Finding, Report
from clausula.core.wording import count

if TYPE_CHECKING:
    from clausula.adjudication.decisions import Decision
    from clausula.adjudication.open_conflicts import Adjudication
    from clausula.evidence.text import Text

EXAMPLES = """\
  clausula code resolve minsk-package-2015                             decide each open conflict in the terminal
  clausula code resolve minsk-package-2015 --texts my/texts            the same, showing the text of each unit
  clausula code resolve minsk-package-2015 --workbook conflicts.xlsx   write the open conflicts to a workbook
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx     import the decisions from the workbook
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx --texts my/texts
                                                                       import, and create records for units"""


def register(parts: Any) -> None:
    verb = add_command(parts, "resolve", "Resolve the conflicts between two coding passes of a source.", EXAMPLES, run)
    verb.add_argument("source", help="ID of the source")
    verb.add_argument(
        "--package",
        type=Path,
        metavar="DIR",
        help="folder of the package (default: the nearest parent folder with one)",
    )
    verb.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with the texts, needed to show spans and to create records"
    )
    mode = verb.add_mutually_exclusive_group()
    mode.add_argument("--workbook", type=Path, metavar="FILE", help="write the open conflicts to a new .xlsx")
    mode.add_argument("--ingest", type=Path, metavar="FILE", help="import the decisions from an .xlsx")


def run(args: argparse.Namespace) -> int:
    try:
        from clausula.adjudication import workbook
        from clausula.adjudication.open_conflicts import open_adjudication
        from clausula.core.package import open_package

        adjudication = open_adjudication(open_package(package_path(args)), args.source)
        adjudication.text = _text(args, adjudication)
        if args.workbook:
            written = count(workbook.write(adjudication, args.workbook), "open conflict")
            return _print_line(args, adjudication, f"Wrote {written} of {args.source} to {args.workbook}.")
        return _ingest(args, adjudication) if args.ingest else _adjudicate(args, adjudication)
    except ImportError as error:
        message = f"{error.name} is not installed"
        raise CouldNotRun(Finding("not-installed", message, "Run `pip install 'clausula[coding]'`.")) from error


def _text(args: argparse.Namespace, adjudication: Adjudication) -> Text | None:
    """Return the text of the source, if it is in the folder of texts and is the registered edition."""
    from clausula.coding.submit import check_text
    from clausula.evidence.text import Text
    from clausula.evidence.verify import read_text, text_file

    path = text_file(args.texts, adjudication.source) if args.texts else None
    if path is None:
        return None
    raw = read_text(path)
    check_text(adjudication.tables, adjudication.source, raw)
    return Text(raw)


def _print_line(args: argparse.Namespace, adjudication: Adjudication, line: str) -> int:
    print(json.dumps({"source": adjudication.source, "open": len(adjudication.open)}) if args.json else line)
    return CLEAN


def _ingest(args: argparse.Namespace, adjudication: Adjudication) -> int:
    from clausula.adjudication import resolve, workbook

    decisions, findings, done = workbook.read(adjudication, args.ingest)
    report = Report()
    files: list[str] = []
    report.extend(findings)
    if not report.exit_status():
        made, files = resolve.record(adjudication, decisions)
        report.extend(made.findings)
    report.checked = _summary(adjudication, [] if report.exit_status() else decisions, files) | {
        "recorded_before": done
    }
    print_report(report, args)
    if not args.json:
        recorded = "nothing was written" if report.exit_status() else f"{count(len(decisions), 'decision')} recorded"
        print(f"{recorded}, {done} already recorded, {report.checked['open']} open")
        _print_changed(files)
    return report.exit_status()


def _adjudicate(args: argparse.Namespace, adjudication: Adjudication) -> int:
    from clausula.adjudication.prompts import adjudicate

    stream = sys.stderr if args.json else sys.stdout

    def show(line: str) -> None:
        print(line, file=stream)

    def ask(prompt: str) -> str:
        print(prompt, end="", file=stream, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    outcome = adjudicate(adjudication, ask, show, adjudication.text)
    summary = _summary(adjudication, outcome.recorded, outcome.files)
    if args.json:
        print(json.dumps(summary | {"findings": [f.as_dict() for f in outcome.findings]}, ensure_ascii=False, indent=2))
    else:
        pending = f", {len(outcome.pending)} decided but not recorded" if outcome.pending else ""
        print(f"{count(len(outcome.recorded), 'decision')} recorded{pending}, {summary['open']} open")
        _print_changed(outcome.files)
    return FOUND if summary["open"] else CLEAN


def _summary(adjudication: Adjudication, decisions: list[Decision], files: list[str]) -> dict[str, Any]:
    return {"source": adjudication.source, "recorded": len(decisions), "open": len(adjudication.open), "changed": files}


def _print_changed(files: list[str]) -> None:
    if files:
        print(f"Changed {', '.join(files)}. Now run clausula build.")
