"""Instructions for coders: the sheet `Read me` of a workbook, and the instructions on the coding page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausula.coding.form import UNITS

if TYPE_CHECKING:
    from clausula.coding.form import Form

LEAD = """\
1. Fill in coding_passes: who codes, and what you had seen before. If you are not among the coders yet, add yourself \
in coders. Then add actors, places, processes and instruments that are in no drop-down yet.
2. Enter one row for each provision, reaction and event. Their local names (p001, r001, v001) are already filled \
in, in grey; other sheets use them to refer to the row.
3. evidence: enter at least one row for each of them. Copy the span that supports it from the sheet Text into Quote.
4. absences: if the text is complete, enter the instrument next to every topic on which it has no provision.
5. coding_log: enter every sentence that supports no record, with the reason."""

BESIDE = """\
1. Use only the text and the codebook; do not look at another pass. Fill in coding_passes: who codes, and what you had \
seen before. If you are not among the coders yet, add yourself in coders.
2. Enter one row for each provision, reaction and event. Their local names (p001, r001, v001) are already filled \
in, in grey; other sheets use them to refer to the row.
3. evidence: enter at least one row for each of them. Copy the span that supports it from the sheet Text into Quote."""

ALWAYS = """\
A star in the header marks a required column; the note on the header describes the column.
Numbers within a record (ordinal, step, quantity number, target number) are assigned automatically if left empty.
If a quote occurs more than once in the text, enter the number of the match in Occurrence.
Do not rename sheets or headers, merge cells or enter formulas. You may add sheets of your own; they are ignored.

When you are done, run: clausula code ingest FILE. It reports each problem with its cell, and imports nothing until \
everything is clean."""


def instructions(title: str, letter: str, lead: bool) -> list[str]:
    """Return the lines of the sheet `Read me` for a pass."""
    return [f"Pass {letter} of: {title}", "", *(LEAD if lead else BESIDE).splitlines(), "", *ALWAYS.splitlines()]


PACK_LEAD = """\
Read the codebook, then the whole text. Code all {units} of the text, each as one unit, in the order of the text. A \
sentence can support several units, and a unit several sentences.
Give every sentence that supports no unit a reason in coding_log, by ranges of sentences. With "proposed_log": true \
the proposed reasons below are added for every sentence that has neither an anchor nor an entry of yours.
If the text is complete, enter {{"instrument_id": ..., "topic_id": "others"}} in absences once you have searched the \
text for every topic: it stands for all topics without a provision.
{instrument}"""

PACK_BESIDE = """\
Read the codebook, then the whole text. Use nothing else: no other coding of the text. Code all {units} of the text, \
each as one unit, in the order of the text. A sentence can support several units, and a unit several sentences.
{instrument}"""

NO_PROVISIONS = """\
Provisions are not coded: log a sentence without a position or step. Instruments that the text names are targets. \
Describe an instrument that no list has in instruments, with the coverage name_only."""

PACK_ALWAYS = """\
Answer with one JSON object of the form below, and nothing else. Leave out fields and lists that you do not need; \
numbers within a unit are assigned.
Units have local names: p001 for provisions, r001 for reactions, v001 for events. Other units refer to them by these.
Every unit has an anchor in evidence: the numbers of its sentences and a quote from them. The quote is the anchor, so \
quote the words that support the codes; write … between the first and the last words of a long quote. The first anchor \
states the unit; give later ones their bearing.
A place says where a unit is in the text, in at most 60 characters. Units of one paragraph need \
different places: "article 2, sentence 1", "article 2, sentence 2, second clause".
A reaction in the form speech, spoken_statement, written_statement or background has a speaker_id, written ones too: \
the body that issued a text, if it names no person. A reaction in the form reported has none.
Use the IDs of the lists; an actor can also be named by an alias. Add an actor, place or proposition that no list has \
to the list of that name in your answer, with an ID of your own in the same style, and refer to it.
Write summaries, notes and conditions in your own words, in English. Never copy twelve or more words of the text.
A submission reports all errors at once, each at its JSON Pointer (/provisions/4/actors/0/role) with what to do. \
Correct the answer and submit all of it again."""


def pack_instructions(form: Form, instruments: list[str], registered: bool) -> list[str]:
    """Return the instructions of a pack, one line for each step."""
    lead, known = form.lead, " and ".join(instruments)
    units = " and ".join(", ".join(sheet.name for sheet in form if sheet.name in UNITS).rsplit(", ", 1))
    which = f"The instrument_id of the text is {known}." if instruments else ""
    if lead and not registered:
        which += " The source is not registered yet: describe it in sources, and the instrument in instruments."
    elif lead:
        which += " If no list has the instrument yet, describe it in instruments."
    if "provisions" not in form:
        which = NO_PROVISIONS if lead else ""
    task = (PACK_LEAD if lead else PACK_BESIDE).format(instrument=which, units=units).splitlines()
    if "absences" not in form:
        task = [line for line in task if "absences" not in line]
    return [*filter(None, task), *PACK_ALWAYS.splitlines()]


PAGE_LEAD = """\
First say who codes, under Coding passes; if you are not among the coders yet, add yourself under Coders. Then add the \
actors and places that are in no list yet, then the process and the instrument.
Select a span in the text and code it as a provision, reaction or event. This creates the row and its evidence. Fill \
in the row, then add its actors, quantities and places below it. Codes of the last row are carried over, and marked: \
check them.
Give every other sentence a reason in the coding log, several at once under "Sentences still to code". \
If the text is complete, enter the instrument under Absences for \
every topic on which it has no provision."""

PAGE_BESIDE = """\
Use only the text and the codebook; do not look at another pass.
First say who codes, under Coding passes; if you are not among the coders yet, add yourself under Coders.
Select a span in the text and code it as a provision, reaction or event. This creates the row and its evidence. Fill \
in the row, then add its actors, quantities and places below it."""


def page_instructions(lead: bool) -> list[str]:
    """Return the instructions on the coding page, one line for each step."""
    return (PAGE_LEAD if lead else PAGE_BESIDE).splitlines()
