"""Measure packages of other forms: 200 resources, a zip, and gz files, each against `frictionless validate`.

    python -m benchmarks.packages                 all forms; the gz file has 10^7 rows
    python -m benchmarks.packages --rows 1e6 --only gz

The medians are written to docs/benchmarks.json, and the page is written again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import zipfile
from pathlib import Path
from typing import Any

from benchmarks import page, table
from benchmarks.measure import Measured, run
from benchmarks.run import DATA, LIMITS, LONG, ROUNDS, read, say, write

RESOURCES, SMALL = 200, 100
"""How many resources the package of many has, and the rows of each."""

ZIPPED = 10**6
TOOLS = {
    "clausula": ["clausula", "validate", "--package"],
    "frictionless": ["frictionless", "validate", "--type", "package", "--json"],
}


def many(rows: int) -> Path:
    """Return the package of many small tables with one schema."""
    root = DATA / f"many-{RESOURCES}"
    if not (root / "datapackage.json").exists():
        made = table.generate(DATA / f"csv-{rows}", rows, "csv")
        root.mkdir(parents=True, exist_ok=True)
        schema = {key: value for key, value in table.SCHEMAS["reactions"].items() if key != "foreignKeys"}
        resources = []
        for number in range(RESOURCES):
            (root / f"t{number}.csv").write_bytes((made / "reactions.csv").read_bytes())
            resources.append({"name": f"t{number}", "path": f"t{number}.csv", "encoding": "utf-8", "schema": schema})
        (root / "datapackage.json").write_text(json.dumps({"name": "many", "resources": resources}), encoding="utf-8")
    return root / "datapackage.json"


def zipped(rows: int) -> Path:
    """Return a zip of the package of CSV files."""
    path = DATA / f"csv-{rows}.zip"
    if not path.exists():
        root = table.generate(DATA / f"csv-{rows}", rows, "csv")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(root.glob("*.*")):
                archive.write(file, file.name)
    return path


def gz(rows: int) -> Path:
    """Return the package with its tables as gz files."""
    import duckdb

    root = DATA / f"gz-{rows}"
    if not (root / "datapackage.json").exists():
        made = table.generate(DATA / f"csv-{rows}", rows, "csv")
        root.mkdir(parents=True, exist_ok=True)
        descriptor = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
        for resource in descriptor["resources"]:
            source, resource["path"] = made / resource["path"], f"{resource['path']}.gz"
            query = f"SELECT * FROM read_csv('{source}', all_varchar = true, header = true)"
            target = f"'{root / resource['path']}' (FORMAT csv, HEADER)"
            duckdb.execute(f"COPY ({query}) TO {target}")
        (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return root / "datapackage.json"


MAKERS = {"many": many, "zip": zipped, "gz": gz}


def compare(name: str, path: Path, rows: int, tools: list[str]) -> dict[str, Any]:
    """Let the tools validate a package in turn, and return the medians."""
    runs: dict[str, list[Measured]] = {tool: [] for tool in tools}
    limit = next(seconds for most, seconds in LIMITS.items() if rows <= most)
    for turn in range(ROUNDS):
        for tool in tools if turn % 2 == 0 else reversed(tools):
            done = runs[tool]
            if done and (done[0].seconds > LONG or done[0].failed):
                continue
            one = run([*TOOLS[tool], str(path)], limit)
            done.append(one)
            outcome = f"failed: {one.output[:80]}" if one.failed else f"{one.seconds:8.2f} s {one.cpu:8.2f} s CPU"
            say(f"{name:6} {rows:>11,} {tool:13} {outcome}")
    found: dict[str, Any] = {"form": name, "rows": rows}
    return found | {tool: median(done) for tool, done in runs.items() if not done[-1].failed}


def median(runs: list[Measured]) -> dict[str, Any]:
    """Return the medians of the runs that did not fail, and their number."""
    good = [one for one in runs if not one.failed]
    if not good:
        return {"failed": runs[-1].output[:200]}
    return {
        "seconds": round(statistics.median(one.seconds for one in good), 3),
        "cpu": round(statistics.median(one.cpu for one in good), 3),
        "peak_mb": round(max(one.peak_mb for one in good)),
        "runs": len(good),
    }


def measure(forms: list[str], rows: int, tools: list[str]) -> list[dict[str, Any]]:
    """Generate the packages and measure them."""
    sizes = {"many": SMALL, "zip": min(ZIPPED, rows), "gz": rows}
    found = []
    for form in forms:
        # in its own process: a child's measured peak memory is never below that of its parent
        made = run(["benchmarks.packages", "--make", form, "--rows", str(sizes[form])], LIMITS[10**9])
        if made.failed:
            raise SystemExit(f"could not generate {form}: {made.output}")
        found.append(compare(form, Path(made.output), sizes[form], tools))
    return found


def main() -> int:
    """Measure, record the results, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10**7, help="rows of the gz file")
    parser.add_argument("--only", type=str.split, default=["many", "zip", "gz"], metavar="'many zip'")
    parser.add_argument("--tools", type=str.split, default=list(TOOLS), metavar="'clausula frictionless'")
    parser.add_argument("--make", choices=MAKERS, help="only generate a package, and print its path")
    args = parser.parse_args()
    if args.make:
        DATA.mkdir(exist_ok=True)
        print(MAKERS[args.make](args.rows))
        return 0
    found = measure(args.only, args.rows, args.tools)
    record = read()
    kept = {one["form"]: one for one in record.get("packages", [])}
    for one in found:
        same = kept.get(one["form"], {}).get("rows") == one["rows"]
        kept[one["form"]] = {**(kept[one["form"]] if same else {}), **one}
    record["packages"] = list(kept.values())
    write(record)
    page.write(record)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
