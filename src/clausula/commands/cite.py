"""Print a citation of this version of the data."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import PACKAGE, Options, dataset_to_read, option
from clausula.commands.output import print_result

EXAMPLES = """\
  clausula cite                  print a reference for a bibliography
  clausula cite --style apa      print a reference in the style of the APA
  clausula cite --style bibtex   print a BibTeX entry"""


def options() -> Options:
    about = "format of the citation: text, apa or bibtex (default: text)"
    yield option("--style", choices=("text", "apa", "bibtex"), default="text", metavar="STYLE", help=about)
    yield PACKAGE


def run(args: argparse.Namespace) -> int:

    data = dataset_to_read(args)
    citation = data.cite(args.style)
    print_result(args, {"citation": citation, "version": data.version}, citation)
    return 0
