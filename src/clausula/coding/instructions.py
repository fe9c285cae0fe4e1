"""Instructions for coders: the sheet `Read me` of a workbook, and the instructions on the coding page."""

from __future__ import annotations

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


PAGE_LEAD = """\
First say who codes, under Coding passes; if you are not among the coders yet, add yourself under Coders. Then add the \
actors and places that are in no list yet, then the process and the instrument.
Select a span in the text and code it as a provision, reaction or event. This creates the row and its evidence. Fill \
in the row, then add its actors, quantities and places below it.
Give every other sentence a reason in the coding log. If the text is complete, enter the instrument under Absences for \
every topic on which it has no provision."""

PAGE_BESIDE = """\
Use only the text and the codebook; do not look at another pass.
First say who codes, under Coding passes; if you are not among the coders yet, add yourself under Coders.
Select a span in the text and code it as a provision, reaction or event. This creates the row and its evidence. Fill \
in the row, then add its actors, quantities and places below it."""


def page_instructions(lead: bool) -> list[str]:
    """Return the instructions on the coding page, one line for each step."""
    return (PAGE_LEAD if lead else PAGE_BESIDE).splitlines()
