"""The absences of an answer: one value stands for every topic on which the instrument has no provision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clausula.coding.answer_form import HEAD, OTHERS
from clausula.coding.submission import FormRow
from clausula.coding.topics import current_version, searched_for
from clausula.core.tables import Tables


def searched_topics(tables: Tables, payload: Mapping[str, Any], version: str) -> set[str]:
    """Return the topics that the coder of an answer has searched the text for.

    Parameters
    ----------
    tables : Tables
    payload : mapping
        The answer.
    version : str
        The version of the codebook that the answer names; if it names none, that of the stored pass, or the newest.
    """
    source, letter = (str(payload.get(name)) for name in HEAD)
    stored = tables.index("coding_passes").get((f"{source}.{letter}",))
    return searched_for(tables, source, version or (stored["codebook_version"] if stored else current_version(tables)))


def expanded(rows: Sequence[FormRow], topics: Iterable[str]) -> list[FormRow]:
    """Return rows in which the value for all other topics is replaced by those without a provision or an absence.

    Parameters
    ----------
    rows : sequence of FormRow
        All rows of an answer.
    topics : iterable of str
        The topics that the text was searched for.
    """
    searched = list(topics)
    instrument_of = {row["id"]: row["instrument_id"] for row in rows if row.table == "provisions"}
    coded = {(row["instrument_id"], row["topic_id"]) for row in rows if row.table in ("provisions", "absences")}
    coded |= {
        (instrument_of.get(row["provision_id"], ""), row["topic_id"]) for row in rows if row.table == "provision_topics"
    }
    found: list[FormRow] = []
    for row in rows:
        if row.table != "absences" or row["topic_id"] != OTHERS:
            found.append(row)
            continue
        missing = [topic for topic in searched if (row["instrument_id"], topic) not in coded]
        found += [FormRow(row.table, {**row.cells, "topic_id": one}, row.place, row.where) for one in missing]
    return found
