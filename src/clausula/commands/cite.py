"""clausula cite"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_verb, package_of

EXAMPLES = """\
  clausula cite                    a line for the list of references
  clausula cite --style bibtex     an entry for BibTeX"""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "cite", "Say how to cite the data, with their version.", EXAMPLES, run)
    verb.add_argument("--style", choices=("text", "bibtex"), default="text", help="default: text")
    verb.add_argument(
        "--package",
        type=Path,
        metavar="DIR",
        help="folder of a package (default: the nearest one upwards, else the shipped release)",
    )


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.dataset import Dataset

    data = Dataset(package_of(args))
    citation = data.cite(args.style)
    print(json.dumps({"citation": citation, "version": data.version}, ensure_ascii=False) if args.json else citation)
    return 0
