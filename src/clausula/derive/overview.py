"""The generated parts of docs/dataset.md: the contents of the package and its gaps, counted from the tables.

The prose of the page is written by hand. Each generated part is between two comment lines, the first of which names it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from clausula.core.model import Model
from clausula.derive.pages import PageError, cell
from clausula.derive.provenance import of_tables

PAGE = "docs/dataset.md"

Row = Mapping[str, str | None]
Tables = Mapping[str, Sequence[Row]]

END = "<!-- /generated -->"
_BLOCK = re.compile(rf"<!-- generated:([a-z-]+) -->.*?{re.escape(END)}", re.DOTALL)

EXTERNAL = ("iso3", "cow_code", "gw_code", "ucdp_actor_id", "wikidata_id")
"""Registry codes of actors."""

MAX_WORDS = 11
"""Largest number of consecutive words that may be quoted from a source."""

RECORD_TABLES = ("sources", "instruments", "provisions", "absences", "reactions", "reaction_targets", "events")
OTHER_TABLES = ("provision_links", "instrument_links", "evidence", "disputes", "actors", "topics", "crosswalk")


def _table(header: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0) -> list[str]:
    """Return the lines of a Markdown table; the last `numbers` columns are right-aligned."""
    marks = ["---"] * (len(header) - numbers) + ["---:"] * numbers
    lines = [f"| {' | '.join(cell(str(value)) for value in row)} |" for row in rows]
    return [f"| {' | '.join(header)} |", f"|{'|'.join(marks)}|", *lines]


def _count(rows: Iterable[Row], *names: str) -> Counter[str]:
    """Count the rows with each ID in one of the columns."""
    return Counter(str(row[name]) for row in rows for name in names if row[name])


def _label(model: Model, table: str, field: str, value: str | None) -> str:
    """Return the label of a category in lower case."""
    return next((c.label.lower() for c in model[table][field].categories if c.value == value), value or "")


def _title(row: Row) -> str:
    """Return a title, truncated so that it does not quote too many words of a source."""
    words = str(row["title"]).split()
    return " ".join(words) if len(words) <= MAX_WORDS else f"{' '.join(words[:MAX_WORDS])} …"


def totals(model: Model, tables: Tables) -> list[str]:
    """Return the number of rows in the main tables."""
    return _table(("table", "one row for each", "rows"), [
        (f"`{name}`", model[name].grain.removeprefix("One row for each ").rstrip("."), len(tables[name]))
        for name in (*RECORD_TABLES, *OTHER_TABLES)
    ], 1)  # fmt: skip


def sources(model: Model, tables: Tables) -> list[str]:
    """Return the table of sources with the number of records coded from each."""
    origin = {row["instrument_id"]: row["source_id"] for row in tables["instruments"] if row["coverage"] != "name_only"}
    provisions = Counter(origin.get(row["instrument_id"]) for row in tables["provisions"])
    anchors = [row for row in tables["evidence"] if row["event_id"]]
    events = Counter(source for source, _ in {(row["source_id"], row["event_id"]) for row in anchors})
    reactions, passes, log = (_count(tables[t], "source_id") for t in ("reactions", "coding_passes", "coding_log"))
    rows = [
        (
            f"`{row['source_id']}`",
            _label(model, "sources", "kind", row["kind"]),
            row["date"] or "unknown",
            _label(model, "sources", "completeness", row["completeness"]),
            row["selected_by_actor_id"] or "",
            passes[str(row["source_id"])],
            provisions[row["source_id"]],
            reactions[str(row["source_id"])],
            events[row["source_id"]],
            log[str(row["source_id"])],
        )
        for row in tables["sources"]
    ]
    counted = ("passes", "provisions", "reactions", "events", "passages without a record")
    return _table(("source", "kind", "date", "text available", "selected by", *counted), rows, 5)


def _on_instruments(tables: Tables) -> Counter[str]:
    """Count the targets of reactions by instrument, including targets that are one of its provisions."""
    owner = {row["provision_id"]: str(row["instrument_id"]) for row in tables["provisions"]}
    found = _count(tables["reaction_targets"], "instrument_id")
    found.update(owner[row["provision_id"]] for row in tables["reaction_targets"] if row["provision_id"] in owner)
    return found


def instruments(model: Model, tables: Tables) -> list[str]:
    """Return the table of instruments whose text or report was coded, with the number of records for each."""
    provisions, absences = (_count(tables[t], "instrument_id") for t in ("provisions", "absences"))
    events = _count(tables["events"], "instrument_id")
    owner = {row["provision_id"]: str(row["instrument_id"]) for row in tables["provisions"]}
    ends = [{owner.get(row[n]) for n in ("provision_id", "earlier_provision_id")} for row in tables["provision_links"]]
    links = Counter(end for both in ends for end in both)
    links.update(_count(tables["instrument_links"], "instrument_id", "related_instrument_id"))
    targets = _on_instruments(tables)
    rows = [
        (
            f"`{key}`",
            _title(row),
            _label(model, "instruments", "status", row["status"]),
            _label(model, "instruments", "coverage", row["coverage"]),
            *(counted[key] for counted in (provisions, absences, targets, events, links)),
        )
        for row in tables["instruments"]
        if row["coverage"] != "name_only"
        for key in [str(row["instrument_id"])]
    ]
    counted = ("provisions", "absences", "stances", "events", "links")
    return _table(("instrument", "title", "status", "coverage", *counted), rows, 5)


def named(model: Model, tables: Tables) -> list[str]:
    """Return the table of instruments known only by name, with the source that names each."""
    targets = _on_instruments(tables)
    rows = [
        (f"`{row['instrument_id']}`", _title(row), f"`{row['source_id']}`", targets[str(row["instrument_id"])])
        for row in tables["instruments"]
        if row["coverage"] == "name_only"
    ]
    return _table(("instrument", "title", "named in", "stances"), rows, 1)


def gaps(model: Model, tables: Tables) -> list[str]:
    """Return the list of languages, topics without a provision, registry codes and crosswalk gaps."""
    languages = ", ".join(f"{n} in `{name}`" for name, n in sorted(_count(tables["sources"], "language").items()))
    used = _count(tables["provisions"], "topic_id") + _count(tables["provision_topics"], "topic_id")
    leaves = [str(row["topic_id"]) for row in tables["topics"] if row["leaf"] == "true"]
    unused = [f"`{topic}`" for topic in leaves if not used[topic]]
    actors = tables["actors"]
    filled = [f"`{name}` {sum(bool(row[name]) for row in actors)}" for name in EXTERNAL]
    none = [row for row in tables["crosswalk"] if row["match"] == "none"]
    schemes = Counter(str(row["scheme"]) for row in none)
    without = ", ".join(f"{_label(model, 'crosswalk', 'scheme', s)} {n}".upper() for s, n in sorted(schemes.items()))
    gloss = sum(row["reading"] == "gloss" for row in tables["crosswalk"])
    return [
        f"- Languages of the sources: {languages}.",
        f"- Topics without any provision: {len(unused)} of {len(leaves)}{': ' if unused else ''}{', '.join(unused)}.",
        f"- Actors with a registry code, of {len(actors)}: {', '.join(filled)}.",
        f"- Topics without a match in another scheme: {without}.",
        f"- Crosswalk rows inferred only from the name of a code: {gloss} of {len(tables['crosswalk'])}.",
    ]


def selected(model: Model, tables: Tables) -> list[str]:
    """Return the table of stances by the party, if any, that selected the source."""
    party = {row["source_id"]: row["selected_by_actor_id"] for row in tables["sources"]}
    source = {row["reaction_id"]: row["source_id"] for row in tables["reactions"]}
    scale = [str(c.value) for c in model["reaction_targets"]["stance"].scale]
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in tables["reaction_targets"]:
        origin = source[row["reaction_id"]]
        by = party.get(origin)
        groups.setdefault((by or "no party", f"`{origin}`" if by else "all others"), []).append(row)
    rows = []
    for (by, name), targets in sorted(groups.items()):
        stances = Counter(row["stance"] for row in targets if row["stance"])
        reactions = len({row["reaction_id"] for row in targets})
        rows.append((by, name, reactions, *(stances[point] for point in scale), sum(not r["stance"] for r in targets)))
    head = ("selected by", "sources", "reactions", *(f"stance {point}" for point in scale), "silent")
    return _table(head, rows, len(head) - 2)


def heard(model: Model, tables: Tables) -> list[str]:
    """Return the table of those whose positions the reactions are; actors with a single reaction are pooled by kind.

    Persons are grouped by the offices and organisations that the source of the reaction gives them.
    """
    kinds = {row["actor_id"]: row["kind"] for row in tables["actors"]}
    party = {row["source_id"]: row["selected_by_actor_id"] for row in tables["sources"]}
    ties: dict[tuple[str | None, ...], set[str]] = {}
    for row in tables["affiliations"]:
        if row["relation"] == "office" or kinds[row["organisation_id"]] == "organisation":
            key = (row["actor_id"], row["source_id"], row["relation"])
            ties.setdefault(key, set()).add(f"`{row['organisation_id']}`")
    count = _count(tables["reactions"], "claimant_id")
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in tables["reactions"]:
        actor, member = str(row["claimant_id"]), ""
        name = f"`{actor}`" if count[actor] > 1 else "others"
        if kinds[actor] == "person":
            found = (ties.get((actor, row["source_id"], tie), set()) for tie in ("office", "member_of"))
            name, member = (", ".join(sorted(names)) for names in found)
        groups.setdefault((_label(model, "actors", "kind", kinds[actor]), name, member), []).append(row)
    rows = [
        (
            *key,
            len({row["claimant_id"] for row in own}),
            len(own),
            sum(row["form"] == "reported" for row in own),
            sum(bool(party[row["source_id"]]) for row in own),
        )
        for key, own in sorted(groups.items(), key=lambda one: (one[0][0], -len(one[1]), one[0]))
    ]
    counted = ("actors", "reactions", "of these reported by others", "of these selected by a party")
    return _table(("whose position", "actor, or office of the person", "party or organisation", *counted), rows, 4)


def passes(model: Model, tables: Tables) -> list[str]:
    """Return how many passes the sources have, and the numbers of conflicts, resolutions and findings."""
    counts = _count(tables["coding_passes"], "source_id")
    by = {n: [f"`{s['source_id']}`" for s in tables["sources"] if counts[str(s["source_id"])] == n] for n in (0, 1)}
    two = sum(counts[str(row["source_id"])] > 1 for row in tables["sources"])
    lines = [f"- Sources with two passes or more: {two} of {len(tables['sources'])}."]
    for number, what in ((1, "one pass so far"), (0, "no pass")):
        if by[number]:
            lines.append(f"- Sources with {what}: {', '.join(by[number])}.")
    lines.append(f"- Conflicts between passes: {len(tables['conflicts'])}; resolutions: {len(tables['resolutions'])}.")
    for reading, number in _count(tables["audit_findings"], "reading").items():
        answers = _count((r for r in tables["audit_findings"] if r["reading"] == reading), "answer")
        listed = ", ".join(
            f"{answers[str(c.value)]} {c.label.lower()}" for c in model["audit_findings"]["answer"].categories
        )
        lines.append(f"- Findings of the reading `{reading}`: {number}, of which {listed}.")
    return lines


def provenance(model: Model, tables: Tables) -> list[str]:
    """How the data were made."""
    found = of_tables(model, tables)
    return [f"{found.statement} {found.details}"] if found else []


PARTS: dict[str, Callable[[Model, Tables], list[str]]] = {
    "provenance": provenance,
    "totals": totals,
    "sources": sources,
    "instruments": instruments,
    "named": named,
    "gaps": gaps,
    "selected": selected,
    "heard": heard,
    "passes": passes,
}
"""The parts of the page by name; each must be in it once."""


def refresh(text: str, model: Model, tables: Tables) -> str:
    """Return the page with its generated parts replaced by up-to-date ones.

    Raises
    ------
    PageError
        If a part is missing, duplicated or unknown.
    """
    found = Counter(_BLOCK.findall(text))
    for name in sorted({*PARTS, *found}):
        if name not in PARTS or found[name] != 1:
            raise PageError(f"{PAGE} needs one block from <!-- generated:{name} --> to {END} for each of {[*PARTS]}")

    def generated(match: re.Match[str]) -> str:
        lines = PARTS[match[1]](model, tables)
        return "\n".join([f"<!-- generated:{match[1]} -->", "", *lines, "", END])

    return _BLOCK.sub(generated, text)
