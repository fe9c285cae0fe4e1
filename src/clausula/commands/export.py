"""Export the data to the format of another program."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import FORCE, PACKAGE, Options, dataset_to_read, option, out, switch, texts
from clausula.commands.output import print_result, progress
from clausula.core.findings import CouldNotRun
from clausula.export.formats import FORMATS

EXAMPLES = """\
  clausula export xlsx                                one workbook, clausula-<version>.xlsx
  clausula export dta --table provisions --table reactions
  clausula export duckdb --out my.duckdb --force
  clausula export graphml                             the discourse network
  clausula export dna --out statements.csv            statements for Discourse Network Analyzer
  clausula export web-annotation --out ../anchors.jsonld --texts my/texts --quotes
Source texts are quoted only with both --texts and --quotes, and never inside a package.

formats:
""" + "\n".join(f"  {name:<15} {form.title}" for name, form in FORMATS.items())


def options() -> Options:
    yield option("format", choices=list(FORMATS), metavar="FORMAT", help="one of the formats below")
    yield out("./NAME-VERSION with the suffix of the format")
    yield FORCE
    about = "export only this table; can be repeated"
    yield option("--table", action="append", default=[], metavar="NAME", help=about)
    yield texts("quote them")
    yield switch("--quotes", "quote the source texts (dna, web-annotation)")
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.export.run import ExportOptions, default_name, export

    if args.quotes != (args.texts is not None):
        raise CouldNotRun.of("quotes-need-texts")
    data = dataset_to_read(args)
    progress(args)(f"writing {args.format}")
    path = args.out or Path(default_name(data, args.format))
    target = export(data, args.format, path, args.table, ExportOptions(args.force, args.texts))
    print_result(args, {"format": args.format, "path": str(target), "version": data.version}, str(target))
    return 0
