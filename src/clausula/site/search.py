"""The index of the search page: words of all records, grouped by stem when the site is built.

A page opened from a file cannot load the parts of an index on demand, as Pagefind and similar tools do, so the whole
index is one compressed script. It is small, because words are stored once, and records by number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clausula.core.wording import singular
from clausula.site.context import Context, Record, date_text
from clausula.site.names import safe_name
from clausula.site.packing import SURROGATES, packed_call

KINDS = ("provisions", "reactions", "propositions", "instruments", "actors", "topics", "places", "events", "sources")
"""Tables whose records are found, in the order in which equal results are listed."""

OWN, RELATED = 1, 0
"""Whether a word is in the sentence of a record, or in what belongs to it: its actors, places, topic."""

SHORTEST_STEM = 3

FIRST_CHARACTER = 93
"""Code of the character for 0 in the lists of the index."""

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")


def words(text: str) -> list[str]:
    """Return all words in a text in lower case, without accents and possessive endings."""
    plain = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text))
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)).lower())


def _bases(word: str) -> Iterator[str]:
    """Yield what a word may be an inflected form of, such as withdraw for withdrawing."""
    if word.endswith("ied"):
        yield f"{word[:-3]}y"
    for ending in ("ed", "ing"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= SHORTEST_STEM:
            yield from (f"{base}e", base)
            if base[-1] == base[-2]:
                yield base[:-1]
    if word.endswith("e"):
        yield word[:-1]


def stems(vocabulary: Iterable[str]) -> dict[str, str]:
    """Return the stem of each word: forms of one word that occur in the vocabulary share a stem.

    Plurals always lose their ending; other endings only if the word without them occurs, so that no stem is invented.
    """
    known = {singular(word) for word in vocabulary}
    found = {}
    for word in vocabulary:
        stem = singular(word)
        while (base := next((base for base in _bases(stem) if base in known and base != stem), None)) is not None:
            stem = base
        found[word] = stem
    return found


@dataclass(frozen=True)
class Entry:
    """A record that can be found.

    Attributes
    ----------
    kind : str
        Its table.
    sentence : str
        What the result shows.
    address : str
        Where the result leads, from the root of the site.
    about : str or list of str
        What is shown below the sentence; of a provision, only the names of its actors, as its table has the rest.
    related : list of str
        Further texts by which the record is found.
    process : str
        ID of its process; empty if it belongs to none.
    """

    kind: str
    sentence: str
    address: str
    about: str | list[str]
    related: list[str]
    process: str = ""


class Finder:
    """The records of a site that can be found, with the texts by which they are found."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._process = {one["instrument_id"]: one["process_id"] for one in context.all("instruments")}

    def _actor_texts(self, actor_id: str) -> list[str]:
        aliases = self._context.rows("actor_aliases", "actor_id", actor_id)
        return [self._context.name("actors", actor_id), *(one["alias"] for one in aliases)]

    def words_of_actors(self) -> dict[str, set[str]]:
        """Return the words in the names and aliases of all actors, by name."""
        found: dict[str, set[str]] = {}
        for row in self._context.all("actors"):
            texts = self._actor_texts(row["actor_id"])
            name = self._context.name("actors", row["actor_id"])
            found.setdefault(name, set()).update(word for text in texts for word in words(text))
        return found

    def entries(self) -> list[Entry]:
        """Return all records that can be found, by kind."""
        makers: dict[str, Any] = {
            "provisions": self._provision,
            "reactions": self._reaction,
            "propositions": self._proposition,
            "instruments": self._instrument,
            "actors": self._actor,
            "topics": self._topic,
            "places": self._place,
            "events": self._event,
            "sources": self._source,
        }
        return [makers[kind](row) for kind in KINDS for row in self._context.all(kind)]

    def _provision(self, row: Record) -> Entry:
        context, provision_id = self._context, row["provision_id"]
        actors = [one["actor_id"] for one in context.rows("provision_actors", "provision_id", provision_id)]
        names = dict.fromkeys(context.name("actors", actor) for actor in actors)
        places = [one["place_id"] for one in context.rows("provision_places", "provision_id", provision_id)]
        related = [context.name("places", place) for place in places]
        address = context.address("provisions", provision_id)
        process = self._process[row["instrument_id"]]
        # The page itself finds provisions by actors, topic and ID.
        return Entry("provisions", row["summary"], address, list(names), related, process)

    def _reaction(self, row: Record) -> Entry:
        context = self._context
        ids = [row[name] for name in ("claimant_id", "speaker_id", "addressee_id") if name in row]
        related = [text for actor in dict.fromkeys(ids) for text in self._actor_texts(actor)]
        form = context.label("reactions", "form", row["form"]).lower()
        about = f"{context.name('actors', row['claimant_id'])} · {date_text(row.get('date'))} · {form}"
        address = context.address("reactions", row["reaction_id"])
        return Entry("reactions", row["summary"], address, about, [*related, row["reaction_id"]])

    def _proposition(self, row: Record) -> Entry:
        topic = self._context.name("topics", row["topic_id"])
        address = self._context.address("propositions", row["proposition_id"])
        return Entry("propositions", row["statement"], address, topic, [topic])

    def _instrument(self, row: Record) -> Entry:
        context, instrument_id = self._context, row["instrument_id"]
        actors = [one["actor_id"] for one in context.rows("instrument_actors", "instrument_id", instrument_id)]
        related = [text for actor in dict.fromkeys(actors) for text in self._actor_texts(actor)]
        process = context.name("processes", row["process_id"])
        status = context.label("instruments", "status", row["status"]).lower()
        about = f"{date_text(row.get('date'))} · {status} · {process}"
        address = context.address("instruments", instrument_id)
        name = context.name("instruments", instrument_id)
        return Entry("instruments", name, address, about, [*related, process, instrument_id], row["process_id"])

    def _actor(self, row: Record) -> Entry:
        context = self._context
        texts = self._actor_texts(row["actor_id"])
        aliases = [text for text in dict.fromkeys(texts) if text != row["name"]]
        offices = [
            one["office"] for one in context.rows("affiliations", "actor_id", row["actor_id"]) if "office" in one
        ]
        about = "; ".join([context.label("actors", "kind", row["kind"]), *aliases[:3]])
        address = context.address("actors", row["actor_id"])
        return Entry("actors", row["name"], address, about, [*texts, *offices])

    def _topic(self, row: Record) -> Entry:
        address = self._context.address("topics", row["topic_id"])
        return Entry("topics", row["label"], address, row.get("definition", ""), [row.get("definition", "")])

    def _place(self, row: Record) -> Entry:
        kind = self._context.label("places", "kind", row["kind"])
        address = f"tables/provision_places.html#f.place_id={row['place_id']}"
        return Entry("places", row["name"], address, kind, [row.get("variants", "")])

    def _event(self, row: Record) -> Entry:
        context = self._context
        actors = [one["actor_id"] for one in context.rows("event_actors", "event_id", row["event_id"])]
        related = [text for actor in dict.fromkeys(actors) for text in self._actor_texts(actor)]
        about = f"{context.label('events', 'kind', row['kind'])} · {date_text(row.get('date'))}"
        address = f"instruments.html#{safe_name(row['event_id'])}"
        return Entry("events", row["summary"], address, about, related, row["process_id"])

    def _source(self, row: Record) -> Entry:
        context = self._context
        about = f"{context.label('sources', 'kind', row['kind'])} · {date_text(row.get('date'))}"
        related = [row.get("publisher", ""), row.get("author", ""), row["source_id"]]
        return Entry("sources", row["title"], context.address("sources", row["source_id"]), about, related)


