"""Comparisons of instruments as the site shows them: what is shown of each provision, and the rows of each pair."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from clausula.analysis.alignment import Alignment
from clausula.analysis.compare import RELATIONS, VIA
from clausula.analysis.quantities import quantity_text
from clausula.analysis.side_by_side import HEADINGS, Names, plain_row
from clausula.core.wording import count
from clausula.site.context import Context, Record, date_text
from clausula.site.names import safe_name
from clausula.site.packing import packed_call

CHANGED = ("reversed", "replaced", "weaker", "stronger", "same")
"""Relations that a reader looks for first; the summary of a pair names only these."""


SIDES = ("in favour", "opposed", "neutral on it")
"""What actors can be on a provision."""


def page_of_pair(a: str, b: str) -> str:
    """Return the path of the ready page of a pair, from the root of the site."""
    return f"compare/{safe_name(a)}--{safe_name(b)}.html"


def image_of_pair(a: str, b: str) -> str:
    """Return the path of the image that stands for a pair where its address is shared."""
    return page_of_pair(a, b).removesuffix("html") + "png"


def counts_text(counts: dict[str, int], relations: tuple[str, ...] = tuple(HEADINGS)) -> str:
    """Return the numbers of rows by relation in words."""
    return ", ".join(f"{counts[key]} {RELATIONS[key].lower()}" for key in relations if counts.get(key))


def _columns(pairs: list[tuple[int, int, list[tuple[Any, ...]]]]) -> Record:
    """Return pairs in columns, which take half as much: the instruments and number of rows of each, then all rows.

    Of the provisions of a, there are the steps from the row before; of each text, the place in the list of all texts.
    """
    rows = [row for _, _, paired in pairs for row in paired]
    a, b, relation, *texts = zip(*rows, strict=True) if rows else [()] * 6
    columns: Record = {"of": [(first, second, len(paired)) for first, second, paired in pairs]}
    columns |= {"a": [now - before for before, now in zip((0, *a), a, strict=False)], "b": b, "relation": relation}
    for name, values in zip(("basis", "differs", "note"), texts, strict=True):
        listed = {value: number for number, value in enumerate(dict.fromkeys(values))}
        columns |= {name: [listed[value] for value in values], f"{name}_texts": list(listed)}
    return columns


class Comparisons:
    """The comparisons of a site: instruments with coded provisions in the order of their dates, and their pairs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._alignment = Alignment(context.frame)
        self._names = Names(context.data)
        self._rows: dict[tuple[str, str], list[Record]] = {}

    @cached_property
    def instruments(self) -> list[Record]:
        """The instruments with coded provisions, earliest first."""

        def sort_key(one: Record) -> tuple[str, str, str]:
            return str(one.get("date_to", "9")), str(one.get("date_from", "")), one["instrument_id"]

        coded = [one for one in self._context.all("instruments") if one["instrument_id"] in self._alignment.own]
        return sorted(coded, key=sort_key)

    @cached_property
    def linked(self) -> list[tuple[Record, Record]]:
        """The pairs that have linked provisions or, in one process, are linked themselves."""
        context = self._context
        linked = set()
        for link in context.all("provision_links"):
            ends = (context.instrument_of(link[field]) for field in ("provision_id", "earlier_provision_id"))
            linked.add(frozenset(ends))
        process = {one["instrument_id"]: one["process_id"] for one in context.all("instruments")}
        for link in context.all("instrument_links"):
            first, second = link["instrument_id"], link["related_instrument_id"]
            if process[first] == process[second]:
                linked.add(frozenset((first, second)))
        pairs = combinations(self.instruments, 2)
        return [(a, b) for a, b in pairs if {a["instrument_id"], b["instrument_id"]} in linked]

    @cached_property
    def ready(self) -> list[tuple[Record, Record]]:
        """The linked pairs of one process, each of which has a page of its own."""
        return [(a, b) for a, b in self.linked if a["process_id"] == b["process_id"]]

    def address(self, a: Record, b: Record) -> str:
        """Return the address of a comparison from the root of the site."""
        first, second = a["instrument_id"], b["instrument_id"]
        if (a, b) in self.ready:
            return page_of_pair(first, second)
        return f"compare.html#{urlencode({'a': first, 'b': second})}"

    @cached_property
    def of_instrument(self) -> dict[str, list[tuple[Record, Record]]]:
        """The linked pairs of each instrument."""
        found: dict[str, list[tuple[Record, Record]]] = {}
        for pair in self.linked:
            for one in pair:
                found.setdefault(one["instrument_id"], []).append(pair)
        return found

    @cached_property
    def newest(self) -> tuple[Record, Record] | None:
        """The ready pair with the latest instrument and the latest predecessor."""
        order = {one["instrument_id"]: number for number, one in enumerate(self.instruments)}
        return max(self.ready, key=lambda pair: tuple(order[one["instrument_id"]] for one in pair[::-1]), default=None)

    @cached_property
    def _stances(self) -> dict[str, dict[str, list[str]]]:
        """Who stands for and against each provision, by the names of the claimants."""
        found: dict[str, dict[str, list[str]]] = {}
        frame = self._context.data.adoption()
        columns = (frame[name] for name in ("provision_id", "claimant_id", "support"))
        for provision, claimant, support in zip(*columns, strict=True):
            side = SIDES[0 if support > 0 else 1 if support < 0 else 2]
            names = found.setdefault(provision, {}).setdefault(side, [])
            if (name := self._context.name("actors", claimant)) not in names:
                names.append(name)
        return found

    def provision(self, row: Record) -> Record:
        """Return what a comparison shows of a provision."""
        context, provision_id = self._context, row["provision_id"]

        def label(field: str) -> str:
            return context.label("provisions", field, row[field]).lower()

        details = [("if", row.get("condition")), ("due", row.get("due")), ("order", self._order(provision_id))]
        numbers = ", ".join(map(quantity_text, context.rows("provision_quantities", "provision_id", provision_id)))
        actors = context.rows("provision_actors", "provision_id", provision_id)
        monitors = [context.name("actors", one["actor_id"]) for one in actors if one["role"] == "monitor"]
        details += [("numbers", numbers), ("monitor", ", ".join(monitors))]
        details += [(side, ", ".join(names)) for side, names in self._stances.get(provision_id, {}).items()]
        return {
            "instrument_id": row["instrument_id"],
            "id": provision_id.rsplit(".", 1)[-1],
            "summary": row["summary"],
            "who": self._names.bearers[provision_id] or "",
            "kind": f"{label('modality')}, {label('strength')}",
            "details": [(name, text) for name, text in details if text],
            "topic_id": row["topic_id"],
            "actors": list(dict.fromkeys(one["actor_id"] for one in actors)),
        }

    def _order(self, provision_id: str) -> str:
        """Return what a provision waits for, in words."""
        parts = []
        for row in self._context.rows("provision_dependencies", "provision_id", provision_id):
            relation = self._context.label("provision_dependencies", "relation", row["relation"]).lower()
            other = row.get("depends_on_provision_id")
            if other and relation != "condition":
                parts.append(f"{relation} {other.rsplit('.', 1)[-1]}")
        return ", ".join(parts)

    @cached_property
    def provisions(self) -> dict[str, Record]:
        """What is shown of each provision, by its ID."""
        return {row["provision_id"]: self.provision(row) for row in self._context.all("provisions")}

    def rows(self, a: str, b: str) -> list[Record]:
        """Return the rows of a pair: relation, the two provisions (None if there is none), and what they rest on."""
        if (a, b) not in self._rows:
            self._rows[a, b] = self._shown(self._alignment.rows(a, b))
        return self._rows[a, b]

    def _shown(self, rows: list[Record]) -> list[Record]:
        """Return what a page shows of the rows of a comparison."""
        return [
            {
                "relation": row["relation"],
                "a": row.get("provision_id_a"),
                "b": row.get("provision_id_b"),
                "topic_id": row["topic_id"],
                "basis": self._names.basis(row),
                "differs": self._names.differs(row),
                "note": row.get("note", ""),
            }
            for row in (plain_row(row, self._alignment.fields) for row in rows)
        ]

    def groups(self, a: str, b: str) -> list[tuple[str, list[Record]]]:
        """Return the rows of a pair by relation, in the order in which a reader wants them."""
        rows = self.rows(a, b)
        groups = [(relation, [row for row in rows if row["relation"] == relation]) for relation in HEADINGS]
        return [(relation, found) for relation, found in groups if found]

    def counts(self, a: str, b: str) -> dict[str, int]:
        """Return the number of rows of a pair by relation."""
        return {relation: len(rows) for relation, rows in self.groups(a, b)}

    def script(self) -> bytes:
        """Return what the page needs to compare any two to four instruments, as a script.

        Of a pair, it has only the provisions that have a counterpart; the page finds the others.
        """
        context, complete = self._context, self._alignment.complete
        rows = {row["provision_id"]: number for number, row in enumerate(context.all("provisions"))}
        ordinals = {row["provision_id"]: row["ordinal"] for row in context.all("provisions")}
        shown = dict(sorted(self.provisions.items(), key=lambda one: (one[1]["instrument_id"], ordinals[one[0]])))
        numbers = {name: number for number, name in enumerate(shown)}
        places = {one["instrument_id"]: number for number, one in enumerate(self.instruments)}
        actors = dict.fromkeys(actor for one in shown.values() for actor in one["actors"])
        listed = {topic: None for name in shown for topic in self._alignment.topics_of(name)}
        topics = {topic: number for number, topic in enumerate(listed)}
        actor_numbers = {actor: number for number, actor in enumerate(actors)}
        relations = list(HEADINGS)
        claimants = dict.fromkeys(
            name for sides in self._stances.values() for names in sides.values() for name in names
        )
        claimant_numbers = {name: number for number, name in enumerate(claimants)}
        pairs = []
        for first, second in combinations([one["instrument_id"] for one in self.instruments], 2):
            paired = [
                (
                    numbers[row["a"]],
                    numbers[row["b"]],
                    relations.index(row["relation"]),
                    row["basis"],
                    row["differs"],
                    row["note"],
                )
                for row in self._shown(self._alignment.rows(first, second, alone=False))
            ]
            if paired:
                pairs.append((places[first], places[second], paired))
        content: dict[str, Any] = {
            "version": context.data.version,
            "relations": [[key, RELATIONS[key], heading] for key, heading in HEADINGS.items()],
            "basis": VIA["topic"].lower(),
            "instruments": [
                {**self.instrument(one), "complete": one["instrument_id"] in complete} for one in self.instruments
            ],
            "topics": [[topic, context.name("topics", topic), safe_name(topic)] for topic in topics],
            "actors": [[actor, context.name("actors", actor)] for actor in actors],
            "sides": SIDES,
            "claimants": list(claimants),
            "provisions": [
                {
                    **{key: one[key] for key in ("id", "who", "kind")},
                    "details": [detail for detail in one["details"] if detail[0] not in SIDES],
                    "stances": [
                        [SIDES.index(side), [claimant_numbers[claimant] for claimant in listed]]
                        for side, listed in self._stances.get(name, {}).items()
                    ],
                    "row": rows[name],
                    "of": places[one["instrument_id"]],
                    "topics": [topics[topic] for topic in self._alignment.topics_of(name)],
                    "actors": [actor_numbers[actor] for actor in one["actors"]],
                }
                for name, one in shown.items()
            ],
            "pairs": _columns(pairs),
        }
        return packed_call("clausulaCompare", content)

    def instrument(self, row: Record) -> Record:
        """Return what a comparison shows of an instrument."""
        context, instrument_id = self._context, row["instrument_id"]
        provisions = count(len(self._alignment.own[instrument_id]), "provision")
        coverage = context.label("instruments", "coverage", row["coverage"]).lower()
        return {
            "id": instrument_id,
            "name": context.name("instruments", instrument_id),
            "date": date_text(row.get("date")),
            "about": f"{provisions}, {coverage}",
            "process": context.name("processes", row["process_id"]),
            "address": context.address("instruments", instrument_id),
        }
