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
# # Do our codes and those of another dataset say the same of an agreement?
#
# `clausula.crosswalk("pax")` gives our instruments in the codes of PA-X, and `pax_agreement_id` names the agreement
# there, so that a table of PA-X can be merged by `AgtId`.
#
# **The file that is merged here is made up.** `made_up_pax.csv` has the layout of columns of PA-X and three rows whose
# values were invented for this example; they say nothing about what PA-X holds. Take your own copy from PA-X and
# name it in the environment variable `CLAUSULA_PAX`.

# %%
import os
import tempfile
from pathlib import Path

import altair as alt
import pandas as pd

import clausula
from clausula.plot import Figure

HERE = Path(__file__).parent if "__file__" in globals() else Path()
FIGURES = Path(os.environ.get("CLAUSULA_FIGURES") or tempfile.mkdtemp(prefix="clausula-"))
FIGURES.mkdir(parents=True, exist_ok=True)
FILE = Path(os.environ.get("CLAUSULA_PAX") or HERE / "made_up_pax.csv")
pd.set_option("display.width", 160, "display.max_columns", None, "display.max_rows", 100, "display.max_colwidth", 60)
print(f"clausula {clausula.data_version}; figures go to {FIGURES}; the other dataset: {FILE.name}")

# %% [markdown]
# ## Our side
#
# 0 to 3 as in PA-X. 0 says that the complete text was read and has nothing under the code; `NA` says that nobody can
# tell, because only a report was at hand or because the code is narrower than our topic.

# %%
ours = clausula.crosswalk("pax").reset_index("AgtId").dropna(subset="AgtId")
print(f"{len(ours)} instruments have an id in PA-X; {ours.shape[1] - 1} of its codes have a topic of ours")

# %% [markdown]
# ## Their side, and the merge
#
# One row of theirs may serve several of ours, never the other way round; what finds no partner is said, not dropped.

# %%
theirs = pd.read_csv(FILE)
codes = [code for code in ours.columns if code in theirs.columns and code != "AgtId"]
if "AgtId" not in theirs or not codes:
    raise SystemExit(f"{FILE.name} lacks AgtId, or every code of clausula.crosswalk('pax'): is it a table of PA-X?")
theirs["AgtId"] = theirs["AgtId"].astype("Int64")
theirs[codes] = theirs[codes].astype("Int64")
merged = ours.reset_index().merge(theirs, on="AgtId", how="outer", validate="many_to_one", indicator="found")
merged = merged.rename(
    columns={f"{code}_{side}": f"{code}.{who}" for code in codes for side, who in (("x", "ours"), ("y", "theirs"))}
)
print(merged["found"].map({"left_only": "only ours", "right_only": "only theirs", "both": "in both"}).value_counts())

# %% [markdown]
# ## Code by code
#
# How sure is the match? Each row of the crosswalk has a relation (`exact`, `close`, `broad`, `narrow`) and says whether
# the meaning of the other code was read in its codebook or taken from its bare name (`gloss`).

# %%
walk = clausula.load("crosswalk").query("scheme == 'pax' and code in @codes")
print(walk[["code", "topic_id", "match", "reading"]].sort_values("code").to_string(index=False))


# %%
def compared(our: object, their: object) -> str:
    """What the two datasets say of one code of one agreement."""
    if pd.isna(our) or pd.isna(their):
        return "not known"
    if our == their:
        return "same value"
    if (our > 0) == (their > 0):
        return "both, other strength"
    return "only ours" if our > 0 else "only theirs"


both = merged[merged["found"] == "both"]
cells = pd.DataFrame(
    [
        {
            "instrument_id": row["instrument_id"],
            "AgtId": row["AgtId"],
            "code": code,
            "ours": row[f"{code}.ours"],
            "theirs": row[f"{code}.theirs"],
            "outcome": compared(row[f"{code}.ours"], row[f"{code}.theirs"]),
        }
        for _, row in both.iterrows()
        for code in codes
    ]
)
print(pd.crosstab(cells["code"], cells["outcome"]))

# %% [markdown]
# ## The figure
#
# Each tile names our value and theirs, so that it can be read without its colour.

# %%
cells["says"] = [
    f"{'?' if pd.isna(a) else a} | {'?' if pd.isna(b) else b}"
    for a, b in zip(cells["ours"], cells["theirs"], strict=True)
]
OUTCOMES = {
    "same value": "#1f3f66",
    "both, other strength": "#6f94bd",
    "only ours": "#e69f00",
    "only theirs": "#f4d58d",
    "not known": "#eeeeee",
}


def draw(width: int) -> alt.LayerChart:
    """Instruments by codes: our value and theirs."""
    base = alt.Chart(cells.astype({"ours": "Float64", "theirs": "Float64"})).encode(
        x=alt.X("code:N", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("instrument_id:N", title=None, axis=alt.Axis(labelLimit=200)),
    )
    colours = alt.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values()))
    tiles = base.mark_rect(stroke="white").encode(color=alt.Color("outcome:N", title="ours | theirs", scale=colours))
    letters = base.mark_text().encode(
        text="says:N",
        color=alt.condition("datum.outcome == 'same value'", alt.value("white"), alt.value("black")),
    )
    return (tiles + letters).properties(width=max(width - 380, 160), height=alt.Step(34))


counts = ", ".join(f"{number} {name}" for name, number in cells["outcome"].value_counts().items())
made_up = " Their values are made up." if FILE.name == "made_up_pax.csv" else ""
figure = Figure(
    title="Two datasets on the same agreements",
    text=f"{len(both)} agreements by {len(codes)} codes: {counts}.{made_up}",
    notes=("Our value stands first. A question mark: not known.",),
    table=cells,
    draw=draw,
)
figure.save(FIGURES / "merge_with_pax.svg")
cells.to_csv(FIGURES / "merge_with_pax.csv", index=False)
print(figure.text)
figure

# %% [markdown]
# ## Caveats
#
# - The other file is made up, unless you named your own. Draw no conclusion from its values.
# - Never take `NA` for 0: merging turns ignorance into absence if it is filled.
# - A `broad` match makes a code of theirs present where our topic is only a part of it; matches of reading `gloss` were
#   made from the bare name of the code and are still to be checked against its codebook.
# - Ours is the highest strength of the provisions under a code. A difference may be one of codebooks, of the wording
#   that was coded, or of judgement; `clausula show` leads from each code to its place in the text.
# - Editions of PA-X differ in their columns and the writing of dates. Cite the edition that you merged, beside
#   `clausula cite`.
