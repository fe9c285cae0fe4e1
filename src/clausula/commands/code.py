"""clausula code"""

from __future__ import annotations

import argparse
from typing import Any

from clausula.commands import code_resolve


def register(verbs: Any) -> None:
    summary = "Code a text: what a coder and a data editor do."
    verb: argparse.ArgumentParser = verbs.add_parser("code", help=summary, description=summary)
    parts = verb.add_subparsers(dest="part", metavar="PART", title="parts", required=True)
    code_resolve.register(parts)
