"""What the read-me sheet of a workbook tells the coder."""

from __future__ import annotations

LEAD = """\
1. coding_passes, then actors, places, processes and instruments: only those that no drop-down offers yet.
2. provisions, reactions, events: one row for each. The names in grey (p001, r001, v001) are given; other sheets use \
them to say to which row they belong.
3. evidence: at least one row for each of them. Copy the words that bear it from the sheet Text into quote.
4. absences: for a complete text, name the instrument beside every topic on which it provides nothing.
5. coding_log: the words of every sentence that bears no row, with the reason."""

BESIDE = """\
1. Code from the text and the codebook alone; do not look at any other pass.
2. provisions, reactions, events: one row for each. The names in grey (p001, r001, v001) are given; other sheets use \
them to say to which row they belong.
3. evidence: at least one row for each of them. Copy the words that bear it from the sheet Text into quote."""

ALWAYS = """\
A star in the header marks what may not be left empty; the note on it says what the column holds.
Numbers within a row (ordinal, step, number of a quantity or target) are counted where they are left empty.
Words that stand more than once in the text need the number of the place in occurrence.
Do not rename sheets or headers, merge cells or enter formulas. Sheets of your own are left aside.

Then: clausula code ingest FILE. It says what is wrong, cell by cell, and takes nothing over until all is clean."""


def instructions(title: str, letter: str, lead: bool) -> list[str]:
    """The lines of the read-me sheet of a pass."""
    return [f"Pass {letter} over: {title}", "", *(LEAD if lead else BESIDE).splitlines(), "", *ALWAYS.splitlines()]


PAGE_LEAD = """\
Enter first who appears and is in no list yet (actors, places), then the process and the instrument.
Select words in the text and code them as a provision, reaction or event: the row and its evidence are made. Fill the \
row, then add its actors, quantities and places below it.
Give every other sentence a reason (coding log). For a complete text, name the instrument beside every topic on which \
it provides nothing (absences)."""

PAGE_BESIDE = """\
Code from the text and the codebook alone; do not look at any other pass.
Select words in the text and code them as a provision, reaction or event: the row and its evidence are made. Fill the \
row, then add its actors, quantities and places below it."""


def page_instructions(lead: bool) -> list[str]:
    """What the page tells the coder."""
    return (PAGE_LEAD if lead else PAGE_BESIDE).splitlines()
