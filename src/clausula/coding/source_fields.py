"""The fields of a source that a person enters when registering it."""

from __future__ import annotations

from clausula.core.model import Field, Table

MEASURED = ("characters", "sha256", "fingerprint")
"""Fields that are computed from the text."""


def option(name: str) -> str:
    """Return the command-line option for a field."""
    return f"--{name.replace('_', '-')}"


def entered_fields(table: Table) -> list[Field]:
    """Return the fields of a source that a person enters; the others are computed."""
    bounds = {name for field in table.fields if field.bounds for name in field.bounds}
    return [field for field in table.fields if field.name not in bounds and field.name not in MEASURED]
