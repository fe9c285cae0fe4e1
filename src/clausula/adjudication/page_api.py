"""The requests of the adjudication page and the responses to them, as plain JSON values.

Decisions take the path of `code resolve`: they are checked, recorded and applied in one commit, or kept until the next
one if they violate a rule by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clausula.adjudication.decisions import RESOLUTIONS, Decision, check_decision, normalise
from clausula.adjudication.open_conflicts import Adjudication
from clausula.adjudication.prompts import Outcome, codebook_page, label, page_question, record_or_keep
from clausula.agreement.conflicts import ABSENT, PRESENT, UNIT, Conflict
from clausula.agreement.passes import Unit
from clausula.coding.page_api import MalformedRequest
from clausula.coding.quotes import paragraphs
from clausula.coding.web import FILES, PageFiles, page_files
from clausula.core.findings import Finding
from clausula.core.model import Category

MAX_NOTE_LENGTH = 10_000
"""The maximum number of characters in a part of a decision."""

SHARED = ("style.css", "icon.svg", "dom.js", "text.js", "words.js")
"""The files that this page has from the coding page."""


def adjudication_files() -> PageFiles:
    """Return the files of the adjudication page."""
    return {name: FILES[name] for name in SHARED} | page_files("clausula.adjudication")


def _choice(category: Category) -> list[str]:
    return [str(category.value), category.label, category.description]


@dataclass
class AdjudicationApi:
    """The data behind the adjudication page of one source.

    Attributes
    ----------
    adjudication : Adjudication
    outcome : Outcome
        The decisions so far.
    """

    adjudication: Adjudication
    outcome: Outcome = field(default_factory=Outcome)

    def tables(self) -> Any:
        """Return the tables as the adjudicator was shown them."""
        return self.adjudication.tables

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the functions that answer what the page sends, by path."""
        return {"decide": self.decide}

    def form(self) -> dict[str, Any]:
        """Return everything that the page shows: the text, the open conflicts, and the lists of reasons."""
        one = self.adjudication
        raw = one.text.raw if one.text else ""
        title = one.tables.index("sources").get((one.source,), {}).get("title", "")
        return {
            "source": one.source,
            "title": title or one.source,
            "text": raw,
            "paragraphs": [list(span) for span in paragraphs(raw)] if raw else [],
            "reasons": [_choice(category) for category in one.model[RESOLUTIONS]["reason"].categories],
            "log_reasons": [_choice(category) for category in one.model["coding_log"]["reason"].categories],
            **self._state(),
        }

    def _state(self) -> dict[str, Any]:
        return {
            "conflicts": [self._conflict(conflict) for conflict in self.adjudication.open],
            "recorded": len(self.outcome.recorded),
            "pending": [list(one.conflict.key) for one in self.outcome.pending],
        }

    def _conflict(self, conflict: Conflict) -> dict[str, Any]:
        one = self.adjudication
        variable = one.variables.get(conflict.variable)
        page = codebook_page(variable)
        listed = (variable.field.categories or variable.field.scale) if variable and variable.field else ()
        a, b = one.units(conflict)
        title = variable.field.title if variable and variable.field else conflict.variable
        return {
            "key": list(conflict.key),
            "record": conflict.record or conflict.kind,
            "title": "Is there a unit?" if conflict.variable == UNIT else title,
            "variable": conflict.variable,
            "item": conflict.item,
            "question": page_question(one.package.root, page),
            "page": page,
            "removes": conflict.variable == UNIT and bool(conflict.record),
            "choices": [[PRESENT, ""], [ABSENT, ""]] if conflict.variable == UNIT else [_choice(c)[:2] for c in listed],
            "open_list": conflict.variable == UNIT or not listed,
            "a": self._side(a, conflict.unit_a, conflict.value_a, label(variable, conflict.value_a)),
            "b": self._side(b, conflict.unit_b, conflict.value_b, label(variable, conflict.value_b)),
        }

    def _side(self, unit: Unit | None, name: str, value: str, shown: str) -> dict[str, Any]:
        values = sorted((name, one) for name, one in unit.values.items() if one) if unit else []
        spans = [list(span) for span in unit.spans] if unit else []
        return {
            "unit": name,
            "value": value,
            "label": shown,
            "spans": spans,
            "values": [list(v) for v in values if v[1]],
        }

    def decide(self, payload: Any) -> dict[str, Any]:
        """Record a decision, or keep it if it violates a rule by itself, and return the conflicts that are left.

        Raises
        ------
        MalformedRequest
            If the request does not have the form that the page sends.
        CouldNotRun
            If a table cannot be read.
        """
        given = {name: _text(payload, name) for name in ("take", "value", "reason", "note", "log_reason")}
        if given["take"] not in ("a", "b", "other"):
            raise MalformedRequest("take must be a, b or other")
        conflict = self._known(payload.get("key"))
        sides = {"a": conflict.value_a, "b": conflict.value_b}
        value = (
            sides[given["take"]] if given["take"] in sides else normalise(self.adjudication, conflict, given["value"])
        )
        decision = Decision(conflict, value, given["reason"], given["note"].strip(), given["log_reason"])
        if conflict.key not in {one.key for one in self.adjudication.open}:
            return self._answer([decision.reject("invalid-decision:changed")], [])
        if found := check_decision(self.adjudication, decision):
            return self._answer(found, [])
        self.outcome.pending = [one for one in self.outcome.pending if one.conflict.key != conflict.key]
        lines: list[str] = []
        before = len(self.outcome.recorded)
        record_or_keep(self.adjudication, self.outcome, decision, lines.append)
        return self._answer([], lines, len(self.outcome.recorded) > before)

    def _known(self, key: Any) -> Conflict:
        """Return the conflict with a key.

        Raises
        ------
        MalformedRequest
            If the source has no such conflict.
        """
        for one in self.adjudication.conflicts:
            if list(one.key) == key and one.source == self.adjudication.source:
                return one
        raise MalformedRequest("key must be that of a conflict of the source")

    def _answer(self, found: list[Finding], lines: list[str], recorded: bool = False) -> dict[str, Any]:
        shown = [line.strip() for line in lines]
        return {"done": recorded, "lines": shown, "findings": [one.as_dict() for one in found], **self._state()}


def _text(payload: Any, name: str) -> str:
    value = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(value, str) or len(value) > MAX_NOTE_LENGTH:
        raise MalformedRequest(f"{name} must be a string of at most {MAX_NOTE_LENGTH:,} characters")
    return value
