"""What a person tells of a source when it is registered."""

from __future__ import annotations

from clausula.core.model import Field, Table

MEASURED = ("characters", "sha256", "fingerprint")
"""What is taken from the text."""


def option(name: str) -> str:
    """The option of the command line for a field."""
    return f"--{name.replace('_', '-')}"


def asked(table: Table) -> list[Field]:
    """The fields of a source that a person gives; the others are measured or worked out."""
    bounds = {name for field in table.fields if field.bounds for name in field.bounds}
    return [field for field in table.fields if field.name not in bounds and field.name not in MEASURED]
