"""Walking through conflicts with a person: what is shown, what is asked, and what becomes of the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clausula.agreement.conflicts import ABSENT, UNIT, Conflict
from clausula.agreement.open_conflicts import Decision, Session
from clausula.agreement.passes import Unit
from clausula.agreement.resolve import BAD, RESOLUTIONS, faults, normal, record
from clausula.agreement.variables import Variable
from clausula.core.findings import Finding, Report
from clausula.derive.files import CODEBOOK
from clausula.derive.pages import UNITS, page_of_rows
from clausula.evidence.text import Text

_QUESTION = re.compile(r"^## What it asks\n+(.+?)(?=\n\n|\n##|\Z)", re.MULTILINE | re.DOTALL)

_PROMPT = "a, b, o (another value), s (skip) or q (quit)? "
_SAME = "value (same:UNIT for the same unit in the other pass): "

Ask = Callable[[str], str]
"""Asks one question and gives the answer; EOFError ends the walk."""

Say = Callable[[str], None]


@dataclass
class Outcome:
    """What a walk came to.

    Attributes
    ----------
    recorded : list of Decision
        Written into the package.
    pending : list of Decision
        Decided, but not written, because a rule does not let them stand.
    files : list of str
        Files that changed.
    findings : list of Finding
        Why the pending ones were not written.
    """

    recorded: list[Decision] = field(default_factory=list)
    pending: list[Decision] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def page_of(variable: Variable | None) -> str:
    """Name of the codebook page on which a variable is set out."""
    if variable is None:
        return UNITS
    if variable.field is not None and variable.field.page:
        return variable.field.page
    return page_of_rows(variable.table) or UNITS


def question(root: Path, page: str) -> str:
    """What a codebook page asks, in its own words; empty if there is no such page."""
    path = root / CODEBOOK / f"{page}.md"
    found = _QUESTION.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return " ".join(found[1].split()) if found else ""


def label(variable: Variable | None, value: str) -> str:
    """A value with its label, for people."""
    if not value:
        return "(nothing)"
    listed = (variable.field.categories or variable.field.scale) if variable and variable.field else ()
    names = {str(c.value): c.label for c in listed}
    return f"{value} ({names[value]})" if value in names else value


def words(text: Text | None, unit: Unit | None, place: str) -> str:
    """The words of a unit where the text is at hand, else their place."""
    if unit is None:
        return "no such unit"
    if text is None:
        return f"words at {place}"
    return f"{place}: " + " … ".join(" ".join(text.raw[a:b].split()) for a, b in unit.spans)


def described(session: Session, conflict: Conflict, text: Text | None = None) -> list[str]:
    """A conflict as lines of text."""
    variable = session.variables.get(conflict.variable)
    page = page_of(variable)
    a, b = session.units(conflict)
    item = f" of {conflict.item}" if conflict.item else ""
    name = "is there a unit?" if conflict.variable == UNIT else f"{conflict.variable}{item}"
    return [
        f"{conflict.record or conflict.kind} · {name}",
        f"  {question(session.package.root, page)} ({CODEBOOK}/{page}.md)",
        f"  a  {conflict.unit_a or '-'}: {label(variable, conflict.value_a)}",
        f"     {words(text, a, conflict.place_a)}",
        f"  b  {conflict.unit_b or '-'}: {label(variable, conflict.value_b)}",
        f"     {words(text, b, conflict.place_b)}",
    ]


def _value(session: Session, conflict: Conflict, ask: Ask, say: Say) -> str | None:
    """The decided value; None to leave the conflict open."""
    while True:
        answer = ask(_PROMPT).strip().lower()
        if answer in ("a", "b"):
            return conflict.value_a if answer == "a" else conflict.value_b
        if answer == "o":
            return normal(session, conflict, ask(_SAME if conflict.variable == UNIT else "value (empty for nothing): "))
        if answer == "s":
            return None
        if answer == "q":
            raise EOFError
        say("  Answer with one of the letters.")


def _reason(session: Session, ask: Ask, say: Say) -> str:
    listed = session.model[RESOLUTIONS]["reason"].categories
    for number, one in enumerate(listed, 1):
        say(f"  {number}  {one.value}: {one.description}")
    while True:
        answer = ask("reason? ").strip()
        for number, one in enumerate(listed, 1):
            if answer in (str(number), str(one.value)):
                return str(one.value)
        say(f"  Answer with a number from 1 to {len(listed)}.")


def _log_reason(session: Session, conflict: Conflict, value: str, ask: Ask) -> str:
    """Why words have no record; asked only where a record is removed."""
    if conflict.variable != UNIT or value != ABSENT or not conflict.record:
        return ""
    listed = ", ".join(str(v) for v in session.model["coding_log"]["reason"].allowed)
    return ask(f"log_reason, if words are left without a record ({listed}): ").strip()


def decide(session: Session, conflict: Conflict, ask: Ask, say: Say) -> Decision | None:
    """Ask until there is a decision that the schemas allow; None if the conflict is left open."""
    while True:
        value = _value(session, conflict, ask, say)
        if value is None:
            return None
        reason = _reason(session, ask, say)
        note = ask("note (needed for a judgement): ").strip()
        decision = Decision(conflict, value, reason, note, _log_reason(session, conflict, value, ask))
        wrong = faults(session, decision)
        if not wrong:
            return decision
        for finding in wrong:
            say(f"  {finding.message}. {finding.hint}")


def walk(session: Session, ask: Ask, say: Say, text: Text | None = None) -> Outcome:
    """Walk through the open conflicts; each decision is written at once, so that quitting loses nothing.

    A decision that breaks a rule by itself waits, and is tried again together with the next: a position and its
    stance, say, can only change together.
    """
    outcome = Outcome()
    try:
        asked = list(session.open)
        for number, conflict in enumerate(asked, 1):
            if conflict.key not in {one.key for one in session.open}:
                continue  # settled with a unit before it, as the same
            conflict = next(one for one in session.open if one.key == conflict.key)  # noqa: PLW2901
            say("")
            say(f"[{number} of {len(asked)}]")
            for line in described(session, conflict, text):
                say(line)
            decision = decide(session, conflict, ask, say)
            if decision is not None:
                _write(session, outcome, decision, say)
    except (EOFError, KeyboardInterrupt):
        say("")
    _last(session, outcome, say)
    return outcome


def _last(session: Session, outcome: Outcome, say: Say) -> None:
    """Try what waits once more, now that a value left open may follow the pass that was agreed with."""
    if outcome.pending:
        report, files = record(session, outcome.pending)
        if not report.exit_status():
            _written(outcome, list(outcome.pending), files, say)


def _write(session: Session, outcome: Outcome, decision: Decision, say: Say) -> None:
    """Write a decision, with those that wait if there are any, else by itself."""
    report = Report()
    for batch in ([*outcome.pending, decision], [decision]) if outcome.pending else ([decision],):
        report, files = record(session, batch, more=True)
        if not report.exit_status():
            _written(outcome, batch, files, say)
            return
    for finding in report.sorted():
        say(f"  {finding.place}: {finding.code}: {finding.message}. {finding.hint}")
    if any(finding.code == BAD for finding in report.findings):
        say("  Not written; the conflict stays open.")
        return
    outcome.pending.append(decision)
    outcome.findings = report.sorted()
    say("  Not written yet; it is tried again with the next decision.")


def _written(outcome: Outcome, batch: list[Decision], files: list[str], say: Say) -> None:
    outcome.recorded += batch
    outcome.pending = [one for one in outcome.pending if one not in batch]
    outcome.findings = outcome.findings if outcome.pending else []
    outcome.files += [name for name in files if name not in outcome.files]
    changed = [name for name in files if not name.endswith(("resolutions.csv", "conflicts.csv"))]
    told = f" Changed: {', '.join(changed)}." if changed else ""
    say(f"  Recorded; agrees with {', '.join(one.agrees_with for one in batch)}.{told}")
