"""Whether the declared version and the changelog agree with what changed."""

from __future__ import annotations

import re

from clausula.core.findings import WARNING, Finding
from clausula.core.semver import VERSION
from clausula.versions.diff.result import STEPS, Diff


def _parts(version: str | None) -> tuple[int, int, int] | None:
    found = VERSION.fullmatch(version or "")
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def declared(old: str | None, new: str | None) -> str | None:
    """The step from one version to the next; None if they are not comparable or go back."""
    before, after = _parts(old), _parts(new)
    if before is None or after is None or after < before:
        return None
    for step, i in (("major", 0), ("minor", 1), ("patch", 2)):
        if after[i] != before[i]:
            return step
    return "none"


def raised(version: str, step: str) -> str:
    """The version that follows by a step (Semantic Versioning 2.0.0)."""
    parts = _parts(version)
    assert parts is not None
    major, minor, patch = parts
    return {
        "none": version,
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "major": f"{major + 1}.0.0",
    }[step]


def judge(diff: Diff, changelog: str | None) -> list[Finding]:
    """Findings where the new version or its changelog does not say what changed."""
    found: list[Finding] = []
    needed, said = diff.step, declared(diff.old_version, diff.new_version)
    if diff.old_version is None or diff.new_version is None or _parts(diff.old_version) is None:
        found.append(Finding("missing-version", "a side declares no version of the form 1.2.3", severity=WARNING))
        return found
    if said is None or STEPS.index(said) < STEPS.index(needed):
        found.append(
            Finding(
                "version-step",
                f"the changes call for a {needed} step, and the version goes from {diff.old_version} to "
                f"{diff.new_version}",
                f"Set version to {raised(diff.old_version, needed)} or higher in schemas/package.json.",
                value=diff.new_version,
                file="schemas/package.json",
            )
        )
    if needed != "none":
        found += _changelog(diff, changelog)
    return found


def section(changelog: str, version: str) -> str | None:
    """The part of a changelog that is about a version; None if it has none."""
    found = re.search(
        rf"^##\s+\[?{re.escape(version)}\]?(?=[\s(]|$).*?(?=^##\s|\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    return found[0] if found else None


def dated(changelog: str, version: str) -> str | None:
    """The day that a changelog gives of a version in its heading, `## 1.2.3 (2030-01-31)`; None if it gives none."""
    heading = (section(changelog, version) or "").partition("\n")[0]
    found = re.search(r"\((\d{4}-\d{2}-\d{2})\)\s*$", heading)
    return found[1] if found else None


def _changelog(diff: Diff, changelog: str | None) -> list[Finding]:
    file = "CHANGELOG.md"
    if changelog is None:
        return [
            Finding("missing-changelog", "the new side has no CHANGELOG.md", "Write what changed.", WARNING, file=file)
        ]
    text = section(changelog, str(diff.new_version))
    if text is None:
        hint = f"Add a heading `## {diff.new_version}` and say what changed, table by table."
        return [Finding("incomplete-changelog", f"there is no entry for version {diff.new_version}", hint, file=file)]
    silent = [name for name in diff.changed_tables if f"`{name}`" not in text]
    return [
        Finding(
            "incomplete-changelog",
            f"the entry for {diff.new_version} does not name the table",
            f"Say there what changed in `{name}`.",
            table=name,
            file=file,
        )
        for name in silent
    ]
