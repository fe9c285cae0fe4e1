"""Accepted warnings: `validation/accepted.json` lists what was reviewed, so that it is not warned about again.

An entry is for one warning: its code, its name (table, key and field) and its message. If the warning is gone or its
message has changed, the entry is an error, so that the list never covers what nobody reviewed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from clausula.core.findings import WARNING, Acceptance, Finding, Report, finding, group_of
from clausula.core.model import SchemaError
from clausula.core.schemas import read_json
from clausula.core.semver import VERSION

ACCEPTED = "validation/accepted.json"

RELEASE = "release"
"""Stands for a layer: what only `clausula release` checks, such as the changelog."""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _acceptance(entry: Any) -> Acceptance:
    """Return one entry of the file; raise SchemaError if a key is missing, unknown or malformed."""
    keys = [one.name for one in fields(Acceptance)]
    if not isinstance(entry, dict) or set(entry) != set(keys):
        raise SchemaError(f"an entry needs exactly the keys {', '.join(keys)}")
    layers = entry["layers"]
    if not isinstance(layers, list) or not all(isinstance(one, str) and one for one in layers):
        raise SchemaError("layers is not a list of names")
    for key in keys[:-1]:
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise SchemaError(f"{key} is empty or not a text")
    if not VERSION.fullmatch(entry["version"]):
        raise SchemaError(f"{entry['version']!r} is not a version of the form 1.2.3")
    if not _is_day(entry["date"]):
        raise SchemaError(f"{entry['date']!r} is not a date of the form 2030-01-31")
    return Acceptance(**{**entry, "layers": tuple(layers)})


def read_acceptances(root: Path) -> list[Acceptance]:
    """Return the accepted warnings of a package; none if it has no such file.

    Raises
    ------
    SchemaError
        If the file is malformed.
    """
    path = root / ACCEPTED
    if not path.exists():
        return []
    content = read_json(path)
    if set(content) != {"accepted"} or not isinstance(content["accepted"], list):
        raise SchemaError("the file needs one key, accepted, with a list")
    entries = [_acceptance(entry) for entry in content["accepted"]]
    repeated = [label for label, number in Counter(one.label for one in entries).items() if number > 1]
    if repeated:
        raise SchemaError(f"{repeated[0]} is listed twice")
    return entries


def as_json(acceptances: Collection[Acceptance]) -> dict[str, Any]:
    """Return the content of the file."""
    ordered = sorted(acceptances, key=lambda one: (one.code, one.name))
    return {"accepted": [asdict(one) | {"layers": list(one.layers)} for one in ordered]}


def warnings_named(report: Report, label: str) -> list[Finding]:
    """Return the warnings of a report with a code and name, written `code:name`."""
    return [one for one in report.findings if one.severity == WARNING and f"{one.code}:{one.name}" == label]


def apply_acceptances(report: Report, root: Path, layers: Collection[str]) -> None:
    """Move the warnings that were accepted from the findings of a report to its accepted warnings.

    Parameters
    ----------
    root : Path
        Folder of the package.
    layers : collection of str
        The layers that ran completely. An acceptance is an error if one of its layers ran and did not warn. If it has
        none, `RELEASE` stands for them.
    """
    try:
        acceptances = read_acceptances(root)
    except SchemaError as error:
        report.add(finding("invalid-acceptances", error=error, file=ACCEPTED))
        return
    cut = _groups_not_listed_completely(report)
    for one in acceptances:
        if one in report.accepted:
            continue
        named = warnings_named(report, one.label)
        same = [warning for warning in named if warning.message == one.says]
        if same:
            for warning in same:
                report.withdraw(warning)
            report.accepted.append(one)
        elif named:
            given = {"label": one.label, "says": one.says}
            report.add(finding("outdated-acceptance:changed", **given, file=ACCEPTED, key=one.label))
        elif set(one.layers or (RELEASE,)) & set(layers) and one.code not in cut:
            report.add(finding("outdated-acceptance", label=one.label, file=ACCEPTED, key=one.label))


def _groups_not_listed_completely(report: Report) -> set[str]:
    """Return the codes of which more findings were counted than are listed."""
    listed = Counter(group_of(one) for one in report.findings)
    return {group[0] for group, number in report.counts.items() if number > listed[group]}
