"""Register a text as a source: metadata, length and hashes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clausula.commands.arguments import PACKAGE, Options, field_option, option, package_path
from clausula.commands.output import print_report, read_line
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


def options() -> Options:
    from clausula.coding.source_fields import entered_fields

    yield option("file", type=Path, metavar="FILE", help="the text, in UTF-8")
    for field in entered_fields(_sources()):
        yield field_option(field, " (default: derived from the file name)" if field.name == "source_id" else "")
    yield PACKAGE


def _ask(field: Field) -> str:
    """Ask for a value until a valid one is entered."""
    print(f"\n{field.title}: {field.description}", file=sys.stderr)
    for category in field.categories:
        print(f"  {category.value}: {category.description}", file=sys.stderr)
    while True:
        print(f"{field.name} [for example {field.descriptor.get('example')}]: ", end="", file=sys.stderr, flush=True)
        line = read_line()
        if not line:
            return ""
        if line.strip() and (not field.allowed or line.strip() in field.allowed):
            return line.strip()


def run(args: argparse.Namespace) -> int:
    from clausula.coding.register import register
    from clausula.coding.source_fields import entered_fields

    table = _sources()
    given = {field.name: getattr(args, f"field_{field.name}") or "" for field in entered_fields(table)}
    if sys.stdin.isatty() and not args.json:
        for field in entered_fields(table):
            if table.required(field) and not given[field.name] and field.name != "source_id":
                given[field.name] = _ask(field)
    registration = register(package_path(args, edits=True), args.file, given)
    source = registration.values
    more = {"source": source, "registered": not registration.report.exit_status()}
    if not more["registered"]:
        return print_report(args, registration.report, "nothing was registered", **more)
    following = f"clausula code workbook {source['source_id']} --pass a --text {args.file}"
    lines = f"registered {source['source_id']}: {int(source['characters']):,} characters", f"next: {following}"
    return print_report(args, registration.report, *lines, **more, next=following)
