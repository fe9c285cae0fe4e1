"""Expectations that schemas cannot express: coverage, sources, balance, and comparison with the last release.

They are suites in `validation/expectations/reviewed.json`, written and reviewed by hand. Each suite applies to the
rows of one query on the typed tables; the first column of the query, `key`, identifies the row. Besides the tables a
query can use `this_release` and `last_release` (`tbl`, `rows`) and `divergences` (`variable`, `divergence`), which are
empty if there was no release. great-expectations runs the suites.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clausula.core.findings import Finding, Report, finding
from clausula.core.model import Descriptor, SchemaError
from clausula.core.schemas import read_json
from clausula.core.wording import count
from clausula.derive.profile import PROFILE, profile, total_variation
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.validation.expectations_library import open_context, run_suite

if TYPE_CHECKING:
    import pandas as pd

REVIEWED = "validation/expectations/reviewed.json"
LAYER = "expectations"
MIN_ROWS = 30
"""Distributions of fewer rows are not compared."""

REQUIRED_KEYS = {"code", "says", "do", "severity", "type", "kwargs"}


def read_suites(store: DuckDBEngine, report: Report) -> list[Descriptor]:
    """Return the suites of the package, or none if the file is missing; report a file that cannot be read."""
    path = store.package.root / REVIEWED
    if not path.is_file():
        return []
    try:
        suites = [suite for suite in read_json(path)["suites"] if suite["frame"] and suite["says"] and suite["name"]]
        for suite in suites:
            for entry in suite["expectations"]:
                if not set(entry) >= REQUIRED_KEYS or entry["severity"] not in ("error", "warning"):
                    keys = ", ".join(sorted(REQUIRED_KEYS))
                    raise SchemaError(
                        f"an expectation of {suite['name']} needs the keys {keys}, and error or warning as severity"
                    )
        return suites
    except (SchemaError, KeyError, TypeError) as error:
        report.add(finding("invalid-suite:expectations", error=error, file=REVIEWED, layers=(LAYER,)))
        return []


def last_profile(store: DuckDBEngine, report: Report) -> Descriptor:
    """Return the profile of the last release; empty if there is none or it belongs to another package."""
    path = store.package.root / PROFILE
    empty: Descriptor = {"rows": {}, "shares": {}}
    if not path.is_file():
        return empty
    try:
        last = read_json(path)
        if last["name"] != store.package.model.metadata["name"]:
            return empty
        rows = {str(table): int(n) for table, n in last["rows"].items()}
        shares = {v: {code: float(s) for code, s in by_code.items()} for v, by_code in last["shares"].items()}
        return {"version": str(last["version"]), "rows": rows, "shares": shares}
    except (SchemaError, KeyError, TypeError, ValueError, AttributeError) as error:
        report.add(finding("invalid-suite:profile", error=error, file=PROFILE, layers=(LAYER,)))
        return empty


def _create_table(store: DuckDBEngine, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    store.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    if rows:
        store.con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _create_release_tables(store: DuckDBEngine, last: Descriptor) -> None:
    now = profile(store.package, store.rows)
    _create_table(store, "this_release", "tbl VARCHAR, rows BIGINT", list(now["rows"].items()))
    _create_table(store, "last_release", "tbl VARCHAR, rows BIGINT", list(last["rows"].items()))
    divergences = [
        (variable, total_variation(shares, last["shares"][variable]))
        for variable, shares in now["shares"].items()
        if shares and last["shares"].get(variable) and now["rows"][variable.split(".")[0]] >= MIN_ROWS
    ]
    _create_table(store, "divergences", "variable VARCHAR, divergence DOUBLE", divergences)


def _expected(kwargs: Descriptor) -> str:
    """Describe the expected value."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None or high is not None:
        bounds = [f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else ""]
        mostly = f", for {kwargs['mostly']:.0%} of the rows" if "mostly" in kwargs else ""
        return " and ".join(part for part in bounds if part) + mostly
    if "value_set" in kwargs:
        return ", ".join(str(value) for value in kwargs["value_set"])
    return ", ".join(f"{name} {value}" for name, value in kwargs.items() if name not in ("column",))


