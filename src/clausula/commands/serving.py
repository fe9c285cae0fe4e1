"""What the commands that serve a page in the browser share: their options, and the address that they print."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from clausula.commands.arguments import Options, option, switch
from clausula.commands.output import end_progress

if TYPE_CHECKING:
    from clausula.coding.web import Api, PageFiles


def page_options() -> Options:
    """Yield the options of a command that serves a page."""
    yield option("--port", type=_port, default=0, metavar="N", help="port (default: a free port)")
    yield switch("--no-browser", "print the address, but do not open a browser")


def _port(given: str) -> int:
    if given.isascii() and given.isdigit() and int(given) < 65536:
        return int(given)
    raise argparse.ArgumentTypeError("must be a number from 0 to 65535")


def serve_page(args: argparse.Namespace, api: Api, files: PageFiles | None = None, **about: Any) -> None:
    """Serve a page until it is interrupted; print its address, as JSON with what the page is about if asked for."""
    from clausula.coding.web import serve

    def ready(url: str) -> None:
        end_progress()
        what_to_do = "Open this address in a browser on this machine. Press Ctrl-C to stop the server."
        on_one_line = json.dumps({"url": url, **about})
        print(on_one_line if args.json else f"{url}\n{what_to_do}", flush=True)
        if not args.no_browser:
            import webbrowser

            webbrowser.open(url)

    serve(api, args.port, ready, files)
