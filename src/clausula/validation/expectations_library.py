"""great-expectations, kept quiet: an ephemeral context that writes nothing, and one suite run on one frame.

The library is heavy (an extra, imported only here) and would otherwise report usage and print progress.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import warnings
from typing import Any

from clausula.core.findings import INFO, Finding, Report
from clausula.core.imports import without
from clausula.validation.duckdb_engine import Store

LAYER = "expectations"


def available() -> bool:
    """Whether great-expectations is installed."""
    return importlib.util.find_spec("great_expectations") is not None


def absent(store: Store, report: Report) -> None:
    """Say that the layer was left out."""
    del store
    hint = "pip install 'clausula[expectations]'"
    report.add(Finding("skipped-layer", "great-expectations is not installed", hint, INFO, layers=(LAYER,)))


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
