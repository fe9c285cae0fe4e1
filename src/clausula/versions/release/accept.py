"""Accept warnings of a release: record them in `validation/accepted.json` and in the changelog."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from clausula.core.acceptances import ACCEPTED, as_json, read_acceptances, warnings_named
from clausula.core.commit import commit
from clausula.core.findings import Acceptance, Finding, Report, finding
from clausula.core.model import SchemaError
from clausula.derive.descriptor import to_json
from clausula.versions.diff.step import changelog_entry

CHANGELOG = "CHANGELOG.md"


def check_changelog_names_acceptances(root: Path, changelog: str) -> list[Finding]:
    """Check that the changelog names each accepted warning in the entry of the version that it was accepted for."""
    try:
        acceptances = read_acceptances(root)
    except SchemaError:
        return []  # the validation reports it
    return [
        finding("incomplete-changelog:acceptance", version=one.version, label=one.label, file=CHANGELOG, key=one.label)
        for one in acceptances
        if f"`{one.label}`" not in (changelog_entry(changelog, one.version) or "")
    ]


def with_acceptances(changelog: str, version: str, acceptances: list[Acceptance]) -> str:
    """Return the changelog with a line for each acceptance at the end of the entry of a version, if it has one."""
    entry = changelog_entry(changelog, version)
    if entry is None:
        return changelog
    lines = [
        textwrap.fill(
            f"- Accepted warning `{one.label}`: {one.says.rstrip('.')}. Reason: {one.reason.rstrip('.')}.",
            120,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for one in acceptances
        if f"`{one.label}`" not in entry
    ]
    body = entry.rstrip("\n")
    separator = "\n" if body.rpartition("\n")[2].startswith(("- ", "  ")) else "\n\n"
    if not lines:
        return changelog
    return changelog.replace(entry, separator.join([body, "\n".join(lines)]) + entry[len(body) :], 1)


def _resolve(report: Report, label: str, reason: str, version: str) -> Acceptance | Finding:
    """Return the acceptance of the one warning with a label, or the finding that there is not exactly one."""
    today = date.today().isoformat()
    named = warnings_named(report, label)
    if len(named) > 1:
        return finding("unmatched-acceptance:ambiguous", label=label, number=len(named))
    if named:
        one = named[0]
        return Acceptance(one.code, one.name, one.message, reason, version, today, one.layers)
    for known in report.accepted:
        if known.label == label:
            return replace(known, reason=reason, version=version, date=today)
    return finding("unmatched-acceptance", label=label)


def accept(root: Path, report: Report, version: str, reasons: Mapping[str, str]) -> list[Acceptance]:
    """Record accepted warnings in the package, all of them or none.

    Parameters
    ----------
    report : Report
        The report of the release. The accepted warnings are withdrawn from it, and files that were written are
        reported as uncommitted, because a release is made from a commit. An argument that does not name exactly one
        warning is reported.
    reasons : mapping of str to str
        The reason for each warning, by `CODE:NAME`.

    Returns
    -------
    list of Acceptance
        What was recorded.
    """
    resolved = [_resolve(report, label, reason, version) for label, reason in reasons.items()]
    recorded = [one for one in resolved if isinstance(one, Acceptance)]
    if len(recorded) < len(resolved):
        report.extend(one for one in resolved if isinstance(one, Finding))
        return []
    try:
        kept = [one for one in read_acceptances(root) if one.label not in reasons]
    except SchemaError:
        return []  # the validation reports it
    files = {ACCEPTED: to_json(as_json([*kept, *recorded]))}
    path = root / CHANGELOG
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        if (changed := with_acceptances(text, version, recorded)) != text:
            files[CHANGELOG] = changed.encode("utf-8")
    commit(root, files)
    settled = {"outdated-acceptance", "incomplete-changelog"}
    for one in [one for one in report.findings if one.code in settled and one.key in reasons]:
        report.withdraw(one)
    for label in reasons:
        for one in warnings_named(report, label):
            report.withdraw(one)
    report.accepted = [one for one in report.accepted if one.label not in reasons] + recorded
    known = {one.file for one in report.findings if one.code == "uncommitted-changes"}
    report.extend(finding("uncommitted-changes", file=name) for name in files if name not in known)
    return recorded
