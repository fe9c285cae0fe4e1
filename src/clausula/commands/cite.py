"""Print a citation of this version of the data."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import PACKAGE, Options, option, package_path
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
    from clausula.analysis.dataset import Dataset

    data = Dataset(package_path(args))
    citation = data.cite(args.style)
    print_result(args, {"citation": citation, "version": data.version}, citation)
    return 0
