"""List the topics that a text has not been searched for yet."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from clausula.commands.arguments import PACKAGE, Options, option, package_path
from clausula.commands.output import print_result
from clausula.core.findings import CLEAN
from clausula.core.wording import count

if TYPE_CHECKING:
    from clausula.coding.pending import PendingTopic

EXAMPLES = """\
  clausula code pending                      all instruments that were coded from their complete text
  clausula code pending minsk-package-2015   the instruments of one source
  clausula code pending --json
A topic is pending if an instrument has neither a provision nor an absence on it, as a rule because the codebook
added the topic after the text was coded. Whether the text provides for it is unknown until somebody looks."""


def options() -> Options:
    yield option("source", nargs="?", default="", metavar="SOURCE", help="ID of the source (default: all sources)")
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.coding.pending import pending_topics
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    found = list(pending_topics(read_tables(open_package(package_path(args))), args.source))
    value = {"source": args.source or None, "pending": [asdict(one) for one in found]}
    print_result(args, value, *lines(found, args.source))
    return CLEAN


def lines(found: list[PendingTopic], source: str) -> Iterator[str]:
    """Return the pending topics by instrument, as lines of text."""
    for (instrument, searched), topics in groupby(found, key=lambda one: (one.instrument_id, one.searched)):
        yield f"{instrument} ({f'coded with codebook {searched}' if searched else 'no coding pass'})"
        yield from (f"  {one.topic_id} (since {one.since})" if one.since else f"  {one.topic_id}" for one in topics)
    where = f" of {source}" if source else ""
    if not found:
        yield f"nothing is pending: every complete text{where} was searched for all topics"
        return
    instruments = count(len({one.instrument_id for one in found}), "instrument")
    yield f"{count(len(found), 'topic')} pending in {instruments}{where}"
    yield "next: search the texts, and code a provision or an absence for each topic"
