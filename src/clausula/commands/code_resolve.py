"""Resolve the conflicts between two coding passes of a source."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.arguments import (
    PACKAGE,
    SOURCE,
    Options,
    given_text,
    option,
    out,
    package_path,
    source_text,
    switch,
)
from clausula.commands.output import print_report, print_result, read_line
from clausula.commands.serving import page_options, serve_page
from clausula.core.findings import CLEAN, FOUND, Report
from clausula.core.wording import count

if TYPE_CHECKING:
    from clausula.adjudication.decisions import Decision
    from clausula.adjudication.open_conflicts import Adjudication
    from clausula.evidence.text import Text

EXAMPLES = """\
  clausula code resolve minsk-package-2015                             decide each open conflict in the terminal
  clausula code resolve minsk-package-2015 --texts my/texts            the same, showing the text of each unit
  clausula code resolve minsk-package-2015 --texts my/texts --web      decide in the browser
  clausula code resolve minsk-package-2015 --out conflicts.xlsx        write the open conflicts to a workbook
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx     import the decisions from the workbook
  clausula code resolve minsk-package-2015 --ingest conflicts.xlsx --texts my/texts
                                                                       import, and create records for units"""


def options() -> Options:
    about = "import the decisions from a workbook that --out wrote"
    yield SOURCE
    web = switch("--web", "decide in the browser, with both passes beside the text")
    yield [out("none; asks in the terminal"), option("--ingest", type=Path, metavar="FILE", help=about), web]
    yield source_text("the folder of --texts", "show spans and to create records")
    yield from page_options()
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.adjudication import workbook
    from clausula.adjudication.open_conflicts import open_adjudication
    from clausula.core.package import open_package

    adjudication = open_adjudication(open_package(package_path(args, edits=True)), args.source)
    adjudication.text = _text(args, adjudication)
    if args.web:
        from clausula.adjudication.page_api import AdjudicationApi, adjudication_files

        serve_page(args, AdjudicationApi(adjudication), adjudication_files(), source=adjudication.source)
        return CLEAN
    if args.out:
        written = count(workbook.write(adjudication, args.out), "open conflict")
        value = {"source": adjudication.source, "open": len(adjudication.open)}
        line = f"Wrote {written} of {args.source} to {args.out}."
        command = f"clausula code resolve {args.source} --ingest {args.out}{given_text(args)}"
        following = [f"next: fill in take and reason, then {command}"] if adjudication.open else []
        print_result(args, value, line, *following)
        return CLEAN
    return _ingest(args, adjudication) if args.ingest else _adjudicate(args, adjudication)


def _text(args: argparse.Namespace, adjudication: Adjudication) -> Text | None:
    """Return the text of the source, if it is given or in the folder of texts, in the registered edition."""
    from clausula.coding.submit import check_text
    from clausula.evidence.text import Text
    from clausula.evidence.verify import read_text, text_file

    path = args.text or (text_file(args.texts, adjudication.source) if args.texts else None)
    if path is None:
        return None
    raw = read_text(path)
    check_text(adjudication.tables, adjudication.source, raw)
    return Text(raw)


def _ingest(args: argparse.Namespace, adjudication: Adjudication) -> int:
    from clausula.adjudication import resolve, workbook

    decisions, findings, done = workbook.read(adjudication, args.ingest)
    report = Report()
    files: list[str] = []
    report.extend(findings)
    if not report.exit_status():
        made, files = resolve.record(adjudication, decisions)
        report.extend(made.findings)
    failed = report.exit_status()
    report.checked = _summary(adjudication, [] if failed else decisions, files) | {"recorded_before": done}
    recorded = "nothing was written" if failed else f"{count(len(decisions), 'decision')} recorded"
    line = f"{recorded}, {done} already recorded, {report.checked['open']} open"
    return print_report(args, report, line, *_changed(files))


def _adjudicate(args: argparse.Namespace, adjudication: Adjudication) -> int:
    from clausula.adjudication.prompts import adjudicate

    stream = sys.stderr if args.json else sys.stdout

    def show(line: str) -> None:
        print(line, file=stream)

    def ask(prompt: str) -> str:
        print(prompt, end="", file=stream, flush=True)
        line = read_line()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    outcome = adjudicate(adjudication, ask, show, adjudication.text)
    value = _summary(adjudication, outcome.recorded, outcome.files)
    pending = f", {len(outcome.pending)} decided but not recorded" if outcome.pending else ""
    line = f"{count(len(outcome.recorded), 'decision')} recorded{pending}, {value['open']} open"
    value["findings"] = [finding.as_dict() for finding in outcome.findings]
    print_result(args, value, line, *_changed(outcome.files))
    return FOUND if value["open"] else CLEAN


def _summary(adjudication: Adjudication, decisions: list[Decision], files: list[str]) -> dict[str, Any]:
    return {"source": adjudication.source, "recorded": len(decisions), "open": len(adjudication.open), "changed": files}


def _changed(files: list[str]) -> list[str]:
    return [f"Changed {', '.join(files)}. Now run clausula build."] if files else []
