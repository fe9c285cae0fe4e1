"""The command `clausula cite`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import DEFAULT_PACKAGE, add_command, package_path

EXAMPLES = """\
  clausula cite                  print a reference for a bibliography
  clausula cite --style bibtex   print a BibTeX entry"""


def register(commands: Any) -> None:
    command = add_command(commands, "cite", "Print a citation of this version of the data.", EXAMPLES, run)
    command.add_argument(
        "--style", choices=("text", "bibtex"), default="text", help="format of the citation (default: text)"
    )
    command.add_argument("--package", type=Path, metavar="DIR", help=f"folder of the package ({DEFAULT_PACKAGE})")


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.dataset import Dataset

    data = Dataset(package_path(args))
    citation = data.cite(args.style)
    print(json.dumps({"citation": citation, "version": data.version}, ensure_ascii=False) if args.json else citation)
    return 0
