"""What a validation looked at and found, as one page without script that opens offline."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from clausula.core.findings import WARNING, Report, group_of
from clausula.core.publish import publish


def verdict(report: Report) -> str:
    """What was found, in a few words."""
    errors, warnings = report.total(), report.total(WARNING)
    if not errors and not warnings:
        return "Nothing was found."
    return f"{errors:,} error{'' if errors == 1 else 's'}, {warnings:,} warning{'' if warnings == 1 else 's'}."


def _suites(report: Report) -> list[tuple[str, str, list[dict[str, Any]]]]:
    lines = report.checked.get("expectations", [])
    grouped = groupby(lines, key=lambda one: (one["suite"], one["about"]))
    return [(name, about, list(own)) for (name, about), own in grouped]


def parts(report: Report) -> dict[str, Any]:
    """What the body of the page is made of."""
    kept = Counter(group_of(finding) for finding in report.findings)
    return {
        "verdict": verdict(report),
        "errors": report.total(),
        "checked": report.checked,
        "total_rows": sum(table["rows"] for table in report.checked["tables"].values()),
        "findings": report.sorted(),
        "cut": [(group, count) for group, count in sorted(report.counts.items()) if count > kept[group]],
        "suites": _suites(report),
    }


def page(report: Report, package: str, version: str) -> str:
    """The page.

    Parameters
    ----------
    report : Report
        Of `validate`.
    package, version : str
        Title and version of the package.
    """
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("validation.html.j2").render(package=package, version=version, **parts(report))


def write(report: Report, target: Path, package: str, version: str) -> None:
    """Write the page, whole or not at all."""
    publish(target.resolve().parent, {target.name: page(report, package, version).encode("utf-8")})
