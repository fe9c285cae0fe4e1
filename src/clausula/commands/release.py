"""Check the package and write a release folder."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

from clausula.commands.arguments import PACKAGE, Options, option, out, package_path, switch, texts
from clausula.commands.output import accepted_lines, print_report, progress
from clausula.core.acceptances import ACCEPTED
from clausula.core.findings import ERROR, WARNING, CouldNotRun, Report
from clausula.core.wording import count

EXAMPLES = """\
  clausula release 0.3.0 --texts my/texts          run all checks, verify every anchor, write dist/clausula-0.3.0
  clausula release 0.3.0 --without-texts           release without verifying the anchors; the report says so
  clausula release 0.3.0 --without-texts --accept unused-place:places/place_id=moon/place_id --reason "Coded next."
  clausula release 0.3.0 --texts my/texts --json   print the result as JSON

A warning stops a release until it is fixed, or accepted with a reason. Accepted warnings are recorded in
validation/accepted.json and CHANGELOG.md. Commit both, then run the command again."""


def options() -> Options:
    about = "version declared in schemas/package.json, such as 0.3.0"
    yield option("number", metavar="VERSION", help=about)
    yield out("dist/ in the package; the release is a new folder in it")
    yield [texts("verify the anchors"), switch("--without-texts", "release without verifying the anchors")]
    about = "warning to accept, written CODE:NAME as the release lists it, with its --reason; can be repeated"
    yield option("--accept", action="append", default=[], metavar="WARNING", help=about)
    about = "reason for accepting the warning of the preceding --accept"
    yield option("--reason", action="append", default=[], metavar="TEXT", help=about)
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.versions.release.checks import Texts
    from clausula.versions.release.run import ReleaseOptions, release

    given: Texts = "absent" if args.without_texts else args.texts
    chosen = ReleaseOptions(given, args.out, _reasons(args.accept, args.reason))
    result = release(package_path(args, edits=True), args.number, chosen, progress(args))
    checks, step = result.checks, result.checks.changes.step if result.checks.changes else None
    if result.folder is None:
        lines = [*_blocked(checks.report, bool(result.accepted))]
    else:
        since = f"{step} changes since {checks.last}" if step else "first release"
        files = f"{count(len(result.files), 'file')}, {sum(result.files.values()) / 1e6:.1f} MB"
        lines = [f"{result.folder}: {files}, {since}" + ("" if result.written else " (unchanged)")]
        if result.written:
            lines.append(f"next: git tag v{args.number}, so that the next release is compared with this one")
    if result.accepted:
        again = "Commit the changed files, then run the command again without --accept."
        lines.append(f"{count(len(result.accepted), 'warning')} accepted and recorded. {again}")
    args.strict = True
    folder = str(result.folder) if result.folder else None
    more = {"last_release": checks.last, "step": step, "folder": folder}
    listed = accepted_lines(checks.report)
    return print_report(args, checks.report, *listed, *lines, **more, written=result.written, files=result.files)


def _reasons(labels: list[str], reasons: list[str]) -> dict[str, str]:
    """Return the reason for each warning; raise CouldNotRun if the options are not in pairs."""
    if len(labels) != len(reasons):
        given = {"warnings": count(len(labels), "time"), "reasons": count(len(reasons), "time")}
        raise CouldNotRun.of("usage:reasons", **given)
    paired = {label: " ".join(reason.split()) for label, reason in zip(labels, reasons, strict=True)}
    for label in labels:
        if not paired[label]:
            raise CouldNotRun.of("usage:reason", label=label)
        if labels.count(label) > 1:
            raise CouldNotRun.of("usage:twice", label=label)
    return paired


def _blocked(report: Report, accepted: bool) -> Iterator[str]:
    """Yield what stopped the release, and for each warning the options that accept it.

    Parameters
    ----------
    accepted : bool
        Whether warnings were accepted in this run: the files in which they were recorded are not committed yet.
    """
    blocking = {(one.code, one.file) for one in report.findings if one.severity == ERROR}
    recorded_only = accepted and blocking <= {("uncommitted-changes", file) for file in (ACCEPTED, "CHANGELOG.md")}
    errors, warnings = report.total(ERROR), report.total(WARNING)
    yield f"Release blocked: {count(errors, 'error')}, {count(warnings, 'warning')}. No release was written."
    if errors and not recorded_only:
        yield "Fix the errors, then run the command again."
    if warnings:
        yield "Fix each warning, or accept it and say why:"
        for one in report.sorted():
            if one.severity == WARNING:
                yield f'    --accept {shlex.quote(f"{one.code}:{one.name}")} --reason "..."'