def _observed(result: Descriptor) -> str:
    """Describe the observed value."""
    value = result.get("observed_value")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if value is not None:
        return str(value)
    if "element_count" not in result:
        missing = result.get("partial_missing_list") or []
        return f"missing: {', '.join(str(item) for item in missing)}" if missing else "all values"
    total = result["element_count"]
    return f"{total - (result.get('unexpected_count') or 0)} of {count(total, 'row')}"


def _in_row(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _findings(suite: Descriptor, entry: Descriptor, outcome: Any, frame: pd.DataFrame) -> Iterator[Finding]:
    """Yield a finding for each row that fails an expectation, or one for the suite."""
    expected = _expected(entry["kwargs"])
    column = frame.get(entry["kwargs"].get("column"))
    exception = (outcome.exception_info or {}).get("exception_message")
    if exception:
        failed = {"expectation": entry["code"], "error": exception}
        yield finding("invalid-suite:run", **failed, file=REVIEWED, layers=(LAYER,))
        return
    rows = outcome.result.get("unexpected_index_list")
    for row in sorted(rows) if rows else [None]:
        own = row is not None and column is not None
        # what one row has is beside the message, by which a warning is accepted: it moves with every new text
        says = f"Expected: {expected}." if own else f"Observed: {_observed(outcome.result)}; expected: {expected}."
        seen = _in_row(column.iloc[row]) if own else None
        yield Finding(
            entry["code"],
            f"{entry['says']} {says}",
            f"Observed: {seen}. {entry['do']}" if own else entry["do"],
            entry["severity"],
            key=f"{suite['name']}: {frame['key'].iloc[row]}" if row is not None else suite["name"],
            value=seen,
            file=REVIEWED,
            layers=(LAYER,),
        )


def check(store: DuckDBEngine, report: Report, context: Any = None) -> None:
    """Run the reviewed suites; record the outcome of each expectation in `report.checked["expectations"]`.

    Parameters
    ----------
    context : great_expectations context, optional
        An open context. By default one is opened if there is a suite to run.
    """
    import duckdb

    suites = read_suites(store, report)
    if not suites:
        return
    context = context or open_context()
    _create_release_tables(store, last_profile(store, report))
    lines: list[Descriptor] = []
    report.checked["expectations"] = lines
    for suite in suites:
        try:
            frame = store.con.execute(suite["frame"]).df()
        except duckdb.Error as error:
            failed = {"suite": suite["name"], "error": str(error).splitlines()[0]}
            report.add(finding("invalid-suite:query", **failed, file=REVIEWED, layers=(LAYER,)))
            continue
        if frame.empty:
            lines += [_report_line(suite, entry, "no rows", None) for entry in suite["expectations"]]
            continue
        expectations = [{**entry, "meta": {"code": entry["code"]}} for entry in suite["expectations"]]
        outcomes = run_suite(context, {"name": suite["name"], "expectations": expectations}, frame).results
        by_code = {outcome.expectation_config.meta["code"]: outcome for outcome in outcomes}
        for entry in suite["expectations"]:
            outcome = by_code[entry["code"]]
            lines.append(_report_line(suite, entry, _observed(outcome.result), bool(outcome.success)))
            if not outcome.success:
                report.extend(_findings(suite, entry, outcome, frame))


def _report_line(suite: Descriptor, entry: Descriptor, observed: str, met: bool | None) -> Descriptor:
    """Return the line of one expectation in the report: what was expected and what was observed."""
    return {
        "suite": suite["name"],
        "about": suite["says"],
        "code": entry["code"],
        "says": entry["says"],
        "severity": entry["severity"],
        "expected": _expected(entry["kwargs"]),
        "observed": observed,
        "met": met,
    }
