"""The validation report as one HTML page, without scripts, that opens offline."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from clausula.core.commit import commit
from clausula.core.findings import WARNING, Report, group_of
from clausula.core.wording import count


def verdict(report: Report) -> str:
    """Return the numbers of errors and warnings as a sentence."""
    errors, warnings = report.total(), report.total(WARNING)
    accepted = f", {count(len(report.accepted), 'accepted warning')}" if report.accepted else ""
    accepted += "" if report.complete else "; not everything was judged"
    if not errors and not warnings:
        return f"No errors or warnings{accepted}."
    return f"{count(errors, 'error')}, {count(warnings, 'warning')}{accepted}."


def _suites(report: Report) -> list[tuple[str, str, list[dict[str, Any]]]]:
    lines = report.checked.get("expectations", [])
    grouped = groupby(lines, key=lambda line: (line["suite"], line["about"]))
    return [(name, about, list(suite_lines)) for (name, about), suite_lines in grouped]


def parts(report: Report) -> dict[str, Any]:
    """Return the values for the template of the page body."""
    kept = Counter(group_of(finding) for finding in report.findings)
    return {
        "verdict": verdict(report),
        "errors": report.total(),
        "checked": report.checked,
        "total_rows": sum(table["rows"] for table in report.checked["tables"].values()),
        "findings": report.sorted(),
        "accepted": report.accepted,
        "cut": [(group, number) for group, number in sorted(report.counts.items()) if number > kept[group]],
        "suites": _suites(report),
        "unjudged": {name: one for name, one in _states(report).items() if one["why"]},
    }


def _states(report: Report) -> dict[str, dict[str, Any]]:
    """Return what was judged of the descriptor and of each resource, by the name of the file or the resource."""
    descriptor = report.checked.get("descriptor")
    own: dict[str, dict[str, Any]] = {descriptor["path"]: descriptor} if descriptor else {}
    return {**own, **report.checked.get("resources", {})}


def page(report: Report, package: str, version: str) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    report : Report
        The report of `validate`.
    package, version : str
        Title and version of the package.
    """
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("validation.html.j2").render(package=package, version=version, **parts(report))


def write(report: Report, target: Path, package: str, version: str) -> None:
    """Write the page atomically."""
    commit(target.resolve().parent, {target.name: page(report, package, version).encode("utf-8")})
