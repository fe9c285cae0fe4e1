"""What commands share: arguments, progress, and findings as text or JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.package import home, is_package


def add_verb(
    verbs: Any, name: str, summary: str, examples: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """A verb with its help, its examples and --json."""
    verb: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("--json", action="store_true", help="print the result as JSON, for scripts")
    verb.set_defaults(run=run)
    return verb


def add_package(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "package",
        nargs="?",
        type=Path,
        help="folder of a package or its datapackage.json (default: the nearest one upwards, else the shipped release)",
    )


def add_root(verb: argparse.ArgumentParser) -> None:
    """The package as an option, for verbs that take something else as their argument."""
    verb.add_argument("--package", type=Path, metavar="DIR", help="the package (default: the nearest folder upwards)")


def add_shown(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--shown",
        type=_count,
        default=100,
        metavar="N",
        help="findings shown of each kind, table and field; counts are never cut (default 100)",
    )


def add_strict(verb: argparse.ArgumentParser) -> None:
    """The option by which warnings count as errors."""
    verb.add_argument("--strict", action="store_true", help="warnings end in exit status 1 as well")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def package_of(args: argparse.Namespace) -> Path:
    return args.package if args.package is not None else home()


def root_of(args: argparse.Namespace) -> Path:
    """The package of a verb that changes its tables: the one named, or the nearest upwards; never the shipped release.

    Raises
    ------
    CouldNotRun
        If none is named and there is none upwards.
    """
    if args.package is not None:
        return Path(args.package)
    here = Path.cwd().resolve()
    found = next((folder for folder in (here, *here.parents) if is_package(folder)), None)
    if found is None:
        hint = "Work in the folder of a project, or name it with --package DIR."
        raise CouldNotRun(Finding("package-not-found", f"there is no package in {here} or above it", hint))
    return found


def progress(args: argparse.Namespace) -> Callable[[str], None]:
    """Progress on the error stream, only where a person looks on."""
    if args.json or not sys.stderr.isatty():
        return lambda _: None
    return lambda what: print(f"\r\x1b[2K{what} …", end="", file=sys.stderr, flush=True)


def end_progress(args: argparse.Namespace) -> None:
    if not args.json and sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def say_finding(finding: Finding, stream: Any = None) -> None:
    """One finding as text; one on a cell without the names of tables and keys."""
    if finding.cell:
        value = f" (it holds {finding.value!r})" if finding.value is not None else ""
        print(
            f"{finding.place}: {finding.severity} {finding.code}: {finding.message}{value}", file=stream or sys.stderr
        )
        print(f"    -> {finding.hint}", file=stream or sys.stderr)
        return
    value = f" = {finding.value!r}" if finding.value is not None else ""
    where = f" {finding.table}.{finding.field}{value}" if finding.table and finding.field else ""
    key = f" [{finding.key}]" if finding.key else ""
    layers = f" ({', '.join(finding.layers)})" if finding.layers else ""
    print(
        f"{finding.place}: {finding.severity} {finding.code}:{where}{key}: {finding.message}{layers}",
        file=stream or sys.stderr,
    )
    if finding.hint:
        print(f"    -> {finding.hint}", file=stream or sys.stderr)


def say_report(report: Report, args: argparse.Namespace) -> None:
    """All findings, as JSON or as text, and their counts."""
    end_progress(args)
    if args.json:
        print(report.to_json())
        return
    for finding in report.sorted():
        say_finding(finding, sys.stdout)
    shown: dict[tuple[str, str, str], int] = {}
    for finding in report.findings:
        group = (finding.code, finding.table or finding.file or "", finding.field or "")
        shown[group] = shown.get(group, 0) + 1
    for group, count in sorted(report.counts.items()):
        if count > shown.get(group, 0):
            print(f"{group[1]}: {group[0]} {group[2]}: {count} in all, {shown.get(group, 0)} shown")


def table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Rows as aligned text; numbers to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row: tuple[str, ...]) -> str:
        cells = [c.rjust(w) if c.replace(",", "").isdigit() else c.ljust(w) for c, w in zip(row, widths, strict=True)]
        return "  ".join(cells).rstrip()

    return "\n".join([line(header), line(tuple("-" * w for w in widths)), *map(line, rows)])
