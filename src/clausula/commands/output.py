"""Shared by all commands: arguments, progress, and findings as text or JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.package import find_package, is_package

ENCLOSING_PACKAGE = "default: the package that contains the current folder"
DEFAULT_PACKAGE = f"{ENCLOSING_PACKAGE}, else the shipped release"


def add_command(
    commands: Any, name: str, summary: str, examples: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Add a command with its help text, examples and --json, and return its parser."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    command.set_defaults(run=run)
    return command


def add_package_argument(command: argparse.ArgumentParser) -> None:
    """Add the optional argument `package`."""
    command.add_argument(
        "package",
        nargs="?",
        type=Path,
        help=f"folder of the package, or its datapackage.json ({DEFAULT_PACKAGE})",
    )


def add_package_option(command: argparse.ArgumentParser) -> None:
    """Add the option --package, for commands whose arguments are something else."""
    command.add_argument("--package", type=Path, metavar="DIR", help=f"folder of the package ({ENCLOSING_PACKAGE})")


def add_shown_option(command: argparse.ArgumentParser, items: str = "findings per code, table and field") -> None:
    """Add the option --shown."""
    command.add_argument(
        "--shown",
        type=_positive,
        default=100,
        metavar="N",
        help=f"show at most N {items} (default: 100); counts are always complete",
    )


def add_strict_option(command: argparse.ArgumentParser) -> None:
    """Add the option --strict."""
    command.add_argument("--strict", action="store_true", help="exit with status 1 on warnings too")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def package_path(args: argparse.Namespace) -> Path:
    """Return the package given, or the default one."""
    return args.package if args.package is not None else find_package()


def editable_package_path(args: argparse.Namespace) -> Path:
    """Return the package whose tables a command changes: the one given, or the one around the current folder.

    Raises
    ------
    CouldNotRun
        If no package is given and the current folder is not in one. The shipped release is never changed.
    """
    if args.package is not None:
        return Path(args.package)
    here = Path.cwd().resolve()
    found = next((folder for folder in (here, *here.parents) if is_package(folder)), None)
    if found is None:
        hint = "Change to the folder of a package, or pass --package DIR."
        raise CouldNotRun(Finding("package-not-found", f"{here} is not inside a package", hint))
    return found


def progress(args: argparse.Namespace) -> Callable[[str], None]:
    """Return a function that shows progress on the error stream, unless --json is set or it is not a terminal."""
    if args.json or not sys.stderr.isatty():
        return lambda _: None
    return lambda step: print(f"\r\x1b[2K{step} …", end="", file=sys.stderr, flush=True)


def end_progress(args: argparse.Namespace) -> None:
    """Clear the line with the progress."""
    if not args.json and sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def print_finding(finding: Finding, stream: Any = None) -> None:
    """Print a finding as text. For a finding in a workbook cell, leave out table and key."""
    if finding.cell:
        value = f" (value: {finding.value!r})" if finding.value is not None else ""
        print(
            f"{finding.place}: {finding.severity} {finding.code}: {finding.message}{value}", file=stream or sys.stderr
        )
        print(f"    -> {finding.hint}", file=stream or sys.stderr)
        return
    value = f" = {finding.value!r}" if finding.value is not None else ""
    field = f" {finding.table}.{finding.field}{value}" if finding.table and finding.field else ""
    key = f" [{finding.key}]" if finding.key else ""
    layers = f" ({', '.join(finding.layers)})" if finding.layers else ""
    subject = f"{field}{key}:" if field or key else ""
    print(
        f"{finding.place}: {finding.severity} {finding.code}:{subject} {finding.message}{layers}",
        file=stream or sys.stderr,
    )
    if finding.hint:
        print(f"    -> {finding.hint}", file=stream or sys.stderr)


def print_report(report: Report, args: argparse.Namespace) -> None:
    """Print all findings, as JSON or as text, and the counts of those that are not shown."""
    end_progress(args)
    if args.json:
        print(report.to_json())
        return
    for finding in report.sorted():
        print_finding(finding, sys.stdout)
    shown: dict[tuple[str, str, str], int] = {}
    for finding in report.findings:
        group = (finding.code, finding.table or finding.file or "", finding.field or "")
        shown[group] = shown.get(group, 0) + 1
    for group, total in sorted(report.counts.items()):
        if total > shown.get(group, 0):
            code, file_or_table, field = group
            print(f"{file_or_table}: {code} {field}: showing {shown.get(group, 0):,} of {total:,}")


def format_table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Format rows as aligned text, with numbers right-aligned."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row: tuple[str, ...]) -> str:
        cells = [c.rjust(w) if c.replace(",", "").isdigit() else c.ljust(w) for c, w in zip(row, widths, strict=True)]
        return "  ".join(cells).rstrip()

    return "\n".join([line(header), line(tuple("-" * w for w in widths)), *map(line, rows)])
