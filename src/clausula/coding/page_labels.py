"""Findings in the words of the coding page: the labels of its fields and tables instead of their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausula.coding.form import Form
    from clausula.core.findings import Finding

_NAME = re.compile(r"(?<![\w.:/*'\"-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/:*-]|\.[a-z])")
_FIELD = re.compile(r"(?<![\w.:/*'\"-])([a-z_]+)\.([a-z0-9_]+)(?![\w/:*-]|\.[a-z])")


def _labels(form: Form, table: str) -> dict[str, str]:
    """Return the labels of names that consist of several words; those of the table of a finding are preferred."""
    own = [form[table]] if table in form else []
    labels = {sheet.name: sheet.table.title for sheet in form}
    for sheet in [*form, *own]:
        labels |= {column.name: column.title for column in sheet.columns}
    return labels


def in_labels(form: Form, one: Finding) -> dict[str, Any]:
    """Return a finding as the page shows it, with names of fields and tables replaced by their labels.

    A field of another table (`topics.topic_id`) is shown as its table. Names of one word (*date*, *role*) are replaced
    only where a message begins with the field it is about.
    Values, which are in quotation marks, are not changed.
    """
    labels = _labels(form, one.table or "")
    found = one.as_dict()

    def of_field(match: re.Match[str]) -> str:
        table, field = match[1], match[2]
        if table not in form or field not in form[table].table.names:
            return match[0]
        return f"“{labels.get(field, field) if table == one.table else form[table].table.title}”"

    def label(match: re.Match[str]) -> str:
        return f"“{labels[match[0]]}”" if match[0] in labels else match[0]

    for part in ("message", "hint"):
        text = found.get(part)
        if isinstance(text, str):
            text = _FIELD.sub(of_field, text)
            first, space, rest = text.partition(" ")
            if first == one.field and first in labels:
                text = f"“{labels[first]}”{space}{rest}"
            found[part] = _NAME.sub(label, text)
    return found
