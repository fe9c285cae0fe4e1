"""The data in the formats of other programs: spreadsheet, Stata, SPSS, SQLite, DuckDB, JSON Lines, GraphML."""
