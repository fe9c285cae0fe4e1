"""Statements in the format of Discourse Network Analyzer, with one line per target of a reaction.

The list has the columns, separator and value formats of the event list that DNA exports (versions 2 and 3): statement,
time and document, then the variables of the type *DNA Statement* (`person`, `organization`, `concept`, `agreement`).
Our own columns follow, so that the list can be imported without loss.

`agreement` is the sign of the stance: 1 if positive, 0 if negative; empty if the stance is neutral or the actor is
silent. Conditions do not affect it; they have their own column.
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
from clausula.interchange.records import Anchor, Record, Rows, Texts, fields_of, quote_of

DOCUMENT = ("statement ID", "time", "document ID", "document title", "author", "source", "section", "type", "text")
VARIABLES = ("person", "organization", "concept", "agreement")
EXTRA = ("source_id", "reaction_id", "start", "stop", "anchors")


def extra_columns(model: Model) -> list[str]:
    """Return the columns added to those of DNA: fields of the reaction and its target, offsets, and all anchors."""
    reaction = fields_of(model["reactions"], ["reaction_id", "source_id"])
    target = fields_of(model["reaction_targets"], ["reaction_id"])
    return [*EXTRA[:2], *reaction, *target, *EXTRA[2:]]


def agreement(stance: str) -> str:
    """Return "1" for a positive stance, "0" for a negative one, otherwise an empty text."""
    return "" if stance in ("", "0") else str(int(not stance.startswith("-")))


def escape_formula(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay as they are."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and parse("number", text) is None else text


def unescape_formula(text: str) -> str:
    """Remove the apostrophe that `escape_formula` adds."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _one_line(text: str) -> str:
    """Return a text as DNA writes it: on one line, without separators and double quotation marks."""
    return " ".join(text.replace(";", ",").replace('"', "'").split())


def anchors_json(anchors: Iterable[Anchor]) -> str:
    """Return anchors with their chains of attribution as JSON."""
    names = ("evidence_id", "bearing", "start", "end", "fingerprint")
    listed = [{**{n: getattr(one, n) for n in names}, "voices": list(one.voices)} for one in anchors]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def _main_anchor(anchors: Iterable[Anchor]) -> Anchor | None:
    return min(anchors, key=lambda one: (one.bearing != "states", int(one.start)), default=None)


class _StatementWriter:
    def __init__(self, model: Model, rows: Rows, texts: Texts) -> None:
        self.labels, self.texts = Labels(rows), texts
        self.sources = {row["source_id"]: (number, row) for number, row in enumerate(rows("sources"), 1)}
        self.extra = extra_columns(model)

    def actors(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return person and organisation from claimant and speaker."""
        claimant, speaker = values.get("claimant_id", ""), values.get("speaker_id", "")
        people = [one for one in (speaker, claimant) if one and self.labels.is_person(one)]
        others = [one for one in (claimant, speaker) if one and not self.labels.is_person(one)]
        named = {"person": people[:1], "organization": others[:1]}
        return {name: self.labels.actors.get(found[0], found[0]) if found else "" for name, found in named.items()}

    def lines(self, record: Record) -> Iterable[dict[str, str]]:
        number, source = self.sources[record.values["source_id"]]
        first = _main_anchor(record.anchors)
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
                **{name: _one_line(text) for name, text in document.items()},
                **{name: _one_line(text) for name, text in self.actors(record.values).items()},
                "concept": _one_line(self.labels.target(target)),
                "agreement": agreement(target.get("stance", "")),
                **record.values,
                **target,
                "reaction_id": record.record,
                "start": first.start if first else "",
                "stop": first.end if first else "",
                "anchors": anchors_json(record.anchors) if at == 0 else "",
            }


def write_statements(model: Model, rows: Rows, records: Iterable[Record], texts: Texts) -> bytes:
    """Return reactions as a list of statements, a CSV file in UTF-8 with semicolons.

    Parameters
    ----------
    model : Model
    rows : callable
        Function that returns the rows of a table, for the labels of sources, actors and targets.
    records : iterable of Record
        The reactions.
    texts : callable
        Function that returns the text of a source to quote from, or None.

    Returns
    -------
    bytes
    """
    statements = _StatementWriter(model, rows, texts)
    header = [*DOCUMENT, *VARIABLES, *statements.extra]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    number = 0
    for record in records:
        for line in statements.lines(record):
            number += 1
            writer.writerow([str(number), *(escape_formula(line.get(name, "")) for name in header[1:])])
    return out.getvalue().encode("utf-8")
