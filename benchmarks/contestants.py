"""The contestants: each checks the same package with the same rules, as far as it can express them.

    python -m benchmarks.contestants NAME FOLDER FORM      prints the number of invalid rows or cells

Each contestant builds its rules from `table.SCHEMAS` and imports its library inside its own function, so that a process
loads only one library. What a contestant cannot check is listed with it and shown on the page.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import COLUMNS, FIELDS, SCHEMAS

KEY = SCHEMAS["reactions"]["primaryKey"]
REFERENCES = [(key["fields"], key["reference"]) for key in SCHEMAS["reactions"]["foreignKeys"]]
BOUNDS = ("minimum", "maximum")


def _date(value: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(value)


def _bound(field: dict[str, Any], name: str) -> Any:
    value = field["constraints"].get(name)
    return _date(value) if value is not None and field["type"] == "date" else value


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _polars(root: Path, form: str, name: str = "reactions") -> Any:
    """Return the table as a typed polars frame."""
    import polars as pl

    if form == "parquet":
        return pl.read_parquet(root / f"{name}.parquet")
    kinds = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
    overrides = {f["name"]: kinds.get(f["type"], pl.String) for f in SCHEMAS[name]["fields"]}
    return pl.read_csv(root / f"{name}.csv", schema_overrides=overrides)


def _pandas(root: Path, form: str) -> Any:
    """Return the table as a typed pandas frame."""
    import pandas as pd

    if form == "parquet":
        return pd.read_parquet(root / "reactions.parquet", dtype_backend="pyarrow")
    kinds = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
    kinds = {f["name"]: kinds.get(f["type"], "string") for f in FIELDS if f["type"] != "date"}
    dates = [f["name"] for f in FIELDS if f["type"] == "date"]
    return pd.read_csv(root / "reactions.csv", dtype=kinds, parse_dates=dates, keep_default_na=False, na_values=[""])


def load(root: Path, form: str) -> int:
    """Check nothing: read all columns, typed, into a DuckDB table."""
    import duckdb

    path = root / f"reactions.{form}"
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    options = f"header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}}"
    source = f"read_parquet('{path}')" if form == "parquet" else f"read_csv('{path}', {options})"
    duckdb.connect().execute(f"CREATE TABLE reactions AS SELECT * FROM {source}")
    return 0


def _clausula(*options: str) -> Callable[[Path, str], int]:
    def run(root: Path, form: str) -> int:
        import contextlib
        import io
        import json

        from clausula.commands.main import main

        del form
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            main(["validate", "--package", str(root), "--json", *options])
        return sum(one["count"] for one in json.loads(out.getvalue())["counts"])

    return run


def frictionless(root: Path, form: str) -> int:
    """Validate the package from its descriptor."""
    import frictionless as library

    del form
    report = library.Package(str(root / "datapackage.json")).validate()
    return sum(len(task.errors) for task in report.tasks)


def _pandera_columns(pa: Any, kinds: dict[str, Any], other: Any) -> dict[str, Any]:
    columns = {}
    for field in FIELDS:
        constraints, checks = field["constraints"], []
        if "enum" in constraints:
            checks.append(pa.Check.isin(constraints["enum"]))
        if "pattern" in constraints:
            checks.append(pa.Check.str_matches(_anchored(constraints["pattern"])))
        low, high = (_bound(field, name) for name in BOUNDS)
        if low is not None:
            checks.append(pa.Check.in_range(low, high))
        if "maxLength" in constraints:
            checks.append(pa.Check.str_length(constraints.get("minLength", 0), constraints["maxLength"]))
        columns[field["name"]] = pa.Column(
            kinds.get(field["type"], other), checks, nullable="required" not in constraints
        )
    return columns


def pandera_pandas(root: Path, form: str) -> int:
    """Validate a typed frame with a DataFrameSchema; pandas refuses text that it cannot convert."""
    import pandas as pd
    import pandera.pandas as pa

    frame = _pandas(root, form)
    if form == "csv":
        kinds = {"integer": "Int64", "number": "float64", "boolean": "boolean", "date": "datetime64[us]"}
        columns = _pandera_columns(pa, kinds, "string")
        for field in FIELDS:
            if field["type"] == "date":
                low, high = (pd.Timestamp(_bound(field, name)) for name in BOUNDS)
                columns[field["name"]] = pa.Column("datetime64[us]", pa.Check.in_range(low, high), nullable=True)
    else:
        columns = _pandera_columns(pa, {}, None)
    try:
        pa.DataFrameSchema(columns, unique=[KEY]).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return len(error.failure_cases)
    return 0


def pandera_polars(root: Path, form: str) -> int:
    """Validate a polars frame with a DataFrameSchema."""
    import pandera.polars as pa
    import polars as pl

    kinds = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
    schema = pa.DataFrameSchema(_pandera_columns(pa, kinds, pl.String), unique=[KEY])
    try:
        schema.validate(_polars(root, form), lazy=True)
    except pa.errors.SchemaErrors as error:
        return len(error.failure_cases)
    return 0


def great_expectations(root: Path, form: str) -> int:
    """Validate a pandas frame with an expectation suite."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = gx.ExpectationSuite(name="reactions")
    for field in FIELDS:
        column, constraints = field["name"], field["constraints"]
        if "required" in constraints:
            suite.add_expectation(gxe.ExpectColumnValuesToNotBeNull(column=column))
        if "enum" in constraints:
            suite.add_expectation(gxe.ExpectColumnValuesToBeInSet(column=column, value_set=constraints["enum"]))
        if "pattern" in constraints:
            regex = _anchored(constraints["pattern"])
            suite.add_expectation(gxe.ExpectColumnValuesToMatchRegex(column=column, regex=regex))
        low, high = (_bound(field, name) for name in BOUNDS)
        if low is not None:
            if field["type"] == "date":
                low, high = pd.Timestamp(low), pd.Timestamp(high)
            suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high))
        if "maxLength" in constraints:
            bounds = {"min_value": constraints.get("minLength", 0), "max_value": constraints["maxLength"]}
            suite.add_expectation(gxe.ExpectColumnValueLengthsToBeBetween(column=column, **bounds))
    suite.add_expectation(gxe.ExpectColumnValuesToBeUnique(column=KEY))
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("reactions")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": _pandas(root, form)})
    outcome = batch.validate(suite, result_format="COMPLETE")
    return sum(not one.success for one in outcome.results)


