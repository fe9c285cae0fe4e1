"""Read your own copy of another dataset and add our topics and actors; nothing is added to the package."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.arguments import FORCE, STRICT, Options, option, out, shown
from clausula.commands.output import print_report, progress
from clausula.core.wording import count
from clausula.peers.schemes import SCHEMES

EXAMPLES = """\
  clausula import pax pax_all_agreements.csv --out ../pax       write the frames as CSV to a folder
  clausula import ucdp ucdp-peace-agreements.xlsx               only report problems
  clausula import pam PAM.csv --json | jq .counts
The folder must be outside any package.

schemes:
""" + "\n".join(f"  {scheme.name:<6} {scheme.title}" for scheme in SCHEMES.values())


def options() -> Options:
    yield option("scheme", choices=list(SCHEMES), metavar="SCHEME", help="one of the schemes below")
    yield option("file", type=Path, metavar="FILE", help="the file: CSV, xlsx or xls")
    yield from (out("none; only reports problems"), FORCE, shown(), STRICT)


def run(args: argparse.Namespace) -> int:
    from clausula.peers.write import import_file

    progress(args)(f"reading {args.file.name}")
    report = import_file(args.scheme, args.file, args.out, args.force, args.shown)
    return print_report(args, report, summary(report.checked, report.total()))


def summary(checked: dict[str, Any], errors: int) -> str:
    """Return one line with the number of rows of each frame, or of errors."""
    if errors:
        return f"{checked['file']}: {count(errors, 'error')}; nothing was imported"
    rows = ", ".join(count(number, name.removesuffix("s")) for name, number in checked["rows"].items())
    written = f"; written to {checked['out']}" if checked.get("out") else "; pass --out DIR to write them"
    edition = f" (edition {checked['edition']})" if checked.get("edition") else ""
    return f"{checked['file']}{edition}: {rows}{written}"
