"""The generated tables `agreement` and `conflicts`, and the check that they match the codings."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from itertools import count

from clausula.agreement.compare import Comparison, Figure, compare, figures
from clausula.agreement.conflicts import Conflict, conflicts
from clausula.agreement.final_records import LAYER, read_final_records, unapplied_units
from clausula.agreement.passes import RECORDS
from clausula.agreement.rebuild import rebuild_findings
from clausula.agreement.recorded_values import recorded_findings
from clausula.agreement.unit_links import span_findings, unit_findings
from clausula.core.csvio import write_rows
from clausula.core.findings import CouldNotRun, Report, finding
from clausula.core.fixity import differing_lines
from clausula.core.lexical import format_value
from clausula.core.model import Model
from clausula.core.package import MEASURED, csv_path
from clausula.core.store import Store, Values

TABLES = MEASURED
DIGITS = 4
INPUTS = ("coders", "coding_passes", "coding_units", "codings", *TABLES, "resolutions")
"""Tables that the comparison of passes needs."""


def round_figure(value: float | None) -> float | None:
    """Round a figure to the precision of the published table."""
    return None if value is None else round(value, DIGITS) + 0.0


def figure_row(figure: Figure) -> dict[str, str]:
    """Return a figure as a row of the table `agreement`."""
    alpha = figure.alpha
    return {
        "round": str(figure.round),
        "codebook_version": figure.version,
        "codebook_frozen": "true" if figure.codebook_frozen else "false",
        "coder_kinds": figure.coder_kinds,
        "scope": figure.scope,
        "variable": figure.variable,
        "statistic": figure.statistic,
        "units": str(figure.units),
        "n": str(alpha.n),
        "proportion": format_value(round_figure(alpha.proportion)),
        "value": format_value(round_figure(alpha.value)),
        "low": format_value(round_figure(alpha.low)),
        "high": format_value(round_figure(alpha.high)),
        "note": figure.note,
    }


def conflict_row(conflict: Conflict, model: Model) -> dict[str, str]:
    """Return a conflict as a row of the table `conflicts`, without its number."""
    ids = {model[kind].primary_key[0]: "" for kind in RECORDS.values()}
    ids[model[conflict.kind].primary_key[0]] = conflict.record
    return {
        "source_id": conflict.source,
        "round": str(conflict.round),
        "unit_a": conflict.unit_a,
        "unit_b": conflict.unit_b,
        **ids,
        "variable": conflict.variable,
        "item": conflict.item,
        "value_a": conflict.value_a,
        "value_b": conflict.value_b,
    }


def table_bytes(model: Model, table: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a table as CSV in canonical form."""
    names = model[table].names
    return write_rows(names, [[row.get(name, "") for name in names] for row in rows])


def conflict_rows(model: Model, found: Collection[Conflict]) -> list[Values]:
    """Return conflicts as rows of the table `conflicts`, numbered within each source."""
    numbers = {conflict.source: count(1) for conflict in found}
    return [{**conflict_row(c, model), "conflict_no": str(next(numbers[c.source]))} for c in found]


def generated_tables(model: Model, comparisons: Sequence[Comparison]) -> dict[str, bytes]:
    """Return both tables as CSV, by path."""
    return {
        csv_path("agreement"): table_bytes(model, "agreement", [figure_row(f) for f in figures(comparisons, model)]),
        csv_path("conflicts"): table_bytes(model, "conflicts", conflict_rows(model, conflicts(comparisons, model))),
    }


def check(store: Store, report: Report) -> None:
    """Check that both generated tables match the codings, and that records follow from passes and decisions."""
    if not all(name in store for name in INPUTS):
        return
    try:
        report.extend(recorded_findings(store))
        comparisons, notes = compare(store)
        fresh = generated_tables(store.package.model, comparisons)
        applied = unapplied_units(read_final_records(store), store.records("resolutions"))
        linked = [*unit_findings(comparisons, store), *span_findings(store)]
        comparisons.clear()  # the passes are read again to rebuild the records: both at once need twice the memory
        found = [*notes, *applied, *linked, *rebuild_findings(store)]
    except ImportError as error:
        report.add(finding("skipped-layer:agreement", name=error.name, layers=(LAYER,)))
        return
    except CouldNotRun as error:
        report.add(error.finding)
        return
    except (OSError, ValueError, KeyError, IndexError) as error:
        report.add(finding("underivable-file:agreement", error=error, layers=(LAYER,)))
        return
    report.extend(found)
    for table in TABLES:
        path = csv_path(table)
        if store[table].digest != hashlib.sha256(fresh[path]).hexdigest():
            lines = differing_lines(store.package.root / path, fresh[path])
            report.add(finding("stale-file:agreement", file=path, lines=lines, layers=(LAYER,)))
