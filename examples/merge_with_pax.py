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
# # Do our codes and those of another dataset agree?
#
# `clausula.crosswalk("pax")` returns our instruments in the codes of PA-X. `pax_agreement_id` is the ID of the
# agreement in PA-X, so you can merge a PA-X table on `AgtId`.
#
# **The file merged here is made up.** `made_up_pax.csv` has the column layout of PA-X and three rows with invented
# values; they show nothing about the contents of PA-X. To use your own copy of PA-X, set the environment variable
# `CLAUSULA_PAX` to its path.

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
# ## Our codes
#
# Values are our strength, from 0 to 3. PA-X grades some of its codes from 0 to 3 too; the others are 0 or 1 there. 0
# means that the complete text was read and has no provision on any topic that could fall under the code. `NA` means
# unknown: only a report was available, or the provisions are on topics that the code does not contain.

# %%
ours = clausula.crosswalk("pax").reset_index("AgtId").dropna(subset="AgtId")
print(f"{len(ours)} instruments have an ID in PA-X; {ours.shape[1] - 1} PA-X codes match a topic of ours")

# %% [markdown]
# ## Their codes, and the merge
#
# One of their rows may match several of ours, but not the reverse. Rows without a match are counted, not dropped.

# %%
theirs = pd.read_csv(FILE)
codes = [code for code in ours.columns if code in theirs.columns and code != "AgtId"]
if "AgtId" not in theirs or not codes:
    raise SystemExit(f"{FILE.name} lacks AgtId or has no code of clausula.crosswalk('pax'). Is it a PA-X table?")
theirs["AgtId"] = theirs["AgtId"].astype("Int64")
theirs[codes] = theirs[codes].astype("Int64")
merged = ours.reset_index().merge(theirs, on="AgtId", how="outer", validate="many_to_one", indicator="found")
merged = merged.rename(
    columns={f"{code}_{side}": f"{code}.{who}" for code in codes for side, who in (("x", "ours"), ("y", "theirs"))}
)
print(merged["found"].map({"left_only": "only ours", "right_only": "only theirs", "both": "in both"}).value_counts())

# %% [markdown]
# ## Comparison by code
#
# How reliable is the match? Each row of the crosswalk has a relation (`exact`, `close`, `broad`, `narrow`). `reading`
# shows whether the meaning of the other code comes from its codebook (`read`), was compared with agreements that both
# datasets have (`checked`), or comes only from its name (`gloss`).

# %%
walk = clausula.load("crosswalk").query("scheme == 'pax' and code in @codes")
print(walk[["code", "topic_id", "match", "reading"]].sort_values("code").to_string(index=False))


# %%
def compared(our: object, their: object) -> str:
    """Compare the values of the two datasets for one code of one agreement."""
    if pd.isna(our) or pd.isna(their):
        return "not known"
    if our == their == 0:
        return "neither"
    if our > 0 and their > 0:
        return "both"
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
# ## How far do they agree?
#
# Nearly all cells of such tables are 0 in both, so the share of equal cells says little. `clausula.validity` leaves
# those cells out. It returns precision (the share of our codes that the other dataset has too) and recall (the share of
# their codes that we have too), with intervals over the agreements. Cells that are unknown to us count for neither; the
# last line counts them as missed. `docs/validity.md` shows the result for PA-X itself.

# %%
found = clausula.validity(FILE)
rates = found.overall
for name in ("precision", "recall", "f1"):
    low, high = rates["intervals"][name]
    print(f"{name}: {rates[name]} (95% interval {low} to {high})")
print(f"f1 with unknown codes counted as missed: {rates['f1_unknown_as_missed']}")

# %% [markdown]
# Each disagreement comes with our topics and with the place in the text that supports our code. Either dataset may be
# wrong, or both. Codes of theirs are unknown to us where our topics only overlap with the code.

# %%
print(found.disagreements[["agreement_id", "code", "coded_by", "topics", "anchors"]].to_string(index=False))
print(f"{len(found.unknown)} of their codes are unknown to us: {', '.join(found.unknown['code'].unique())}")

# %% [markdown]
# ## The figure
#
# Each tile shows our value and theirs, so you can read it without the colours.

# %%
cells["values"] = [
    f"{'?' if pd.isna(a) else a} | {'?' if pd.isna(b) else b}"
    for a, b in zip(cells["ours"], cells["theirs"], strict=True)
]
OUTCOMES = {
    "both": "#1f3f66",
    "neither": "#c9d6e6",
    "only ours": "#e69f00",
    "only theirs": "#f4d58d",
    "not known": "#eeeeee",
}


def draw(width: int) -> alt.LayerChart:
    """Draw instruments by codes, with our value and theirs."""
    base = alt.Chart(cells.astype({"ours": "Float64", "theirs": "Float64"})).encode(
        x=alt.X("code:N", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("instrument_id:N", title=None, axis=alt.Axis(labelLimit=200)),
    )
    colours = alt.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values()))
    tiles = base.mark_rect(stroke="white").encode(color=alt.Color("outcome:N", title="ours | theirs", scale=colours))
    letters = base.mark_text().encode(
        text="values:N",
        color=alt.condition("datum.outcome == 'both'", alt.value("white"), alt.value("black")),
    )
    return (tiles + letters).properties(width=max(width - 380, 160), height=alt.Step(34))


counts = f"coded by both {rates['both']}, only by us {rates['only_ours']}, only by them {rates['only_theirs']}"
made_up = " The PA-X values are made up." if FILE.name == "made_up_pax.csv" else ""
figure = Figure(
    title="Two datasets on the same agreements",
    text=f"{len(both)} agreements: {counts}; precision {rates['precision']}, recall {rates['recall']}.{made_up}",
    notes=("Our value comes first. A question mark means unknown.",),
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
# - The other file is made up unless you supplied your own. Draw no conclusions from its values.
# - Never treat `NA` as 0: filling it after the merge turns unknown into absent.
# - With a `broad` match, a code counts as present if our topic covers only part of it. A topic that is `related` to a
#   code only overlaps with it, so a provision on it leaves the code unknown.
# - Our value is the highest strength of the provisions under a code. A difference may come from the codebooks, from
#   the version of the text that was coded, or from judgement. `clausula show` shows where in the text each code comes
#   from.
# - Editions of PA-X differ in their columns and date formats. Cite the edition that you merged, in addition to
#   `clausula cite`.
