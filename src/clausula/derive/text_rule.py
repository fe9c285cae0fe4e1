"""The rule that finds look-alike letters in the free text of all tables.

A character that was lost in decoding (U+FFFD) violates the pattern of free text, which every layer checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausula.core.model import Field, Model, Table
from clausula.core.rules import RULES

PATH = f"{RULES}/look-alike-letters.sql"

MIXED = "[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]"
"""A Latin letter next to a Greek or Cyrillic one."""

HEAD = """\
-- severity: error
-- says: A word mixes Latin with Greek or Cyrillic letters, which look the same and are not found by a search.
-- do: Type the word again in one alphabet.
"""


def is_free_text(table: Table, field: Field) -> bool:
    """Return whether a field has free text: spaces are allowed, and no list or reference limits its values."""
    referring = {name for key in table.foreign_keys for name in key.fields}
    pattern = field.constraints.get("pattern", ".*")
    free = re.fullmatch(pattern, "two words") is not None
    return field.type == "string" and free and not field.allowed and field.name not in referring


def _queries(model: Model) -> Iterator[str]:
    for table in model:
        for field in table.fields:
            if is_free_text(table, field):
                name = f'"{field.name}"'
                where = f"regexp_replace({name}, '{MIXED}', '') <> {name}"
                yield f"select '{table.name}' as tbl, _row, '{field.name}' as field from {table.name} where {where}"


def look_alike_rule(model: Model) -> bytes:
    """Return the rule, with a query for each field of free text."""
    return (HEAD + "\nunion all\n".join(_queries(model)) + "\n").encode("utf-8")
