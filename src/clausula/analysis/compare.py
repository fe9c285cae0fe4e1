"""Two instruments side by side: which provisions of one are kept, changed or left out in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from clausula.analysis.composition import UNCLEAR, Comparison, Links
from clausula.analysis.quantities import numbers_side_by_side, quantity_text
from clausula.core.errors import InvalidArgument, require_known
from clausula.core.pandas_text import text_dtype, text_index

RELATIONS = {
    "same": "Same",
    "stronger": "Stronger",
    "weaker": "Weaker",
    "reversed": "Reversed",
    "replaced": "Replaced",
    "related": "Related",
    "dropped": "Dropped",
    "new": "New",
    "unknown": "Unknown",
}
"""How b stands to a, each with its label; the last three are for provisions that only one of them has."""

VIA = {
    "link": "Link",
    "chain": "Chain of links",
    "sibling": "Common predecessor",
    "proposition": "Proposition",
    "topic": "Topic",
    "none": "Nothing",
}
"""What the comparison rests on, from the surest to the least sure, each with its label."""

BEARERS = ("obligor", "holder", "declarant")
SIDES = ("bearers", "summary", "modality", "strength", "condition", "due", "monitor", "quantities")
"""What is shown of each of the two provisions."""

Load = Callable[[str], pd.DataFrame]
Row = dict[str, Any]


def _joined(frame: pd.DataFrame, column: str) -> dict[str, str]:
    groups = frame.groupby("provision_id", sort=False)[column]
    return {str(name): "; ".join(dict.fromkeys(map(str, values))) for name, values in groups}


def sides(load: Load, ids: set[str], labels: bool) -> dict[str, Row]:
    """Return what is shown of each provision, by its ID; `labels` gives names of actors and labels of categories."""
    provisions = load("provisions")
    provisions = provisions[provisions["provision_id"].isin(ids)]
    actors = load("provision_actors")
    if labels:
        actors = actors.assign(actor_id=actors["actor_id"].map(load("actors").set_index("actor_id")["name"]))
    bearers = _joined(actors[actors["role"].isin(BEARERS)], "actor_id")
    monitors = _joined(actors[actors["role"] == "monitor"], "actor_id")
    quantities = load("provision_quantities")
    quantities = quantities[quantities["provision_id"].isin(ids)]
    texts = quantities.assign(text=[quantity_text(row) for row in quantities.to_dict("records")])
    numbers = _joined(texts, "text")
    found: dict[str, Row] = {}
    for row in provisions.to_dict("records"):
        name = str(row["provision_id"])
        enforcement = None if row["enforcement"] == "none" else row["enforcement"]
        found[name] = {
            **{key: None if pd.isna(row[key]) else row[key] for key in ("summary", "modality", "condition", "due")},
            "strength": float(row["strength"]),
            "bearers": bearers.get(name),
            "monitor": monitors.get(name, enforcement),
            "quantities": numbers.get(name),
        }
    return found


def _linked(links: Links, ours: set[str], theirs: set[str]) -> Iterator[tuple[str, str, str, Comparison]]:
    """Yield pairs that are linked, with what they rest on and how the provision of b compares with the one of a."""
    for b in sorted(theirs):
        direct = {a: c for a, c in links.earlier(b).items() if a in ours}
        direct |= {a: c for a, c in links.later(b).items() if a in ours and a not in direct}
        for a, found in direct.items():
            yield a, b, "chain" if found.steps > 1 else "link", found
        seen = set(direct)
        for a, found in links.siblings(b):
            if a in ours and a not in seen:
                seen.add(a)
                yield a, b, "sibling", found


def _by_proposition(bearings: pd.DataFrame, ours: set[str], theirs: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield pairs that advance or block one proposition, with it and the relation that the signs and extents imply."""
    columns = ["provision_id", "proposition_id", "direction", "extent"]
    first = bearings.loc[bearings["provision_id"].isin(ours), columns]
    second = bearings.loc[bearings["provision_id"].isin(theirs), columns]
    for row in first.merge(second, on="proposition_id", suffixes=("_a", "_b")).to_dict("records"):
        whole_a, whole_b = (row[f"extent_{side}"] == "wholly" for side in "ab")
        if row["direction_a"] != row["direction_b"]:
            relation = "reversed"
        elif whole_a and whole_b:
            relation = "same"
        else:
            relation = "stronger" if whole_b else "weaker" if whole_a else UNCLEAR
        yield row["provision_id_a"], row["provision_id_b"], row["proposition_id"], relation


def _pairs(load: Load, ours: set[str], theirs: set[str]) -> dict[tuple[str, str], Row]:
    """Return the pairs of provisions that concern one matter, each with what is known of it."""
    links = Links(load("provision_links"))
    pairs: dict[tuple[str, str], Row] = {}
    for a, b, via, found in _linked(links, ours, theirs):
        pairs[a, b] = {
            **dict(zip(links.fields, found.changes, strict=True)),
            "relation": found.relation,
            "via": via,
            "through": "; ".join(found.through) or None,
            "note": links.notes.get((b, a), links.notes.get((a, b))) if via == "link" else None,
        }
    linked_a, linked_b = {a for a, _ in pairs}, {b for _, b in pairs}
    shared = list(_by_proposition(load("provision_propositions"), ours, theirs))
    for a, b, proposition, relation in shared:
        free = a not in linked_a or b not in linked_b
        if (a, b) not in pairs and (free or relation == "reversed"):
            pairs[a, b] = {"relation": relation, "via": "proposition"}
        if (a, b) in pairs:
            known = pairs[a, b].get("propositions")
            pairs[a, b]["propositions"] = f"{known}; {proposition}" if known else proposition
            if pairs[a, b]["via"] == "proposition" and pairs[a, b]["relation"] != relation:
                pairs[a, b]["relation"] = UNCLEAR
    return pairs


