"""Statements as Discourse Network Analyzer lists them: one line for each target of a reaction.

The list has the columns, separator and forms of the event list that the program exports (versions 2 and 3): statement,
time and document, then the variables of the type *DNA Statement* (person, organization, concept, agreement). Columns of
our own follow, so that nothing is lost on the way back.

`agreement` is the sign of the stance: 1 above zero, 0 below; empty where the stance is neutral or the actor is silent.
A condition does not change it, and stands in a column of its own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping

from clausula.coding.workbook_format import FORMULA_STARTS
from clausula.core.lexical import parse
from clausula.core.model import Model
from clausula.interchange.labels import Labels
from clausula.interchange.records import Anchored, Record, Rows, Texts, fields_of, quote_of

DOCUMENT = ("statement ID", "time", "document ID", "document title", "author", "source", "section", "type", "text")
VARIABLES = ("person", "organization", "concept", "agreement")
OWN = ("source_id", "reaction_id", "start", "stop", "anchors")


def own_columns(model: Model) -> list[str]:
    """The columns beyond those of the program: fields of the reaction and its target, positions, all anchors."""
    reaction = fields_of(model["reactions"], ["reaction_id", "source_id"])
    target = fields_of(model["reaction_targets"], ["reaction_id"])
    return [*OWN[:2], *reaction, *target, *OWN[2:]]


def agreement(stance: str) -> str:
    """1 for, 0 against; empty for neither."""
    return "" if stance in ("", "0") else str(int(not stance.startswith("-")))


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs: what starts like a formula gets an apostrophe before it, numbers do not."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and parse("number", text) is None else text


def bare(text: str) -> str:
    """A cell without that apostrophe."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _plain(text: str) -> str:
    """A text as the program writes it: in one line, without the separator and quotation marks."""
    return " ".join(text.replace(";", ",").replace('"', "'").split())


def anchors_text(anchors: Iterable[Anchored]) -> str:
    """Anchors with their voices as JSON."""
    names = ("evidence_id", "bearing", "start", "end", "fingerprint")
    listed = [{**{n: getattr(one, n) for n in names}, "voices": list(one.voices)} for one in anchors]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def _first(anchors: Iterable[Anchored]) -> Anchored | None:
    return min(anchors, key=lambda one: (one.bearing != "states", int(one.start)), default=None)


class _Lister:
    def __init__(self, model: Model, rows: Rows, texts: Texts) -> None:
        self.labels, self.texts = Labels(rows), texts
        self.sources = {row["source_id"]: (number, row) for number, row in enumerate(rows("sources"), 1)}
        self.own = own_columns(model)

    def actors(self, values: Mapping[str, str]) -> dict[str, str]:
        """Person and organisation out of claimant and speaker."""
        claimant, speaker = values.get("claimant_id", ""), values.get("speaker_id", "")
        people = [one for one in (speaker, claimant) if one and self.labels.is_person(one)]
        others = [one for one in (claimant, speaker) if one and not self.labels.is_person(one)]
        named = {"person": people[:1], "organization": others[:1]}
        return {name: self.labels.actors.get(found[0], found[0]) if found else "" for name, found in named.items()}

    def lines(self, record: Record) -> Iterable[dict[str, str]]:
        number, source = self.sources[record.values["source_id"]]
        first = _first(record.anchors)
        document = {
            "time": f"{source['date_from']} 00:00:00" if source["date_from"] else "",
            "document ID": str(number),
            "document title": source["title"],
            "author": source["author"],
            "source": source["publisher"],
            "type": source["kind"],
            "text": quote_of(self.texts, first) if first else "",
        }
        for at, target in enumerate(record.parts["reaction_targets"]):
            yield {
                **{name: _plain(text) for name, text in document.items()},
                **{name: _plain(text) for name, text in self.actors(record.values).items()},
                "concept": _plain(self.labels.target(target)),
                "agreement": agreement(target.get("stance", "")),
                **record.values,
                **target,
                "reaction_id": record.record,
                "start": first.start if first else "",
                "stop": first.end if first else "",
                "anchors": anchors_text(record.anchors) if at == 0 else "",
            }


def write_statements(model: Model, rows: Rows, records: Iterable[Record], texts: Texts) -> bytes:
    """The list of statements of reactions, as a CSV file in UTF-8 with semicolons.

    Parameters
    ----------
    model : Model
    rows : callable
        The tables, for what sources, actors and targets are called.
    records : iterable of Record
        Reactions.
    texts : callable
        Texts to quote from.
    """
    lister = _Lister(model, rows, texts)
    header = [*DOCUMENT, *VARIABLES, *lister.own]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    number = 0
    for record in records:
        for line in lister.lines(record):
            number += 1
            writer.writerow([str(number), *(guarded(line.get(name, "")) for name in header[1:])])
    return out.getvalue().encode("utf-8")
