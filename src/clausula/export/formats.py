"""The export formats and their writers. The module imports no large library, so that the command line stays fast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """An export format.

    Attributes
    ----------
    title : str
        Description for the help.
    suffix : str
        Suffix of the file; empty if the format is a folder with one file per table.
    module, function : str
        The module in `clausula.export` and its function that write the format.
    quotes : bool
        Whether the writer can quote spans of the source texts, so that it accepts a folder of texts.
    """

    title: str
    suffix: str
    module: str
    function: str = "write"
    quotes: bool = False


FORMATS: dict[str, Format] = {
    "xlsx": Format("one workbook with contents, the codebook and a sheet per table", ".xlsx", "excel"),
    "dta": Format("one Stata file per table, with labels and formats", "", "statistics", "write_dta"),
    "sav": Format("one SPSS file per table, with labels, formats and levels", "", "statistics", "write_sav"),
    "sqlite": Format("one SQLite database with keys", ".sqlite", "sql", "write_sqlite"),
    "duckdb": Format("one DuckDB database with keys and comments", ".duckdb", "sql", "write_duckdb"),
    "jsonl": Format("one JSON Lines file per table", "", "lines"),
    "graphml": Format("the discourse network: actors, targets of their statements, and stances", ".graphml", "graph"),
    "dna": Format(
        "statements in the format of Discourse Network Analyzer", "-dna.csv", "interchange", "write_dna", True
    ),
    "web-annotation": Format(
        "one W3C Web Annotation per anchor, as JSON-LD", ".jsonld", "interchange", "write_annotations", True
    ),
}
