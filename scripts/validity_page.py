"""docs/validity.md: how far our codes agree with those of another dataset, from the record in docs/validity.json."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scripts.rooms import ROOT

RECORD = "docs/validity.json"
PAGE = "docs/validity.md"

HEAD = """# Agreement with PA-X

Generated from [validity.json](validity.json) by `python scripts/reference_pages.py`. The record is made by
`clausula validity --against FILE --out docs/validity.json --force` from your own copy of PA-X, which is not shipped.

Our instruments that PA-X also has are compared code by code, after our topics are projected onto the codes of PA-X
through the [crosswalk](codebook/crosswalk.md). A cell is one mapped code of one agreement: present or absent. A cell
counts only if both datasets know it. Neither dataset is the truth: where they differ, either or both may be wrong.
"""

READING = """## How to read this

- Precision is the share of our codes that PA-X gives too; recall is the share of the codes of PA-X that we give too.
  The intervals come from agreements drawn with replacement; with so few agreements they are wide.
- Where we do not know whether a code applies, because a topic only overlaps with it, the cell is left out. The column
  *unknown to us* counts the codes of PA-X that are lost in this way; recall says nothing about them.
- A code that PA-X sets at certain values of the code that sums it up (`CeProv` where `Ce` is 2 or 3, `CeGen` where it
  is 1) follows our strength, as the codebook of PA-X prescribes for its own values.
- A code and the code that sums it up are two cells, so that one difference can count twice.
- The crosswalk was revised after the differences on all of these agreements had been read. Only agreements that are
  added later test it. No code of ours was changed to agree with PA-X.
- PA-X also codes preambles and mentions in passing, which we do not.
"""


def number(value: float | None) -> str:
    """Return a rate with two decimals, a dash if it is not defined."""
    return "-" if value is None else f"{value:.2f}"


def code(text: str) -> str:
    """Return a code of the other dataset as Markdown."""
    return f"`{text}`"


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return a table in Markdown."""
    names = list(header)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def counts(record: list[dict[str, Any]], key: str, shown: str) -> list[str]:
    """Return a table of counts and rates, for each value of a key that either dataset gives."""
    header = (shown, "cells", "both", "only ours", "only PA-X", "unknown to us", "precision", "recall", "F1")
    names = ("known", "both", "only_ours", "only_theirs", "theirs_unknown_to_us")
    rows = [
        [
            code(row[key]) if key == "code" else row[key],
            *(row[n] for n in names),
            *(number(row[n]) for n in ("precision", "recall", "f1")),
        ]
        for row in record
        if any(row[n] for n in names[1:])
    ]
    return table(header, rows)


def page() -> str:
    """Return the page."""
    record = json.loads((ROOT / RECORD).read_text(encoding="utf-8"))
    one, strength = record["overall"], record["strength"]
    rates = [
        (n, number(one[k]), " to ".join(map(number, one["intervals"][k])))
        for n, k in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
    ]
    lines = [
        HEAD,
        f"Recorded on {record['recorded']} from PA-X edition {record['edition']} "
        f"(SHA-256 `{record['sha256'][:16]}`) and our data {record['version']}.",
        "",
        "## Result",
        "",
        f"{one['agreements']} agreements, {one['known']} cells known to both: {one['both']} coded by both, "
        f"{one['only_ours']} only by us, {one['only_theirs']} only by PA-X, {one['neither']} by neither. "
        f"{one['theirs_unknown_to_us']} further codes of PA-X are unknown to us.",
        "",
        *table(("rate", "value", "95% interval"), rates),
        f"Of the {strength['cells']} cells that both give and PA-X grades from 1 to 3, {strength['equal']} have the "
        f"same strength; ours is higher in {strength['ours_higher']} and that of PA-X in {strength['theirs_higher']}.",
        "",
        f"The rates hold for the known cells only. If the {one['theirs_unknown_to_us']} codes of PA-X that are unknown "
        f"to us counted as missed, recall would be {number(one['recall_unknown_as_missed'])} and F1 "
        f"{number(one['f1_unknown_as_missed'])}.",
        "",
        READING,
        "## By agreement",
        "",
        *counts(record["agreements"], "agreement_id", "PA-X agreement"),
        "## By kind of match",
        "",
        *counts(record["matches"], "match", "closest match"),
        "## By code",
        "",
        "Codes that neither dataset gives on these agreements are left out.",
        "",
        *counts(record["codes"], "code", "code"),
        "## Disagreements",
        "",
        "The anchors are the source and the character offsets of the text that supports our code.",
        "",
        *table(
            ("agreement", "code", "coded by", "our topics", "anchors"),
            [
                [
                    r["agreement_id"],
                    code(r["code"]),
                    r["coded_by"].replace("theirs", "PA-X"),
                    r["topics"] or "",
                    r["anchors"] or "",
                ]
                for r in record["disagreements"]
            ],
        ),
        "## Codes of PA-X that are unknown to us",
        "",
        "PA-X gives the code, and our provisions are on topics that only overlap with it: the topic does not decide "
        "whether the provision falls under the code.",
        "",
        *table(
            ("agreement", "code", "our topics"),
            [[r["agreement_id"], code(r["code"]), r["topics"]] for r in record["unknown"]],
        ),
        "These codes of PA-X match no topic of ours and are not among the cells:",
        "",
        *table(("code", "agreements"), [[code(r["code"]), r["agreements"]] for r in record["unmapped"]]),
        "## Like provisions that PA-X codes differently",
        "",
        "Two of our provisions on one topic, of which the later restates, replaces, strengthens or weakens the "
        "earlier. The topic falls under the code, and PA-X codes only one of the two agreements.",
        "",
        *table(
            ("code", "topic", "earlier", "relation", "later", "coded in"),
            [
                [code(r["code"]), r["topic_id"], r["earlier"], r["relation"], r["later"], r["coded_in"]]
                for r in record["alike"]
            ],
        ),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"
