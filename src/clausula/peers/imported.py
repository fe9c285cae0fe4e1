"""The result of an importer: typed frames and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.editions import Edition
from clausula.core.edtf import bounds
from clausula.core.findings import ERROR, Finding
from clausula.core.pandas_text import text_dtype, text_frame, text_index
from clausula.core.wording import count
from clausula.peers.headers import correct_names, edition_of, report_turned, unknown_columns
from clausula.peers.recode import Mention, add_topics, match_actors
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Row, Source, read
from clausula.peers.variables import whole_number

Parts = tuple[pd.DataFrame, pd.DataFrame, list[Mention]]
"""Agreements, provisions before our topics are added, and the actors mentioned."""

FRAMES = ("agreements", "provisions", "actors")


@dataclass(frozen=True)
class ImportResult:
    """The frames read from a file of another scheme.

    It unpacks like a tuple: `agreements, provisions, actors, findings = clausula.read_pax(path)`.

    Attributes
    ----------
    scheme : str
        The scheme as in the table `crosswalk`, or "paax".
    agreements : DataFrame
        `agreement_id` (Int64), `title` (str), `date` (str, EDTF), `date_from`, `date_to` (datetime64[ms]), and the
        other columns of the file under their own names (Int64 if all cells are whole numbers, otherwise str). A column
        of the file that is called like one of ours is `file_title`, `file_date` and so on.
    provisions : DataFrame
        `agreement_id` (Int64), `code` (str, theirs), `value` (Int64), `topic_id` (str) and `match` (category), both
        from our crosswalk. A code that several of our topics match has one row for each. To count codes, drop
        duplicates of `agreement_id` and `code`.
    actors : DataFrame
        `agreement_id` (Int64), `column`, `kind` (iso2, iso3, cow, gw or name), `code`, `role` (location, party, third
        party or member), and our `actor_id` (str), NA if no actor of ours has that code or name.
    findings : list of Finding
        Problems in the file, each with file, row, line and column. After an error the frames are empty.
    edition : str
        The edition of the file, recognised by its columns, such as "10"; "9 or 10" if it may be either; empty if no
        edition has these columns.
    """

    scheme: str
    agreements: pd.DataFrame
    provisions: pd.DataFrame
    actors: pd.DataFrame
    findings: list[Finding]
    edition: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter((self.agreements, self.provisions, self.actors, self.findings))

    def __repr__(self) -> str:
        rows = ", ".join(count(len(getattr(self, name)), name.removesuffix("s")) for name in FRAMES)
        edition = f" ({self.edition})" if self.edition else ""
        return (
            f"<{self.scheme}{edition}: {rows}; {count(len(self.findings), 'finding')}, {count(self.errors, 'error')}>"
        )

    @property
    def errors(self) -> int:
        """Number of findings that prevented the file from being read."""
        return sum(f.severity == ERROR for f in self.findings)


def check_columns(source: Source, scheme: str) -> bool:
    """Check that the file was read and has the columns of the scheme; report the missing ones and the likely scheme."""
    if source.broken:
        return False
    known = SCHEMES[scheme]
    missing = [n for n in known.required if n not in source.columns and f"{n}1" not in source.columns]
    for name in missing:
        advice = _similar_column(source, name) or _scheme_hint(source)
        source.report("missing-column:required", name=name, scheme=known.title, advice=advice)
    for name in known.excluded:
        if name in source.columns and not missing:
            source.report("wrong-scheme", name, scheme=known.title, advice=_scheme_hint(source))
    for name in known.expected:
        if not source.broken and name not in source.columns:
            advice = _similar_column(source, name) or "If this edition uses another name, rename the column."
            source.report("missing-column:expected", name=name, advice=advice)
    return not source.broken


def _names(editions: list[Edition]) -> str:
    """Return the names of editions as one text."""
    return " or ".join(edition.name for edition in reversed(editions))


def _similar_column(source: Source, name: str) -> str:
    """Return a hint for a column whose name differs only in case, spaces or underscores; empty if there is none."""
    plain = {"".join(filter(str.isalnum, column)).casefold(): column for column in source.columns}
    near = plain.get("".join(filter(str.isalnum, name)).casefold())
    return f"Rename the column {near!r}." if near else ""


def _scheme_hint(source: Source) -> str:
    fitting = [s for s in SCHEMES.values() if s.fits(source.columns)]
    if fitting:
        return f"The file looks like {fitting[0].title}. Read it with clausula.read_{fitting[0].name}."
    return "Check that this is a file of the scheme, and which edition. Rename columns whose names changed."


def read_ids(source: Source, column: str, once: bool = True) -> None:
    """Set the agreement ID of every row; report and drop rows without one."""
    seen: dict[int, int] = {}
    kept = []
    for row in source.rows:
        row.key = whole_number(row.get(column))
        if row.key is None:
            source.report("invalid-id:row", (row, column))
            continue
        if once and row.key in seen:
            source.report("duplicate-id", (row, column), first=seen[row.key])
        seen.setdefault(row.key, row.line)
        kept.append(row)
    source.rows = kept


def agreements_frame(
    rows: list[Row], dates: list[str | None], title: str, others: list[str], countries: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the frame of agreements, with one row per given row."""
    frame = pd.DataFrame(
        {
            "agreement_id": pd.array([row.key for row in rows], dtype="Int64"),
            "title": pd.Series([row.get(title) or None for row in rows], dtype=text_dtype()),
            "date": pd.Series(dates, dtype=text_dtype()),
        }
    )
    spans = [bounds(date) if date else (None, None) for date in dates]
    for place, name in enumerate(("date_from", "date_to")):
        frame[name] = pd.Series([span[place] for span in spans], dtype="datetime64[ms]")
    more: dict[str, Any] = {}
    for column in others:
        texts = [row.get(column, column in countries) for row in rows]
        numbers = [whole_number(text) for text in texts]
        typed = all(n is not None for n, text in zip(numbers, texts, strict=True) if text) and any(texts)
        cells: Any
        cells, kind = (numbers, "Int64") if typed else ([text or None for text in texts], text_dtype())
        more[column] = pd.Series(cells, dtype=kind)
    for column in [c for c in more if c in frame]:
        more[f"file_{column}"] = more.pop(column)
    made = pd.concat([frame, pd.DataFrame(more, index=frame.index)], axis=1)
    return made.set_axis(text_index(made.columns), axis=1)


