"""clausula code: the coder's loop"""

from __future__ import annotations

import argparse
from typing import Any

from clausula.commands import code_import, code_ingest, code_new, code_resolve, code_web, code_workbook

PARTS = (code_new, code_workbook, code_ingest, code_web, code_import, code_resolve)
"""The parts of the verb, in the order in which one uses them."""

EXAMPLES = """\
examples:
  clausula code new my/text.txt              register a text
  clausula code workbook my-text --pass a    make the workbook of the first pass
  clausula code ingest my-text.a.xlsx        check it and take it over
  clausula code web my-text --pass a         the same in a page of the browser
  clausula code import statements.csv --format dna my-text --pass a
  clausula code resolve my-text              settle what two passes coded differently"""


def register(verbs: Any) -> None:
    verb = verbs.add_parser(
        "code",
        help="Code a text: register it, code it in a workbook or a page, settle conflicts.",
        description="Code a text: register it, code it in a workbook or a page, settle conflicts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = verb.add_subparsers(dest="part", metavar="PART", title="parts", required=True)
    for module in PARTS:
        module.register(parts)
