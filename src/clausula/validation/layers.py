"""The layers of validation by name."""

from __future__ import annotations

from collections.abc import Callable

from clausula.core.findings import Report
from clausula.core.requirements import needs
from clausula.validation import rules_layer, schema_layer
from clausula.validation.duckdb_engine import DuckDBEngine

FAST = ("duckdb", "rules")
LAYERS = ("duckdb", "rules", "parquet", "drift", "agreement", "frictionless", "pandera", "expectations")
"""The layers of a full run, in the order in which they run."""

ON_REQUEST = ("baseline",)
"""Layers that run only if they are named, because others check the same."""

SCHEMA_LAYERS = ("rules", "parquet", "drift", "agreement", "frictionless", "pandera", "expectations", "baseline")
"""Layers that need a Clausula package, with its own schemas."""


def layer_check(layer: str) -> Callable[[DuckDBEngine, Report], None]:
    """Return the check of a layer; its library is imported only here."""
    if layer == "duckdb":
        return schema_layer.check
    if layer == "rules":
        return rules_layer.check
    if layer == "parquet":
        from clausula.validation import parquet_layer

        return parquet_layer.check
    if layer == "drift":
        from clausula.validation import drift_layer

        return drift_layer.check
    if layer == "agreement":
        from clausula.agreement import tables

        return lambda engine, report: tables.check(engine.store, report)
    if layer == "frictionless":
        from clausula.validation import frictionless_layer

        return frictionless_layer.check
    if layer == "pandera":
        from clausula.validation import pandera_layer

        return pandera_layer.check
    from clausula.validation import expectations_layer

    return expectations_layer.check if layer == "expectations" else expectations_layer.check_baseline


def run_layer(layer: str, engine: DuckDBEngine, report: Report) -> None:
    """Add the findings of a layer; raise CouldNotRun if its library is not installed."""
    with needs(f"the layer {layer}", "validate"):
        layer_check(layer)(engine, report)
