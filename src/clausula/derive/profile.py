"""The profile of a release: the rows of each table and the share of each code, for comparison with the next one."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor, Model
from clausula.core.package import Package
from clausula.derive.dialect import DUCKDB, Dialect

PROFILE = "validation/profile.json"
"""Path of the profile of the last release."""

Rows = Any


def coded_fields(model: Model) -> list[tuple[str, str]]:
    """Return table and field of every variable for which a coder chooses from a list."""
    return [(table.name, f.name) for table in model for f in table.fields if f.coded and (f.categories or f.scale)]


def profile(package: Package, query: Any, dialect: Dialect = DUCKDB) -> Descriptor:
    """Return the profile of a package.

    Parameters
    ----------
    package : Package
    query : callable
        Returns the rows of an SQL query over the typed tables of the package.

    Returns
    -------
    dict
        `name`, `version`, `rows` by table, and `shares` by variable and code (0 to 1, rounded to four digits).
    """
    metadata = package.model.metadata
    name = dialect.name
    rows = {t.name: int(query(f"SELECT count(*) FROM {name(t.name)}")[0][0]) for t in package.model}
    shares: dict[str, dict[str, float]] = {}
    for table, field in coded_fields(package.model):
        values = (
            f"SELECT {name(field)}, count(*) FROM {name(table)} WHERE {name(field)} IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        counted = query(values)
        total = sum(count for _, count in counted)
        shares[f"{table}.{field}"] = {str(value): round(count / total, 4) for value, count in counted}
    return {"name": metadata["name"], "version": metadata["version"], "rows": rows, "shares": shares}


def total_variation(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the total variation distance of two distributions (0 to 1): the share of rows that would change code."""
    return sum(abs(one.get(code, 0.0) - other.get(code, 0.0)) for code in {*one, *other}) / 2
