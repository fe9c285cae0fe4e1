"""Check that the declared version and the changelog agree with the changes."""

from __future__ import annotations

import re

from clausula.core.findings import Finding, finding
from clausula.core.semver import VERSION, version_numbers
from clausula.versions.diff.result import STEPS, Diff


def declared_step(old: str | None, new: str | None) -> str | None:
    """Return the step from one version to the next, or None if a version is invalid or the new one is lower."""
    if not (VERSION.fullmatch(old or "") and VERSION.fullmatch(new or "")):
        return None
    before, after = version_numbers(str(old)), version_numbers(str(new))
    if after < before:
        return None
    steps = zip(("major", "minor", "patch"), before, after, strict=True)
    return next((step for step, a, b in steps if a != b), "none")


def required_step(step: str, old: str) -> str:
    """Return the step that changes require after a version: before 1.0.0, a minor one also for breaking changes.

    Semantic Versioning 2.0.0, item 4: anything may change while the major version is zero.
    """
    return "minor" if step == "major" and version_numbers(old)[0] == 0 else step


def next_version(version: str, step: str) -> str:
    """Return the version that follows `version` by a step (Semantic Versioning 2.0.0)."""
    major, minor, patch = version_numbers(version)
    following = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
    return ".".join(map(str, following[step])) if step in following else version


def check_version_step(diff: Diff, changelog: str | None) -> list[Finding]:
    """Return findings if the new version number or its changelog does not reflect the changes."""
    found = []
    if diff.old_version is None or diff.new_version is None or not VERSION.fullmatch(diff.old_version):
        return [finding("missing-version")]
    required, actual = required_step(diff.step, diff.old_version), declared_step(diff.old_version, diff.new_version)
    if actual is None or STEPS.index(actual) < STEPS.index(required):
        step = {"old": diff.old_version, "required": required, "next": next_version(diff.old_version, required)}
        found.append(finding("version-step", **step, value=diff.new_version, file="schemas/package.json"))
    if required != "none":
        found += _check_changelog(diff, changelog)
    return found


def changelog_entry(changelog: str, version: str) -> str | None:
    """Return the changelog entry of a version, or None if there is none."""
    entry = rf"(?ms)^##\s+\[?{re.escape(version)}\]?(?=[\s(]|$).*?(?=^##\s|\Z)"
    found = re.search(entry, changelog)
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
