"""Who stands where on which instrument; silence and ignorance are both empty, and compilations are left out."""

import sys

import clausula

data = clausula.open(sys.argv[1])
data.stances("instrument").to_csv(sys.stdout, lineterminator="\n")
