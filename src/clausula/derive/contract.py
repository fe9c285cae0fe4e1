"""pandera schemas derived from the table schemas: the typed contract of each table.

The frames that `clausula.load` returns satisfy the contract, and users can check their own frames against it:
`clausula.contract("provisions").validate(frame, lazy=True)`. Each check has the name of its constraint, so that
pandera's failures can be mapped to findings exactly.

Foreign keys and the spelling of numbers and dates are not checked: a typed frame contains neither the other tables nor
the original text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clausula.core import edtf
from clausula.core.constraints import ENFORCED_BY, Constraint, constraints_of
from clausula.core.imports import hidden_module
from clausula.core.lexical import format_value
from clausula.core.model import Field, Table
from clausula.core.pandas_text import text_dtype
from clausula.derive.frames import pandas_dtype

with hidden_module("pyspark"):
    import pandera.errors
    import pandera.pandas as pandera

SchemaErrors = pandera.errors.SchemaErrors
"""Exception that validation against a contract raises."""


def _limit(field: Field, limit: Any) -> Any:
    return pd.Timestamp(limit) if field.type == "date" else limit


def _matches(series: pd.Series, pattern: str) -> pd.Series:
    """Return whether each text matches a pattern as a whole, using an engine that does not backtrack."""
    texts = pa.array(series.astype(text_dtype()), pa.string(), from_pandas=True)
    found = pc.match_substring_regex(texts, rf"\A(?:{pattern})\z").fill_null(False)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=series.index, dtype=bool)


def _test(constraint: Constraint, field: Field) -> Callable[[pd.Series], pd.Series]:
    limit = constraint.limit
    match constraint.kind:
        case "enum":
            return lambda s: s.isin(list(limit))
        case "pattern":
            return lambda s: _matches(s, limit)
        case "minimum":
            return lambda s: s >= _limit(field, limit)
        case "maximum":
            return lambda s: s <= _limit(field, limit)
        case "min-length":
            return lambda s: s.astype(text_dtype()).str.len() >= limit
        case "max-length":
            return lambda s: s.astype(text_dtype()).str.len() <= limit
        case _:
            return lambda s: ~s.duplicated()


def _check(constraint: Constraint, field: Field) -> pandera.Check:
    return pandera.Check(_test(constraint, field), name=constraint.name, error=constraint.name, ignore_na=True)


def _no_duplicates(fields: tuple[str, ...]) -> Callable[[pd.DataFrame], pd.Series]:
    def test(frame: pd.DataFrame) -> pd.Series:
        columns = list(fields)
        return ~frame.duplicated(columns) | frame[columns].isna().any(axis=1)

    return test


def _bounds_match(constraint: Constraint) -> Callable[[pd.DataFrame], pd.Series]:
    columns = [constraint.field, *constraint.limit]

    def test(frame: pd.DataFrame) -> pd.Series:
        texts = [[None if pd.isna(value) else format_value(value) for value in frame[c]] for c in columns]
        return pd.Series([edtf.agrees(*row) for row in zip(*texts, strict=True)], index=frame.index, dtype=bool)

    return test


def contract(table: Table) -> pandera.DataFrameSchema:
    """Return the pandera schema of a table, for frames with the dtypes that `clausula.load` returns."""
    constraints = [c for c in constraints_of(table) if c.kind in ENFORCED_BY["pandera"]]
    columns: dict[str, pandera.Column] = {}
    for field in table.fields:
        skipped = ("type", "required", "primary-key", "unique-key", "date-bounds") + (
            ("enum",) if field.categories else ()
        )
        checks = [_check(c, field) for c in constraints if c.fields == (field.name,) and c.kind not in skipped]
        columns[field.name] = pandera.Column(
            pandas_dtype(field),
            checks,
            nullable=not table.required(field),
            title=field.title,
            description=field.description,
        )
    table_checks = [
        pandera.Check(_no_duplicates(c.fields), name=c.name, error=c.name, ignore_na=False)
        for c in constraints
        if c.kind in ("primary-key", "unique-key")
    ]
    table_checks += [
        pandera.Check(_bounds_match(c), name=c.name, error=c.name, ignore_na=False)
        for c in constraints
        if c.kind == "date-bounds"
    ]
    return pandera.DataFrameSchema(
        columns,
        checks=table_checks,
        name=table.name,
        title=table.title,
        description=table.grain,
        strict=True,
        ordered=True,
    )
