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
# # Who rejects which provision, and under what condition?
#
# An actor may welcome a plan and refuse one of its provisions. Reactions are therefore coded target by target: an
# instrument, a provision of it, or a topic; from -2 (rejects) to +2 (supports), with the condition if there is one.

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

import clausula

FIGURES = Path(os.environ.get("CLAUSULA_FIGURES") or tempfile.mkdtemp(prefix="clausula-"))
FIGURES.mkdir(parents=True, exist_ok=True)
pd.set_option("display.width", 180, "display.max_columns", None, "display.max_rows", 100, "display.max_colwidth", 60)
print(f"clausula {clausula.data_version}; figures go to {FIGURES}")

# %% [markdown]
# ## Two kinds of sources
#
# Where a party chose what a source contains, such as a page on which a government gathers praise, the source names it
# in `selected_by_actor_id`. What stands there was said, but how many said it tells about the choice. The two kinds are
# kept apart from here on.

# %%
positions = clausula.positions()
selected = positions[positions["selected_by_actor_id"].notna()]
free = positions[positions["selected_by_actor_id"].isna()]
print(f"{len(free)} positions from sources that no party selected, {len(selected)} from sources that one did")

# %% [markdown]
# ## Rejections

# %%
summary = clausula.load("provisions").set_index("provision_id")["summary"]
columns = ["claimant_id", "speaker_id", "form", "target_kind", "target_id", "stance", "conditional", "condition"]
against = free[free["stance"] < 0].sort_values(["target_kind", "stance", "target_id"])[columns]
print(against.to_string(index=False))
print("\nWhat the rejected provisions say:")
for provision in against.loc[against["target_kind"] == "provision", "target_id"].unique():
    print(f"  {provision}: {summary[provision]}")

# %% [markdown]
# ## Conditions
#
# A condition may hang on any stance, on support as well as on refusal.

# %%
conditions = free[free["conditional"]][["claimant_id", "target_id", "stance", "condition"]]
print(conditions.to_string(index=False))

# %% [markdown]
# ## Silence
#
# Silence is coded only where the source itself notes it. It is no stance of 0, and no stance is no silence.

# %%
silent = free[free["position"] == "silent"][["claimant_id", "target_id"]]
print(silent.to_string(index=False))

# %% [markdown]
# ## Rates of support, for what they are worth
#
# Per instrument, the actors whose latest position is in favour, out of those on whom a source has any stance.
# `clausula.stances` leaves out sources that a party selected; `attrs` says how many positions these were.

# %%
stances = clausula.stances("instrument")
support = pd.DataFrame(
    {
        "in_favour": (stances > 0).sum(),
        "against": (stances < 0).sum(),
        "actors": stances.notna().sum(),
    }
)
support = support[support["actors"] > 0].astype("int64")
print(support)
print(f"left out as selected by a party: {stances.attrs['left_out_as_selected_by_a_party']} positions")

# %% [markdown]
# ## What a party gathered, apart
#
# Counts only: a share over a selection has no meaning.

# %%
gathered = selected.groupby(["selected_by_actor_id", "source_id", "target_kind"], observed=True).agg(
    positions=("reaction_id", "size"), claimants=("claimant_id", "nunique"), lowest_stance=("stance", "min")
)
print(gathered)

# %% [markdown]
# ## The matrix
#
# `+1 if` is a stance on a condition, `silent` is silence that the source notes, a dot is what no source tells. A dagger
# would mark what comes from a source that a party selected.

# %%
figure = clausula.plot.stance_matrix("provision")
figure.save(FIGURES / "who_rejects_what.svg")
support.to_csv(FIGURES / "who_rejects_what_support.csv")
against.to_csv(FIGURES / "who_rejects_what.csv", index=False)
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - Reactions are known from few texts. An actor without a row was not read; it is
#   neither silent nor indifferent.
# - A claimant is whose position it is, a speaker who voices it: an unnamed official may stand for a government. The
#   table `attributions` holds the voices through which each position reached us.
# - A rejection of an instrument is not one of each of its provisions, and a rejected provision need not sink the whole.
# - Sources that a party selected are shown apart and stand in no rate of support.
