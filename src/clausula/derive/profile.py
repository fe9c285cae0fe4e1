"""The profile of a release: rows of each table and shares of each code, with which the next one is compared."""

from __future__ import annotations

from typing import Any

from clausula.core.model import Descriptor, Model
from clausula.core.package import Package
from clausula.derive.dialect import DUCKDB, Dialect

PROFILE = "validation/profile.json"
"""The profile of the last release."""

Rows = Any


def coded(model: Model) -> list[tuple[str, str]]:
    """Table and field of every variable that a coder chooses from a list."""
    return [(table.name, f.name) for table in model for f in table.fields if f.coded and (f.categories or f.scale)]


def profile(package: Package, query: Any, dialect: Dialect = DUCKDB) -> Descriptor:
    """Name, version, `rows` by table and `shares` by variable and code (0 to 1, four digits) of a package.

    Parameters
    ----------
    package : Package
    query : callable
        Gives the rows of a query over the typed tables of the package.
    """
    metadata = package.model.metadata
    name = dialect.name
    rows = {t.name: int(query(f"SELECT count(*) FROM {name(t.name)}")[0][0]) for t in package.model}
    shares: dict[str, dict[str, float]] = {}
    for table, field in coded(package.model):
        values = (
            f"SELECT {name(field)}, count(*) FROM {name(table)} WHERE {name(field)} IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        counted = query(values)
        total = sum(count for _, count in counted)
        shares[f"{table}.{field}"] = {str(value): round(count / total, 4) for value, count in counted}
    return {"name": metadata["name"], "version": metadata["version"], "rows": rows, "shares": shares}


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """The total variation distance of two spreads (0 to 1): the share of rows that would have to bear another code."""
    return sum(abs(one.get(code, 0.0) - other.get(code, 0.0)) for code in {*one, *other}) / 2