def dataframely(root: Path, form: str) -> int:
    """Validate with a dataframely schema and `filter`; check references with polars expressions."""
    import dataframely as dy
    import polars as pl

    columns: dict[str, Any] = {}
    for field in FIELDS:
        constraints = field["constraints"]
        given: dict[str, Any] = {"nullable": "required" not in constraints}
        if field["name"] == KEY:
            given["primary_key"] = True
        low, high = (_bound(field, name) for name in BOUNDS)
        if low is not None:
            given |= {"min": low, "max": high}
        if "pattern" in constraints:
            given["regex"] = _anchored(constraints["pattern"])
        if "maxLength" in constraints:
            given |= {"min_length": constraints.get("minLength"), "max_length": constraints["maxLength"]}
        if "enum" in constraints:
            given["check"] = lambda column, allowed=constraints["enum"]: column.is_in(allowed)
        kinds = {"integer": dy.Int64, "number": dy.Float64, "boolean": dy.Bool, "date": dy.Date}
        columns[field["name"]] = kinds.get(field["type"], dy.String)(**given)
    schema = type("Reactions", (dy.Schema,), columns)
    frame = _polars(root, form)
    _, failed = schema.filter(frame, cast=True)
    wrong = sum(failed.counts().values())
    for name, reference in REFERENCES:
        known = _polars(root, form, reference["resource"])[reference["fields"]]
        wrong += frame.lazy().filter(~pl.col(name).is_in(known.implode())).select(pl.len()).collect().item()
    return int(wrong)


def pointblank(root: Path, form: str) -> int:
    """Validate a polars frame with a chain of steps."""
    import pointblank as pb

    steps = pb.Validate(_polars(root, form))
    for field in FIELDS:
        column, constraints = field["name"], field["constraints"]
        if "required" in constraints:
            steps = steps.col_vals_not_null(column)
        if "enum" in constraints:
            allowed = constraints["enum"] if "required" in constraints else [*constraints["enum"], None]
            steps = steps.col_vals_in_set(column, allowed)
        if "pattern" in constraints:
            steps = steps.col_vals_regex(column, _anchored(constraints["pattern"]), na_pass=True)
        low, high = (_bound(field, name) for name in BOUNDS)
        if low is not None:
            steps = steps.col_vals_between(column, low, high, na_pass=True)
        if "maxLength" in constraints:
            length = f"^.{{{constraints.get('minLength', 0)},{constraints['maxLength']}}}$"
            steps = steps.col_vals_regex(column, length, na_pass=True)
    steps = steps.rows_distinct(columns_subset=[KEY]).interrogate()
    return int(sum(steps.n_failed().values()))


