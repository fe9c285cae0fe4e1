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
# # How strong and how conditional are obligations, and which actors have them?
#
# In this notebook a duty is an obligation or a prohibition: something that an instrument requires an actor to do or
# not to do.

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
pd.set_option("display.width", 160, "display.max_columns", None, "display.max_rows", 100, "display.max_colwidth", 60)
print(f"clausula {clausula.data_version}; figures go to {FIGURES}")

# %% [markdown]
# ## By instrument
#
# Strength is 1 (rhetorical), 2 (substantive) or 3 (detailed). The scale is ordinal, so the table shows counts per
# level and no mean. `loose` counts duties with neither a deadline nor a monitor or enforcement.

# %%
instruments = clausula.load("instruments").set_index("instrument_id")
provisions = clausula.load("provisions")
duties = provisions[provisions["modality"].isin(["obligation", "prohibition"])].copy()
duties["conditional"] = duties["conditionality"] == "conditional"
duties["loose"] = (duties["timing"] == "unspecified") & (duties["enforcement"] == "none")
by_instrument = duties.groupby("instrument_id").agg(
    duties=("provision_id", "size"),
    rhetorical=("strength", lambda s: (s == 1).sum()),
    substantive=("strength", lambda s: (s == 2).sum()),
    detailed=("strength", lambda s: (s == 3).sum()),
    conditional=("conditional", "sum"),
    loose=("loose", "sum"),
)
by_instrument = by_instrument.join(instruments[["coverage", "date_to"]]).sort_values("date_to")
by_instrument["percent_conditional"] = (100 * by_instrument["conditional"] / by_instrument["duties"]).round()
whole = by_instrument["coverage"] == "complete"
print("Complete texts:")
print(by_instrument[whole].drop(columns="coverage").to_string())

# %% [markdown]
# Instruments known from a report are listed separately. A reporter picks what is striking and leaves out the details
# that would make a duty strong, so percentages of the rest say little.

# %%
print(by_instrument[~whole].drop(columns=["coverage", "percent_conditional"]).to_string())

# %% [markdown]
# ## The conditions, in the coders' words

# %%
conditional = duties.loc[duties["conditional"], ["provision_id", "strength", "condition"]]
print(conditional.to_string(index=False))

# %% [markdown]
# ## Obligors
#
# There is one row for each obligor of each duty, so a duty of two actors counts for both. `basis` shows whether the
# text names the obligor or clearly implies it. If the text leaves it open, the obligor is the placeholder
# `unspecified`.

# %%
actors = clausula.load("provision_actors").query("role == 'obligor'")
obligors = duties.merge(actors[["provision_id", "actor_id", "basis"]], on="provision_id", validate="one_to_many")
by_actor = obligors.groupby("actor_id").agg(
    duties=("provision_id", "nunique"),
    instruments=("instrument_id", "nunique"),
    detailed=("strength", lambda s: (s == 3).sum()),
    conditional=("conditional", "sum"),
    named=("basis", lambda b: (b == "named").sum()),
)
by_actor = by_actor.sort_values(["duties", "detailed"], ascending=False)
print(by_actor.head(15))

# %% [markdown]
# The same by instrument, for the actors with the most duties:

# %%
most = by_actor.index[:5]
counts = pd.crosstab(obligors["instrument_id"], obligors["actor_id"])
print(counts[list(most)].reindex(by_instrument.index, fill_value=0))

# %% [markdown]
# ## The figure
#
# A custom figure: an altair chart with a title, a description in words, and the data behind it.

# %%
table = (
    duties.assign(
        level=duties["strength"].map({1: "1 rhetorical", 2: "2 substantive", 3: "3 detailed"}),
        terms=duties["conditional"].map({True: "conditional", False: "unconditional"}),
    )
    .groupby(["instrument_id", "level", "terms"])
    .size()
    .rename("duties")
    .reset_index()
)
table["instrument"] = table["instrument_id"].map(lambda i: i if whole[i] else f"{i} (reported)")
order = [i if whole[i] else f"{i} (reported)" for i in by_instrument.index]
terms = by_instrument.reset_index()[["conditional", "duties"]].assign(instrument=order)
terms["share"] = terms["conditional"].astype(str) + " of " + terms["duties"].astype(str)


def draw(width: int) -> alt.HConcatChart:
    """Draw the duties of each instrument by strength, and next to them the conditional ones."""
    y = alt.Y("instrument:N", title=None, sort=order)
    panel = max((width - 330) // 2, 120)
    shades = alt.Scale(range=["#cfd8e3", "#6f94bd", "#1f3f66"])
    strength = (
        alt.Chart(table, title="all duties, by strength")
        .mark_bar(stroke="white")
        .encode(
            x=alt.X("sum(duties):Q", title=None, axis=alt.Axis(tickMinStep=1)),
            y=y.axis(labelLimit=240),
            color=alt.Color("level:N", title=None, scale=shades, legend=alt.Legend(orient="bottom")),
            order=alt.Order("level:N"),
        )
    )
    bars = alt.Chart(terms, title="of these, conditional").encode(
        x=alt.X("conditional:Q", title=None, axis=alt.Axis(tickMinStep=1)), y=y.axis(None)
    )
    labels = bars.mark_text(align="left", dx=4).encode(text="share:N")
    return strength.properties(width=panel) | (bars.mark_bar(color="#b35806") + labels).properties(width=panel)


figure = Figure(
    title="Duties of each instrument by strength",
    text=f"{len(duties)} duties in {len(by_instrument)} instruments, {duties['conditional'].sum()} conditional.",
    notes=("Instruments in chronological order.", "Reported: duties that the report omits are not in the bar."),
    table=table,
    draw=draw,
)
figure.save(FIGURES / "obligations.svg")
by_instrument.to_csv(FIGURES / "obligations.csv")
by_actor.to_csv(FIGURES / "obligations_by_actor.csv")
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - Duties are counted in the codebook's units: one row for each commitment that could be kept or broken by itself. A
#   long text has more of them. Compare percentages within instruments, not counts between them.
# - `Both sides` is one collective actor, so a duty of both sides does not count for either side.
# - Permissions, recognitions and declarations require nobody to act and are excluded here; see `modality`.
# - Strength and conditionality describe the text. Whether a duty was fulfilled is not coded.
# - Language models coded the texts, not people. `clausula.plot.agreement()` shows how often two passes agreed on
#   strength and conditionality; because both passes were made by models of one kind, this is an upper bound.
