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
# # What survived from Minsk to the draft of 2025?
#
# The three Minsk texts of 2014 and 2015 and the draft of November 2025 concern the same war. This notebook asks two
# questions: what did the last Minsk text do with the provisions of the two before it, and which Minsk provisions does
# the draft take up?

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

import clausula

MINSK = ["minsk-protocol-2014", "minsk-memorandum-2014", "minsk-package-2015"]
DRAFT = "us-ru-draft-plan-2025"
FIGURES = Path(os.environ.get("CLAUSULA_FIGURES") or tempfile.mkdtemp(prefix="clausula-"))
FIGURES.mkdir(parents=True, exist_ok=True)
pd.set_option("display.width", 160, "display.max_columns", None, "display.max_rows", 100, "display.max_colwidth", 70)
print(f"clausula {clausula.data_version}; figures go to {FIGURES}")

# %% [markdown]
# ## Within Minsk
#
# `clausula.compare` pairs the provisions of two instruments: by links that the coders made, directly or along a chain
# of texts, then by propositions that both advance or block. A provision can have several pairs. Each is counted once
# here, under all relations that its pairs have. `related` means that both concern the same matter or topic and the
# codes do not show which asks for more; `dropped`, that the later text is known in full and has no counterpart.

# %%
PACKAGE = MINSK[-1]
fates = []
for earlier in MINSK[:-1]:
    compared = clausula.compare(earlier, PACKAGE).dropna(subset="provision_id_a")
    relations = compared.groupby("provision_id_a")["relation"].agg(lambda r: " and ".join(sorted(set(r))))
    fates.append(relations.astype("object").value_counts().rename(earlier))
print(pd.concat(fates, axis=1).fillna(0).astype(int).to_string())

# %% [markdown]
# ## From Minsk to the draft
#
# The draft is known from a report, so what it omits is `unknown`. What only the draft has is `new`, because the package
# is known in full.

# %%
compared = clausula.compare(PACKAGE, DRAFT)
sides = {"of the package": "provision_id_a", "of the draft": "provision_id_b"}
counts = {
    name: compared.dropna(subset=side).groupby("relation", observed=True)[side].nunique()
    for name, side in sides.items()
}
print(pd.DataFrame(counts).fillna(0).astype(int).to_string())
print("A provision with pairs of several relations is counted under each.")

# %% [markdown]
# The pairs, from the most to the least certain. `link`: a coder compared the two provisions. `proposition`: one
# advances what the other blocks, or both do the same to a different extent. The summaries are the coders'.

# %%
survived = compared.dropna(subset=["provision_id_a", "provision_id_b"]).sort_values("via", kind="stable")
for row in survived.itertuples():
    basis = row.propositions if row.via == "proposition" else row.via
    print(f"{row.relation} ({basis})\n  {row.provision_id_a}: {row.summary_a}\n  {row.provision_id_b}: {row.summary_b}")

# %% [markdown]
# One provision of the draft, the transfer of Donbas, is the counterpart of nine provisions of the package. So the
# number of pairs does not measure how much of the draft comes from Minsk.

# %%
print(survived.groupby("provision_id_b")["provision_id_a"].nunique().to_string())

# %% [markdown]
# The other direction: Minsk topics that no provision of the draft has as its primary or a secondary topic.

# %%
provisions = clausula.load("provisions")
minsk_topics = set(provisions.loc[provisions["instrument_id"].isin(MINSK), "topic_id"])
of_draft = clausula.wide().loc[DRAFT]
not_reported = sorted(topic for topic in minsk_topics if pd.isna(of_draft[topic]))
print(f"not reported: {len(not_reported)} of {len(minsk_topics)} topics: {', '.join(not_reported)}")

# %% [markdown]
# ## Chains of provisions that the draft takes up
#
# Each box is a provision, the dots show its strength, and each line is a link. In the table, `composed` says how the
# draft compares with each earlier provision along the chain.

# %%
for provision in survived.loc[survived["via"].isin(["link", "chain"]), "provision_id_b"].unique():
    chain = clausula.plot.lineage(provision)
    chain.save(FIGURES / f"{provision}.svg")
    print(f"{chain.title}: {chain.text}")
    steps = clausula.lineage(provision).query("steps < 0").drop_duplicates("provision_id")
    print(steps[["provision_id", "steps", "composed"]].to_string(index=False))

# %% [markdown]
# ## One topic across all instruments
#
# The example is the ceasefire. The figure covers every coded instrument, including those of other peace processes.

# %%
figure = clausula.plot.lineage("ceasefire")
figure.save(FIGURES / "minsk_to_2025.svg")
survived.to_csv(FIGURES / "minsk_to_2025.csv", index=False)
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - The draft is known from one news report. The draft may contain provisions that the report omits, so the topics
#   above are *not reported*; they were not necessarily *dropped*. `clausula.wide()` shows `NA` for them, and 0 only if
#   the complete text was read.
# - Links connect texts. They show what a provision does to an earlier one, not whether the drafters knew the earlier
#   text, nor what was implemented.
# - Pairs are not independent: provisions of one text share its fate, and one later provision can answer many. No test
#   that treats them as separate cases is valid.
# - A comparison by proposition looks at direction and extent only. Read both summaries before you cite it.
# - The links were coded by language models, not by people.
# - The codes are those of the version printed above. The codebook page *Links between provisions* gives the rules.