def _alone(load: Load, left: set[str], others: set[str], only: str) -> Iterator[tuple[str, Row]]:
    """Yield the provisions without a pair, with the provisions of the other side that have one of their topics."""
    further = load("provision_topics")[["provision_id", "topic_id"]]
    topics = pd.concat([load("provisions")[["provision_id", "topic_id"]], further])
    own = topics[topics["provision_id"].isin(left)]
    same = _joined(
        own.merge(topics[topics["provision_id"].isin(others)], on="topic_id", suffixes=("", "_other")),
        "provision_id_other",
    )
    for name in sorted(left):
        found = same.get(name)
        via = {"relation": UNCLEAR, "via": "topic"} if found else {"relation": only, "via": "none"}
        yield name, {**via, "same_topic": found}


def _coverage(load: Load, instrument_id: str) -> str:
    instruments = load("instruments").set_index("instrument_id")["coverage"]
    return str(instruments[instrument_id])


def compare(load: Load, a: str, b: str, labels: bool = False) -> pd.DataFrame:
    """Return the provisions of two instruments side by side.

    Parameters
    ----------
    load : callable
        Returns a typed table by its name.
    a, b : str
        IDs of instruments with coded provisions.
    labels : bool, default False
        Whether to give names and labels instead of IDs and codes.

    Returns
    -------
    DataFrame
        As described in `clausula.compare`.

    Raises
    ------
    UnknownName
        If no provision of one of the instruments is coded.
    InvalidArgument
        If `a` and `b` are the same.
    """
    if a == b:
        raise InvalidArgument.of("nothing-to-compare:same", instrument=a)
    provisions = load("provisions")
    ours, theirs = (set(provisions.loc[provisions["instrument_id"] == name, "provision_id"]) for name in (a, b))
    for name, own in ((a, ours), (b, theirs)):
        if not own:
            known = list(provisions["instrument_id"].unique())
            require_known(name, "instrument ID with coded provisions", known, "clausula.load('instruments')")
    complete = {side: _coverage(load, name) == "complete" for side, name in (("a", a), ("b", b))}
    pairs = _pairs(load, ours, theirs)
    rows: list[Row] = [{"provision_id_a": x, "provision_id_b": y, **known} for (x, y), known in pairs.items()]
    only_a = _alone(load, ours - {x for x, _ in pairs}, theirs, "dropped" if complete["b"] else "unknown")
    only_b = _alone(load, theirs - {y for _, y in pairs}, ours, "new" if complete["a"] else "unknown")
    rows += [{"provision_id_a": name, **known} for name, known in only_a]
    rows += [{"provision_id_b": name, **known} for name, known in only_b]
    return _framed(load, rows, ours | theirs, labels)


def _framed(load: Load, rows: list[Row], ids: set[str], labels: bool) -> pd.DataFrame:
    """Return the rows in the order of a, then of b, with what is shown of each provision."""
    provisions = load("provisions").set_index("provision_id")
    shown = sides(load, ids, labels)
    quantities = {str(name): rows for name, rows in load("provision_quantities").groupby("provision_id")}
    order = {name: int(ordinal) for name, ordinal in provisions["ordinal"].items()}
    last = len(order) + 1
    rows.sort(key=lambda row: tuple(order.get(row.get(f"provision_id_{side}", ""), last) for side in "ab"))
    for row in rows:
        ends = {side: row.get(f"provision_id_{side}") for side in "ab"}
        row["topic_id"] = provisions.at[ends["a"] or ends["b"], "topic_id"]
        for side, name in ends.items():
            row |= {f"{key}_{side}": value for key, value in shown.get(name or "", {}).items()}
        both = [quantities[name] for name in ends.values() if name in quantities]
        if len(both) == 2:
            row.update(numbers_side_by_side(*both) or {})
    return _typed(load, rows, labels)


def _typed(load: Load, rows: list[Row], labels: bool) -> pd.DataFrame:
    fields = Links(load("provision_links")).fields
    numbers = ["measure", "unit", "number_a", "number_b", "difference"]
    known = ["relation", "via", "through", *fields, "propositions", "same_topic", "topic_id"]
    both = [f"{key}_{side}" for key in SIDES for side in "ab"]
    columns = ["provision_id_a", "provision_id_b", *known, *both, *numbers, "note"]
    floats = {"strength_a", "strength_b", "number_a", "number_b", "difference"}
    frame = pd.DataFrame(rows, columns=text_index(columns), dtype="object")
    closed = {"relation": RELATIONS, "via": VIA}
    for name in columns:
        if name in closed:
            frame[name] = pd.Categorical(frame[name], text_index(closed[name]))
            if labels:
                frame[name] = frame[name].cat.rename_categories(closed[name])
        elif name in floats:
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].where(frame[name].notna(), None).astype(text_dtype())
    if labels:
        frame["topic_id"] = frame["topic_id"].map(load("topics").set_index("topic_id")["label"])
    frame.columns = text_index(columns)
    return frame
