"""Write the stance of each actor on each instrument; silent and unknown are both empty, compilations are excluded."""

import sys

import clausula

data = clausula.open(sys.argv[1])
data.stances("instrument").to_csv(sys.stdout, lineterminator="\n")
