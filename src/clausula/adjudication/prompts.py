"""Interactive adjudication of conflicts: what the adjudicator is shown and asked, and how decisions are recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clausula.adjudication.decisions import INVALID_DECISION, RESOLUTIONS, Decision, check_decision, normalise
from clausula.adjudication.open_conflicts import Adjudication
from clausula.adjudication.resolve import record
from clausula.agreement.conflicts import ABSENT, UNIT, Conflict
from clausula.agreement.passes import Unit
from clausula.agreement.variables import Variable
from clausula.core.findings import Finding, Report
from clausula.derive.files import CODEBOOK
from clausula.derive.pages import UNITS, page_of_rows
from clausula.evidence.text import Text

_QUESTION = re.compile(r"^## What it asks\n+(.+?)(?=\n\n|\n##|\Z)", re.MULTILINE | re.DOTALL)

_PROMPT = "a, b, o (other value), s (skip) or q (quit)? "
_UNIT_PROMPT = "value (present, absent, or same:UNIT for a unit of the other pass): "
_VALUE_PROMPT = "value (leave empty for none): "

Ask = Callable[[str], str]
"""Function that asks a question and returns the answer; EOFError ends the adjudication."""

Show = Callable[[str], None]
"""Function that prints a line."""


@dataclass
class Outcome:
    """Outcome of an interactive adjudication.

    Attributes
    ----------
    recorded : list of Decision
        Decisions written to the package.
    pending : list of Decision
        Decisions that were not written because the tables would violate a rule.
    files : list of str
        Files that changed.
    findings : list of Finding
        Reasons why the pending decisions were not written.
    """

    recorded: list[Decision] = field(default_factory=list)
    pending: list[Decision] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def codebook_page(variable: Variable | None) -> str:
    """Return the name of the codebook page that describes a variable."""
    if variable is None:
        return UNITS
    if variable.field is not None and variable.field.page:
        return variable.field.page
    return page_of_rows(variable.table) or UNITS


def page_question(root: Path, page: str) -> str:
    """Return the question that a codebook page answers; an empty text if the page does not exist."""
    path = root / CODEBOOK / f"{page}.md"
    found = _QUESTION.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return " ".join(found[1].split()) if found else ""


def label(variable: Variable | None, value: str) -> str:
    """Return a value with its label: "3 (Detailed)"."""
    if not value:
        return "(empty)"
    listed = (variable.field.categories or variable.field.scale) if variable and variable.field else ()
    names = {str(c.value): c.label for c in listed}
    return f"{value} ({names[value]})" if value in names else value


def unit_text(text: Text | None, unit: Unit | None, place: str) -> str:
    """Return the spans of a unit, followed by their text if it is available."""
    if unit is None:
        return "no such unit"
    if text is None:
        return f"span {place}"
    return f"{place}: {unit_words(text, unit)}"


def unit_words(text: Text | None, unit: Unit) -> str:
    """Return the text of the spans of a unit in one line; empty if it is not available."""
    return " … ".join(" ".join(text.raw[a:b].split()) for a, b in unit.spans) if text else ""


def describe(adjudication: Adjudication, conflict: Conflict, text: Text | None = None) -> list[str]:
    """Return a conflict as lines of text."""
    variable = adjudication.variables.get(conflict.variable)
    page = codebook_page(variable)
    a, b = adjudication.units(conflict)
    item = f" of {conflict.item}" if conflict.item else ""
    name = "is there a unit?" if conflict.variable == UNIT else f"{conflict.variable}{item}"
    return [
        f"{conflict.record or conflict.kind} · {name}",
        f"  {page_question(adjudication.package.root, page)} ({CODEBOOK}/{page}.md)",
        f"  a  {conflict.unit_a or '-'}: {label(variable, conflict.value_a)}",
        f"     {unit_text(text, a, conflict.place_a)}",
        f"  b  {conflict.unit_b or '-'}: {label(variable, conflict.value_b)}",
        f"     {unit_text(text, b, conflict.place_b)}",
    ]


def _ask_value(adjudication: Adjudication, conflict: Conflict, ask: Ask, show: Show) -> str | None:
    """Ask for a value, and return it; None to leave the conflict open."""
    while True:
        answer = ask(_PROMPT).strip().lower()
        if answer in ("a", "b"):
            return conflict.value_a if answer == "a" else conflict.value_b
        if answer == "o":
            prompt = _UNIT_PROMPT if conflict.variable == UNIT else _VALUE_PROMPT
            return normalise(adjudication, conflict, ask(prompt))
        if answer == "s":
            return None
        if answer == "q":
            raise EOFError
        show("  Answer a, b, o, s or q.")


def _ask_reason(adjudication: Adjudication, ask: Ask, show: Show) -> str:
    listed = adjudication.model[RESOLUTIONS]["reason"].categories
    for number, one in enumerate(listed, 1):
        show(f"  {number}  {one.value}: {one.description}")
    while True:
        answer = ask("reason? ").strip()
        for number, one in enumerate(listed, 1):
            if answer in (str(number), str(one.value)):
                return str(one.value)
        show(f"  Answer with a number from 1 to {len(listed)}.")


def _ask_log_reason(adjudication: Adjudication, conflict: Conflict, value: str, ask: Ask) -> str:
    """Ask for the reason for the coding log; only if the decision removes a record."""
    if conflict.variable != UNIT or value != ABSENT or not conflict.record:
        return ""
    listed = ", ".join(str(v) for v in adjudication.model["coding_log"]["reason"].allowed)
    return ask(f"log_reason, if the decision leaves text without a record ({listed}): ").strip()


def decide(adjudication: Adjudication, conflict: Conflict, ask: Ask, show: Show) -> Decision | None:
    """Ask until the schemas allow the decision, and return it; None if the conflict is left open."""
    while True:
        value = _ask_value(adjudication, conflict, ask, show)
        if value is None:
            return None
        reason = _ask_reason(adjudication, ask, show)
        note = ask("note (required for a judgement): ").strip()
        decision = Decision(conflict, value, reason, note, _ask_log_reason(adjudication, conflict, value, ask))
        findings = check_decision(adjudication, decision)
        if not findings:
            return decision
        for finding in findings:
            show(f"  {finding.message.rstrip('.')}. {finding.hint}")


def adjudicate(adjudication: Adjudication, ask: Ask, show: Show, text: Text | None = None) -> Outcome:
    """Ask for a decision on each open conflict and write it at once, so that quitting loses nothing.

    A decision that violates a rule by itself is kept and tried again together with the next one: a position and its
    stance, for example, can only change together.
    """
    outcome = Outcome()
    try:
        conflicts = list(adjudication.open)
        for number, conflict in enumerate(conflicts, 1):
            if conflict.key not in {one.key for one in adjudication.open}:
                continue  # resolved together with an earlier unit, as the same unit
            conflict = next(one for one in adjudication.open if one.key == conflict.key)  # noqa: PLW2901
            show("")
            show(f"[{number} of {len(conflicts)}]")
            for line in describe(adjudication, conflict, text):
                show(line)
            decision = decide(adjudication, conflict, ask, show)
            if decision is not None:
                record_or_keep(adjudication, outcome, decision, show)
    except (EOFError, KeyboardInterrupt):
        show("")
    _record_pending(adjudication, outcome, show)
    return outcome


def _record_pending(adjudication: Adjudication, outcome: Outcome, show: Show) -> None:
    """Try the pending decisions once more, now that fields left open can follow the pass with the decided value."""
    if outcome.pending:
        report, files = record(adjudication, outcome.pending)
        if not report.exit_status():
            _add_recorded(outcome, list(outcome.pending), files, show)


def record_or_keep(adjudication: Adjudication, outcome: Outcome, decision: Decision, show: Show) -> None:
    """Record a decision together with the pending ones, or by itself; keep it as pending if it violates a rule."""
    report = Report()
    for batch in ([*outcome.pending, decision], [decision]) if outcome.pending else ([decision],):
        report, files = record(adjudication, batch, more=True)
        if not report.exit_status():
            _add_recorded(outcome, batch, files, show)
            return
    for finding in report.sorted():
        show(f"  {finding.place}: {finding.code}: {finding.message.rstrip('.')}. {finding.hint}")
    if any(finding.code == INVALID_DECISION for finding in report.findings):
        show("  Not recorded; the conflict stays open.")
        return
    outcome.pending.append(decision)
    outcome.findings = report.sorted()
    show("  Not recorded yet; it will be tried again with the next decision.")


def _add_recorded(outcome: Outcome, batch: list[Decision], files: list[str], show: Show) -> None:
    outcome.recorded += batch
    outcome.pending = [one for one in outcome.pending if one not in batch]
    outcome.findings = outcome.findings if outcome.pending else []
    outcome.files += [name for name in files if name not in outcome.files]
    changed = [name for name in files if not name.endswith(("resolutions.csv", "conflicts.csv"))]
    suffix = f" Changed: {', '.join(changed)}." if changed else ""
    agreeing = ", ".join("neither pass" if one.agrees_with == "neither" else f"pass {one.agrees_with}" for one in batch)
    show(f"  Recorded; agrees with {agreeing}.{suffix}")
