"""Exceptions for names, IDs and arguments that do not exist; each suggests what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping

from clausula.core.findings import CouldNotRun


class UnknownName(CouldNotRun, KeyError):
    """Raised when nothing has the given name or ID."""


class InvalidArgument(CouldNotRun, ValueError):
    """Raised when an argument is not one of its possible values."""


def similar_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that are similar to a given one, the most similar first; case is ignored."""
    by_case = {one.casefold(): one for one in known}
    if close := difflib.get_close_matches(name.casefold(), by_case, n=3, cutoff=0.6):
        return [by_case[one] for one in close]
    return _names_with_word(name.casefold(), by_case)


def _names_with_word(name: str, by_case: Mapping[str, str]) -> list[str]:
    """Return up to three names that begin with the first word of a given one, which has at least four letters."""
    first = re.split(r"[^a-z0-9]+", name, maxsplit=1)[0]
    if len(first) < 4:
        return []
    return [one for folded, one in by_case.items() if re.split(r"[^a-z0-9]+", folded, maxsplit=1)[0] == first][:3]


def require_known(name: object, kind: str, known: Collection[str], listing: str) -> None:
    """Check that a name is known.

    Parameters
    ----------
    name : object
        What was given. Anything that is not text is unknown.
    kind : str
        What it should name: "table", "field", "instrument ID".
    known : collection of str
        The names that exist.
    listing : str
        The call that lists them.

    Raises
    ------
    UnknownName
        If it is not; the hint suggests similar names.
    """
    if isinstance(name, str) and name in known:
        return
    if isinstance(name, str) and (near := similar_names(name, known)):
        raise UnknownName.of("unknown-name:similar", kind=kind, name=name, near=", ".join(near), listing=listing)
    raise UnknownName.of("unknown-name", kind=kind, name=name, listing=listing)


def require_one_of(argument: str, value: object, choices: Iterable[str]) -> None:
    """Check that the value of an argument is one of its choices.

    Raises
    ------
    InvalidArgument
        If it is not; the hint lists the choices.
    """
    listed = list(choices)
    if value not in listed:
        raise InvalidArgument.of("invalid-argument", argument=argument, value=value, choices=", ".join(listed))
