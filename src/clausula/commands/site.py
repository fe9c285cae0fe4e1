"""clausula site"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_root, add_verb, end_progress, package_of, progress
from clausula.validation.run import FAST, LAYERS

EXAMPLES = """\
  clausula site                        into build/site; open build/site/index.html
  clausula site public --since 0.1.0   compared with a version of your choice
  clausula site --fast                 with the quick layers of validation alone
  clausula site --no-validation        without; the site says so"""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "site", "Build a static site of the package that opens from a file.", EXAMPLES, run)
    verb.add_argument(
        "out", nargs="?", type=Path, default=Path("build/site"), metavar="OUT", help="its folder (default: build/site)"
    )
    add_root(verb)
    verb.add_argument(
        "--since", metavar="VERSION", help="compare with this version, revision or folder (default: the last release)"
    )
    verb.add_argument("--texts", type=Path, metavar="DIR", help="folder with the texts: verify the anchors as well")
    depth = verb.add_mutually_exclusive_group()
    depth.add_argument(
        "--fast", dest="layers", action="store_const", const=FAST, default=LAYERS, help="validate in DuckDB alone"
    )
    depth.add_argument(
        "--no-validation", dest="layers", action="store_const", const=(), help="do not validate; the site says so"
    )


def run(args: argparse.Namespace) -> int:
    from clausula.site import Told, site

    told = Told(args.layers, args.texts, args.since)
    built = site(package_of(args), args.out, told, progress(args))
    end_progress(args)
    found = None if built.report is None else built.report.total()
    if args.json:
        written = {"folder": str(built.folder), "files": built.files, "bytes": built.size}
        print(json.dumps({**written, "changed": built.changed, "removed": built.removed, "findings": found}, indent=2))
        return 0
    checked = "not validated" if found is None else f"findings {found}"
    print(f"{built.folder / 'index.html'}: {len(built.files)} files, {built.size / 1e6:.1f} MB, {checked}")
    return 0
