"""Likeness of wording: which provisions of two instruments have nearly the same words in their sources.

The words are those of the passages on which the provisions rest, without the names of the parties, so that sister
agreements can be compared. Likeness is the normalised similarity of two sequences of words by insertions and deletions,
from 0 to 100.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.scope import Load
from clausula.core.errors import require_known
from clausula.core.findings import CouldNotRun
from clausula.evidence.verify import read_text, text_file

LEAST = 60
"""Least likeness of a proposed pair; docs/dataset.md tells precision and recall at this value."""

FEWEST = 4
"""Passages of fewer words are not compared: they are alike by chance."""

PARTY = "§"
KEPT = 4
"""Number of equal words up to which they are shown in full."""

COLUMNS = ("provision_id", "earlier_provision_id", "likeness", "same_topic", "relation", "words")

_COMMON = ("they", "both participants", "the participants", "both sides", "the two sides", "the parties")


def _party_names(load: Load, instruments: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the names and aliases of the parties of some instruments."""
    parties = load("instrument_actors")
    ids = set(parties.loc[parties["instrument_id"].isin(instruments) & (parties["role"] == "party"), "actor_id"])
    actors, aliases = load("actors"), load("actor_aliases")
    names = {*actors.loc[actors["actor_id"].isin(ids), "name"], *aliases.loc[aliases["actor_id"].isin(ids), "alias"]}
    longest = sorted({*map(str.casefold, names), *_COMMON}, key=len, reverse=True)
    return re.compile(rf"\b(?:the )?(?:{'|'.join(map(re.escape, longest))})(?:['’]s?)?(?!\w)")


def _words(text: str, names: re.Pattern[str]) -> list[str]:
    return re.findall(rf"\w+|{PARTY}", names.sub(PARTY, text.casefold()))


def _passages(load: Load, folder: Path, instrument: str, names: re.Pattern[str]) -> dict[str, list[str]]:
    """Return the words in the passages that state each provision of an instrument.

    Raises
    ------
    CouldNotRun
        If the folder has no text of a source.
    """
    provisions = load("provisions")
    own = provisions.loc[provisions["instrument_id"] == instrument, "provision_id"]
    anchors = load("evidence")
    anchors = anchors[anchors["provision_id"].isin(own) & (anchors["bearing"] == "states")].sort_values("start")
    texts: dict[str, str] = {}
    for source in anchors["source_id"].unique():
        path = text_file(folder, str(source))
        if path is None:
            raise CouldNotRun.of("texts-not-found:source", source=source, texts=folder)
        texts[str(source)] = read_text(path)
    found: dict[str, list[str]] = {str(name): [] for name in own}
    for row in anchors.to_dict("records"):
        passage = texts[str(row["source_id"])][int(row["start"]) : int(row["end"])]
        found[str(row["provision_id"])] += _words(passage, names)
    return found


def differing(one: list[str], other: list[str]) -> str:
    """Return the words in two passages, with differences in brackets: what only the first has, what only the other."""
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        same = one[a:b]
        if kind != "equal":
            parts.append(f"[{' '.join(same)}|{' '.join(other[c:d])}]")
        else:
            parts.append(" ".join(same) if len(same) <= KEPT else f"{same[0]} ... {same[-1]}")
    return " ".join(parts)


def _nearest(
    words: list[str],
    earlier: Mapping[str, list[str]],
    score: Callable[..., float],
    topics: Mapping[str, str],
    topic: str,
) -> tuple[float, str]:
    """Return the likeness and the ID of the most similar passage; of equal ones, that with the same topic."""
    rated = [(score(words, other), topics[name] == topic, name) for name, other in earlier.items()]
    best = max(rated, key=lambda each: each[:2])
    return best[0], best[2]


def align(load: Load, folder: Path, a: str, b: str, least: float = LEAST) -> pd.DataFrame:
    """Propose pairs of provisions of two instruments whose sources use nearly the same words.

    Parameters
    ----------
    load : callable
        Returns a typed table by its name.
    folder : Path
        The folder with the texts of the sources, each named by its ID.
    a, b : str
        IDs of the earlier and of the later instrument.
    least : float, default 60
        Least likeness of a pair, from 0 to 100.

    Returns
    -------
    DataFrame
        One row per provision of b with a pair, in the order of b, with a RangeIndex. Columns: `provision_id` (of b),
        `earlier_provision_id` (of a; the most similar one), `likeness` (float64), `same_topic` (bool), `relation` (of
        the link between them, NA if there is none), `words` (str, the passages, with differences in brackets).

    Raises
    ------
    KeyError
        If no provision of one of the instruments is coded.
    CouldNotRun
        If the folder has no text of a source, or the library for similarity is missing.
    """
    from rapidfuzz.distance import Indel

    provisions = load("provisions")
    for name in (a, b):
        require_known(name, "instrument ID", set(provisions["instrument_id"]), "clausula.load('provisions')")
    names = _party_names(load, (a, b))
    earlier = {name: words for name, words in _passages(load, folder, a, names).items() if len(words) >= FEWEST}
    later = _passages(load, folder, b, names)
    topics = dict(zip(provisions["provision_id"], provisions["topic_id"], strict=True))
    links = load("provision_links")
    relations = dict(
        zip(zip(links["provision_id"], links["earlier_provision_id"], strict=True), links["relation"], strict=True)
    )
    rows: list[dict[str, Any]] = []
    for name, words in later.items():
        if not earlier or len(words) < FEWEST:
            continue
        score, found = _nearest(words, earlier, Indel.normalized_similarity, topics, topics[name])
        likeness = round(100 * score, 1)
        if likeness >= least:
            shown = differing(earlier[found], words)
            pair = (name, found, likeness, topics[name] == topics[found], relations.get((name, found)), shown)
            rows.append(dict(zip(COLUMNS, pair, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS))
