"""Analysis of a dataset: typed tables, views across tables, links between texts, single records in full."""
