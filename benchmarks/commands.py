"""Measure whole commands on the shipped package, beside the last release on its own package.

    python -m benchmarks.commands                 everything, about 15 minutes on two cores
    python -m benchmarks.commands --only "load fast layers"

The code and the package of the last release are read from the history of the repository. A clone without that history
measures this version alone. The medians are written to docs/benchmarks.json, and the page is written again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks import codings, page
from benchmarks.measure import ROOT, Measured, run
from benchmarks.packages import median
from benchmarks.run import DATA, LIMITS, ROUNDS, read, say, write
from clausula.core.package import open_package

LAST = ("0.2.0", "f65e23c9432f49ef6e82f6eeae3fb37fd4797ff3")
"""The last release: its version, and the commit of it."""

LAYERS = ("duckdb", "rules", "parquet", "drift", "agreement", "frictionless", "pandera", "expectations")
LIMIT = LIMITS[10**9]
LOAD = "import clausula\nfor table in clausula.tables().index:\n    clausula.load(table)"
ROWS = 10**7
"""Rows of the two editions that `clausula diff` compares."""

COMMANDS: dict[str, list[str]] = {
    "load": [],
    "fast": ["validate", "{root}", "--fast"],
    "validate": ["validate", "{root}"],
    "build": ["build", "{root}"],
    "site": ["site", "{out}"],
}
"""What both versions do, with the arguments of 0.2.0; the page has a description of each."""


def last_release(folder: Path) -> Path | None:
    """Write the package of the last release to a folder; None if the history does not have it."""
    found = subprocess.run(["git", "-C", str(ROOT), "archive", LAST[1]], capture_output=True, check=False)
    if found.returncode:
        say(f"the history does not have {LAST[0]}; only this version is measured")
        return None
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _rows(root: Path) -> int:
    """Return the number of rows of all tables of a package."""
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    return sum(resource["rows"] for resource in descriptor["resources"])


def _arguments(name: str, root: Path, out: Path) -> list[str]:
    """Return the command line of this version for a folder and an output folder."""
    if name == "load":
        return ["-c", LOAD]
    command, *rest = (one for one in COMMANDS[name] if not one.startswith("{"))
    return ["clausula", command, "--package", str(root), *rest, *(["--out", str(out)] if name == "site" else [])]


def _old_arguments(name: str, root: Path, out: Path) -> list[str]:
    """Return the command line of 0.2.0."""
    if name == "load":
        return ["-c", LOAD]
    given = [one.format(root=root, out=out) for one in COMMANDS[name]]
    return ["clausula", *given, *(["--package", str(root)] if name == "site" else [])]


def both(names: list[str], old: Path | None) -> list[dict[str, Any]]:
    """Measure what both versions do, in turn."""
    found = []
    for name in names:
        versions = {"this": (_arguments, ROOT)} | ({LAST[0]: (_old_arguments, old)} if old else {})
        runs: dict[str, list[Measured]] = {version: [] for version in versions}
        for turn in range(ROUNDS):
            for version in versions if turn % 2 == 0 else reversed(versions):
                with tempfile.TemporaryDirectory() as temporary:
                    arguments, root = versions[version]
                    one = _run(arguments(name, root, Path(temporary) / "out"), root / "src")
                runs[version].append(one)
                say(f"{name:10} {version:6} {f'failed: {one.output[:80]}' if one.failed else f'{one.seconds:8.2f} s'}")
        found.append({"name": name, **{version: median(done) for version, done in runs.items()}})
    return found


def _run(arguments: list[str], source: Path | None = None) -> Measured:
    return run(arguments, LIMIT, source or ROOT / "src", (0, 1))


def layers() -> list[dict[str, Any]]:
    """Measure each layer of `clausula validate` on the shipped package, alone."""
    found = []
    for layer in LAYERS:
        command = ["clausula", "validate", "--package", str(ROOT), "--layer", layer]
        runs = [_run(command) for _ in range(ROUNDS)]
        say(f"layer {layer:14} {runs[-1].seconds:8.2f} s")
        found.append({"name": layer, "this": median(runs)})
    return found


def editions(rows: int = ROWS) -> dict[str, Any]:
    """Measure `clausula diff` of two editions of one table, in which one cell of a thousand rows differs."""
    import duckdb

    DATA.mkdir(exist_ok=True)
    paths = [DATA / f"edition-{rows}-{number}.csv" for number in (1, 2)]
    for path, step in zip(paths, (0, 1), strict=True):
        if not path.exists():
            cell = f"CASE WHEN i % 1000 = 0 THEN (i % 7 + {step})::VARCHAR ELSE (i % 7)::VARCHAR END"
            note = "'row ' || (i * 7919 % 100003) AS note"
            query = f"SELECT 'r' || i AS id, {cell} AS score, {note} FROM range({rows}) t(i)"
            duckdb.execute(f"COPY ({query}) TO '{path}' (HEADER)")
    one = _run(["clausula", "diff", *map(str, paths), "--key", "id", "--json"])
    say(f"diff of {rows:,} rows {one.seconds:8.2f} s")
    return {"name": f"`clausula diff` of two editions of {rows:,} rows", "this": median([one])}


def large() -> list[dict[str, Any]]:
    """Measure `agreement` and `verify` on generated packages, and `diff` of two editions."""
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        made = codings.measure(Path(temporary) / "package", 1_100_000)
        says = {"all": "all sources", "source": "one source", "layer": "the layer of `validate`"}
        for key, text in says.items():
            if key in made:
                name = f"agreement of {made['codings']:,} codings: {text}"
                found.append({"name": name, "this": made[key] | {"runs": 1}})
        say(f"agreement {json.dumps(made)}")
    # in a process of its own, so that its peak memory is not that of another child
    took = json.loads(run(["benchmarks.anchors"], LIMIT).output)
    say(f"verify {json.dumps(took)}")
    took = {"seconds": took["seconds"], "peak_mb": took["peak_mb"], "runs": 1}
    found.append({"name": "`clausula verify` of 1,000,000 anchors in 10,000 texts", "this": took})
    return [*found, editions()]


def main() -> int:
    """Measure, record the results, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=str.split, default=[*COMMANDS, "layers", "large"], metavar="'load fast'")
    args = parser.parse_args()
    if unknown := set(args.only) - {*COMMANDS, "layers", "large"}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    begun = time.monotonic()
    record = read()
    with tempfile.TemporaryDirectory() as temporary:
        old = last_release(Path(temporary)) if shutil.which("git") else None
        rows = {"this": _rows(ROOT)} | ({LAST[0]: _rows(old)} if old else {})
        measured = {"both": both([one for one in COMMANDS if one in args.only], old)}
    if "layers" in args.only:
        measured["layers"] = layers()
    if "large" in args.only:
        measured["large"] = large()
    kept = record.get("commands", {})
    names = {one["name"] for one in measured["both"]}
    measured["both"] = [*(one for one in kept.get("both", []) if one["name"] not in names), *measured["both"]]
    version = str(open_package(ROOT).model.metadata["version"])
    record["commands"] = {**kept, **measured, "version": version, "last": LAST[0], "rows": rows}
    write(record)
    page.write(record)
    say(f"measured in {(time.monotonic() - begun) / 60:.1f} minutes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