def index(entries: list[Entry]) -> tuple[dict[str, int], list[list[int]]]:
    """Return the number of the stem of each word, and for each stem the entries that have it.

    Returns
    -------
    tuple
        The numbers by word, and for each stem a list of steps: each is twice the distance to the previous entry, plus 1
        if the word is in the sentence of the entry itself.
    """
    texts = [(words(one.sentence), [word for text in one.related for word in words(text)]) for one in entries]
    vocabulary = sorted({word for own, related in texts for word in [*own, *related]})
    stem_of = stems(vocabulary)
    numbers = {stem: number for number, stem in enumerate(dict.fromkeys(stem_of.values()))}
    places: list[dict[int, int]] = [{} for _ in numbers]
    for number, (own, related) in enumerate(texts):
        for word in related:
            places[numbers[stem_of[word]]].setdefault(number, RELATED)
        for word in own:
            places[numbers[stem_of[word]]][number] = OWN
    postings = []
    for found in places:
        last, steps = 0, []
        for number in sorted(found):
            steps.append(2 * (number - last) + found[number])
            last = number
        postings.append(steps)
    return {word: numbers[stem] for word, stem in stem_of.items()}, postings


def characters(steps: Iterable[int]) -> str:
    """Return steps as characters, each of which takes less than the digits of its number.

    They begin after those that JSON would escape, and leave out the halves of surrogate pairs.
    """
    codes = (step + FIRST_CHARACTER for step in steps)
    return "".join(chr(code if code < SURROGATES[0] else code + SURROGATES[1] + 1 - SURROGATES[0]) for code in codes)


def _shown(entry: Entry) -> tuple[str, str]:
    """Return sentence and address of a result; the page reads those of provisions from the script of their table."""
    return ("", "") if entry.kind == "provisions" else (entry.sentence, entry.address)


def script(context: Context) -> bytes:
    """Return the index and what is shown of each record, as a script."""
    finder = Finder(context)
    entries, words_of = finder.entries(), finder.words_of_actors()
    vocabulary, postings = index(entries)
    processes = {row["process_id"]: number for number, row in enumerate(context.all("processes"))}
    numbers = {kind: number for number, kind in enumerate(KINDS)}
    named = dict.fromkeys(name for one in entries if isinstance(one.about, list) for name in one.about)
    names = {name: number for number, name in enumerate(named)}

    def about(one: Entry) -> str | list[int]:
        return one.about if isinstance(one.about, str) else [names[name] for name in one.about]

    content = {
        "kinds": [[kind, context.model[kind].title] for kind in KINDS],
        "processes": [[name, context.name("processes", name)] for name in processes],
        "words": " ".join(vocabulary),
        "stems": list(vocabulary.values()),
        "postings": [characters(steps) for steps in postings],
        "names": list(names),
        "stemsOfNames": [sorted({vocabulary[word] for word in words_of.get(name, ())}) for name in names],
        "entries": [[numbers[one.kind], *_shown(one), about(one), processes.get(one.process, -1)] for one in entries],
    }
    return packed_call("clausulaSearch", content)
