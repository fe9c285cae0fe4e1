"""A wrapper for great-expectations: an ephemeral context that writes nothing, and one suite run on one frame.

The library is heavy (an extra, imported only here). By default it sends usage statistics and prints progress.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import warnings
from typing import Any

from clausula.core.findings import Report, finding
from clausula.core.imports import hidden_module, postponed_modules
from clausula.validation.duckdb_engine import DuckDBEngine

LAYER = "expectations"


def available() -> bool:
    """Whether great-expectations is installed."""
    return importlib.util.find_spec("great_expectations") is not None


def report_missing_library(store: DuckDBEngine, report: Report) -> None:
    """Report that the layer was skipped because great-expectations is not installed."""
    del store
    report.add(finding("skipped-layer:expectations", layers=(LAYER,)))


def open_context() -> Any:
    """Open a context without progress bars, files or network access."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings(), hidden_module("pyspark"), postponed_modules("altair", "scipy.stats"):
        warnings.simplefilter("ignore")
        import great_expectations as gx

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
    return context


def _class_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))


def run_suite(context: Any, suite: dict[str, Any], frame: Any) -> Any:
    """Run one suite of the committed JSON on a frame; return the result object of the library."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    batch = (
        context.data_sources.add_or_update_pandas("frames")
        .add_dataframe_asset(suite["name"])
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    gx_suite = gx.ExpectationSuite(name=suite["name"])
    for entry in suite["expectations"]:
        gx_suite.add_expectation(getattr(gxe, _class_name(entry["type"]))(**entry["kwargs"], meta=entry["meta"]))
    return batch.validate(gx_suite, result_format={"result_format": "COMPLETE", "include_unexpected_rows": False})
