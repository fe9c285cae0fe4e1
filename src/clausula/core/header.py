"""Checking of a file's header against its schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clausula.core.findings import Finding, finding, shown


def check_header(
    header: Sequence[str], expected: Sequence[str], match: str = "exact", required: Collection[str] = ()
) -> list[Finding]:
    """Compare the columns of a file with the fields of its schema.

    Parameters
    ----------
    match : str
        `fieldsMatch` of Table Schema: `exact` (the same fields in the same order), `equal` (in any order), `subset`
        (the file may have more), `superset` (it may have fewer) or `partial` (at least one is the same).
    required : collection of str
        The fields that must have a value, so that their column cannot be absent.
    """
    findings = []
    known, seen, present = set(expected), set[str](), set(header)
    more, fewer = match in ("subset", "partial"), match in ("superset", "partial")
    for position, name in enumerate(header, 1):
        if name in seen:
            findings.append(finding("duplicate-header", name=shown(name), line=1, column=position, field=name))
        elif name not in known and not more:
            findings.append(finding("unknown-column", name=shown(name), line=1, column=position, value=name))
        seen.add(name)
    for name in expected:
        if name not in present and (not fewer or name in required):
            findings.append(finding("missing-column", line=1, field=name))
    if match == "partial" and not present & known:
        findings.append(finding("missing-column:all", line=1))
    if not findings and match == "exact" and list(header) != list(expected):
        findings.append(finding("column-order", expected=", ".join(expected), line=1))
    return findings
