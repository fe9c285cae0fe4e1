"""Measure all contestants side by side, and write docs/benchmarks.md and docs/benchmarks.svg.

    make bench                                    everything, about an hour on two cores
    make bench SIZES="1e4 1e5" ONLY="clausula frictionless"
    make bench-large                              also 10^8 rows of Parquet, checked by clausula on DuckDB and on Spark

The generated tables are kept in .bench/. Each result is written to docs/benchmarks.json at once, so an interrupted run
loses nothing; `--page` writes the page from the recorded results.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks import page, start
from benchmarks.contestants import CONTESTANTS, Contestant
from benchmarks.measure import ROOT, Measured, run

RECORD = ROOT / "docs" / "benchmarks.json"
DATA = ROOT / ".bench"
SIZES = (10**4, 10**5, 10**6, 10**7)
LARGE = 10**8
LONG = 15.0
"""A run that takes longer than this (seconds) is not repeated."""

ROUNDS = 3
LIMITS = {10**6: 400.0, 10**7: 1800.0, 10**9: 3600.0}
"""Time limit of a run in seconds, by the largest number of rows to which it applies."""


def say(text: str) -> None:
    """Print progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def read() -> dict[str, Any]:
    """Return the results recorded so far."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return found or {"machine": {}, "results": [], "start": {}}


def write(record: dict[str, Any]) -> None:
    """Write the record atomically."""
    staged = RECORD.with_suffix(".new")
    staged.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    staged.replace(RECORD)


def machine() -> dict[str, Any]:
    """Return a description of the machine, and the versions of the measured libraries."""
    from importlib.metadata import PackageNotFoundError, version

    names = ["duckdb", "frictionless", "pandera", "great-expectations", "dataframely", "pointblank", "polars", "pandas"]
    versions = {}
    for name in [*names, "pyspark", "pyarrow"]:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.machine()}"
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    load = round(os.getloadavg()[0], 1)
    known = {"cores": cores, "load": load, "system": system, "python": platform.python_version(), "day": day}
    return {**known, "versions": versions}


def absent(one: Contestant) -> bool:
    """Return whether the library of a contestant, or Java if it needs it, is missing."""
    return importlib.util.find_spec(one.needs) is None or (one.needs == "pyspark" and shutil.which("java") is None)


def _summed(key: dict[str, Any], runs: list[Measured]) -> dict[str, Any]:
    good = [one for one in runs if not one.failed]
    if not good:
        return {**key, "failed": runs[-1].output[:200]}
    return {
        **key,
        "seconds": round(statistics.median(one.seconds for one in good), 3),
        "cpu": round(statistics.median(one.cpu for one in good), 3),
        "peak_mb": round(max(one.peak_mb for one in good)),
        "runs": len(good),
        "found": int(good[-1].output or 0),
    }


def measure(record: dict[str, Any], names: list[str], rows: int, form: str, variant: str = "") -> None:
    """Let the contestants check one file in turn; repeat the round for those that are fast."""
    root = DATA / f"{form}-{rows}{variant}"
    if not (root / "datapackage.json").exists():
        say(f"generating {rows:,} rows of {form}{variant} ...")
        # in its own process: a child's measured peak memory is never below that of its parent
        made = run(["benchmarks.table", str(root), str(rows), form, variant], LIMITS[10**9])
        if made.failed:
            raise SystemExit(f"could not generate {root}: {made.output}")
    limit = next(seconds for most, seconds in LIMITS.items() if rows <= most)
    runs: dict[str, list[Measured]] = {name: [] for name in names}
    for turn in range(ROUNDS if rows < LARGE else 1):
        for name in names if turn % 2 == 0 else reversed(names):
            done = runs[name]
            if done and (done[0].seconds > LONG or done[0].failed):
                continue
            one = run(["benchmarks.contestants", name, str(root), form], limit)
            done.append(one)
            outcome = f"failed: {one.output[:80]}" if one.failed else f"{one.seconds:8.2f} s {one.peak_mb:7.0f} MB"
            say(f"{rows:>11,} {form:7}{variant} {name:18} {outcome}")
            key = {"name": name, "rows": rows, "form": form, "variant": variant}
            kept = [r for r in record["results"] if {k: r[k] for k in key} != key]
            record["results"] = [*kept, _summed(key, done)]
            write(record)


def _sizes(text: str) -> list[int]:
    return [int(float(part)) for part in text.replace(",", " ").split()]


def main() -> int:
    """Generate the tables, measure the contestants, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_sizes, default=list(SIZES), metavar="'1e4 1e5'")
    parser.add_argument("--only", type=str.split, default=list(CONTESTANTS), metavar="'clausula polars'")
    parser.add_argument(
        "--large",
        action="store_true",
        help="also measure 10^8 rows of Parquet, with clausula only, on DuckDB and on Spark",
    )
    parser.add_argument("--page", action="store_true", help="only write the page from the recorded results")
    args = parser.parse_args()
    if unknown := set(args.only) - set(CONTESTANTS):
        parser.error(f"unknown contestant: {', '.join(sorted(unknown))}; choose from {', '.join(CONTESTANTS)}")
    record = read()
    if not args.page:
        begun = time.monotonic()
        record["machine"] = machine()
        missing = [name for name in args.only if absent(CONTESTANTS[name])]
        if missing:
            say(f"skipped because not installed: {', '.join(missing)}")
        names = [name for name in args.only if name not in missing]
        if "clausula" in names:
            record["start"] = start.measure(say)
            write(record)
        for rows in args.sizes:
            for form in ("csv", "parquet"):
                measure(record, [n for n in names if rows <= CONTESTANTS[n].most[form]], rows, form)
        if max(args.sizes) >= 10**7 and "clausula" in names:
            measure(record, ["clausula"], 10**7, "parquet", "-unsorted")
        if args.large:
            measure(record, [n for n in ("clausula", "clausula-spark") if n in names], LARGE, "parquet")
        say(f"measured in {(time.monotonic() - begun) / 60:.1f} minutes")
    page.write(record)
    say("wrote docs/benchmarks.md and docs/benchmarks.svg")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; the results so far are in docs/benchmarks.json")
        sys.exit(130)
