"""clausula code new"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from clausula.commands.output import add_command, add_package_option, editable_package_path, print_report
from clausula.core.model import Field, Table
from clausula.core.package import own_package
from clausula.core.schemas import load_table

EXAMPLES = """\
  clausula code new texts/salt-road-accord-2033.txt
  clausula code new text.txt --source-id salt-road-accord-2033 --title "Accord of the Salt Road" \\
    --kind official_text --date 2033-04-04 --date-basis stated --language en \\
    --locator "Archive of the Coast League, file 12" --completeness complete
In a terminal, the command asks for required values that are missing. The text is never copied."""


def _sources() -> Table:
    return load_table(own_package() / "schemas", "sources")


def register(subparsers: Any) -> None:
    from clausula.coding.source_fields import entered_fields, option

    parser = add_command(subparsers, "new", "Register a text as a source: metadata, length and hashes.", EXAMPLES, run)
    parser.add_argument("text", type=Path, metavar="TEXT_FILE", help="the text, in UTF-8")
    add_package_option(parser)
    for field in entered_fields(_sources()):
        listed = f" One of {', '.join(str(v) for v in field.allowed)}." if field.allowed else ""
        default = " Default: derived from the file name." if field.name == "source_id" else ""
        text = f"{field.description}{listed}{default}".replace("%", "%%")
        parser.add_argument(option(field.name), dest=f"field_{field.name}", metavar=field.name.upper(), help=text)


def _ask(field: Field) -> str:
    """Ask for a value until a valid one is entered."""
    print(f"\n{field.title}: {field.description}", file=sys.stderr)
    for category in field.categories:
        print(f"  {category.value}: {category.description}", file=sys.stderr)
    while True:
        print(f"{field.name} [for example {field.descriptor.get('example')}]: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            return ""
        if line.strip() and (not field.allowed or line.strip() in field.allowed):
            return line.strip()


def run(args: argparse.Namespace) -> int:
    from clausula.coding.register import register as register_source
    from clausula.coding.source_fields import entered_fields

    table = _sources()
    given = {field.name: getattr(args, f"field_{field.name}") or "" for field in entered_fields(table)}
    if sys.stdin.isatty() and not args.json:
        for field in entered_fields(table):
            if table.required(field) and not given[field.name] and field.name != "source_id":
                given[field.name] = _ask(field)
    registration = register_source(editable_package_path(args), args.text, given)
    status = registration.report.exit_status()
    source = registration.values["source_id"]
    next_command = f"clausula code workbook {source} --pass a --text {args.text}"
    if args.json:
        payload = {**registration.report.as_dict(), "source": registration.values, "registered": status == 0}
        print(json.dumps({**payload, "next": next_command} if status == 0 else payload, ensure_ascii=False, indent=2))
        return status
    print_report(registration.report, args)
    if status:
        print("nothing was registered")
        return status
    print(f"registered {source}: {int(registration.values['characters']):,} characters")
    print(f"next: {next_command}")
    return 0
