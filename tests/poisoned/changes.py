"""Single changes of a package: other values in cells, other lines in files, other letters in texts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from clausula.core.model import Field, Table
from clausula.core.store import Values
from clausula.core.tables import Tables


@dataclass(frozen=True)
class Cell:
    """A changed cell: its table, the number of its row from 1, its field, and the keys of the row before and after."""

    table: str
    row: int
    field: Field
    value: str
    keys: tuple[str, ...]


def key_text(table: Table, row: Values) -> str:
    return ", ".join(f"{name}={row[name]}" for name in table.primary_key)


class Changed:
    """The tables of a package, of which cells of different rows are changed one after the other."""

    def __init__(self, tables: Tables, seed: int) -> None:
        self.clean, self.tables, self.chance = tables, tables.copy(), random.Random(seed)
        self.used: dict[str, set[int]] = {name: set() for name in tables.rows}
        self.cells: list[Cell] = []

    def other_value(self, table: Table, field: Field, now: str) -> str:
        """Return another value of a field that is valid for its type."""
        known = sorted({row[field.name] for row in self.clean[table.name]} - {now, ""})
        listed = [str(value) for value in field.allowed if str(value) != now]
        if field.type == "boolean":
            return "false" if now == "true" else "true"
        if listed or (known and field.level != "text"):
            return self.chance.choice(listed or known)
        if now.isdigit():
            return str(int(now) + 1)
        return f"{now} too" if now else "more"

    def change(self, table: Table, field: Field, number: int, value: str | None = None) -> None:
        """Change the cell of a row, counted from 0."""
        rows = self.tables.rows[table.name]
        row = rows[number]
        value = self.other_value(table, field, row[field.name]) if value is None else value
        rows[number] = {**row, field.name: value}
        keys = key_text(table, row), key_text(table, rows[number])
        self.used[table.name].add(number)
        self.cells.append(Cell(table.name, number + 1, field, value, keys))

    def change_some(self, table: Table, field: Field, wanted: int) -> None:
        """Change the cells of a field in some rows that are unchanged so far, most of which have a value."""
        free = [n for n in range(len(self.clean[table.name])) if n not in self.used[table.name]]
        filled = [n for n in free if self.clean[table.name][n][field.name]]
        chosen = self.chance.sample(filled, min(wanted, len(filled)))
        if field.coded and not field.required and (empty := sorted(set(free) - set(filled))):
            chosen.append(self.chance.choice(empty))
        for number in chosen:
            self.change(table, field, number)

    def only(self, cells: list[Cell]) -> Tables:
        """Return the tables with the changes to these cells and no others."""
        tables = self.clean.copy()
        for cell in cells:
            rows = tables.rows[cell.table]
            rows[cell.row - 1] = {**rows[cell.row - 1], cell.field.name: cell.value}
        return tables

    def unchanged(self, name: str) -> list[int]:
        """Return the numbers of the unchanged rows of a table, from 0."""
        return [n for n in range(len(self.clean[name])) if n not in self.used[name]]


def derived_lines(lines: list[str]) -> list[int]:
    """Return the numbers, from 0, of the lines that are derived: those of the generated blocks if a file has any.

    The header of a rule is left out: without it, nothing can be judged.
    """
    inside, found = False, []
    for number, line in enumerate(lines):
        if line.startswith("<!-- /generated"):
            inside = False
        if inside:
            found.append(number)
        inside = inside or line.startswith("<!-- generated:")
    return found or [number for number, line in enumerate(lines) if not line.startswith("-- ")]


def change_lines(path: Path, chance: random.Random, wanted: int) -> list[int]:
    """Change a digit or letter in some derived lines of a file, and return the numbers of the lines."""
    lines = path.read_text(encoding="utf-8").split("\n")
    usable = [n for n in derived_lines(lines) if sum(map(str.isalnum, lines[n])) > 3]
    chosen = sorted(chance.sample(usable, min(wanted, len(usable))))
    for number in chosen:
        places = [n for n, character in enumerate(lines[number]) if character.isalnum()]
        lines[number] = other_letter(lines[number], chance.choice(places))
    path.write_text("\n".join(lines), encoding="utf-8")
    return [number + 1 for number in chosen]


def other_letter(text: str, place: int) -> str:
    """Return a text with another letter or digit at a place."""
    now = text[place]
    return (
        text[:place]
        + (str((int(now) + 1) % 10) if now in "0123456789" else "q" if now != "q" else "z")
        + text[place + 1 :]
    )
