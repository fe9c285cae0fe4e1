"""Count the duties of each instrument, by strength, and how many are conditional."""

import sys

import clausula

data = clausula.open(sys.argv[1])
provisions = data.load("provisions")
duties = provisions[provisions["modality"].isin(["obligation", "prohibition"])]
table = duties.groupby("instrument_id").agg(
    duties=("provision_id", "size"),
    rhetorical=("strength", lambda s: (s == 1).sum()),
    substantive=("strength", lambda s: (s == 2).sum()),
    detailed=("strength", lambda s: (s == 3).sum()),
    conditional=("conditionality", lambda c: (c == "conditional").sum()),
)
table["data_version"] = data.version
table.to_csv(sys.stdout, lineterminator="\n")
