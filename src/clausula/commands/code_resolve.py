"""clausula code resolve"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.output import add_verb, package_of, say_report
from clausula.core.findings import CLEAN, FOUND, CouldNotRun, Finding, Report

if TYPE_CHECKING:
    from clausula.agreement.open_conflicts import Decision, Session
    from clausula.evidence.text import Text

EXAMPLES = """\
  clausula code resolve minsk-package-2015                             ask for each open conflict on the terminal
  clausula code resolve minsk-package-2015 --texts my/texts            the same, with the words
  clausula code resolve minsk-package-2015 --workbook conflicts.xlsx   write them out to decide in a spreadsheet
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx     take the decisions over
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx --texts my/texts   and make records of units"""


def register(parts: Any) -> None:
    verb = add_verb(parts, "resolve", "Settle the conflicts between two coding passes of a source.", EXAMPLES, run)
    verb.add_argument("source", help="id of the source")
    verb.add_argument(
        "--package", type=Path, metavar="DIR", help="folder of a package (default: the nearest one upwards)"
    )
    verb.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with the texts, to show the words and make records"
    )
    way = verb.add_mutually_exclusive_group()
    way.add_argument("--workbook", type=Path, metavar="FILE", help="write the open conflicts to a new .xlsx")
    way.add_argument("--ingest", type=Path, metavar="FILE", help="read the decisions from an .xlsx")


def run(args: argparse.Namespace) -> int:
    try:
        from clausula.agreement import workbook
        from clausula.agreement.open_conflicts import open_session
        from clausula.versions.build import check_truth

        session = open_session(package_of(args), args.source, check_truth)
        session.text = _text(args, session)
        if args.workbook:
            count = workbook.write(session, args.workbook)
            return _told(args, session, f"{args.workbook}: {count} open conflict(s) of {args.source}")
        return _ingest(args, session) if args.ingest else _walk(args, session)
    except ImportError as error:
        message = f"resolving needs {error.name}"
        raise CouldNotRun(Finding("not-installed", message, "pip install 'clausula[coding]'")) from error


def _text(args: argparse.Namespace, session: Session) -> Text | None:
    """The text of the source, if it is at hand and the edition that was registered."""
    from clausula.coding.submit import check_text
    from clausula.coding.table_store import read_tables
    from clausula.evidence.text import Text
    from clausula.evidence.verify import read_text, text_file

    path = text_file(args.texts, session.source) if args.texts else None
    if path is None:
        return None
    raw = read_text(path)
    check_text(read_tables(session.package), session.source, raw)
    return Text(raw)


def _told(args: argparse.Namespace, session: Session, line: str) -> int:
    print(json.dumps({"source": session.source, "open": len(session.open)}) if args.json else line)
    return CLEAN


def _ingest(args: argparse.Namespace, session: Session) -> int:
    from clausula.agreement import resolve, workbook

    decisions, wrong, done = workbook.read(session, args.ingest)
    report = Report()
    files: list[str] = []
    report.extend(wrong)
    if not wrong:
        report, files = resolve.record(session, decisions)
    report.checked = _facts(session, [] if report.exit_status() else decisions, files) | {"recorded_before": done}
    say_report(report, args)
    if not args.json:
        recorded = "nothing was written" if report.exit_status() else f"{len(decisions)} decision(s) recorded"
        print(f"{recorded}, {done} recorded before, {report.checked['open']} open")
        _remind(files)
    return report.exit_status()


def _walk(args: argparse.Namespace, session: Session) -> int:
    from clausula.agreement.prompts import walk

    stream = sys.stderr if args.json else sys.stdout

    def say(line: str) -> None:
        print(line, file=stream)

    def ask(prompt: str) -> str:
        print(prompt, end="", file=stream, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    outcome = walk(session, ask, say, session.text)
    facts = _facts(session, outcome.recorded, outcome.files)
    if args.json:
        print(json.dumps(facts | {"findings": [f.as_dict() for f in outcome.findings]}, ensure_ascii=False, indent=2))
    else:
        kept = f", {len(outcome.pending)} decided and not written" if outcome.pending else ""
        print(f"{len(outcome.recorded)} decision(s) recorded{kept}, {facts['open']} open")
        _remind(outcome.files)
    return FOUND if facts["open"] else CLEAN


def _facts(session: Session, decisions: list[Decision], files: list[str]) -> dict[str, Any]:
    return {"source": session.source, "recorded": len(decisions), "open": len(session.open), "changed": files}


def _remind(files: list[str]) -> None:
    if files:
        print(f"changed: {', '.join(files)}; now run clausula build")
