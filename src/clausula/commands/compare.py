"""Compare two instruments provision by provision."""

from __future__ import annotations

import argparse
import json

from clausula.commands.arguments import FORCE, PACKAGE, Options, dataset_to_read, option, out
from clausula.commands.output import print_json, print_result
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun

EXAMPLES = """\
  clausula compare minsk-package-2015 us-ru-draft-plan-2025   what a draft does to an earlier agreement
  clausula compare minsk-protocol-2014 minsk-package-2015 --format md
  clausula compare minsk-protocol-2014 minsk-package-2015 --format html --out minsk.html
  clausula compare minsk-protocol-2014 minsk-package-2015 --json"""

FORMATS = ("text", "md", "html", "json")


def options() -> Options:
    for side, about in (("a", "first instrument, usually the earlier one"), ("b", "second instrument")):
        yield option(side, metavar=side.upper(), help=f"ID of the {about}")
    about = "form of the output: text, md, html or json (default: text)"
    yield option("--format", choices=FORMATS, default="text", metavar="FORMAT", help=about)
    yield out("print it")
    yield FORCE
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.analysis import side_by_side

    if args.out is not None and args.out.exists() and not args.force:
        raise CouldNotRun.of("file-exists:export", target=args.out)
    data = dataset_to_read(args)
    found = side_by_side.side_by_side(data, args.a, args.b)
    if args.format == "json":
        rendered = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    else:
        rendered = side_by_side.RENDERERS[args.format](data, found)
    if args.out is not None:
        commit(args.out.resolve().parent, {args.out.name: rendered.encode("utf-8")})
        print_result(args, {"path": str(args.out), "version": data.version}, str(args.out))
    elif args.format == "json":
        print_json(found)
    else:
        print_result(args, found, rendered.rstrip("\n"))
    return 0
