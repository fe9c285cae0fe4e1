"""clausula code workbook"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_root, add_verb, end_progress, progress, root_of
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.publish import publish, same

EXAMPLES = """\
  clausula code workbook salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code workbook salt-road-accord-2033 --pass b      a second pass, blind to the first
  clausula code workbook salt-road-accord-2033 --pass a --out today.xlsx
Without --text the text is looked for beside, as SOURCE.txt."""


def pass_letter(text: str) -> str:
    """The letter of a pass."""
    if len(text) == 1 and "a" <= text <= "z":
        return text
    raise argparse.ArgumentTypeError("must be one letter from a to z")


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "workbook", "Make the workbook of a pass over a source.", EXAMPLES, run)
    verb.add_argument("source", metavar="SOURCE", help="id of the source")
    verb.add_argument(
        "--pass", dest="letter", type=pass_letter, required=True, help="the pass: a leads, b is blind to it"
    )
    verb.add_argument("--text", type=Path, metavar="FILE", help="the text of the source")
    verb.add_argument("--out", type=Path, metavar="FILE.xlsx", help="where to write it (default: SOURCE.PASS.xlsx)")
    verb.add_argument("--force", action="store_true", help="write over a workbook that is there")
    add_root(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.table_store import read_tables
    from clausula.coding.workbook_write import make_workbook
    from clausula.core.package import open_package

    out = args.out or Path(f"{args.source}.{args.letter}.xlsx")
    say = progress(args)
    say("reading the tables")
    tables = read_tables(open_package(root_of(args)))
    raw = find_text(args.source, args.text, [Path.cwd()]) if any(tables.where("sources", source_id=args.source)) else ""
    say("making the workbook")
    content = make_workbook(tables, args.source, args.letter, raw)
    end_progress(args)
    if out.exists() and not args.force and not same(out, content):
        what = f"{out} is there already, and somebody may have worked in it"
        raise CouldNotRun(Finding("file-exists", what, "Name another with --out, or say --force.", file=out.name))
    publish(out.parent, {out.name: content})
    then = f"clausula code ingest {out}" + (f" --text {args.text}" if args.text else "")
    if args.json:
        print(json.dumps({"workbook": str(out), "bytes": len(content), "next": then}, ensure_ascii=False, indent=2))
        return 0
    print(f"wrote {out}; fill it as its first sheet says")
    print(f"next: {then}")
    return 0
