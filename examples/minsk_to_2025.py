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
# A link describes what a later provision does to an earlier one. All three texts are complete, so a provision that the
# package of 2015 does not take up was either dropped or left in force beside it; links cannot show which. Provisions
# that the package takes up only through the memorandum are counted separately.

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
# `clausula.lineage` follows the links back from a provision of the draft, through any texts in between. For each
# provision of the draft, the table shows the Minsk provisions in its chain. If there are none, it shows whether any
# Minsk provision has the same topic.

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
# The coders' summaries of the linked provisions, side by side:

# %%
summary = provisions.set_index("provision_id")["summary"]
for row in survived[survived["to_minsk"] == "takes up"].itertuples():
    print(f"{row.provision_id} ({row.relation})\n  draft: {row.summary}")
    for earlier in row.minsk_provisions.split(", "):
        print(f"  {earlier}: {summary[earlier]}")

# %% [markdown]
# The other direction: Minsk topics that no provision of the draft has, neither as its primary topic nor as a secondary
# one. A provision under another topic may
# still relate to one of them, as the links above show.

# %%
of_draft = clausula.wide().loc[DRAFT]
not_reported = sorted(topic for topic in minsk_topics if pd.isna(of_draft[topic]))
print(f"not reported: {len(not_reported)} of {len(minsk_topics)} topics: {', '.join(not_reported)}")

# %% [markdown]
# ## Chains of provisions that the draft takes up
#
# Each box is a provision, the dots show its strength, and each line is a link.

# %%
for provision in survived.loc[survived["to_minsk"] == "takes up", "provision_id"]:
    chain = clausula.plot.lineage(provision)
    chain.save(FIGURES / f"{provision}.svg")
    print(f"{chain.title}: {chain.text}")

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
# - "Same topic, no link" means that the coders judged the provisions to be different, for example a ceasefire of both
#   sides and an end to attacks by one side. If a chain runs through other texts, `relation` describes its last step.
# - The links were coded by language models, not by people.
# - The codes are those of the version printed above. The codebook page *Links between provisions* gives the rules.
