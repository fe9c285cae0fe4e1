"""Create the workbook of a pass over a source."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import (
    CODER,
    FORCE,
    PACKAGE,
    PASS,
    SOURCE,
    Options,
    find_source_text,
    given_text,
    out,
    package_path,
    source_text,
    switch,
)
from clausula.commands.output import print_result, progress
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import has_content

EXAMPLES = """\
  clausula code workbook salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code workbook salt-road-accord-2033 --pass b --texts texts      a second, blind pass
  clausula code workbook salt-road-accord-2033 --pass a --out today.xlsx --propose-log"""


def options() -> Options:
    yield from (SOURCE, PASS, CODER, source_text())
    yield switch("--propose-log", "fill in the coding log for headings, recitals and signatures")
    yield from (out("SOURCE.PASS.xlsx"), FORCE, PACKAGE)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.passes import Prefill
    from clausula.coding.proposed_log import proposed_rows
    from clausula.coding.workbook_write import make_workbook
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    path = args.out or Path(f"{args.source}.{args.letter}.xlsx")
    show_progress = progress(args)
    show_progress("reading the tables")
    tables = read_tables(open_package(package_path(args, edits=True)))
    raw = find_source_text(args, args.source) if any(tables.where("sources", source_id=args.source)) else ""
    show_progress("creating the workbook")
    log = proposed_rows(raw) if args.propose_log else []
    content = make_workbook(tables, args.source, args.letter, raw, Prefill(args.coder, log))
    if path.exists() and not args.force and not has_content(path, content):
        raise CouldNotRun.of("file-exists:coding", path=path, file=path.name)
    commit(path.parent, {path.name: content})
    following = f"clausula code ingest {path}{given_text(args)}"
    lines = f"wrote {path}; its first sheet explains how to fill it in", f"next: {following}"
    print_result(args, {"workbook": str(path), "bytes": len(content), "next": following}, *lines)
    return 0
