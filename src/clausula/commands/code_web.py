"""clausula code web"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.code_workbook import pass_letter
from clausula.commands.output import add_command, add_package_option, editable_package_path, end_progress, progress

EXAMPLES = """\
  clausula code web salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code web salt-road-accord-2033 --pass b                   a second, blind pass
  clausula code web salt-road-accord-2033 --pass a --no-browser --port 8033
The page is reachable only from this machine. Anyone who has its address can change the tables. Without --text, the
command looks for SOURCE.txt in the current folder and in texts/. Press Ctrl-C to stop the server."""


def register(subparsers: Any) -> None:
    parser = add_command(subparsers, "web", "Code a source in the browser.", EXAMPLES, run)
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
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port (default: a free port)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, but do not open a browser")
    add_package_option(parser)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError("must be a number from 0 to 65535")


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.page_api import PageApi
    from clausula.coding.passes import check_coder
    from clausula.coding.web import serve
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    def ready(url: str) -> None:
        end_progress(args)
        if args.json:
            print(json.dumps({"url": url, "source": args.source, "pass": args.letter}), flush=True)
        else:
            print(
                f"{url}\nOpen this address in a browser on this machine. Press Ctrl-C to stop the server.", flush=True
            )
        if not args.no_browser:
            import webbrowser

            webbrowser.open(url)

    progress(args)("reading the tables")
    root = editable_package_path(args)
    tables = read_tables(open_package(root))
    check_coder(tables, args.coder)
    registered = any(tables.where("sources", source_id=args.source))
    raw = find_text(args.source, args.text, [Path.cwd()]) if registered else ""
    serve(PageApi(root, args.source, args.letter, raw, args.coder), args.port, ready)
    return 0
