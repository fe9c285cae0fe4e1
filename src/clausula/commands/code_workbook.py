"""clausula code workbook"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_command, add_package_option, editable_package_path, end_progress, progress
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.fixity import has_content

EXAMPLES = """\
  clausula code workbook salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code workbook salt-road-accord-2033 --pass b      a second, blind pass
  clausula code workbook salt-road-accord-2033 --pass a --out today.xlsx
Without --text, the command looks for SOURCE.txt in the current folder and in texts/."""


def pass_letter(text: str) -> str:
    """Return the letter of a pass, or raise an error if it is not valid."""
    if len(text) == 1 and "a" <= text <= "z":
        return text
    raise argparse.ArgumentTypeError("must be one letter from a to z")


def register(subparsers: Any) -> None:
    parser = add_command(subparsers, "workbook", "Create the workbook of a pass over a source.", EXAMPLES, run)
    parser.add_argument("source", metavar="SOURCE", help="ID of the source")
    parser.add_argument(
        "--pass",
        dest="letter",
        type=pass_letter,
        required=True,
        help="letter of the pass: a is the leading pass, others are blind",
    )
    parser.add_argument("--coder", default="", metavar="ID", help="who codes, by ID; otherwise the form asks")
    parser.add_argument("--text", type=Path, metavar="FILE", help="the text of the source")
    parser.add_argument("--out", type=Path, metavar="FILE.xlsx", help="output file (default: SOURCE.PASS.xlsx)")
    parser.add_argument("--force", action="store_true", help="overwrite an existing workbook")
    add_package_option(parser)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.workbook_write import make_workbook
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    out = args.out or Path(f"{args.source}.{args.letter}.xlsx")
    report_progress = progress(args)
    report_progress("reading the tables")
    tables = read_tables(open_package(editable_package_path(args)))
    raw = find_text(args.source, args.text, [Path.cwd()]) if any(tables.where("sources", source_id=args.source)) else ""
    report_progress("creating the workbook")
    content = make_workbook(tables, args.source, args.letter, raw, args.coder)
    end_progress(args)
    if out.exists() and not args.force and not has_content(out, content):
        what = f"{out} already exists and may contain coding"
        raise CouldNotRun(
            Finding(
                "file-exists",
                what,
                "Pass another file name with --out, or pass --force to overwrite it.",
                file=out.name,
            )
        )
    commit(out.parent, {out.name: content})
    next_command = f"clausula code ingest {out}" + (f" --text {args.text}" if args.text else "")
    if args.json:
        print(
            json.dumps(
                {"workbook": str(out), "bytes": len(content), "next": next_command}, ensure_ascii=False, indent=2
            )
        )
        return 0
    print(f"wrote {out}; its first sheet explains how to fill it in")
    print(f"next: {next_command}")
    return 0
