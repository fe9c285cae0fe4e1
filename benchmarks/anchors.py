"""Measure time and memory of `clausula verify` on a generated package with many texts and anchors.

    python benchmarks/anchors.py --texts 10000 --anchors 1000000

Texts and package are written to a temporary folder, or kept in the folder given by --keep. Anchors are spread evenly
over the texts, and each covers a clause of its own. Every hundredth text lacks its first characters, so its anchors
have moved. The last line of output is JSON: wall-clock seconds, peak resident memory in megabytes, and the number of
verified, moved and broken anchors.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clausula.core.model import Table
from clausula.core.schemas import load_model
from clausula.evidence.text import Text

ROOT = Path(__file__).resolve().parent.parent
VOCABULARY = (
    "the parties agree to withdraw heavy weapons from line of contact within thirty days and exchange all prisoners "
    "under monitoring by joint commission “security” guarantees – reconstruction Żytomierz naïve elections amnesty law"
)
WORDS = VOCABULARY.split(" ")
MOVED = 100
"""One text in this many lacks its first characters."""

CUT = 40


def clause(generator: random.Random) -> str:
    """Return a random clause that ends with a full stop."""
    return " ".join(generator.choices(WORDS, k=generator.randint(8, 20))).capitalize() + "."


def make_text(number: int, anchors: int) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with one numbered clause per anchor, and the span of each clause."""
    generator = random.Random(number)
    parts, spans, at = [], [], 0
    for index in range(anchors):
        words = f"{clause(generator)[:-1]} {number} {index}."
        lead = f"{index + 1}. "
        spans.append((at + len(lead), at + len(lead) + len(words)))
        parts.append(lead + words)
        at += len(parts[-1]) + 1
    return "\n".join(parts), spans


def _row(table: Table, **given: Any) -> list[str]:
    return [str(given.get(name, "")) for name in table.names]


def generate(root: Path, texts: int, anchors: int) -> None:
    """Write the package to root/package and the texts to root/texts."""
    package, folder = root / "package", root / "texts"
    shutil.copytree(ROOT / "schemas", package / "schemas")
    (package / "data").mkdir()
    folder.mkdir()
    model = load_model(package / "schemas")
    for table in model:
        with (package / "data" / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(table.names)
    with (
        (package / "data" / "sources.csv").open("a", newline="", encoding="utf-8") as sources,
        (package / "data" / "evidence.csv").open("a", newline="", encoding="utf-8") as evidence,
    ):
        out, marks = csv.writer(sources, lineterminator="\n"), csv.writer(evidence, lineterminator="\n")
        for number in range(texts):
            name = f"text-{number:06}"
            raw, spans = make_text(number, anchors // texts + (number < anchors % texts))
            text = Text(raw)
            out.writerow(_source(model["sources"], name, raw))
            for index, (start, end) in enumerate(spans):
                record = f"{name}.p{index:03}"
                given = {"evidence_id": f"{record}.e1", "source_id": name, "provision_id": record, "bearing": "states"}
                marks.writerow(
                    _row(model["evidence"], **given, start=start, end=end, fingerprint=text.fingerprint(start, end))
                )
            stored = raw[CUT:] if number % MOVED == MOVED - 1 else raw
            (folder / f"{name}.txt").write_text(stored, encoding="utf-8", newline="")


def _source(table: Table, name: str, raw: str) -> list[str]:
    digest = hashlib.sha256(raw.encode("utf-8")).hexdigest()
    return _row(table, source_id=name, title=name, kind="official_text", characters=len(raw), sha256=digest)


def measure(root: Path) -> dict[str, Any]:
    """Run `clausula verify` in its own process; return its time, peak memory and counts."""
    command = [
        sys.executable,
        "-m",
        "clausula",
        "verify",
        "--package",
        str(root / "package"),
        "--texts",
        str(root / "texts"),
        "--json",
    ]
    started = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    result = json.loads(run.stdout)
    states = ("verified", "moved", "broken")
    counts = {state: sum(entry.get(state, 0) for entry in result["checked"]["sources"].values()) for state in states}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": round(seconds, 1), "peak_mb": round(peak), "status": run.returncode, **counts}


def main() -> int:
    """Generate the package, measure the run, print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=10_000, metavar="N")
    parser.add_argument("--anchors", type=int, default=1_000_000, metavar="N")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep the generated package in this folder, and reuse it if it is there",
    )
    args = parser.parse_args()
    if args.texts < 1 or not args.texts <= args.anchors <= args.texts * 1000:
        parser.error("--anchors must be between 1 and 1000 times --texts")
    with tempfile.TemporaryDirectory(prefix="clausula-bench-") as temporary:
        root = args.keep or Path(temporary)
        if not (root / "package").is_dir():
            root.mkdir(parents=True, exist_ok=True)
            generate(root, args.texts, args.anchors)
        print(json.dumps({"texts": args.texts, "anchors": args.anchors, **measure(root)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
