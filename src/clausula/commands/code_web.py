"""Code a source in the browser."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import (
    CODER,
    PACKAGE,
    PASS,
    SOURCE,
    Options,
    find_source_text,
    option,
    package_path,
    source_text,
)
from clausula.commands.output import progress
from clausula.commands.serving import page_options, serve_page

EXAMPLES = """\
  clausula code web salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code web salt-road-accord-2033 --pass b                   a second, blind pass
  clausula code web salt-road-accord-2033 --pass b --suggestions on    with suggestions, which the pass then records
  clausula code web salt-road-accord-2033 --pass a --no-browser --port 8033
The page is reachable only from this machine. Anyone who has its address can change the tables. Press Ctrl-C to stop
the server."""


def options() -> Options:
    yield from (SOURCE, PASS, CODER, source_text())
    about = "suggest topics, codes and actors: on or off (default: on for pass a, off for the other, blind passes)"
    yield option("--suggestions", choices=("on", "off"), default="", metavar="WHEN", help=about)
    yield from page_options()
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.coding.form import is_lead
    from clausula.coding.page_api import PageApi
    from clausula.coding.passes import check_coder
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    progress(args)("reading the tables")
    root = package_path(args, edits=True)
    tables = read_tables(open_package(root))
    check_coder(tables, args.coder)
    registered = any(tables.where("sources", source_id=args.source))
    raw = find_source_text(args, args.source) if registered else ""
    suggestions = is_lead(args.letter) if not args.suggestions else args.suggestions == "on"
    api = PageApi(root, args.source, args.letter, raw, args.coder, suggestions)
    serve_page(args, api, source=args.source, **{"pass": args.letter})
    return 0
