"""The schemes whose files can be read: what a command or an error message says of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Scheme:
    """A scheme: its name, its title, the columns without which a file is not one of it (the first has the id of the
    agreement), others that it has, and others that show that it is none.
    """

    name: str
    title: str
    required: tuple[str, ...]
    expected: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def fits(self, columns: Collection[str]) -> bool:
        """Whether a file with these columns is one of the scheme."""
        return all(c in columns for c in self.required) and not any(c in columns for c in self.never)


SCHEMES = {
    s.name: s
    for s in (
        Scheme("pax", "PA-X", ("AgtId", "Agt", "Dat"), never=("actor_name",)),
        Scheme("paax", "PAA-X (the actors of PA-X)", ("AgtId", "actor_name"), ("Agt", "Dat")),
        Scheme("ucdp", "the UCDP Peace Agreement Dataset", ("paid", "gwno", "pa_type"), ("pa_name", "pa_date")),
        Scheme("pam", "the Peace Accords Matrix", ("pam_caseid", "year", "cowcode"), ("accord name", "cease_date")),
        Scheme("atop", "ATOP", ("atopid", "begyr"), ("begmo", "begday")),
    )
}
