"""Show a record with its evidence, actors, links and disputes."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from clausula.commands.arguments import PACKAGE, Options, dataset_to_read, option, texts
from clausula.commands.output import print_result

Record = dict[str, Any]

EXAMPLES = """\
  clausula show minsk-package-2015.p02   show a provision with its evidence, actors, quantities and links
  clausula show minsk-package-2015       show an instrument with its provisions
  clausula show ukraine                  show an actor with all its roles
  clausula show us-russia-draft-plan-report-2025.r01 --json
  clausula show minsk-package-2015 --table sources       show the source with the ID of an instrument
  clausula show minsk-package-2015.p02 --texts my/texts  also print the words behind each code"""


def options() -> Options:
    about = "ID of an instrument, provision, proposition, reaction, event, actor, source, topic, place or process"
    yield option("id", metavar="ID", help=about)
    about = "table of the record, if several have the ID: instruments, provisions, sources, actors and so on"
    yield option("--table", metavar="NAME", help=about)
    yield texts("print the span of each anchor")
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.checking import add_words
    from clausula.analysis.show import KINDS, show
    from clausula.core.errors import require_known

    if args.table is not None:
        require_known(args.table, "table of records", KINDS, "`clausula show --help`")
    found = show(dataset_to_read(args), args.id, args.table)
    if args.texts is not None and found["table"] != "sources":
        add_words(found["related"].get("evidence", []), args.texts)
    print_result(args, found, as_text(found))
    return 0


def _line(row: Record) -> str:
    flat = ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("voices", "words"))
    flat += f"\n    words: {row['words']}" if "words" in row else ""
    voices = [
        f"{v.get('voice_id', 'not given')} ({v['role']}, {v['naming']}, {v['rendering']})"
        for v in row.get("voices", ())
    ]
    return f"{flat}\n    voices: {' -> '.join(voices)}" if voices else flat


def _wrapped(text: str, indent: str) -> list[str]:
    """Return the lines of a text; IDs and addresses stay in one piece, so that they can be copied."""
    return textwrap.wrap(
        text, 110, initial_indent=indent, subsequent_indent="      ", break_on_hyphens=False, break_long_words=False
    )


def as_text(found: Record) -> str:
    """Format a record as readable text."""
    record = found["record"]
    name = next(iter(record.values()))
    lines = [f"{found['table']}: {name}"]
    lines += [f"  (the ID is also in {table}: clausula show {name} --table {table})" for table in found["also"]]
    for key, value in list(record.items())[1:]:
        lines += _wrapped(f"{key}: {value}", "  ")
    for name, rows in found["related"].items():
        lines += ["", f"{name} ({len(rows)})"]
        for row in rows:
            for part in _line(row).splitlines():
                indent = "    " if part.startswith(" ") else "  - "
                lines += _wrapped(part, indent)
    return "\n".join(lines)
