"""Analysis of a data set: typed tables, views across tables, links between texts, one record in full."""
