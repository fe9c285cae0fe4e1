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
# An actor may welcome a plan and still reject one of its provisions. Reactions are therefore coded separately for each
# target: an instrument, one of its provisions, or a proposition such as *Ukraine joins NATO.* The stance runs from -2
# (rejects) to +2 (supports), with a condition if there is one. Towards a proposition it means its coming true.

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
# In some sources a party chose the contents, for example a government page that collects praise. The column
# `selected_by_actor_id` names that party. The statements in such a source were made, but their number reflects the
# selection. The rest of this notebook keeps the two kinds apart.

# %%
positions = clausula.positions(country=True)
selected = positions[positions["selected_by_actor_id"].notna()]
free = positions[positions["selected_by_actor_id"].isna()]
print(f"{len(free)} positions from sources that no party selected, {len(selected)} from sources that a party selected")

# %% [markdown]
# ## Rejections
#
# `state` is the state that the claimant is or speaks for at the time.

# %%
columns = ["state", "claimant", "form", "target_kind", "target_id", "target", "stance", "conditional", "condition"]
against = free[free["stance"] < 0].sort_values(["target_kind", "stance", "target_id"])[columns]
print(against.to_string(index=False))

# %% [markdown]
# By country, with those provisions of the draft that block what an actor wants, or advance what it rejects:

# %%
adopted = clausula.adoption("us-ru-draft-plan-2025", country=True)
rejected = adopted[adopted["support"] < 0].groupby(["state", "provision_id"])["conditional"].any()
print(rejected)

# %% [markdown]
# ## Whose positions does the draft adopt?
#
# A provision can do what an actor wants although the actor never spoke of the draft: through a proposition that the
# provision advances or blocks. `support` is the stance turned towards the provision: its sign is reversed if
# the provision blocks the proposition.

# %%
columns = ["provision_id", "claimant", "via", "proposition_id", "direction", "stance", "support"]
print(adopted[columns].to_string(index=False))

# %% [markdown]
# ## Conditions
#
# Any stance can be conditional, support as well as rejection.

# %%
conditions = free[free["conditional"]][["claimant", "target_id", "stance", "condition"]]
print(conditions.to_string(index=False))

# %% [markdown]
# ## Silence
#
# Silence is coded only if the source itself mentions it. Silence is not a stance of 0, and a missing stance is not
# silence.

# %%
silent = free[free["position"] == "silent"][["claimant", "target_id"]]
print(silent.to_string(index=False))

# %% [markdown]
# ## Who is for it, who is against it
#
# A minister, a spokeswoman and a ministry of one state are one government, so `level="state"` counts them once; those
# who speak for no state count for themselves. `mixed` means that a government was for it on one occasion and
# against it on another. These are counts, not rates: the sources chose whom to report.

# %%
edges = clausula.network(level="state")
on_instruments = edges[edges["target_kind"] == "instrument"]
support = pd.crosstab(on_instruments["target_id"], on_instruments["sign"]).reindex(
    columns=["for", "against", "mixed", "neutral"], fill_value=0
)
support.index.name = "instrument_id"
print(support)
print(f"left out because a party selected the source: {edges.attrs['left_out_as_selected_by_a_party']} positions")

# %% [markdown]
# ## Sources that a party selected
#
# Counts only: a percentage of a selection is meaningless.

# %%
gathered = selected.groupby(["selected_by_actor_id", "source_id", "target_kind"], observed=True).agg(
    positions=("reaction_id", "size"), claimants=("claimant_id", "nunique"), lowest_stance=("stance", "min")
)
print(gathered)

# %% [markdown]
# ## The matrix
#
# `+1 if` is a conditional stance, `silent` is silence that the source mentions, and a dot means that no source reports
# a position. Like `clausula.stances`, it leaves out sources that a party selected, and a note counts them.

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
# - Positions are not independent of each other: several come from one source, one speech or one government, and
#   governments react to what others said before. They are not a sample, so do not compute standard errors from
#   them.
# - The reactions come from few texts. If an actor has no row, nothing is known about it; it is neither silent nor
#   indifferent.
# - The claimant is the actor whose position it is, and the speaker is who expresses it: an unnamed official may speak
#   for a government. The table `attributions` lists the speakers and intermediaries through which each position was
#   reported.
# - An actor who rejects an instrument does not thereby reject each of its provisions, and an actor who rejects one
#   provision may still support the instrument.
# - Sources that a party selected are shown separately and are in no count of support.
# - Stances were coded by language models, not by people.
