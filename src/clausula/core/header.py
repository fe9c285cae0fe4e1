"""Checking of a file's header against its schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clausula.core.findings import Finding, finding, shown

SEPARATORS = (";", ",", "\t", "|")


def _separator(name: str, known: Collection[str]) -> str | None:
    """Return what separates the names of fields in the only column of a header, if it consists of such names."""
    parts = ((mark, [part.strip(" \"'") for part in name.split(mark)]) for mark in SEPARATORS if mark in name)
    return next((mark for mark, names in parts if set(names) <= set(known)), None)


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
            mark = _separator(name, known) if len(header) == 1 else None
            code = "unknown-column" if mark is None else "unknown-column:delimiter"
            given = {"name": shown(name)} if mark is None else {"name": shown(name), "mark": mark}
            findings.append(finding(code, **given, line=1, column=position, value=name))
        seen.add(name)
    for name in expected:
        if name not in present and (not fewer or name in required):
            findings.append(finding("missing-column", line=1, field=name))
    if match == "partial" and not present & known:
        findings.append(finding("missing-column:all", line=1))
    if not findings and match == "exact" and list(header) != list(expected):
        findings.append(finding("column-order", expected=", ".join(expected), line=1))
    return findings
