"""Patterns on Spark: matched by DuckDB on the executors, in linear time, as on every other engine.

Java's regular expressions can take exponential time, and quadratic time even for the patterns of Table Schema itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa

from clausula.derive.dialect import DUCKDB


@lru_cache(maxsize=1)
def _connection() -> Any:
    """Return the database of this worker process; Spark runs one task on each core."""
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


def matcher(pattern: str) -> Callable[[pa.Array], pa.Array]:
    """Return the function that tests whether each text of a batch matches a pattern."""

    def match(texts: pa.Array) -> pa.Array:
        con = _connection()
        con.register("batch", pa.table({"cell": texts}))
        matches = con.sql(f"SELECT {DUCKDB.matches('cell', pattern)} AS matches FROM batch").to_arrow_table()
        return pa.concat_arrays(matches.column(0).chunks) if len(texts) else pa.array([], pa.bool_())

    return match


@dataclass
class Patterns:
    """The patterns of a session, each as a function of Spark SQL.

    Attributes
    ----------
    names : dict
        Name of the function of each pattern.
    """

    session: Any
    names: dict[str, str] = field(default_factory=dict)

    def __call__(self, pattern: str) -> str:
        """Return the name of the function for a pattern; register it on first use."""
        from pyspark.sql.functions import arrow_udf  # type: ignore[attr-defined]

        if pattern not in self.names:
            name = f"_matches_{len(self.names)}"
            self.session.udf.register(name, arrow_udf(matcher(pattern), "boolean"))
            self.names[pattern] = name
        return self.names[pattern]