def polars(root: Path, form: str) -> int:
    """Validate with hand-written polars expressions, without a validation library."""
    import polars as pl

    frame = _polars(root, form)
    counts = []
    for field in FIELDS:
        column, constraints = pl.col(field["name"]), field["constraints"]
        if "required" in constraints:
            counts.append(column.is_null())
        if "enum" in constraints:
            counts.append(~column.is_in(constraints["enum"]))
        if "pattern" in constraints:
            counts.append(~column.str.contains(_anchored(constraints["pattern"])))
        low, high = (_bound(field, name) for name in BOUNDS)
        if low is not None:
            counts.append(~column.is_between(low, high))
        if "maxLength" in constraints:
            counts.append(~column.str.len_chars().is_between(constraints.get("minLength", 0), constraints["maxLength"]))
    for name, reference in REFERENCES:
        known = _polars(root, form, reference["resource"])[reference["fields"]]
        counts.append(~pl.col(name).is_in(known.implode()))
    sums = [one.sum().alias(str(n)) for n, one in enumerate(counts)]
    key = (pl.col(KEY).count() - pl.col(KEY).n_unique()).alias("key")
    return int(sum(frame.lazy().select(*sums, key).collect().row(0)))


@dataclass(frozen=True)
class Contestant:
    """One measured contestant.

    Attributes
    ----------
    label : str
        Name on the page.
    run : callable
        Function of folder and form that returns the number of violations.
    most : dict of str to int
        Largest number of rows that it is measured on, by form; beyond that it needs too much memory or time.
    misses : tuple of str
        Kinds of `table.POISON` that it does not detect.
    cannot : str
        What it does not check, in words.
    needs : str
        Module that must be installed.
    checks : bool
        Whether it validates at all; False for the load alone.
    """

    label: str
    run: Callable[[Path, str], int]
    most: dict[str, int]
    misses: tuple[str, ...] = ()
    cannot: str = ""
    needs: str = "duckdb"
    checks: bool = True


TYPED = "types are checked by its reader, which rejects the file at the first invalid cell"
ALL = 10**9
CONTESTANTS = {
    "load": Contestant("DuckDB, load only", load, {"csv": 10**7, "parquet": 10**7}, checks=False),
    "clausula": Contestant("clausula", _clausula("--fast"), {"csv": ALL, "parquet": ALL}),
    "clausula-spark": Contestant(
        "clausula on Spark", _clausula("--engine", "spark"), {"csv": 10**6, "parquet": 10**7}, needs="pyspark"
    ),
    "polars": Contestant(
        "polars, hand-written", polars, {"csv": 10**7, "parquet": 10**7}, cannot=TYPED, needs="polars"
    ),
    "dataframely": Contestant(
        "dataframely",
        dataframely,
        {"csv": 10**7, "parquet": 10**7},
        cannot=f"{TYPED}; references are checked with a separate polars expression",
        needs="dataframely",
    ),
    "pandera-polars": Contestant(
        "pandera on polars",
        pandera_polars,
        {"csv": 10**6, "parquet": 10**6},
        ("foreign-key",),
        f"references; {TYPED}",
        "pandera",
    ),
    "pandera-pandas": Contestant(
        "pandera on pandas",
        pandera_pandas,
        {"csv": 10**6, "parquet": 0},
        ("foreign-key",),
        "references; pandas reads an invalid date as text, which then fails the type of the column",
        "pandera",
    ),
    "pointblank": Contestant(
        "pointblank",
        pointblank,
        {"csv": 10**6, "parquet": 10**6},
        ("foreign-key",),
        f"references; {TYPED}",
        "pointblank",
    ),
    "great-expectations": Contestant(
        "great-expectations",
        great_expectations,
        {"csv": 10**6, "parquet": 0},
        ("foreign-key",),
        "references; pandas reads an invalid date as text, which then fails its range",
        "great_expectations",
    ),
    "frictionless": Contestant("frictionless", frictionless, {"csv": 10**7, "parquet": 0}, needs="frictionless"),
}


def main() -> int:
    """Run one contestant; print the number of violations on the last line."""
    name, root, form = sys.argv[1:4]
    print(CONTESTANTS[name].run(Path(root), form))
    return 0


if __name__ == "__main__":
    sys.exit(main())
