"""clausula site"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_command, add_package_option, end_progress, package_path, progress
from clausula.core.wording import count
from clausula.validation.run import FAST, LAYERS

EXAMPLES = """\
  clausula site                        write build/site; open build/site/index.html
  clausula site public --since 0.1.0   write the folder public; compare with version 0.1.0
  clausula site --fast                 run only the fast validation layers
  clausula site --no-validation        skip validation; the site says so"""


def register(verbs: Any) -> None:
    """Add the command `site` to the parser."""
    verb = add_command(verbs, "site", "Build a static website of the package; it needs no server.", EXAMPLES, run)
    verb.add_argument(
        "out",
        nargs="?",
        type=Path,
        default=Path("build/site"),
        metavar="OUT",
        help="folder of the site (default: build/site)",
    )
    add_package_option(verb)
    verb.add_argument(
        "--since",
        metavar="VERSION",
        help="show changes since this version, revision or folder (default: the last release)",
    )
    verb.add_argument(
        "--texts", type=Path, metavar="DIR", help="also verify the anchors in the source texts in this folder"
    )
    depth = verb.add_mutually_exclusive_group()
    depth.add_argument(
        "--fast",
        dest="layers",
        action="store_const",
        const=FAST,
        default=LAYERS,
        help="run only the fast validation layers",
    )
    depth.add_argument(
        "--no-validation", dest="layers", action="store_const", const=(), help="skip validation; the site says so"
    )


def run(args: argparse.Namespace) -> int:
    """Build the site and print a summary, or the result as JSON."""
    from clausula.site import SiteOptions, site

    options = SiteOptions(args.layers, args.texts, args.since)
    built = site(package_path(args), args.out, options, progress(args))
    end_progress(args)
    errors = None if built.report is None else built.report.total()
    if args.json:
        written = {"folder": str(built.folder), "files": built.files, "bytes": built.size}
        print(json.dumps({**written, "changed": built.changed, "removed": built.removed, "findings": errors}, indent=2))
        return 0
    validated = "not validated" if errors is None else count(errors, "error")
    files = count(len(built.files), "file")
    print(f"{built.folder / 'index.html'}: {files}, {built.size / 1e6:.1f} MB, {validated}")
    return 0
