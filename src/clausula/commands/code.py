"""clausula code: commands for coders"""

from __future__ import annotations

import argparse
from typing import Any

from clausula.commands import code_import, code_ingest, code_new, code_resolve, code_web, code_workbook

SUBCOMMANDS = (code_new, code_workbook, code_ingest, code_web, code_import, code_resolve)
"""The subcommands, in the order in which a coder uses them."""

EXAMPLES = """\
examples:
  clausula code new my/text.txt              register a text
  clausula code workbook my-text --pass a    create the workbook of the first pass
  clausula code ingest my-text.a.xlsx        check it and import it
  clausula code web my-text --pass a         code in the browser instead of a workbook
  clausula code import statements.csv --format dna my-text --pass a
  clausula code resolve my-text              resolve the conflicts between two passes"""


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "code",
        help="Code a text: register it, code it in a workbook or in the browser, resolve conflicts.",
        description="Code a text: register it, code it in a workbook or in the browser, resolve conflicts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subcommands = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", title="subcommands", required=True)
    for module in SUBCOMMANDS:
        module.register(subcommands)
