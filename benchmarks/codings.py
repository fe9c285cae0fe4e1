"""Measure time and memory of `clausula agreement`, and of the layer `agreement`, on a package with many passes.

    python -m benchmarks.codings --codings 1.1e6

The passes of this package are copied under the names of further sources until there are as many codings as asked for;
free text differs in each copy. Three runs are measured: all sources, one of them, and the layer `agreement` of
`clausula validate`. The last line of output is JSON: wall-clock and processor seconds and peak memory in megabytes of
each.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Measured, run
from clausula.core.findings import CLEAN, FOUND
from clausula.core.schemas import load_model

FREE = 25
"""Texts longer than this are free text, which no two sources share."""

LIMIT = 600.0
COPIED = ("sources", "coding_passes", "coding_units", "codings", "resolutions")
"""The tables with rows for each copy."""

Rename = Callable[[str, str], str]


def _write(source: Path, target: Path, copies: int) -> int:
    """Write a table with its rows copied, and return how many rows it has."""
    with source.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    names = [(name, index) for index, name in enumerate(header)]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for copy in range(copies):
            for row in rows:
                changed = list(row)
                for name, index in names if copy else ():
                    changed[index] = _renamed(name, row[index], copy)
                writer.writerow(changed)
    return len(rows) * copies


def _renamed(name: str, text: str, copy: int) -> str:
    if name == "source_id":
        return f"{text}-c{copy}"
    if name == "pass_id":
        source, _, side = text.rpartition(".")
        return f"{source}-c{copy}.{side}"
    return f"{text} {copy}" if name == "value" and len(text) > FREE else text


def make_package(folder: Path, codings: int) -> int:
    """Write a package with at least as many codings, and return how many it has."""
    for name in ("schemas", "validation", "docs", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "datapackage.json", folder / "datapackage.json")
    with (ROOT / "data/codings.csv").open(encoding="utf-8", newline="") as stream:
        own = sum(1 for _ in csv.reader(stream)) - 1
    copies = -(-codings // own)
    assert set(COPIED) <= set(load_model(folder / "schemas").tables)
    for table in COPIED:
        found = _write(ROOT / f"data/{table}.csv", folder / f"data/{table}.csv", copies)
        if table == "codings":
            made = found
    return made


def measure(folder: Path, codings: int) -> dict[str, Any]:
    """Generate the package and measure the runs."""
    made = make_package(folder, codings)
    with (folder / "data/sources.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["source_id"] for row in csv.DictReader(stream)}
    with (folder / "data/coding_passes.csv").open(encoding="utf-8", newline="") as stream:
        source = next(row["source_id"] for row in csv.DictReader(stream) if row["source_id"] in known)
    command = ["clausula", "agreement", "--package", str(folder), "--json"]
    found: dict[str, Any] = {"codings": made}
    for name, extra in (("all", []), ("source", ["--source", source])):
        found[name] = _figures(run([*command, *extra], LIMIT))
    layer = ["clausula", "validate", "--package", str(folder), "--layer", "agreement", "--json"]
    found["layer"] = _figures(run(layer, LIMIT, passes=(CLEAN, FOUND)))  # copies have conflicts that no table has yet
    return found


def _figures(one: Measured) -> dict[str, Any]:
    if one.failed:
        return {"failed": one.output[:200]}
    return {"seconds": round(one.seconds, 2), "cpu": round(one.cpu, 2), "peak_mb": round(one.peak_mb)}


def main() -> int:
    """Measure and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=lambda text: int(float(text)), default=1_100_000)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the package here and keep it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(measure(args.keep or Path(temporary) / "package", args.codings)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
