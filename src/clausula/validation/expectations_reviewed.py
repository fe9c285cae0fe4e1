"""Expectations that schemas cannot say: coverage, voices, balance, and the last release as a yardstick.

They stand in `validation/expectations/reviewed.json`, written and reviewed by hand: suites, each over the rows of one
query on the typed tables, whose first column `key` says which row is meant. Beside the tables a query sees
`this_release` and `last_release` (`tbl`, `rows`) and `divergences` (`variable`, `divergence`), which are empty where
there was no release. great-expectations runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausula.core.findings import Finding, Report
from clausula.core.model import Descriptor, SchemaError
from clausula.core.schemas import read_json
from clausula.derive.profile import PROFILE, distance, profile
from clausula.validation.duckdb_engine import Store
from clausula.validation.expectations_library import open_context, run_suite

REVIEWED = "validation/expectations/reviewed.json"
LAYER = "expectations"
FEWEST = 30
"""Below this number of rows a spread says little, and is not compared."""

PARTS = {"code", "says", "do", "severity", "type", "kwargs"}


def _stale(message: str, file: str) -> Finding:
    return Finding("invalid-suite", message, "Mend the file.", file=file, layers=(LAYER,))


def read_suites(store: Store, report: Report) -> list[Descriptor]:
    """The suites of the package; what cannot be read is a finding, and an absent file no suite."""
    path = store.package.root / REVIEWED
    if not path.is_file():
        return []
    try:
        suites = [suite for suite in read_json(path)["suites"] if suite["frame"] and suite["says"] and suite["name"]]
        for suite in suites:
            for one in suite["expectations"]:
                if not set(one) >= PARTS or one["severity"] not in ("error", "warning"):
                    raise SchemaError(f"an expectation of {suite['name']} needs {', '.join(sorted(PARTS))}")
        return suites
    except (SchemaError, KeyError, TypeError) as error:
        report.add(_stale(f"the expectations cannot be read: {error}", REVIEWED))
        return []


def last_profile(store: Store, report: Report) -> Descriptor:
    """The profile of the last release; empty if there is none, or it is that of another package."""
    path = store.package.root / PROFILE
    none: Descriptor = {"rows": {}, "shares": {}}
    if not path.is_file():
        return none
    try:
        found = read_json(path)
        if found["name"] != store.package.model.metadata["name"]:
            return none
        rows = {str(table): int(n) for table, n in found["rows"].items()}
        shares = {v: {code: float(s) for code, s in given.items()} for v, given in found["shares"].items()}
        return {"version": str(found["version"]), "rows": rows, "shares": shares}
    except (SchemaError, KeyError, TypeError, ValueError, AttributeError) as error:
        report.add(_stale(f"the profile of the last release cannot be read: {error}", PROFILE))
        return none


def _fill(store: Store, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    store.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    if rows:
        store.con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _yardsticks(store: Store, last: Descriptor) -> None:
    now = profile(store.package, store.rows)
    _fill(store, "this_release", "tbl VARCHAR, rows BIGINT", list(now["rows"].items()))
    _fill(store, "last_release", "tbl VARCHAR, rows BIGINT", list(last["rows"].items()))
    apart = [
        (variable, distance(shares, last["shares"][variable]))
        for variable, shares in now["shares"].items()
        if shares and last["shares"].get(variable) and now["rows"][variable.split(".")[0]] >= FEWEST
    ]
    _fill(store, "divergences", "variable VARCHAR, divergence DOUBLE", apart)


def _wanted(kwargs: Descriptor) -> str:
    """What an expectation asks for, in words."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None or high is not None:
        bounds = [f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else ""]
        mostly = f", for {kwargs['mostly']:.0%} of the rows" if "mostly" in kwargs else ""
        return " and ".join(part for part in bounds if part) + mostly
    if "value_set" in kwargs:
        return ", ".join(str(value) for value in kwargs["value_set"])
    return ", ".join(f"{name} {value}" for name, value in kwargs.items() if name not in ("column",))


def _seen(result: Descriptor) -> str:
    """What was observed, in words."""
    value = result.get("observed_value")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if value is not None:
        return str(value)
    if "element_count" not in result:
        lacking = result.get("partial_missing_list") or []
        return f"without {', '.join(str(one) for one in lacking)}" if lacking else "all of them"
    asked = result["element_count"]
    return f"{asked - (result.get('unexpected_count') or 0)} of {asked} rows"


def _findings(suite: Descriptor, one: Descriptor, outcome: Any, keys: list[str]) -> Iterator[Finding]:
    """Where an expectation is not met: each row that misses it, or the whole."""
    at = one["code"], f"{one['says']} Observed: {_seen(outcome.result)}; expected: {_wanted(one['kwargs'])}.", one["do"]
    broken = (outcome.exception_info or {}).get("exception_message")
    if broken:
        yield _stale(f"{one['code']}: {broken}", REVIEWED)
        return
    rows = outcome.result.get("unexpected_index_list")
    for row in sorted(rows) if rows else [None]:
        key = f"{suite['name']}: {keys[row]}" if row is not None else suite["name"]
        yield Finding(*at, one["severity"], key=key, file=REVIEWED, layers=(LAYER,))


def check(store: Store, report: Report, context: Any = None) -> None:
    """Run the reviewed suites; what each expectation saw goes to `report.checked["expectations"]`.

    Parameters
    ----------
    context : great_expectations context, optional
        One that is open already; opened if there is a suite to run.
    """
    import duckdb

    suites = read_suites(store, report)
    if not suites:
        return
    context = context or open_context()
    _yardsticks(store, last_profile(store, report))
    told: list[Descriptor] = []
    report.checked["expectations"] = told
    for suite in suites:
        try:
            frame = store.con.execute(suite["frame"]).df()
        except duckdb.Error as error:
            report.add(_stale(f"the query of {suite['name']} fails: {str(error).splitlines()[0]}", REVIEWED))
            continue
        if frame.empty:
            told += [_line(suite, one, "nothing to judge", None) for one in suite["expectations"]]
            continue
        wanted = [{**one, "meta": {"code": one["code"]}} for one in suite["expectations"]]
        outcomes = run_suite(context, {"name": suite["name"], "expectations": wanted}, frame).results
        by_code = {outcome.expectation_config.meta["code"]: outcome for outcome in outcomes}
        keys = [str(key) for key in frame["key"]]
        for one in suite["expectations"]:
            outcome = by_code[one["code"]]
            told.append(_line(suite, one, _seen(outcome.result), bool(outcome.success)))
            if not outcome.success:
                report.extend(_findings(suite, one, outcome, keys))


def _line(suite: Descriptor, one: Descriptor, seen: str, met: bool | None) -> Descriptor:
    """What one expectation asked and saw."""
    asked = {"suite": suite["name"], "about": suite["says"], "code": one["code"], "says": one["says"]}
    return {**asked, "severity": one["severity"], "expected": _wanted(one["kwargs"]), "observed": seen, "met": met}
