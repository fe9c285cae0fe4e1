"""Code a source in the browser."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from clausula.commands.arguments import CODER, PACKAGE, PASS, SOURCE, Options, option, package_path, switch, text
from clausula.commands.output import end_progress, progress

EXAMPLES = """\
  clausula code web salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code web salt-road-accord-2033 --pass b                   a second, blind pass
  clausula code web salt-road-accord-2033 --pass b --suggestions on    with suggestions, which the pass then records
  clausula code web salt-road-accord-2033 --pass a --no-browser --port 8033
The page is reachable only from this machine. Anyone who has its address can change the tables. Press Ctrl-C to stop
the server."""


def options() -> Options:
    yield from (SOURCE, PASS, CODER, text())
    yield option("--port", type=_port, default=0, metavar="N", help="port (default: a free port)")
    about = "suggest topics, codes and actors: on or off (default: on for pass a, off for the other, blind passes)"
    yield option("--suggestions", choices=("on", "off"), default="", metavar="WHEN", help=about)
    yield switch("--no-browser", "print the address, but do not open a browser")
    yield PACKAGE


def _port(given: str) -> int:
    if given.isascii() and given.isdigit() and int(given) < 65536:
        return int(given)
    raise argparse.ArgumentTypeError("must be a number from 0 to 65535")


def run(args: argparse.Namespace) -> int:
    from clausula.coding.form import is_lead
    from clausula.coding.ingest import find_text
    from clausula.coding.page_api import PageApi
    from clausula.coding.passes import check_coder
    from clausula.coding.web import serve
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    def ready(url: str) -> None:
        end_progress()
        what_to_do = "Open this address in a browser on this machine. Press Ctrl-C to stop the server."
        on_one_line = json.dumps({"url": url, "source": args.source, "pass": args.letter})
        print(on_one_line if args.json else f"{url}\n{what_to_do}", flush=True)
        if not args.no_browser:
            import webbrowser

            webbrowser.open(url)

    progress(args)("reading the tables")
    root = package_path(args, edits=True)
    tables = read_tables(open_package(root))
    check_coder(tables, args.coder)
    registered = any(tables.where("sources", source_id=args.source))
    raw = find_text(args.source, args.text, [Path.cwd()]) if registered else ""
    suggestions = is_lead(args.letter) if not args.suggestions else args.suggestions == "on"
    serve(PageApi(root, args.source, args.letter, raw, args.coder, suggestions), args.port, ready)
    return 0
