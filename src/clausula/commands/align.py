"""Propose pairs of provisions of two instruments whose sources use nearly the same words."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import FORCE, PACKAGE, Options, dataset_to_read, option, out, texts
from clausula.commands.output import print_result
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun
from clausula.core.wording import count

EXAMPLES = """\
  clausula align uk-ua-security-agreement-2024 fr-ua-security-agreement-2024 --texts my/texts
  clausula align uk-ua-security-agreement-2024 fr-ua-security-agreement-2024 --texts my/texts --least 80
  clausula align uk-ua-security-agreement-2024 fr-ua-security-agreement-2024 --texts my/texts --out pairs.csv
Each pair is a proposal: read both passages before you code a link."""


def options() -> Options:
    for side, about in (("a", "earlier instrument"), ("b", "later instrument")):
        yield option(side, metavar=side.upper(), help=f"ID of the {about}")
    yield texts("compare the words", required=True)
    about = "least likeness of a pair, from 0 to 100 (default: 60)"
    yield option("--least", type=float, default=60, metavar="NUMBER", help=about)
    yield out("print them")
    yield FORCE
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.analysis.wording import align

    if args.out is not None and args.out.exists() and not args.force:
        raise CouldNotRun.of("file-exists:export", target=args.out)
    data = dataset_to_read(args)
    pairs = align(data.load, args.texts, args.a, args.b, args.least)
    linked = int(pairs["relation"].notna().sum())
    line = f"{count(len(pairs), 'pair')}, {linked} of them linked"
    rows = pairs.astype("object").where(pairs.notna(), None).to_dict("records")
    result = {"pairs": rows, "version": data.version}
    if args.out is not None:
        commit(args.out.resolve().parent, {args.out.name: pairs.to_csv(index=False, lineterminator="\n").encode()})
        print_result(args, {**result, "path": str(args.out)}, f"{args.out}: {line}")
        return 0
    shown = [
        f"{row['likeness']:5.1f}  {row['provision_id']} < {row['earlier_provision_id']}"
        f"{'' if row['relation'] is None else '  ' + row['relation']}\n       {row['words']}"
        for row in rows
    ]
    print_result(args, result, "\n".join([*shown, line]))
    return 0
