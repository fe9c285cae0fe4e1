"""Check that the declared version and the changelog agree with the changes."""

from __future__ import annotations

import re

from clausula.core.findings import Finding, finding
from clausula.core.semver import VERSION
from clausula.versions.diff.result import STEPS, Diff


def _numbers(version: str | None) -> tuple[int, int, int] | None:
    found = VERSION.fullmatch(version or "")
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def declared_step(old: str | None, new: str | None) -> str | None:
    """Return the step from one version to the next, or None if a version is invalid or the new one is lower."""
    before, after = _numbers(old), _numbers(new)
    if before is None or after is None or after < before:
        return None
    for step, i in (("major", 0), ("minor", 1), ("patch", 2)):
        if after[i] != before[i]:
            return step
    return "none"


def next_version(version: str, step: str) -> str:
    """Return the version that follows `version` by a step (Semantic Versioning 2.0.0)."""
    numbers = _numbers(version)
    assert numbers is not None
    major, minor, patch = numbers
    return {
        "none": version,
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "major": f"{major + 1}.0.0",
    }[step]


def check_version_step(diff: Diff, changelog: str | None) -> list[Finding]:
    """Return findings if the new version number or its changelog does not reflect the changes."""
    found: list[Finding] = []
    required, actual = diff.step, declared_step(diff.old_version, diff.new_version)
    if diff.old_version is None or diff.new_version is None or _numbers(diff.old_version) is None:
        return [finding("missing-version")]
    if actual is None or STEPS.index(actual) < STEPS.index(required):
        step = {"old": diff.old_version, "required": required, "next": next_version(diff.old_version, required)}
        found.append(finding("version-step", **step, value=diff.new_version, file="schemas/package.json"))
    if required != "none":
        found += _check_changelog(diff, changelog)
    return found


def changelog_entry(changelog: str, version: str) -> str | None:
    """Return the changelog entry of a version, or None if there is none."""
    found = re.search(
        rf"^##\s+\[?{re.escape(version)}\]?(?=[\s(]|$).*?(?=^##\s|\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    return found[0] if found else None


def changelog_date(changelog: str, version: str) -> str | None:
    """Return the date in the changelog heading of a version, `## 1.2.3 (2030-01-31)`, or None if there is none."""
    heading = (changelog_entry(changelog, version) or "").partition("\n")[0]
    found = re.search(r"\((\d{4}-\d{2}-\d{2})\)\s*$", heading)
    return found[1] if found else None


def _check_changelog(diff: Diff, changelog: str | None) -> list[Finding]:
    file = "CHANGELOG.md"
    if changelog is None:
        return [finding("missing-changelog", file=file)]
    text = changelog_entry(changelog, str(diff.new_version))
    if text is None:
        return [finding("incomplete-changelog:version", version=diff.new_version, file=file)]
    missing = [name for name in diff.changed_tables if f"`{name}`" not in text]
    return [finding("incomplete-changelog:table", version=diff.new_version, table=name, file=file) for name in missing]
