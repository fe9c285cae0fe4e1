"""The formats: what each is for, and who writes it. Kept light, so that the command line can list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format: what it is for, its suffix (empty: a folder with a file for each table), its module and function.

    Its writer takes a folder of texts where words of them can be written (`quotes`).
    """

    title: str
    suffix: str
    module: str
    function: str = "write"
    quotes: bool = False


FORMATS: dict[str, Format] = {
    "xlsx": Format("one workbook with a sheet for each table and the codebook", ".xlsx", "excel"),
    "dta": Format("a Stata file for each table, with variable and value labels", "", "statistics", "write_dta"),
    "sav": Format("an SPSS file for each table, with variable and value labels", "", "statistics", "write_sav"),
    "sqlite": Format("one SQLite database with keys", ".sqlite", "sql", "write_sqlite"),
    "duckdb": Format("one DuckDB database with keys and comments", ".duckdb", "sql", "write_duckdb"),
    "jsonl": Format("a file of JSON Lines for each table", "", "lines"),
    "graphml": Format("the discourse network: actors, what they speak about, and their stances", ".graphml", "graph"),
    "dna": Format("statements, as Discourse Network Analyzer lists them", "-dna.csv", "interchange", "write_dna", True),
    "web-annotation": Format(
        "each anchor as a W3C Web Annotation, in JSON-LD", ".jsonld", "interchange", "write_annotations", True
    ),
}
