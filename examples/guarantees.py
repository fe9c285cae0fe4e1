# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---
# %% [markdown]
# # What do guarantees consist of, and what did the draft of 2025 keep of them?
#
# In 2024 states and the European Union signed security agreements with Ukraine that share a template. The draft plan of
# 2025 promised guarantees as well, but the report on it says little about them. This notebook sets the clauses of the
# agreements next to each other, and then asks what the draft does to them.

# %%
import os
import tempfile
from pathlib import Path

import altair as alt
import pandas as pd

import clausula
from clausula.plot import Figure

FIGURES = Path(os.environ.get("CLAUSULA_FIGURES") or tempfile.mkdtemp(prefix="clausula-"))
FIGURES.mkdir(parents=True, exist_ok=True)
pd.set_option("display.width", 170, "display.max_columns", None, "display.max_rows", 100, "display.max_colwidth", 60)
print(f"clausula {clausula.data_version}; figures go to {FIGURES}")

# %% [markdown]
# ## The clauses of each partner
#
# `clausula.family()` has one row for each agreement and clause of the template. `standing` compares the modality, then
# the strength, with the median of those that have the clause: a duty is more than a permission, and a detailed promise
# more than a general one. It does not compare the content.

# %%
found = clausula.family("ukraine-security-agreements")
names = found["partner"].where(~found["partner"].str.contains(";", regex=False), "Ukraine Compact")
found["short"] = names + found["instrument_id"].map(lambda name: " (annex)" if "annex" in name else "")
partners = list(dict.fromkeys(found["short"]))
print(pd.crosstab(found["short"], found["standing"]).reindex(partners))

# %% [markdown]
# Clauses that some partners lack:

# %%
lacking = found[found["standing"] == "missing"]
without = lacking.groupby("clause", sort=False)["short"].agg(["size", "; ".join])
print(without[without["size"] < len(partners)].sort_values("size").to_string())

# %% [markdown]
# ## After an attack
#
# What starts the consultations, how soon they begin, and within what limits help is promised:

# %%
attack = found[found["template_clause_id"] == "attack-consultation"]
print(attack[["short", "triggers", "quantities"]].to_string(index=False))
help_ = found[found["template_clause_id"] == "attack-assistance"]
print(help_[["short", "standing", "modality", "reservations"]].to_string(index=False))

# %% [markdown]
# ## Money, time and notice

# %%
for clause in ("aid-amounts", "agreement-term", "agreement-end"):
    rows = found[(found["template_clause_id"] == clause) & found["quantities"].notna()]
    print(rows[["short", "quantities"]].to_string(index=False), end="\n\n")

# %% [markdown]
# ## What the draft of 2025 does to them
#
# The draft is known from a report, so a clause that the report omits is unknown, not dropped. A pair rests on a link
# that a coder made, on a chain of links, or on a proposition that both texts advance or block.

# %%
DRAFT = "us-ru-draft-plan-2025"
parts = []
for instrument in dict.fromkeys(found["instrument_id"]):
    pairs = clausula.compare(instrument, DRAFT)
    pairs = pairs[pairs["via"].isin(["link", "chain", "sibling", "proposition"])]
    parts.append(pairs.assign(instrument_id=instrument))
pairs = pd.concat(parts, ignore_index=True)
pairs["short"] = pairs["instrument_id"].map(dict(zip(found["instrument_id"], found["short"], strict=True)))
print(pd.crosstab(pairs["short"], pairs["relation"].astype(str)).reindex(partners, fill_value=0))

# %%
turned = pairs[pairs["relation"] == "reversed"].groupby("summary_b", sort=False)["short"].agg(["nunique", "unique"])
turned["unique"] = turned["unique"].str.join("; ")
print(turned.rename(columns={"nunique": "texts", "unique": "whose clauses it reverses"}).to_string())

# %% [markdown]
# ## The figure

# %%
table = found[["short", "clause", "standing", "topic", "provision_id", "differs"]].copy()
order = list(dict.fromkeys(found["clause"]))
counts = table["standing"].value_counts()


def draw(width: int) -> alt.Chart:
    """Draw a cell for each partner and clause, in the colour of its standing."""
    levels = ["missing", "weaker", "usual", "stronger"]
    shades = alt.Scale(domain=levels, range=["#f1f1f1", "#e0a458", "#8fb3d9", "#1f3f66"])
    return (
        alt.Chart(table)
        .mark_rect(stroke="white")
        .encode(
            x=alt.X("short:N", title=None, sort=partners, axis=alt.Axis(orient="top", labelAngle=-50)),
            y=alt.Y("clause:N", title=None, sort=order, axis=alt.Axis(labelLimit=320)),
            color=alt.Color("standing:N", title=None, scale=shades, legend=alt.Legend(orient="bottom")),
        )
        .properties(width=max(width - 340, 200), height=16 * len(order))
    )


figure = Figure(
    title="Clauses of the security agreements with Ukraine, by partner",
    text=(
        f"{len(order)} clauses of {len(partners)} texts: {counts['usual']} as usual, {counts['stronger']} stronger, "
        f"{counts['weaker']} weaker, {counts['missing']} missing."
    ),
    notes=(
        "In chronological order from left to right.",
        "Stronger and weaker: by modality and strength, compared with the median of those that have the clause.",
    ),
    table=table,
    draw=draw,
)
figure.save(FIGURES / "guarantees.svg")
table.to_csv(FIGURES / "guarantees.csv", index=False)
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - The template was written after the agreements of the United States had been coded, and its clauses are those that a
#   reader found worth comparing. An agreement has provisions that no clause covers.
# - The annex adds to the agreement of the United States, and the compact has many signatories; neither is a bilateral
#   agreement, so a clause that they lack may be in another text of the same partner.
# - One language model aligned the texts with the template, in one reading. `differs` says how a clause departs from its
#   plain form; read it before you conclude anything from a colour.
# - These agreements are not independent: much of their wording is copied. See `provision_links`, relation `copies`.
# - Pairs with the draft by a proposition show that both texts concern one state of affairs, not that one took up the
#   other.
