"""Records with all that belongs to them, in the texts of the tables: what goes out to other programs and comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausula.coding.form import BELOW, RECORDS
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Model, Table
from clausula.evidence.text import Text

Values = dict[str, str]
Rows = Callable[[str], Sequence[Mapping[str, str]]]
"""The rows of a table by its name."""

PARTS = tuple(name for name in BELOW if name not in ("evidence", "attributions"))
"""Tables whose rows belong to records, anchors and voices apart."""


ANCHOR = ("evidence_id", "source_id", "bearing", "start", "end", "fingerprint")
"""Fields of an anchor that go out."""


@dataclass(frozen=True)
class Anchored:
    """One anchor of a record.

    Attributes
    ----------
    evidence_id, source_id, bearing, start, end, fingerprint : str
    voices : tuple of dict
        The chain of voices, without the id of the anchor.
    quote : str
        Words to find where no positions are given.
    """

    evidence_id: str
    source_id: str
    bearing: str
    start: str
    end: str
    fingerprint: str = ""
    voices: tuple[Values, ...] = ()
    quote: str = field(default="", compare=False)


@dataclass(frozen=True)
class Record:
    """A provision, reaction or event.

    Attributes
    ----------
    table, record : str
        Its table and id; the id is empty for one that comes from elsewhere.
    values : dict
        Its fields that are filled, without the id and what is worked out.
    parts : dict of str to tuple of dict
        By table: rows that belong to it, without its id.
    anchors : tuple of Anchored
    place : str
        Where it stands in a file that was read.
    columns : dict of str to str
        The columns of that file behind fields, where they have other names.
    """

    table: str
    record: str
    values: Values
    parts: Mapping[str, tuple[Values, ...]]
    anchors: tuple[Anchored, ...]
    place: str = field(default="", compare=False)
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)

    def of(self, source_id: str) -> Record:
        """The record with its anchors in one source."""
        return replace(self, anchors=tuple(one for one in self.anchors if one.source_id == source_id))


def worked_out(table: Table) -> set[str]:
    """Fields that are worked out from others."""
    return {name for one in table.fields if one.bounds for name in one.bounds}


def fields_of(table: Table, without: Sequence[str]) -> list[str]:
    """Fields that somebody gave, but for some."""
    return [name for name in table.names if name not in worked_out(table) and name not in without]


def _filled(row: Mapping[str, str], names: Sequence[str]) -> Values:
    return {name: row[name] for name in names if row[name]}


def _grouped(rows: Sequence[Mapping[str, str]], key: str) -> dict[str, list[Mapping[str, str]]]:
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def records_of(model: Model, rows: Rows, tables: Sequence[str] = tuple(RECORDS)) -> Iterator[Record]:
    """The records of a package, in the order of its tables.

    Parameters
    ----------
    model : Model
    rows : callable
    tables : sequence of str
        The tables of records that are wanted.
    """
    voices = _grouped(rows("attributions"), "evidence_id")
    spoken = fields_of(model["attributions"], ["evidence_id"])
    parts = {name: _grouped(rows(name), model[name].primary_key[0]) for name in PARTS}
    for name in tables:
        key = RECORDS[name]
        below = [part for part in PARTS if model[part].primary_key[0] == key]
        anchors = _grouped(rows("evidence"), key)
        for row in rows(name):
            record = row[key]
            yield Record(
                name,
                record,
                _filled(row, fields_of(model[name], [key])),
                {
                    part: tuple(_filled(one, fields_of(model[part], [key])) for one in parts[part].get(record, ()))
                    for part in below
                },
                tuple(
                    Anchored(
                        **{name: one[name] for name in ANCHOR},
                        voices=tuple(_filled(voice, spoken) for voice in voices.get(one["evidence_id"], ())),
                    )
                    for one in anchors.get(record, ())
                ),
            )


@dataclass(frozen=True)
class Wanted:
    """What is to be imported, and into which pass.

    Attributes
    ----------
    path : Path
    form : str
        dna or web-annotation.
    source_id, letter : str
    document : str
        Of a list of statements of several documents: the number of the one that is the source.
    """

    path: Path
    form: str
    source_id: str
    letter: str
    document: str = ""


Texts = Callable[[str], Text | None]
"""The text of a source by its id; None where it is not at hand."""


def quote_of(texts: Texts, anchor: Anchored) -> str:
    """The words of an anchor, in one line; empty where the text is not at hand.

    Raises
    ------
    CouldNotRun
        If the text is another edition, in which these words stand elsewhere.
    """
    text = texts(anchor.source_id)
    if text is None:
        return ""
    start, end = int(anchor.start), int(anchor.end)
    if not text.holds(start, end, anchor.fingerprint):
        what = f"the words of {anchor.evidence_id} do not stand at {start}-{end} of the text of {anchor.source_id}"
        raise CouldNotRun(Finding("different-edition", what, "Give the text in the edition that was coded."))
    return text.raw[start:end]
