"""Checking of a file's header against its schema."""

from __future__ import annotations

from collections.abc import Sequence

from clausula.core.findings import Finding, shown


def check_header(header: Sequence[str], expected: Sequence[str], match: str = "exact") -> list[Finding]:
    """Compare the columns of a file with the fields of its schema.

    Parameters
    ----------
    match : str
        `fieldsMatch` of Table Schema: `exact` (the same fields in the same order), `equal` (in any order), `subset`
        (the file may have more), `superset` (it may have fewer) or `partial` (at least one is the same).
    """
    findings = []
    known, seen, present = set(expected), set[str](), set(header)
    more, fewer = match in ("subset", "partial"), match in ("superset", "partial")
    for position, name in enumerate(header, 1):
        if name in seen:
            findings.append(
                Finding(
                    "duplicate-header",
                    f"the column {shown(name)!r} is duplicated",
                    "Remove or rename one of the two.",
                    line=1,
                    column=position,
                    field=name,
                )
            )
        elif name not in known and not more:
            findings.append(
                Finding(
                    "unknown-column",
                    f"the column {shown(name)!r} is not in the schema",
                    "Remove it, or add it to the schema.",
                    line=1,
                    column=position,
                    value=name,
                )
            )
        seen.add(name)
    for name in expected:
        if name not in present and not fewer:
            findings.append(
                Finding(
                    "missing-column",
                    f"the column {name!r} is missing",
                    "Add it; its cells may be empty if the field is not required.",
                    line=1,
                    field=name,
                )
            )
    if match == "partial" and not present & known:
        findings.append(Finding("missing-column", "none of the columns is in the schema", "Check the file.", line=1))
    if not findings and match == "exact" and list(header) != list(expected):
        findings.append(
            Finding(
                "column-order",
                "the columns are not in the order of the schema",
                f"Put them in this order: {', '.join(expected)}.",
                line=1,
            )
        )
    return findings
