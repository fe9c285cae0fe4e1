"""The great-expectations layer: suites kept as reviewed JSON, run on the typed frames.

The library is heavy (an extra, imported only here) and talks to its makers and to the screen unless told not to; the
context is ephemeral, and nothing is written.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import warnings
from typing import Any

from clausula.core.constraints import constraints_of
from clausula.core.findings import INFO, Finding, Report
from clausula.core.imports import without
from clausula.core.model import SchemaError, Table
from clausula.core.schemas import read_json
from clausula.derive.dialect import DUCKDB
from clausula.derive.files import SUITE
from clausula.derive.frames import loose_frame
from clausula.validation.duckdb_engine import Store

LAYER = "expectations"


def available() -> bool:
    """Whether great-expectations is installed."""
    return importlib.util.find_spec("great_expectations") is not None


def absent(store: Store, report: Report) -> None:
    """Say that the layer was left out."""
    del store
    hint = "pip install 'clausula[expectations]'"
    report.add(Finding("layer-skipped", "great-expectations is not installed", hint, INFO, layers=(LAYER,)))


def open_context() -> Any:
    """The library, told to keep quiet, to write nothing and to call nobody."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings(), without("pyspark"):
        warnings.simplefilter("ignore")
        import great_expectations as gx

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
    return context


def _class_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))


def run_suite(context: Any, suite: dict[str, Any], frame: Any) -> Any:
    """Run one suite of the committed JSON on a frame; the library's result object."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    batch = (
        context.data_sources.add_or_update_pandas("frames")
        .add_dataframe_asset(suite["name"])
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    wanted = gx.ExpectationSuite(name=suite["name"])
    for one in suite["expectations"]:
        wanted.add_expectation(getattr(gxe, _class_name(one["type"]))(**one["kwargs"], meta=one["meta"]))
    return batch.validate(wanted, result_format={"result_format": "COMPLETE", "include_unexpected_rows": False})


def _report(store: Store, table: Table, outcome: Any, report: Report, rows: list[tuple[Any, ...]]) -> None:
    by_name = {c.name: c for c in constraints_of(table)}
    demand = outcome.expectation_config.meta["demand"]
    constraint = by_name.get(demand)
    indices = outcome.result.get("unexpected_index_list")
    if constraint is None or indices is None:
        note = (outcome.exception_info or {}).get(
            "exception_message"
        ) or f"{outcome.expectation_config.type} is not met"
        report.add(
            Finding(
                "expectation", f"{demand}: {note}", "See validation/expectations.", table=table.name, layers=(LAYER,)
            )
        )
        return
    seen: set[tuple[Any, ...]] = set()
    for index in sorted(indices):
        cells = dict(zip(table.names, rows[index], strict=True))
        if constraint.kind in ("unique", "primary-key", "unique-key"):
            identity = tuple(cells[f] for f in constraint.fields)
            if identity not in seen:
                seen.add(identity)
                continue
        value = ", ".join(str(cells[f]) for f in constraint.fields if cells[f] is not None) or None
        found = Finding(
            constraint.kind,
            constraint.message(),
            constraint.hint,
            table=table.name,
            field=constraint.field,
            value=value,
            row=index + 1,
            layers=(LAYER,),
        )
        report.add(store.locate(found, {k: cells[k] for k in table.primary_key}))


def check(store: Store, report: Report, only: set[str] | None = None) -> None:
    """Run the baseline suite on every table, and the reviewed suites on the whole."""
    context = open_context()
    _baseline(store, report, context, only)
    if only is None:
        from clausula.validation import expectations_reviewed

        expectations_reviewed.check(store, report, context)


def _baseline(store: Store, report: Report, context: Any, only: set[str] | None) -> None:
    try:
        suites = {suite["name"]: suite for suite in read_json(store.package.root / SUITE)["suites"]}
    except (SchemaError, KeyError) as error:
        report.add(
            Finding(
                "stale-file",
                f"the baseline suite cannot be read: {error}",
                "Run `clausula build`.",
                file=SUITE,
                layers=(LAYER,),
            )
        )
        return
    for resource in store.package:
        table = resource.table
        if (only is not None and table.name not in only) or table.name not in suites:
            continue
        columns = ", ".join(DUCKDB.name(n) for n in table.names)
        rows = store.con.execute(f"SELECT {columns} FROM raw.{DUCKDB.name(table.name)} ORDER BY _row").fetchall()
        for outcome in run_suite(context, suites[table.name], loose_frame(table, rows)).results:
            if not outcome.success:
                _report(store, table, outcome, report, rows)
