"""Records with all rows that belong to them, as text values: the common form for export and import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausula.coding.form import RECORDS, UNIT_PARTS
from clausula.core.findings import CouldNotRun
from clausula.core.model import Model, Table
from clausula.evidence.text import Text

Values = dict[str, str]
Rows = Callable[[str], Sequence[Mapping[str, str]]]
"""Function that returns the rows of a table by its name."""

PARTS = tuple(name for name in UNIT_PARTS if name not in ("evidence", "attributions"))
"""Tables whose rows belong to records, except anchors and attributions."""

ANCHOR_FIELDS = ("evidence_id", "source_id", "bearing", "start", "end", "fingerprint")
"""Fields of an anchor that are exported."""


@dataclass(frozen=True)
class Anchor:
    """One anchor of a record.

    Attributes
    ----------
    evidence_id, source_id, bearing, start, end, fingerprint : str
    voices : tuple of dict
        The chain of attribution, without the ID of the anchor.
    quote : str
        Text to look up if there are no offsets.
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
        Its table and ID; the ID is empty for a record from another program.
    values : dict
        Its filled fields, without the ID and derived fields.
    parts : dict of str to tuple of dict
        By table, the rows that belong to it, without its ID.
    anchors : tuple of Anchor
    place : str
        Its location in the imported file.
    columns : dict of str to str
        The columns of that file by field, if their names differ.
    """

    table: str
    record: str
    values: Values
    parts: Mapping[str, tuple[Values, ...]]
    anchors: tuple[Anchor, ...]
    place: str = field(default="", compare=False)
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)


def fields_of(table: Table, without: Sequence[str]) -> list[str]:
    """Return the fields that are not derived from others, except those in `without`."""
    derived = {name for one in table.fields for name in one.bounds or ()}
    return [name for name in table.names if name not in derived and name not in without]


def _filled(row: Mapping[str, str], names: Sequence[str]) -> Values:
    return {name: row[name] for name in names if row[name]}


def _grouped(rows: Sequence[Mapping[str, str]], key: str) -> dict[str, list[Mapping[str, str]]]:
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def records_of(model: Model, rows: Rows, tables: Sequence[str] = tuple(RECORDS)) -> Iterator[Record]:
    """Yield the records in the wanted tables of a package, in the order of its tables."""
    voices = _grouped(rows("attributions"), "evidence_id")
    spoken = fields_of(model["attributions"], ["evidence_id"])
    parts = {name: _grouped(rows(name), model[name].primary_key[0]) for name in PARTS}
    for name in tables:
        key = RECORDS[name]
        names = fields_of(model[name], [key])
        below = {part: fields_of(model[part], [key]) for part in PARTS if model[part].primary_key[0] == key}
        anchors = _grouped(rows("evidence"), key)
        for row in rows(name):
            record = row[key]
            belonging = {
                part: tuple(_filled(one, fields) for one in parts[part].get(record, ()))
                for part, fields in below.items()
            }
            anchored = [
                Anchor(
                    **{field: one[field] for field in ANCHOR_FIELDS},
                    voices=tuple(_filled(voice, spoken) for voice in voices.get(one["evidence_id"], ())),
                )
                for one in anchors.get(record, ())
            ]
            yield Record(name, record, _filled(row, names), belonging, tuple(anchored))


@dataclass(frozen=True)
class ImportRequest:
    """The file to import, and the source and pass to import it into.

    Attributes
    ----------
    path : Path
    form : str
        dna or web-annotation.
    source_id, letter : str
        The source, and the letter of the pass.
    document : str
        Number of the document that is the source, if a list of statements has several.
    pass_fields, coder : mapping of str to str
        Fields of the pass, if it is new or they change; and fields of its coder, if the tables do not have the coder.
    """

    path: Path
    form: str
    source_id: str
    letter: str
    document: str = ""
    pass_fields: Mapping[str, str] = field(default_factory=dict)
    coder: Mapping[str, str] = field(default_factory=dict)


Texts = Callable[[str], Text | None]
"""Function that returns the text of a source by its ID, or None if it is not available."""


def quote_of(texts: Texts, anchor: Anchor) -> str:
    """Return the span of text of an anchor; empty if the text is not available.

    Raises
    ------
    CouldNotRun
        If the text is another edition, in which the offsets do not match.
    """
    text = texts(anchor.source_id)
    if text is None:
        return ""
    start, end = int(anchor.start), int(anchor.end)
    if not text.matches(start, end, anchor.fingerprint):
        where = {"source": anchor.source_id, "anchor": anchor.evidence_id, "start": start, "end": end}
        raise CouldNotRun.of("different-edition", **where)
    return text.raw[start:end]
