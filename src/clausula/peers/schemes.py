"""The schemes whose files can be read, with their titles and the columns that identify them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Scheme:
    """A scheme and the columns by which its files are recognised.

    Attributes
    ----------
    name, title : str
    required : tuple of str
        Columns that every file of the scheme has; the first contains the agreement ID.
    expected : tuple of str
        Columns whose absence is a warning.
    excluded : tuple of str
        Columns that show that a file belongs to another scheme.
    """

    name: str
    title: str
    required: tuple[str, ...]
    expected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def fits(self, columns: Collection[str]) -> bool:
        """Return whether a file with these columns belongs to the scheme."""
        return all(c in columns for c in self.required) and not any(c in columns for c in self.excluded)


SCHEMES = {
    s.name: s
    for s in (
        Scheme("pax", "PA-X", ("AgtId", "Agt", "Dat"), excluded=("actor_name",)),
        Scheme("paax", "PAA-X (the actors of PA-X)", ("AgtId", "actor_name"), ("Agt", "Dat")),
        Scheme("ucdp", "the UCDP Peace Agreement Dataset", ("paid", "gwno", "pa_type"), ("pa_name", "pa_date")),
        Scheme("pam", "the Peace Accords Matrix", ("pam_caseid", "year", "cowcode"), ("accord name", "cease_date")),
        Scheme("atop", "ATOP", ("atopid", "begyr"), ("begmo", "begday")),
    )
}
