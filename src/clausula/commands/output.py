"""Shared by all commands: questions, progress, and results as text or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from clausula.core.acceptances import ACCEPTED
from clausula.core.findings import Acceptance, CouldNotRun, Finding, Report
from clausula.core.progress import Progress, quiet
from clausula.core.wording import count


def read_line() -> str:
    """Return the next line of standard input with its line end, or nothing at the end of the input.

    Raises
    ------
    CouldNotRun
        If the input is not in the encoding of the terminal.
    """
    try:
        return sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise CouldNotRun.of("encoding:input", encoding=error.encoding) from error


def progress(args: argparse.Namespace) -> Progress:
    """Return a function that shows progress on the error stream, unless --json is set or it is not a terminal."""
    if args.json or not sys.stderr.isatty():
        return quiet
    return lambda step: print(f"\r\x1b[2K{step} …", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    """Clear the line with the progress."""
    if sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, with escapes if the output is not in a Unicode encoding."""
    escaped = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=escaped, indent=2), flush=True)


def failure(finding: Finding) -> dict[str, Any]:
    """Return why a command could not run, for JSON, with the same names as a report."""
    return {"errors": 1, "warnings": 0, "complete": False, "could_not_run": True, "findings": [finding.as_dict()]}


def print_failure(finding: Finding, as_json: bool) -> None:
    """Print why a command could not run; with `as_json` also as a JSON document on standard output."""
    end_progress()
    if as_json:
        print_json(failure(finding))
    print_finding(finding)


def print_result(args: argparse.Namespace, value: Any, *lines: str) -> None:
    """Print a result, as JSON or as lines of text."""
    end_progress()
    if args.json:
        print_json(value)
        return
    for line in lines:
        print(line)


LISTED = 3
"""So many accepted warnings of one code are listed one by one; of more, the number."""


def accepted_lines(report: Report) -> list[str]:
    """Return the accepted warnings as lines of text, each with the version, the day and the reason.

    Many of one code are one line, which names the file with the reasons.
    """
    groups: dict[tuple[str, str, str], list[Acceptance]] = {}
    for one in report.accepted:
        groups.setdefault((one.version, one.date, one.code), []).append(one)
    lines = []
    for (version, day, code), accepted in groups.items():
        place = f"accepted in {version} on {day}: "
        if len(accepted) > LISTED:
            lines.append(f"{place}{count(len(accepted), f'{code} warning')}; the reasons are in {ACCEPTED}")
        else:
            lines += [f"{place}{one.label}: {one.says}\n    -> reason: {one.reason}" for one in accepted]
    return lines


def print_report(args: argparse.Namespace, report: Report, *lines: str, unlisted: object = None, **more: Any) -> int:
    """Print all findings, then lines of text; or both as JSON, where `more` is added. Return the exit status.

    Findings of the severity `unlisted` are left out of the text.
    """
    end_progress()
    status = report.exit_status(getattr(args, "strict", False))
    if args.json:
        print_json(report.as_dict() | more)
        return status
    for finding in report.sorted():
        if finding.severity != unlisted:
            print_finding(finding, sys.stdout)
    for line in (*report.unlisted(), *lines):
        print(line)
    return status


def print_finding(finding: Finding, stream: Any = None) -> None:
    """Print a finding as text. For a finding in a workbook cell, leave out table and key."""
    if finding.cell:
        subject, end = "", f" (value: {finding.value!r})" if finding.value is not None else ""
    else:
        value = f" = {finding.value!r}" if finding.value is not None else ""
        field = f" {finding.table}.{finding.field}{value}" if finding.table and finding.field else ""
        key = f" [{finding.key}]" if finding.key else ""
        subject = f"{field}{key}:" if field or key else ""
        end = f" ({', '.join(finding.layers)})" if finding.layers else ""
    place = f"{finding.place}: {finding.severity} {finding.code}:"
    print(f"{place}{subject} {finding.message}{end}", file=stream or sys.stderr)
    if finding.hint:
        print(f"    -> {finding.hint}", file=stream or sys.stderr)


def format_table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Format rows as aligned text, with numbers right-aligned."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row: tuple[str, ...]) -> str:
        cells = [c.rjust(w) if c.replace(",", "").isdigit() else c.ljust(w) for c, w in zip(row, widths, strict=True)]
        return "  ".join(cells).rstrip()

    return "\n".join([line(header), line(tuple("-" * w for w in widths)), *map(line, rows)])
