"""clausula code web"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.code_workbook import pass_letter
from clausula.commands.output import add_root, add_verb, end_progress, progress, root_of

EXAMPLES = """\
  clausula code web salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code web salt-road-accord-2033 --pass b                   a second pass, blind to the first
  clausula code web salt-road-accord-2033 --pass a --no-browser --port 8033
The page is for this machine alone; whoever has its address can change the tables. Without --text the text is looked
for beside, as SOURCE.txt. Ctrl-C ends it."""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "web", "Code a source in a page of the browser.", EXAMPLES, run)
    verb.add_argument("source", metavar="SOURCE", help="id of the source")
    verb.add_argument(
        "--pass", dest="letter", type=pass_letter, required=True, help="the pass: a leads, b is blind to it"
    )
    verb.add_argument("--text", type=Path, metavar="FILE", help="the text of the source")
    verb.add_argument("--port", type=_port, default=0, metavar="N", help="the port (default: a free one)")
    verb.add_argument("--no-browser", action="store_true", help="print the address only, open nothing")
    add_root(verb)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError("must be a number from 0 to 65535")


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.page_api import Desk
    from clausula.coding.table_store import read_tables
    from clausula.coding.web import serve
    from clausula.core.package import open_package

    def ready(url: str) -> None:
        end_progress(args)
        if args.json:
            print(json.dumps({"url": url, "source": args.source, "pass": args.letter}), flush=True)
        else:
            print(f"{url}\nopen it in a browser of this machine; Ctrl-C ends it", flush=True)
        if not args.no_browser:
            import webbrowser

            webbrowser.open(url)

    progress(args)("reading the tables")
    root = root_of(args)
    known = any(read_tables(open_package(root)).where("sources", source_id=args.source))
    raw = find_text(args.source, args.text, [Path.cwd()]) if known else ""
    serve(Desk(root, args.source, args.letter, raw), args.port, ready)
    return 0
