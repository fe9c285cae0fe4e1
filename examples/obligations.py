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
# `clausula.duties()` has one row for each duty and each actor that has it, its bearer. This table therefore counts each
# duty once, by its ID. Strength is 1 (rhetorical), 2 (substantive) or 3 (detailed). The scale is ordinal, so the table
# shows counts per level and no mean. `loose` counts duties with neither a deadline nor a monitor.

# %%
bearers = clausula.duties()
bearers["loose"] = ~bearers["deadline"] & ~bearers["monitored"]
duties = bearers.drop_duplicates("provision_id")
by_instrument = duties.groupby("instrument_id").agg(
    duties=("provision_id", "size"),
    rhetorical=("strength", lambda s: (s == 1).sum()),
    substantive=("strength", lambda s: (s == 2).sum()),
    detailed=("strength", lambda s: (s == 3).sum()),
    conditional=("conditional", "sum"),
    loose=("loose", "sum"),
    coverage=("coverage", "first"),
    day=("day", "first"),
)
by_instrument = by_instrument.sort_values("day")
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
# ## Bearers
#
# A duty of two actors counts for both. `named` counts the duties whose text names the bearer. If a text does not say
# who is to act, the bearer is the placeholder `Unspecified`. Only complete texts are counted.

# %%
counted = bearers[bearers["coverage"] == "complete"]
by_actor = counted.groupby(["actor_id", "actor"]).agg(
    duties=("provision_id", "nunique"),
    instruments=("instrument_id", "nunique"),
    detailed=("strength", lambda s: (s == 3).sum()),
    conditional=("conditional", "sum"),
    named=("basis", lambda b: (b == "named").sum()),
)
by_actor = by_actor.reset_index("actor").sort_values(["duties", "detailed"], ascending=False)
print(by_actor.head(15))

# %% [markdown]
# The same by instrument, for the actors with the most duties:

# %%
most = by_actor.index[:5]
counts = pd.crosstab(counted["instrument_id"], counted["actor_id"])
print(counts[list(most)].reindex(by_instrument.index[whole], fill_value=0))

# %% [markdown]
# ## The figure
#
# A custom figure: an altair chart with a title, a description in words, and the data behind it. It shows shares within
# each instrument, because a long text has more duties, and complete texts only. Those with fewer than five duties are
# in the table above, but not in the figure.

# %%
LEVELS = {1.0: "1 rhetorical", 2.0: "2 substantive", 3.0: "3 detailed"}
shown = by_instrument[whole & (by_instrument["duties"] >= 5)]
drawn = duties[duties["instrument_id"].isin(shown.index)]
table = drawn.groupby(["instrument_id", "instrument", "strength"]).size().rename("duties").reset_index()
table["share"] = table["duties"] / table.groupby("instrument_id")["duties"].transform("sum")
table["level"] = table["strength"].map(LEVELS)
names = drawn.drop_duplicates("instrument_id").set_index("instrument_id")["instrument"]
names = names.where(names.str.len() <= 46, names.str.slice(0, 45).str.rstrip() + "…")
label = {i: f"{names[i]} ({shown.at[i, 'duties']})" for i in shown.index}
table["label"] = table["instrument_id"].map(label)
order = [label[i] for i in shown.index]
terms = shown.reset_index()[["instrument_id", "conditional", "duties"]].assign(label=order)
terms["share"] = terms["conditional"] / terms["duties"]
terms["words"] = terms["conditional"].astype(str) + " of " + terms["duties"].astype(str)


def draw(width: int) -> alt.HConcatChart:
    """Draw the shares of duties by strength in each instrument, and next to them those of conditional duties."""
    y = alt.Y("label:N", title=None, sort=order)
    panel = max((width - 400) // 2, 120)
    percent = alt.Axis(format="%", values=[0, 0.5, 1])
    shades = alt.Scale(range=["#cfd8e3", "#6f94bd", "#1f3f66"])
    strength = (
        alt.Chart(table, title="Duties by strength")
        .mark_bar(stroke="white")
        .encode(
            x=alt.X("share:Q", title=None, axis=percent, scale=alt.Scale(domain=[0, 1])),
            y=y.axis(labelLimit=320),
            color=alt.Color("level:N", title=None, scale=shades, legend=alt.Legend(orient="bottom")),
            order=alt.Order("level:N"),
        )
    )
    bars = alt.Chart(terms, title="Conditional duties").encode(
        x=alt.X("share:Q", title=None, axis=percent, scale=alt.Scale(domain=[0, 1])), y=y.axis(None)
    )
    words = bars.mark_text(align="left", dx=4).encode(text="words:N")
    return strength.properties(width=panel) | (bars.mark_bar(color="#b35806") + words).properties(width=panel)


figure = Figure(
    title="Duties in complete texts by strength, as shares of each text",
    text=(
        f"{len(drawn)} duties in {len(shown)} complete texts with at least five; {int(drawn['conditional'].sum())} are "
        "conditional."
    ),
    notes=(
        "In chronological order; the number of duties is in brackets.",
        "Instruments known from a report are left out.",
    ),
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
#   long text has more of them. Compare shares within instruments, not counts between them.
# - Duties of one text are not independent of each other, and these texts were not drawn at random: they were chosen
#   around one conflict and its comparisons. The shares describe these texts and no others.
# - `Both sides` is one collective actor, so a duty of both sides does not count for either side.
# - Permissions, recognitions and declarations require nobody to act and are excluded here; see `modality`.
# - Strength and conditionality describe the text. Whether a duty was fulfilled is not coded.
# - Language models coded the texts, not people. `clausula.plot.agreement()` shows how often two passes agreed on
#   strength and conditionality; because both passes were made by models of one kind, this is an upper bound.
