"""Show a record with its evidence, actors, links and disputes."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from clausula.commands.arguments import PACKAGE, Options, option, package_path
from clausula.commands.output import print_result

Record = dict[str, Any]

EXAMPLES = """\
  clausula show minsk-package-2015.p02   show a provision with its evidence, actors, quantities and links
  clausula show minsk-package-2015       show an instrument with its provisions
  clausula show ukraine                  show an actor with all its roles
  clausula show us-russia-draft-plan-report-2025.r01 --json"""


def options() -> Options:
    about = "ID of an instrument, provision, proposition, reaction, event, actor, source, topic, place or process"
    yield option("id", metavar="ID", help=about)
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.dataset import Dataset
    from clausula.analysis.show import show

    found = show(Dataset(package_path(args)), args.id)
    print_result(args, found, as_text(found))
    return 0


def _line(row: Record) -> str:
    flat = ", ".join(f"{key} {value}" for key, value in row.items() if key != "voices")
    voices = [
        f"{v.get('voice_id', 'not given')} ({v['role']}, {v['naming']}, {v['rendering']})"
        for v in row.get("voices", ())
    ]
    return f"{flat}\n    voices: {' -> '.join(voices)}" if voices else flat


def as_text(found: Record) -> str:
    """Format a record as readable text."""
    record = found["record"]
    lines = [f"{found['table']}: {next(iter(record.values()))}"]
    for key, value in list(record.items())[1:]:
        lines += textwrap.wrap(f"{key}: {value}", 110, initial_indent="  ", subsequent_indent="      ")
    for name, rows in found["related"].items():
        lines += ["", f"{name} ({len(rows)})"]
        for row in rows:
            for part in _line(row).splitlines():
                indent = "    " if part.startswith(" ") else "  - "
                lines += textwrap.wrap(part, 110, initial_indent=indent, subsequent_indent="      ")
    return "\n".join(lines)
