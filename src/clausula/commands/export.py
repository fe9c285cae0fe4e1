"""clausula export"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_verb, end_progress, package_of, progress
from clausula.features.export.formats import FORMATS

EXAMPLES = """\
  clausula export xlsx                                one workbook, clausula-<version>.xlsx
  clausula export dta --table provisions --table reactions
  clausula export duckdb --out my.duckdb --force
  clausula export graphml                             the discourse network"""


def register(verbs: Any) -> None:
    forms = "\n".join(f"  {name:<8} {form.title}" for name, form in FORMATS.items())
    verb = add_verb(
        verbs, "export", "Write the data in the format of another program.", f"{EXAMPLES}\n\nformats:\n{forms}", run
    )
    verb.add_argument("format", choices=list(FORMATS), metavar="FORMAT", help="one of the formats below")
    verb.add_argument("--out", type=Path, metavar="PATH", help="the file or folder (default: name and version, here)")
    verb.add_argument(
        "--table", action="append", default=[], metavar="NAME", help="this table only; may be given several times"
    )
    verb.add_argument("--force", action="store_true", help="replace what stands there")
    verb.add_argument(
        "--package",
        type=Path,
        metavar="DIR",
        help="folder of a package (default: the nearest, else the shipped release)",
    )


def run(args: argparse.Namespace) -> int:
    from clausula.features.data import Dataset
    from clausula.features.export.run import default_name, export

    data = Dataset(package_of(args))
    progress(args)(f"writing {args.format}")
    target = export(data, args.format, args.out or Path(default_name(data, args.format)), args.table, args.force)
    end_progress(args)
    print(json.dumps({"format": args.format, "path": str(target), "version": data.version}) if args.json else target)
    return 0
