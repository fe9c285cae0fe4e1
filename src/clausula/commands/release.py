"""The command `clausula release`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import ENCLOSING_PACKAGE, add_command, end_progress, package_path, print_report, progress
from clausula.core.findings import ERROR, WARNING
from clausula.core.wording import count

EXAMPLES = """\
  clausula release 0.2.0 --texts ../texts          run all checks, verify every anchor, write dist/clausula-0.2.0
  clausula release 0.2.0 --without-texts           release without verifying the anchors; the report says so
  clausula release 0.2.0 --texts ../texts --json   print the result as JSON"""


def register(commands: Any) -> None:
    command = add_command(commands, "release", "Check the package and write a release folder.", EXAMPLES, run)
    command.add_argument("number", metavar="VERSION", help="version declared in schemas/package.json, such as 0.2.0")
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="parent of the release folder (default: dist/ of the checkout)"
    )
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--texts", type=Path, metavar="DIR", help="folder with the texts of all sources")
    choice.add_argument("--without-texts", action="store_true", help="release without verifying the anchors")
    command.add_argument("--package", type=Path, metavar="DIR", help=f"folder of the checkout ({ENCLOSING_PACKAGE})")
    command.set_defaults(shown=100)


def run(args: argparse.Namespace) -> int:
    from clausula.versions.release.checks import Texts
    from clausula.versions.release.run import release

    texts: Texts = "absent" if args.without_texts else args.texts
    result = release(package_path(args), args.number, texts, args.out, progress(args))
    end_progress(args)
    status = result.checks.report.exit_status(strict=True)
    if args.json:
        payload = {
            **result.checks.report.as_dict(),
            "last_release": result.checks.last,
            "step": result.checks.changes.step if result.checks.changes else None,
            "folder": str(result.folder) if result.folder else None,
            "written": result.written,
            "files": result.files,
        }
        print(json.dumps(payload, ensure_ascii=False, indent=2))
        return status
    print_report(result.checks.report, args)
    if result.folder is None:
        errors, warnings = result.checks.report.total(ERROR), result.checks.report.total(WARNING)
        print(
            f"Release blocked: {count(errors, 'error')}, {count(warnings, 'warning')}. "
            "Fix them, then run the command again. Nothing was written."
        )
        return status
    step = (
        f"{result.checks.changes.step} changes since {result.checks.last}" if result.checks.changes else "first release"
    )
    size = sum(result.files.values()) / 1e6
    print(
        f"{result.folder}: {count(len(result.files), 'file')}, {size:.1f} MB, {step}"
        + ("" if result.written else " (unchanged)")
    )
    return status
