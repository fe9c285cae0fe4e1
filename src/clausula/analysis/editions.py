"""The editions of other schemes: their columns, what each column is, and the scale and parent of each code.

Everything is declared in `editions/SCHEME.toml`, once for each scheme and edition. Nothing is inferred from the values
of a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

NAMES = ("pax", "paax", "ucdp", "pam", "atop")
"""The schemes whose editions are declared."""


@dataclass(frozen=True)
class Code:
    """A code of a scheme.

    Attributes
    ----------
    top : int
        The top of its scale (1: present or absent).
    parent : str or None
        The code that sums it up.
    set_at : tuple of int
        The values of the parent at which the codebook of the scheme sets the code.
    since, until : float
        The first and last edition that has it.
    """

    name: str
    top: int
    parent: str | None = None
    set_at: tuple[int, ...] = ()
    since: float = 0
    until: float = float("inf")


@dataclass(frozen=True)
class Column:
    """What a column of a file is.

    Attributes
    ----------
    kind : str
        "id", "title", "date" (of the agreement), "day" (another date), "year", "actor", "number" or "text".
    by : str
        For actors, the kind of code.
    role, role_in : str
        For actors, their role, or the column with it.
    where : mapping
        For actors, the values of other columns without which the code is not that of the actor.
    joined : bool
        Whether a cell may contain several values.
    missing : tuple of int
        Numbers that stand for missing values.
    order : str
        For dates, "day" or "month" if the edition always writes it first.
    parts : tuple of str
        For dates, the columns with year, month and day.
    numbered : bool
        Whether the column is repeated with a number at the end of its name.
    """

    name: str
    kind: str = "text"
    by: str = ""
    role: str = ""
    role_in: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False
    missing: tuple[int, ...] = ()
    order: str = ""
    parts: tuple[str, ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class Edition:
    """An edition of a scheme, with its columns in the order of the file.

    Attributes
    ----------
    turned : tuple of str
        Columns whose values are exchanged compared with earlier editions.
    unseen : bool
        Whether the columns are declared from a codebook alone, because no file of the edition was available.
    """

    name: str
    number: float
    columns: tuple[str, ...]
    turned: tuple[str, ...] = ()
    unseen: bool = False


@dataclass(frozen=True)
class Scheme:
    """A scheme with its columns, codes and editions.

    Attributes
    ----------
    required : tuple of str
        Columns that every file of the scheme has.
    expected : tuple of str
        Columns whose absence is a warning.
    excluded : tuple of str
        Columns that show that a file belongs to another scheme.
    spellings : mapping
        Other spellings of names, or of parts of names.
    parts : mapping
        For schemes with several columns for each code, the ends of their names and the tops of their scales.
    exhaustive : tuple of str
        Codes that can be set only if one of their members is.
    """

    name: str
    title: str
    required: tuple[str, ...]
    expected: tuple[str, ...]
    excluded: tuple[str, ...]
    columns: Mapping[str, Column]
    codes: Mapping[str, Code]
    editions: tuple[Edition, ...]
    spellings: Mapping[str, str]
    parts: Mapping[str, int]
    exhaustive: tuple[str, ...] = ()

    def fits(self, columns: Collection[str]) -> bool:
        """Return whether a file with these columns belongs to the scheme."""
        return all(c in columns or f"{c}1" in columns for c in self.required) and not any(
            c in columns for c in self.excluded
        )

    def members(self, code: str) -> list[str]:
        """Return the codes that a code sums up."""
        return [c.name for c in self.codes.values() if c.parent == code]

    def known(self) -> set[str]:
        """Return the names of all columns that an edition has, those of repeated columns without their number."""
        return {name for edition in self.editions for name in edition.columns}

    def column(self, name: str) -> Column:
        """Return what a column is; text if nothing is declared."""
        return self.columns.get(name) or self.columns.get(re.sub(r"\d+$", "", name)) or Column(name)


def _expand(raw: dict[str, Any], edition: dict[str, Any], codes: Mapping[str, Code]) -> Iterator[str]:
    """Yield the columns of an edition, with its groups and codes in their place."""
    parts = raw.get("parts")
    for item in edition["columns"]:
        if item.startswith("codes."):
            names = [n for n in raw["codes"][item[6:]] if codes[n].since <= edition["number"] <= codes[n].until]
            yield from (f"{name}_{part}" for name in names for part in parts) if parts else names
        else:
            yield from raw.get("groups", {}).get(item, [item])


def _fixed(raw: dict[str, Any]) -> dict[str, Any]:
    """Return values with tuples in place of lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


@cache
def load_scheme(name: str) -> Scheme:
    """Return a scheme as declared in its file."""
    import tomllib  # rarely needed

    raw = tomllib.loads((files("clausula") / "editions" / f"{name}.toml").read_text(encoding="utf-8"))
    codes = {n: Code(n, **_fixed(rest)) for group in raw.get("codes", {}).values() for n, rest in group.items()}
    columns = {}
    for column, rest in raw["columns"].items():
        given = _fixed(rest)
        columns[column] = Column(column, given.pop("is"), **given)
    editions = tuple(
        Edition(
            e["name"],
            e["number"],
            tuple(c for c in _expand(raw, e, codes) if c not in e.get("without", ())),
            tuple(e.get("turned", ())),
            e.get("unseen", False),
        )
        for e in raw["editions"]
    )
    return Scheme(
        raw["scheme"],
        raw["title"],
        tuple(raw["required"]),
        tuple(raw.get("expected", ())),
        tuple(raw.get("excluded", ())),
        columns,
        codes,
        editions,
        raw.get("spellings", {}),
        raw.get("parts", {}),
        tuple(raw.get("exhaustive", ())),
    )


def recognise(scheme: Scheme, names: Collection[str], number: float | None = None) -> list[Edition]:
    """Return the editions that a file may be of, from the names of its columns in their order.

    These are the editions that share most of the columns and differ least otherwise; among those with the same columns,
    the ones with the same order. Empty if the file has less than half of the columns of each, so that it is an extract.

    Parameters
    ----------
    number : float, optional
        The number of the edition, if the file gives it.
    """
    present = {re.sub(r"\d+$", "", n) if scheme.column(n).numbered else n: None for n in names}
    found: dict[Edition, tuple[int, float, bool]] = {}
    for edition in scheme.editions:
        shared = [name for name in present if name in edition.columns]
        if 2 * len(shared) >= len(edition.columns) and number in (None, edition.number):
            places = [edition.columns.index(name) for name in shared]
            alike = len(shared) / len({*present, *edition.columns})
            found[edition] = (len(shared), round(alike, 6), places == sorted(places))
    best = max(found.values(), default=None)
    return [edition for edition, score in found.items() if score == best]
