"""Agreement between coding passes: matching of units, statistics for each variable, conflicts and their resolution."""
