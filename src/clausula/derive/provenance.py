"""How the data were made, counted from `coders` and `coding_passes`: one statement for every page and metadata file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.core.model import Descriptor, Model, SchemaError
from clausula.core.package import MANIFEST
from clausula.core.schemas import read_json
from clausula.core.wording import count

CODERS, PASSES = "coders", "coding_passes"
KINDS = {"person": ("a person", "persons"), "language_model": ("a language model", "language models"),
         "program": ("a program", "programs")}  # fmt: skip
"""Kinds of coders, as in the schema of `coders`, with their singular and plural in running text."""

BEGIN, END = "<!-- generated:provenance -->", "<!-- /generated -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)

METHOD = "Coded row by row against a written codebook"
UPPER_BOUND = (
    "Agreement figures compare language models with each other, so they are an upper bound of the agreement that two "
    "people would reach."
)
MODELS = "language_model/language_model"
"""A comparison of two language models, as in `agreement.coder_kinds`."""

MIXED = "Each agreement figure says which kinds of coders it compares."

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Provenance:
    """Who coded how much.

    Attributes
    ----------
    coders : list of dict
        Rows of `coders`.
    passes : dict
        Number of passes by kind of coder, for every kind.
    sources : int
        Number of sources with a pass.
    independent : int
        Number of those sources whose passes are all independent.
    frozen : int
        Number of passes whose codebook was frozen before the text was coded.
    first, last : str
        First and last day of a pass, ISO 8601; empty if no pass is dated.
    """

    coders: list[dict[str, str]]
    passes: dict[str, int]
    sources: int
    independent: int
    frozen: int
    first: str = ""
    last: str = ""

    @property
    def total(self) -> int:
        """Number of passes."""
        return sum(self.passes.values())

    @property
    def statement(self) -> str:
        """How the data were made, in two sentences; empty if there is no pass."""
        return f"{self.coding} {self.agreement}".strip() if self.total else ""

    @property
    def coding(self) -> str:
        """Who made how many passes, in one sentence."""
        made = ", ".join(_made_by(kind, self.passes[kind]) for kind in KINDS if self.passes[kind] or kind == "person")
        return f"{METHOD}, in {count(self.total, 'pass', 'passes')} over {count(self.sources, 'source')}: {made}."

    @property
    def agreement(self) -> str:
        """What the agreement figures are, in one sentence; empty where no source has two passes."""
        if self.total <= self.sources:
            return ""
        return UPPER_BOUND if self.passes["language_model"] == self.total else MIXED

    @property
    def details(self) -> str:
        """What the coders had seen, and whether the codebook was frozen."""
        other = self.sources - self.independent
        parts = [
            f"For {count(self.independent, 'source')}, every coder had the codebook and the text only."
            if self.independent
            else "",
            f"For {count(other, 'source')}, at least one coder had also edited the codebook, resolved conflicts "
            "between passes or seen another pass; the table coding_passes says which."
            if other
            else "",
            "In no pass was the codebook frozen before the text was coded."
            if not self.frozen
            else f"In {count(self.frozen, 'pass', 'passes')}, the codebook was frozen before the text was coded.",
        ]
        return " ".join(part for part in parts if part)

    def as_dict(self) -> dict[str, Any]:
        """Return the facts for `datapackage.json` and `data/manifest.json`."""
        return {
            "statement": self.statement,
            "details": self.details,
            "agreement": self.agreement,
            "passes": self.passes,
            "sources": self.sources,
            "independent": self.independent,
            "frozen": self.frozen,
            "first": self.first,
            "last": self.last,
            "coders": self.coders,
        }


def _made_by(kind: str, number: int) -> str:
    singular, plural = KINDS[kind]
    return f"none by {singular}" if not number else f"{number:,} by {singular if number == 1 else plural}"


def provenance(coders: Iterable[Row], passes: Sequence[Row]) -> Provenance:
    """Count who coded what.

    Parameters
    ----------
    coders, passes : rows
        Rows of the tables `coders` and `coding_passes`, as texts by field.
    """
    listed = [{name: value or "" for name, value in row.items()} for row in coders]
    kinds = {row["coder_id"]: row["kind"] for row in listed}
    by_kind = Counter(kinds.get(row["coder_id"] or "", "") for row in passes)
    sources = {row["source_id"] for row in passes}
    dependent = {row["source_id"] for row in passes if row["independent"] != "true"}
    days = sorted(day for row in passes for day in (row["date_from"], row["date_to"]) if day)
    return Provenance(
        coders=listed,
        passes={kind: by_kind[kind] for kind in KINDS},
        sources=len(sources),
        independent=len(sources - dependent),
        frozen=sum(row["codebook_frozen"] == "true" for row in passes),
        first=days[0] if days else "",
        last=days[-1] if days else "",
    )


def of_tables(model: Model, tables: Mapping[str, Sequence[Row]]) -> Provenance | None:
    """Return the provenance that the rows of a package state; None if it has no coders or passes."""
    if not {CODERS, PASSES} <= set(model.tables) or not tables[PASSES]:
        return None
    return provenance(tables[CODERS], tables[PASSES])


def described(metadata: Descriptor, facts: Mapping[str, Any] | None) -> Descriptor:
    """Return the metadata of a package with the statement of provenance in its description, and the facts beside it."""
    if not facts:
        return metadata
    description = f"{metadata['description']} {facts['statement']}"
    return {**metadata, "description": description, "provenance": dict(facts)}


def refreshed(text: str, found: Provenance | None) -> str:
    """Return a page with the statement of provenance in its generated block, where it has one."""
    lines = [f"{found.statement} {found.details}"] if found else []
    return _BLOCK.sub("\n".join([BEGIN, "", *lines, "", END]).replace("\\", "\\\\"), text)


def stated(root: Path) -> dict[str, Any] | None:
    """Return the provenance that the manifest of a built package states; None where it states none."""
    try:
        facts: dict[str, Any] | None = read_json(root / MANIFEST).get("provenance")
    except SchemaError:
        return None
    return facts
