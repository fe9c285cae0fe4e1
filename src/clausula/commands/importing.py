"""clausula import"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.output import (
    add_command,
    add_shown_option,
    add_strict_option,
    end_progress,
    print_report,
    progress,
)
from clausula.core.wording import count
from clausula.peers.schemes import SCHEMES

EXAMPLES = """\
  clausula import pax pax_all_agreements.csv --out ../pax       write the frames as CSV
  clausula import ucdp ucdp-peace-agreements.xlsx               only report problems
  clausula import pam PAM.csv --json | jq .counts"""


def register(verbs: Any) -> None:
    schemes = "\n".join(f"  {scheme.name:<6} {scheme.title}" for scheme in SCHEMES.values())
    about = "Read your own copy of another dataset and add our topics and actors; nothing is added to the package."
    verb = add_command(verbs, "import", about, f"{EXAMPLES}\n\nschemes:\n{schemes}", run)
    verb.add_argument("scheme", choices=list(SCHEMES), metavar="SCHEME", help="one of the schemes below")
    verb.add_argument("file", type=Path, metavar="FILE", help="the file, CSV or xlsx")
    verb.add_argument("--out", type=Path, metavar="DIR", help="folder for the frames, outside any package")
    verb.add_argument("--force", action="store_true", help="replace frames that are already in the folder")
    add_shown_option(verb)
    add_strict_option(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.peers.write import import_file

    progress(args)(f"reading {args.file.name}")
    report = import_file(args.scheme, args.file, args.out, args.force, args.shown)
    end_progress(args)
    print_report(report, args)
    if not args.json:
        print(summary(report.checked, report.total()))
    return report.exit_status(args.strict)


def summary(checked: dict[str, Any], errors: int) -> str:
    """Return one line with the number of rows of each frame, or of errors."""
    if errors:
        return f"{checked['file']}: {count(errors, 'error')}; nothing was imported"
    rows = ", ".join(count(number, name.removesuffix("s")) for name, number in checked["rows"].items())
    written = f"; written to {checked['out']}" if checked.get("out") else "; pass --out DIR to write them"
    return f"{checked['file']}: {rows}{written}"
