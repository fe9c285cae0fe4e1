"""The header of a file: names brought to the spelling of the scheme, the edition, and columns that no edition has."""

from __future__ import annotations

from clausula.analysis.editions import Edition, Scheme, recognise
from clausula.core.wording import count
from clausula.peers.table import Source

NAMED = 12
"""The number of unknown columns that a finding names."""

NAMED_ALONE = 3
"""The number of renamed columns that have a finding of their own; more of them share one."""


def _plain(name: str) -> str:
    """Return a name without case, spaces and punctuation."""
    return "".join(filter(str.isalnum, name)).casefold()


def _spelling(scheme: Scheme, name: str, known: dict[str, str]) -> str | None:
    """Return the name that the scheme uses for a column, None if it has no such column."""
    whole = _plain(name)
    if whole in scheme.spellings:
        whole = _plain(scheme.spellings[whole])
    if whole in known:
        return known[whole]
    if not scheme.parts:
        return None
    stem, _, end = name.rpartition("_")
    stem, end = scheme.spellings.get(stem, stem), scheme.spellings.get(end, end)
    if not stem:
        stem, end = next(((name[: -len(p)], p) for p in scheme.parts if name.endswith(p)), (name, ""))
    return known.get(_plain(f"{stem}_{end}"))


def correct_names(source: Source, scheme: Scheme) -> None:
    """Rename columns to the spelling of the scheme, unless it has such a column too; report what was renamed."""
    known = {_plain(name): name for name in scheme.known()}
    renamed: dict[str, str] = {}
    for column in list(source.columns):
        if column in scheme.known() or scheme.column(column).numbered:
            continue
        new = _spelling(scheme, column, known)
        if new and new not in source.columns and new not in renamed.values():
            renamed[column] = new
    if len(renamed) > NAMED_ALONE:
        named = ", ".join(f"{old!r} as {new!r}" for old, new in list(renamed.items())[:NAMED_ALONE])
        source.report("misspelt-column:several", next(iter(renamed)), number=len(renamed), named=named)
    for old, new in renamed.items():
        if len(renamed) <= NAMED_ALONE:
            source.report("misspelt-column", old, new=new)
        source.rename(old, new)


def unknown_columns(source: Source, scheme: Scheme) -> list[str]:
    """Return the columns that no edition of the scheme has, and report them: they are left as they are."""
    known = scheme.known()
    unknown = [c for c in source.columns if c not in known and not scheme.column(c).numbered]
    if unknown:
        named = ", ".join(map(repr, unknown[:NAMED])) + (", ..." if len(unknown) > NAMED else "")
        number = f"{count(len(unknown), 'column')} {'is' if len(unknown) == 1 else 'are'}"
        source.report("unknown-column:scheme", unknown[0], number=number, scheme=scheme.title, named=named)
    return unknown


def report_turned(source: Source, editions: list[Edition]) -> None:
    """Report the columns of the file whose values are exchanged compared with earlier editions."""
    if len(editions) != 1:
        return
    for column in editions[0].turned:
        if column in source.columns:
            source.report("turned-column", column, edition=editions[0].name)


def edition_of(scheme: Scheme, source: Source) -> list[Edition]:
    """Return the editions that the file may be of, from its columns and from its column `version`."""
    versions = {row.get("version") for row in source.rows}
    try:
        number = float(versions.pop()) if len(versions) == 1 else None
    except ValueError:
        number = None
    return recognise(scheme, list(source.columns), number) or recognise(scheme, list(source.columns))
