"""Import statements from Discourse Network Analyzer, or W3C Web Annotations."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import (
    DRY_RUN,
    PACKAGE,
    PARTIAL,
    PASS,
    SOURCE,
    STRICT,
    Options,
    field_option,
    find_source_text,
    option,
    package_path,
    source_text,
)
from clausula.commands.code_ingest import summary
from clausula.commands.code_submit import pass_fields
from clausula.commands.output import print_report, progress

EXAMPLES = """\
  clausula code import statements.csv salt-road-accord-2033 --format dna --pass a
  clausula code import events.csv salt-road-accord-2033 --format dna --pass a --document 12
  clausula code import anchors.jsonld salt-road-accord-2033 --format web-annotation --pass a --dry-run
  clausula code import anchors.json salt-road-accord-2033 --format web-annotation --pass b \\
    --coder-id ann --coder-kind person --coder-description "Annotated the accord." --codebook-frozen false \\
    --blind true --independent true
Errors are reported by line (or number of the annotation) and column. Nothing is imported until there are no errors, or
with --partial only records without errors. A new pass needs --coder-id and the other fields of the pass; a new coder
also --coder-kind and --coder-description."""


def options() -> Options:
    yield option("file", type=Path, metavar="FILE", help="the list of statements (CSV) or annotations (JSON-LD)")
    yield SOURCE
    about = "format of the file: dna or web-annotation"
    yield option("--format", choices=("dna", "web-annotation"), required=True, metavar="FORMAT", help=about)
    yield PASS
    yield source_text("the folder of FILE or the current folder, or in texts/ there")
    yield option("--document", default="", metavar="N", help="document number of the source in the list")
    yield from map(field_option, pass_fields())
    about = "the kind of the coder, if the table of coders does not have it yet: person, language_model or program"
    yield option("--coder-kind", default="", metavar="KIND", help=about)
    yield option("--coder-description", default="", metavar="TEXT", help="what is known of a new coder")
    yield from (PARTIAL, DRY_RUN, PACKAGE, STRICT)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.submit import Mode
    from clausula.interchange.import_pass import import_records
    from clausula.interchange.records import ImportRequest

    root = package_path(args, edits=True)
    raw = find_source_text(args, args.source, args.file.parent)
    given = {field.name: getattr(args, f"field_{field.name}") or "" for field in pass_fields()}
    coder = {"kind": args.coder_kind, "description": args.coder_description}
    request = ImportRequest(
        args.file,
        args.format,
        args.source,
        args.letter,
        args.document,
        {name: value for name, value in given.items() if value},
        coder if any(coder.values()) else {},
    )
    report = import_records(root, request, raw, Mode(args.partial, args.dry_run), progress(args)).report
    return print_report(args, report, *summary(report, args.file))
