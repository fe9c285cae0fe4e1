"""What an importer gives: typed frames and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.edtf import bounds
from clausula.core.findings import ERROR, WARNING, Finding
from clausula.peers.recode import Mention, actors_of, with_topics
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Row, Source, read
from clausula.peers.variables import whole

Parts = tuple[pd.DataFrame, pd.DataFrame, list[Mention]]
"""Agreements, provisions without our topics, and the actors that are mentioned."""

FRAMES = ("agreements", "provisions", "actors")


@dataclass(frozen=True)
class Imported:
    """Frames of a file of another scheme; it can be taken apart like a tuple of the four.

    Attributes
    ----------
    scheme : str
        The scheme, as the table `crosswalk` names it, or "paax".
    agreements : DataFrame
        `agreement_id` (Int64), `title` (str), `date` (EDTF), `date_from`, `date_to` (datetime64[ms]), and the other
        columns of the file under their own names (Int64 where all cells are whole numbers, else str).
    provisions : DataFrame
        `agreement_id`, `code` (theirs), `value` (Int64), `topic_id` and `match` (ours, by the crosswalk). A code that
        several of our topics match has a row for each: to count codes, drop duplicates of the first two columns.
    actors : DataFrame
        `agreement_id`, `column`, `kind` (iso2, iso3, cow, gw or name), `code`, and our `actor_id`, NA where none has
        that code.
    findings : list of Finding
        What is wrong in the file, each with file, row, line and column. Errors leave the frames empty.
    """

    scheme: str
    agreements: pd.DataFrame
    provisions: pd.DataFrame
    actors: pd.DataFrame
    findings: list[Finding]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.agreements, self.provisions, self.actors, self.findings))

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(getattr(self, name))} {name}" for name in FRAMES)
        return f"<{self.scheme}: {rows}; {len(self.findings)} findings, {self.errors} of them errors>"

    @property
    def errors(self) -> int:
        """Number of findings that kept the file from being read."""
        return sum(f.severity == ERROR for f in self.findings)


def require(source: Source, scheme: str) -> bool:
    """Whether the file can be read: it was, and has the columns; tells which are missing, and what it looks like."""
    if source.broken:
        return False
    known = SCHEMES[scheme]
    missing = [name for name in known.required if name not in source.columns]
    for name in missing:
        hint = _near(source, name) or _looks_like(source)
        source.tell("missing-column", ERROR, f"the file has no column {name!r}, which {known.title} has", hint)
    for name in known.never:
        if name in source.columns and not missing:
            message = f"the file has a column {name!r}, which {known.title} has not"
            source.tell("wrong-scheme", ERROR, message, _looks_like(source), name)
    for name in known.expected:
        if not source.broken and name not in source.columns:
            message = f"the file has no column {name!r}; what comes of it is empty"
            hint = _near(source, name) or "Other editions may name it otherwise; rename it."
            source.tell("missing-column", WARNING, message, hint)
    return not source.broken


def _near(source: Source, name: str) -> str:
    """What to do about a column whose name differs in case, blanks or underscores only; empty if there is none."""
    plain = {"".join(filter(str.isalnum, column)).casefold(): column for column in source.columns}
    near = plain.get("".join(filter(str.isalnum, name)).casefold())
    return f"It has {near!r}: rename that column." if near else ""


def _looks_like(source: Source) -> str:
    fitting = [s for s in SCHEMES.values() if s.fits(source.columns)]
    if fitting:
        return f"It looks like {fitting[0].title}: read it with clausula.read_{fitting[0].name}."
    return "Check that it is the file of the scheme, and its edition; rename columns that only changed their name."


def read_ids(source: Source, column: str, once: bool = True) -> None:
    """Give every row the id of its agreement; rows without one are told and left out."""
    seen: dict[int, int] = {}
    kept = []
    for row in source.rows:
        row.key = whole(row.get(column))
        if row.key is None:
            message = "the row has no agreement's id and was left out"
            source.tell("invalid-id", WARNING, message, "Enter the id in your copy.", (row, column))
            continue
        if once and row.key in seen:
            message = f"the agreement stands on line {seen[row.key]} already"
            source.tell("duplicate-id", WARNING, message, "Both rows stay; keep one before you merge.", (row, column))
        seen.setdefault(row.key, row.line)
        kept.append(row)
    source.rows = kept


def agreements_of(
    rows: list[Row], dates: list[str | None], title: str, others: list[str], countries: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The frame of agreements, one row for each given row."""
    frame = pd.DataFrame(
        {
            "agreement_id": pd.array([row.key for row in rows], dtype="Int64"),
            "title": pd.Series([row.get(title) or None for row in rows], dtype="str"),
            "date": pd.Series(dates, dtype="str"),
        }
    )
    spans = [bounds(date) if date else (None, None) for date in dates]
    for place, name in enumerate(("date_from", "date_to")):
        days = [span[place] for span in spans]
        frame[name] = pd.Series(days, dtype="datetime64[ms]")
    more: dict[str, Any] = {}
    for column in others:
        texts = [row.get(column, column in countries) for row in rows]
        numbers = [whole(text) for text in texts]
        typed = all(n is not None for n, text in zip(numbers, texts, strict=True) if text) and any(texts)
        more[column] = pd.array(numbers, dtype="Int64") if typed else pd.Series([t or None for t in texts], dtype="str")
    return pd.concat([frame, pd.DataFrame(more, index=frame.index)], axis=1)


def provisions_of(records: list[dict[str, Any]], columns: tuple[str, ...] = ("value",)) -> pd.DataFrame:
    """The frame of provisions before our topics are put in; `columns` are the numbers it holds."""
    frame = pd.DataFrame(records, columns=["agreement_id", "code", *columns])
    return frame.astype({"agreement_id": "Int64", "code": "str", **dict.fromkeys(columns, "Int64")})


def imported(
    path: str | Path, scheme: str, data: Dataset | None, parts: Callable[[Source], Parts], once: bool = True
) -> Imported:
    """The result of a file, with our topics and actors put in; frames are empty if it cannot be read.

    Parameters
    ----------
    parts : callable
        What makes agreements, provisions and mentions of a file that is one of the scheme, each row with its id.
    once : bool
        Whether each agreement has one row, so that a second one is told.
    """
    source = read(Path(path))
    mentions: list[Mention] = []
    agreements, provisions = agreements_of([], [], "", []), provisions_of([])
    if require(source, scheme):
        read_ids(source, SCHEMES[scheme].required[0], once)
        agreements, provisions, mentions = parts(source)
    coded = with_topics(provisions, scheme, data)
    return Imported(scheme, agreements, coded, actors_of(mentions, data), source.findings)
