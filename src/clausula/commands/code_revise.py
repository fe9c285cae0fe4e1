"""Record as revisions the coded values that neither a pass nor a resolution states."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clausula.commands.arguments import CODER, DRY_RUN, PACKAGE, Options, option, package_path
from clausula.commands.output import print_result
from clausula.core.findings import CLEAN, Finding
from clausula.core.metadata import RECORDED
from clausula.core.wording import count

if TYPE_CHECKING:
    from clausula.agreement.revise import Revised

EXAMPLES = """\
  clausula code revise --dry-run                    list the values, change nothing
  clausula code revise --coder ada --note "Read again for the new topic."
Every coded value of a record has to follow from the passes, the resolutions and the revisions. The values of tables
that no pass states, such as actors, are recorded in validation/recorded.jsonl by every command that writes tables.
clausula validate reports any other value as an error. Change the tables first, read the list of --dry-run, and then
record the values."""


def options() -> Options:
    yield CODER
    yield option("--note", default="", metavar="TEXT", help="why the values were coded so, for the new rows")
    yield from (DRY_RUN, PACKAGE)


def run(args: argparse.Namespace) -> int:
    from clausula.agreement.recorded_values import recorded_findings, recorded_now
    from clausula.agreement.revise import REVISIONS, Editor, revise
    from clausula.core.findings import CouldNotRun
    from clausula.core.package import open_package
    from clausula.core.recorded import PACKAGE as STATEMENT
    from clausula.core.recorded import says_recorded, with_recorded
    from clausula.core.store import Store
    from clausula.core.tables import read_tables, write_tables

    package = open_package(package_path(args, edits=not args.dry_run))
    before = read_tables(Store(package))
    known = [row["coder_id"] for row in before["coders"]]
    if not args.dry_run and args.coder not in known:
        raise CouldNotRun.of("unknown-coder:revision", coder=args.coder, known=", ".join(known) or "none yet")
    unrecorded = recorded_findings(before.store())
    found = revise(before.store(), Editor(args.coder, str(package.model.metadata["version"]), args.note))
    changed: list[str] = []
    if not args.dry_run:
        after = before.copy()
        after.rows[REVISIONS] = found.rows
        others = {RECORDED: recorded_now(after.store()).as_bytes()}
        if not says_recorded(package.model.metadata):
            others[STATEMENT] = with_recorded((package.root / STATEMENT).read_bytes())
        changed = write_tables(before, after, others)
    value = {name: getattr(found, name) for name in ("added", "changed", "removed")}
    recorded = [{"table": one.table, "key": one.key, "field": one.field, "value": one.value} for one in unrecorded]
    texts = [*recorded_lines(unrecorded), *lines(found, args.dry_run)]
    print_result(args, {**value, "recorded": recorded, "files": changed}, *texts)
    return CLEAN


def recorded_lines(unrecorded: list[Finding]) -> Iterator[str]:
    """Return the values of tables without passes that are recorded, as lines of text."""
    for one in unrecorded:
        yield f"recorded: {one.table or RECORDED} {one.key or ''}: {one.message}"


def lines(found: Revised, dry_run: bool) -> Iterator[str]:
    """Return the revisions that are added, changed or removed, as lines of text."""
    for what in ("added", "changed", "removed"):
        for row in getattr(found, what):
            record = row["provision_id"] or row["reaction_id"] or row["event_id"]
            item = f" of {row['item']}" if row["item"] else ""
            yield f"{what}: {record} {row['variable']}{item}: {row['value'] or 'no value'}"
    counts = ", ".join(f"{len(getattr(found, what))} {what}" for what in ("added", "changed", "removed"))
    yield f"{count(len(found.rows), 'revision')}: {counts}"
    if not dry_run and (found.added or found.changed or found.removed):
        yield "next: clausula build"
