"""clausula code: the coder's loop"""

from __future__ import annotations

import argparse
from typing import Any

from clausula.commands import code_ingest, code_new, code_workbook

PARTS = (code_new, code_workbook, code_ingest)
"""The parts of the verb, in the order in which one uses them."""

EXAMPLES = """\
examples:
  clausula code new my/text.txt              register a text
  clausula code workbook my-text --pass a    make the workbook of the first pass
  clausula code ingest my-text.a.xlsx        check it and take it over"""


def register(verbs: Any) -> None:
    verb = verbs.add_parser(
        "code",
        help="Code a text: register it, make a workbook, take the workbook over.",
        description="Code a text: register it, make a workbook, take the workbook over.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = verb.add_subparsers(dest="part", metavar="PART", title="parts", required=True)
    for module in PARTS:
        module.register(parts)
