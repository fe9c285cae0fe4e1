"""Count the duties of each instrument, their mean strength, and how many are conditional."""

import sys

import clausula

data = clausula.open(sys.argv[1])
provisions = data.load("provisions")
duties = provisions[provisions["modality"].isin(["obligation", "prohibition"])]
table = duties.groupby("instrument_id").agg(
    duties=("provision_id", "size"),
    mean_strength=("strength", "mean"),
    conditional=("conditionality", lambda c: (c == "conditional").sum()),
)
table["data_version"] = data.version
table.round(3).to_csv(sys.stdout, lineterminator="\n")
