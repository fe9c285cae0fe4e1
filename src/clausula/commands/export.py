"""clausula export"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_command, end_progress, package_path, progress
from clausula.core.findings import CouldNotRun, Finding
from clausula.export.formats import FORMATS

EXAMPLES = """\
  clausula export xlsx                                one workbook, clausula-<version>.xlsx
  clausula export dta --table provisions --table reactions
  clausula export duckdb --out my.duckdb --force
  clausula export graphml                             the discourse network
  clausula export dna --out statements.csv            statements for Discourse Network Analyzer
  clausula export web-annotation --out anchors.jsonld --texts my/texts --quotes
Source texts are quoted only with both --texts and --quotes, and never inside a package."""


def register(verbs: Any) -> None:
    forms = "\n".join(f"  {name:<15} {form.title}" for name, form in FORMATS.items())
    verb = add_command(
        verbs, "export", "Export the data to the format of another program.", f"{EXAMPLES}\n\nformats:\n{forms}", run
    )
    verb.add_argument("format", choices=list(FORMATS), metavar="FORMAT", help="one of the formats below")
    verb.add_argument("--out", type=Path, metavar="PATH", help="file or folder to write (default: ./NAME-VERSION)")
    verb.add_argument(
        "--table", action="append", default=[], metavar="NAME", help="export only this table; can be repeated"
    )
    verb.add_argument("--texts", type=Path, metavar="DIR", help="folder with the source texts, for --quotes")
    verb.add_argument("--quotes", action="store_true", help="quote the source texts (dna, web-annotation)")
    verb.add_argument(
        "--force", action="store_true", help="replace an existing file, or the folder of an earlier export"
    )
    verb.add_argument(
        "--package",
        type=Path,
        metavar="DIR",
        help="folder of a package (default: the nearest parent folder with one, else the shipped release)",
    )


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.dataset import Dataset
    from clausula.export.run import ExportOptions, default_name, export

    if args.quotes != (args.texts is not None):
        what = "quoting source texts requires both --texts DIR and --quotes"
        raise CouldNotRun(Finding("quotes-need-texts", what, "Pass both options, or neither."))
    data = Dataset(package_path(args))
    progress(args)(f"writing {args.format}")
    out = args.out or Path(default_name(data, args.format))
    target = export(data, args.format, out, args.table, ExportOptions(args.force, args.texts))
    end_progress(args)
    print(json.dumps({"format": args.format, "path": str(target), "version": data.version}) if args.json else target)
    return 0
