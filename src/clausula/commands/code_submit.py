"""Check the answer to a pack and, if it has no errors, import it into the tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import (
    DRY_RUN,
    PACKAGE,
    PARTIAL,
    STRICT,
    Options,
    field_option,
    find_source_text,
    option,
    package_path,
    source_text,
)
from clausula.commands.code_ingest import summary
from clausula.commands.output import print_report, progress
from clausula.core.model import Field
from clausula.core.package import own_package
from clausula.core.schemas import load_table

EXAMPLES = """\
  clausula code submit answer.json --texts texts --dry-run     report every error, change nothing
  clausula code submit answer.json --texts texts --json        the same errors for a program, each at its JSON Pointer
  clausula code submit answer.json --texts texts --minutes 12 --tokens 90000 --cost 0.8
Options named after fields of coding_passes replace what the answer says of its pass. Nothing is imported until there
are no errors, or with --partial only units without errors."""

GIVEN_BY_ANSWER = ("pass_id", "source_id", "codebook_version", "date_from", "date_to")


def pass_fields() -> list[Field]:
    """Return the fields of a pass that the person who submits it can give."""
    table = load_table(own_package() / "schemas", "coding_passes")
    return [field for field in table.fields if field.name not in GIVEN_BY_ANSWER]


def options() -> Options:
    yield option("file", type=Path, metavar="FILE", help="the answer: a JSON object, or a text with one JSON block")
    yield source_text("the folder of FILE or the current folder, or in texts/ there")
    yield from map(field_option, pass_fields())
    yield from (PARTIAL, DRY_RUN, PACKAGE, STRICT)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.answer_submit import read_answer, submit_answer
    from clausula.coding.submit import Mode

    root = package_path(args, edits=True)
    given = {field.name: getattr(args, f"field_{field.name}") or "" for field in pass_fields()}
    answer = read_answer(args.file, given)
    raw = find_source_text(args, answer.source_id, args.file.parent)
    outcome = submit_answer(root, answer, raw, Mode(args.partial, args.dry_run), progress(args))
    return print_report(args, outcome.report, *summary(outcome.report, args.file))