def provisions_frame(records: list[dict[str, Any]], columns: tuple[str, ...] = ("value",)) -> pd.DataFrame:
    """Return the frame of provisions before our topics are added; `columns` are its numeric columns."""
    frame = text_frame(records, ["agreement_id", "code", *columns])
    return frame.astype({"agreement_id": "Int64", **dict.fromkeys(columns, "Int64")})


def import_scheme(
    path: str | Path, scheme: str, data: Dataset | None, parts: Callable[[Source], Parts], once: bool = True
) -> ImportResult:
    """Read a file of a scheme and add our topics and actors; the frames are empty if it cannot be read.

    Parameters
    ----------
    parts : callable
        Function that extracts agreements, provisions and mentions from a file whose rows have their agreement IDs.
    once : bool
        Whether the scheme has one row per agreement, so that a second one is reported.
    """
    source = read(Path(path))
    known = SCHEMES[scheme]
    mentions: list[Mention] = []
    editions: list[Edition] = []
    agreements, provisions = agreements_frame([], [], "", []), provisions_frame([])
    if not source.broken:
        correct_names(source, known)
    if check_columns(source, scheme):
        editions = edition_of(known, source)
        report_turned(source, editions)
        unknown_columns(source, known)
        if known.required[0] in source.columns:
            read_ids(source, known.required[0], once)
        agreements, provisions, mentions = parts(source)
    source.settle()
    coded = add_topics(provisions, scheme, data)
    return ImportResult(scheme, agreements, coded, match_actors(mentions, data), source.findings, _names(editions))
