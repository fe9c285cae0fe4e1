"""A pack as Markdown, for a coder that reads a page from top to bottom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clausula.coding.answer_form import QUOTE, SENTENCES, VERSION

EXAMPLE: dict[str, list[dict[str, Any]]] = {
    "coders": [{"coder_id": "my-coder", "kind": "language_model", "description": "What it is and what it had read."}],
    "coding_passes": [{"codebook_frozen": True, "blind": True, "independent": True}],
    "actors": [{"actor_id": "harbour-board", "name": "Harbour Board", "kind": "igo", "unnamed": False}],
    "provisions": [
        {
            "id": "p001",
            "place": "article 2, paragraph 1",
            "summary": "The board inspects every ship within ten days.",
            "topic_id": "ceasefire-monitoring",
            "modality": "obligation",
            "commitment_verb": "shall",
            "strength": 3,
            "conditionality": "unconditional",
            "timing": "deadline",
            "enforcement": "none",
            "actors": [{"actor_id": "harbour-board", "role": "obligor", "basis": "named"}],
            "quantities": [
                {
                    "measure": "deadline",
                    "item": "inspection of ships",
                    "value": 10,
                    "unit": "day",
                    "qualifier": "at_most",
                }
            ],
            "evidence": [{SENTENCES: "7", QUOTE: "The Harbour Board shall inspect … within ten days"}],
        }
    ],
}
"""A short answer about a text that does not exist, to show the form."""

EXAMPLE_REACTIONS: list[dict[str, Any]] = [
    {
        "id": "r001",
        "claimant_id": "harbour-board",
        "speaker_id": "harbour-board",
        "form": "written_statement",
        "date": "2033-04-04",
        "date_basis": "stated",
        "summary": "The board accepts the accord if ships are inspected, and wants the fighting to end.",
        "targets": [
            {
                "instrument_id": "salt-road-accord-2033",
                "position": "expressed",
                "stance": 2,
                "conditional": True,
                "condition": "If ships are inspected.",
            },
            {"proposition_id": "fighting-stops", "position": "expressed", "stance": 2, "conditional": False},
        ],
        "evidence": [{SENTENCES: "7", QUOTE: "The Harbour Board accepts the accord … and calls for an end"}],
    }
]
"""The unit of the short answer in a pack without provisions."""

EXAMPLE_LOG: dict[str, Any] = {"coding_log": [{SENTENCES: "1-3, 9", "reason": "title"}], "proposed_log": True}
"""What the answer of a leading pass has in addition."""


def example(pack: Mapping[str, Any]) -> dict[str, Any]:
    """Return a short answer in the form of a pack."""
    instrument, tables = pack["instruments"][0], {one["table"] for one in pack["form"]}
    units = {"provisions": [{"id": one["id"], "instrument_id": instrument, **one} for one in EXAMPLE["provisions"]]}
    if "provisions" not in tables and "reactions" in tables:
        units = {"reactions": EXAMPLE_REACTIONS}
    lead = EXAMPLE_LOG if pack["proposed_log"] or "coding_log" in tables else {}
    entities = {name: rows for name, rows in EXAMPLE.items() if name != "provisions"}
    return {
        "source": pack["source"],
        "pass": pack["pass"],
        VERSION: pack[VERSION],
        **entities,
        **units,
        **lead,
    }


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _field(field: Mapping[str, Any], known: dict[str, str], place: str) -> Iterator[str]:
    star = " *" if field["required"] else ""
    refers = f" -> {field['refers']}" if field.get("refers") else ""
    page = f" (codebook: {field['page']})" if field.get("page") else ""
    values = field.get("values", [])
    same = _compact([field["about"], values])
    if same in known and (values or len(field["about"]) > 60):
        yield f"- `{field['name']}`{star}{refers}: as `{known[same]}`"
        return
    known[same] = f"{place}.{field['name']}"
    bare = "" if any(about for _, about in values) else " | ".join(value for value, _ in values)
    yield f"- `{field['name']}`{star}{refers}: {field['about']}{f' {bare}.' if bare else ''}{page}"
    yield from (f"  - `{value}`: {about}" for value, about in values if about)


def _form(pack: Mapping[str, Any]) -> Iterator[str]:
    known: dict[str, str] = {}
    inside = {table for one in pack["form"] for table in one["parts"].values()}
    for one in pack["form"]:
        where = ", inside its unit" if one["table"] in inside else ", at the top level"
        yield f"### `{one['table']}`{where}\n{one['about']}"
        for field in one["fields"]:
            yield from _field(field, known, one["table"])
        if one["anchored"]:
            optional = " (optional; limits the passage)" if one["table"] == "coding_log" else " *"
            yield f"- `{SENTENCES}` *: numbers and ranges of sentences, such as 4 or 4-6, 9"
            yield f"- `{QUOTE}`{optional}: words of these sentences"
        if one["parts"]:
            parts = ", ".join(f"`{name}` ({table})" for name, table in one["parts"].items())
            yield f"- lists inside it: {parts}"


def _text(pack: Mapping[str, Any]) -> Iterator[str]:
    for one in pack["text"]:
        yield f"{chr(10) if one['new'] and one['sentence'] > 1 else ''}[{one['sentence']}] {one['text']}"


def pack_markdown(pack: Mapping[str, Any]) -> str:
    """Return a pack as Markdown."""
    lines = [f"# Coding pack: {pack['title']}", ""]
    lines += [f"Source `{pack['source']}`, pass `{pack['pass']}`, codebook {pack['codebook_version']}.", ""]
    lines += ["## Task", *(f"{number}. {line}" for number, line in enumerate(pack["instructions"], 1)), ""]
    if pack["coding_passes"]:
        lines += [f"Fields of your pass that are known: `{_compact(pack['coding_passes'])}`", ""]
    lines += ["A short answer, about another text:", "```json", _compact(example(pack)), "```", ""]
    lines += [
        "## Form",
        "A star marks a required field; an arrow names the list or table of its IDs.",
        *_form(pack),
        "",
    ]
    lines += ["## Lists"]
    for name, rows in pack["lists"].items():
        lines += [f"### {name}", *(" | ".join(cell for cell in row if cell) for row in rows)]
    lines += ["", "## Codebook", *pack["codebook"].values(), ""]
    lines += ["## Text", *_text(pack), ""]
    if pack["proposed_log"]:
        lines += ["## Proposed log", *(f"- `{reason}`: {where}" for reason, where in pack["proposed_log"].items()), ""]
    lines += ["## JSON Schema of the answer", "```json", _compact(pack["answer_schema"]), "```", ""]
    return "\n".join(lines)
