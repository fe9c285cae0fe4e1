"""clausula code import"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.code_ingest import summary
from clausula.commands.code_workbook import pass_letter
from clausula.commands.output import add_root, add_strict, add_verb, end_progress, progress, root_of, say_report

EXAMPLES = """\
  clausula code import statements.csv --format dna salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code import events.csv --format dna my-report --pass a --document 12     document 12 of a foreign list
  clausula code import anchors.jsonld --format web-annotation my-report --pass a --dry-run
What is wrong is told by line (or number of the annotation) and column; nothing is taken over until all is clean or
--partial is said. Without --text the text is looked for beside, as SOURCE.txt."""


def register(verbs: Any) -> None:
    about = "Take over statements of Discourse Network Analyzer, or W3C Web Annotations."
    verb = add_verb(verbs, "import", about, EXAMPLES, run)
    verb.add_argument("file", type=Path, metavar="FILE", help="the list of statements (CSV) or annotations (JSON-LD)")
    verb.add_argument("source", metavar="SOURCE", help="id of the source")
    verb.add_argument("--format", choices=("dna", "web-annotation"), required=True, help="what the file is")
    verb.add_argument("--pass", dest="letter", type=pass_letter, required=True, help="the pass that it belongs to")
    verb.add_argument("--text", type=Path, metavar="FILE", help="the text of the source")
    verb.add_argument("--document", default="", metavar="ID", help="the document of a foreign list that is the source")
    verb.add_argument("--partial", action="store_true", help="take over what is clean, with all that hangs on it")
    verb.add_argument("--dry-run", action="store_true", help="change nothing")
    add_root(verb)
    add_strict(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.submit import Mode
    from clausula.interchange.import_pass import take
    from clausula.interchange.records import Wanted

    root = root_of(args)
    raw = find_text(args.source, args.text, [args.file.parent, Path.cwd()])
    wanted = Wanted(args.file, args.format, args.source, args.letter, args.document)
    report = take(root, wanted, raw, Mode(args.partial, args.dry_run), progress(args)).report
    end_progress(args)
    say_report(report, args)
    if not args.json:
        print(summary(report.checked, report.total(), args))
    return report.exit_status(args.strict)
