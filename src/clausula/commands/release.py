"""clausula release"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_verb, end_progress, package_of, progress, say_report

EXAMPLES = """\
  clausula release 0.2.0 --texts ../texts          check everything, verify every anchor, write dist/clausula-0.2.0
  clausula release 0.2.0 --without-texts           the same where the texts are not at hand; the report says so
  clausula release 0.2.0 --texts ../texts --json   for scripts"""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "release", "Check everything and write the folder of a release.", EXAMPLES, run)
    verb.add_argument("number", metavar="VERSION", help="the version that schemas/package.json declares, such as 0.2.0")
    verb.add_argument("--out", type=Path, metavar="DIR", help="where the folder goes (default: dist/ of the checkout)")
    choice = verb.add_mutually_exclusive_group()
    choice.add_argument("--texts", type=Path, metavar="DIR", help="folder with the texts of all sources")
    choice.add_argument("--without-texts", action="store_true", help="declare that the texts are not at hand")
    verb.add_argument("--package", type=Path, metavar="DIR", help="the checkout (default: the nearest one upwards)")
    verb.set_defaults(shown=100)


def run(args: argparse.Namespace) -> int:
    from clausula.versions.release.checks import Texts
    from clausula.versions.release.run import release

    texts: Texts = "absent" if args.without_texts else args.texts
    done = release(package_of(args), args.number, texts, args.out, progress(args))
    end_progress(args)
    status = done.checked.report.exit_status(strict=True)
    if args.json:
        told = {
            **done.checked.report.as_dict(),
            "last_release": done.checked.last,
            "step": done.checked.changes.step if done.checked.changes else None,
            "folder": str(done.folder) if done.folder else None,
            "written": done.written,
            "files": done.files,
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return status
    say_report(done.checked.report, args)
    if done.folder is None:
        print("nothing was written; a release has no findings and no warnings")
        return status
    since = f"since {done.checked.last}: {done.checked.changes.step}" if done.checked.changes else "the first release"
    size = sum(done.files.values()) / 1e6
    print(f"{done.folder}: {len(done.files)} files, {size:.1f} MB, {since}" + ("" if done.written else " (unchanged)"))
    return status
