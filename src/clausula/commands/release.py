"""Check the package and write a release folder."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import PACKAGE, Options, option, out, package_path, switch, texts
from clausula.commands.output import print_report, progress
from clausula.core.findings import ERROR, WARNING
from clausula.core.wording import count

EXAMPLES = """\
  clausula release 0.2.0 --texts ../texts          run all checks, verify every anchor, write dist/clausula-0.2.0
  clausula release 0.2.0 --without-texts           release without verifying the anchors; the report says so
  clausula release 0.2.0 --texts ../texts --json   print the result as JSON"""


def options() -> Options:
    about = "version declared in schemas/package.json, such as 0.2.0"
    yield option("number", metavar="VERSION", help=about)
    yield out("dist/ in the package; the release is a new folder in it")
    yield [texts("verify the anchors"), switch("--without-texts", "release without verifying the anchors")]
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.versions.release.checks import Texts
    from clausula.versions.release.run import release

    given: Texts = "absent" if args.without_texts else args.texts
    result = release(package_path(args, edits=True), args.number, given, args.out, progress(args))
    checks, step = result.checks, result.checks.changes.step if result.checks.changes else None
    if result.folder is None:
        errors, warnings = checks.report.total(ERROR), checks.report.total(WARNING)
        todo = "Fix them, then run the command again. Nothing was written."
        line = f"Release blocked: {count(errors, 'error')}, {count(warnings, 'warning')}. {todo}"
    else:
        since = f"{step} changes since {checks.last}" if step else "first release"
        files = f"{count(len(result.files), 'file')}, {sum(result.files.values()) / 1e6:.1f} MB"
        line = f"{result.folder}: {files}, {since}" + ("" if result.written else " (unchanged)")
    args.strict = True
    folder = str(result.folder) if result.folder else None
    more = {"last_release": checks.last, "step": step, "folder": folder}
    return print_report(args, checks.report, line, **more, written=result.written, files=result.files)
