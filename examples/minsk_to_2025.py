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
# The three Minsk texts of 2014 and 2015 and the draft of November 2025 deal with one war. Two questions: what did the
# last Minsk text make of the two before it, and what does the draft take up of all three?

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
# A link says what a later provision does to an earlier one. All three texts are complete, so a provision that nothing
# in the package of 2015 takes up was let go, or left to stand beside it: links cannot tell which. What the package
# reaches only through the memorandum is counted as such.

# %%
provisions = clausula.load("provisions")
links = clausula.load("provision_links")
home = provisions.set_index("provision_id")["instrument_id"]
links["later"] = links["provision_id"].map(home)
links["earlier"] = links["earlier_provision_id"].map(home)

package = links[(links["later"] == "minsk-package-2015") & links["earlier"].isin(MINSK)]
before = provisions[provisions["instrument_id"].isin(MINSK[:2])]
fate = before[["instrument_id", "provision_id", "topic_id"]].merge(
    package[["earlier_provision_id", "relation"]], left_on="provision_id", right_on="earlier_provision_id", how="left"
)
fate["in_2015"] = fate["relation"].astype("object").fillna("not taken up")
for number, row in fate[fate["relation"].isna()].iterrows():
    later = clausula.lineage(row["provision_id"]).query("instrument_id == 'minsk-package-2015'")
    if len(later):
        fate.loc[number, "in_2015"] = "through the memorandum"
print(pd.crosstab(fate["instrument_id"], fate["in_2015"]))

# %% [markdown]
# ## From Minsk to the draft
#
# `clausula.lineage` follows the links from a provision of the draft back through whatever lies between. For each
# provision of the draft: the Minsk provisions in its chain, or, where there are none, whether Minsk knew its topic.

# %%
draft = provisions[provisions["instrument_id"] == DRAFT]
minsk_topics = set(provisions.loc[provisions["instrument_id"].isin(MINSK), "topic_id"])
rows = []
for provision in draft.itertuples():
    chain = clausula.lineage(provision.provision_id)
    roots = chain[chain["instrument_id"].isin(MINSK)].drop_duplicates("provision_id")
    step = chain.loc[chain["provision_id"] == provision.provision_id].dropna(subset="relation")
    kind = "takes up" if len(roots) else "same topic, no link" if provision.topic_id in minsk_topics else "new topic"
    rows.append(
        {
            "provision_id": provision.provision_id,
            "topic_id": provision.topic_id,
            "to_minsk": kind,
            "relation": ", ".join(sorted(set(step["relation"].astype(str)))) if len(roots) else "",
            "minsk_provisions": ", ".join(roots["provision_id"]),
            "summary": provision.summary,
        }
    )
survived = pd.DataFrame(rows)
print(survived.drop(columns="summary").to_string(index=False))

# %% [markdown]
# The words behind each link, side by side, in the coders' summaries:

# %%
summary = provisions.set_index("provision_id")["summary"]
for row in survived[survived["to_minsk"] == "takes up"].itertuples():
    print(f"{row.provision_id} ({row.relation})\n  draft: {row.summary}")
    for earlier in row.minsk_provisions.split(", "):
        print(f"  {earlier}: {summary[earlier]}")

# %% [markdown]
# The other way round: the topics of Minsk under which no provision of the draft is coded. A provision of another topic
# may still bear on one of them, as the links above show.

# %%
untold = sorted(minsk_topics - set(draft["topic_id"]))
print(f"{len(untold)} of {len(minsk_topics)} topics: {', '.join(untold)}")

# %% [markdown]
# ## The chains of what the draft takes up
#
# A box is a provision, dots are its strength, a line is a link.

# %%
for provision in survived.loc[survived["to_minsk"] == "takes up", "provision_id"]:
    chain = clausula.plot.lineage(provision)
    chain.save(FIGURES / f"{provision}.svg")
    print(f"{chain.title}: {chain.text}")

# %% [markdown]
# ## A topic through all instruments
#
# The ceasefire, for one. A topic gathers all instruments that were coded, those of other processes included.

# %%
figure = clausula.plot.lineage("ceasefire")
figure.save(FIGURES / "minsk_to_2025.svg")
survived.to_csv(FIGURES / "minsk_to_2025.csv", index=False)
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - The draft is known from one news report. What the report does not tell may still stand in the draft: the topics
#   above are *not told of*, not *dropped*. `clausula.wide()` gives `NA` for them, and 0 only where a complete text was
#   read.
# - Links are between texts. They say what words do to earlier words, not that anybody had the earlier text before him,
#   nor what was carried out.
# - "Same topic, no link" means that the coders saw the provisions as different things, such as a ceasefire of both
#   sides and one side's end of attacks. `relation` is that of the last step where the chain runs through texts in
#   between.
# - The codes are those of the version printed above, and the codebook page *Links between provisions* gives the rules.
