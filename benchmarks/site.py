"""Measure how fast the page of a large table is in a browser: first paint, ready, search, filter, sort and scroll.

    python benchmarks/site.py --rows 100000
    python benchmarks/site.py --site build/site

Writes the page to a temporary folder, or to the folder given by --keep, and opens it from there in Chromium. Times are
measured in the page: from the start of navigation to the first contentful paint and to the moment when all controls
work; and from a change to the next drawn frame (median, least and worst of several; the least says what the page needs
where other work keeps the machine busy). With --site, it measures the first paint of each kind of page of a site
instead: median and least. The last line of output is JSON, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from clausula.core.model import table_from_descriptor
from clausula.core.wording import count
from clausula.site import tables
from clausula.site.render import MENU, POLICY
from clausula.site.run import assets

WORDS = ("withdraw", "weapons", "contact", "prisoners", "monitoring", "border", "river", "council", "bridge", "ferry")
COLUMNS = ("record_id", "instrument_id", "kind", "date", "strength", "summary", "note")
REPEATS = 9


def columns(number: int) -> list[tables.Column]:
    """Return columns with this many rows of random data, similar to a table of events."""
    generator = random.Random(1)
    cells = {
        "record_id": [f"record-{n:06d}" for n in range(number)],
        "instrument_id": [f"instrument-{generator.randrange(60):03d}" for _ in range(number)],
        "kind": [generator.choice(WORDS) for _ in range(number)],
        "date": [f"20{generator.randrange(10, 30)}-{generator.randrange(1, 13):02d}-01" for _ in range(number)],
        "strength": [str(generator.randrange(1, 4)) for _ in range(number)],
        "summary": [" ".join(generator.choices(WORDS, k=9)) for _ in range(number)],
        "note": [generator.choice(["", "Dated as its source."]) for _ in range(number)],
    }
    filterable = ("instrument_id", "kind", "strength")
    kinds = {"strength": "number"}
    widths = (18, 18, 12, 12, 12, 40, 26)
    return [
        tables.Column(name, name, kinds.get(name, "text"), width, name in filterable, cells[name], {})
        for name, width in zip(COLUMNS, widths, strict=True)
    ]


def write_large(folder: Path, number: int) -> Path:
    """Write the page of a table with this many rows and its assets, and return the path of the page."""
    return write_table(folder, "large", columns(number))


def write_table(folder: Path, name: str, shown: list[tables.Column]) -> Path:
    """Write the page of a table with these columns and its assets, and return the path of the page."""
    from jinja2 import Environment, PackageLoader

    total = len(shown[0].values)
    fields = [{"name": column.name, "description": column.name} for column in shown]
    table = table_from_descriptor(name, {"fields": fields})
    environment = Environment(loader=PackageLoader("clausula", "templates"), autoescape=True, trim_blocks=True)
    environment.globals |= {"safe_name": str, "anchor": str, "count": count}
    page = environment.get_template("site/table.html.j2").render(
        title=name, root="../", here="", section="", menu=MENU, record_menu=(), policy=POLICY,
        site_name="Benchmark", version="",
        codebook=False, table=table, columns=shown, shown=tables.static_rows(shown), total=total,
        scripted=True,
    )  # fmt: skip
    files = {f"tables/{name}.html": page.encode(), f"data/{name}.js": tables.script(shown)}
    for path, content in {**files, **assets()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder / "tables" / f"{name}.html"


CHANGE = """async ([script, repeats]) => {
  const act = new Function("n", script), times = [];
  for (let n = 0; n < repeats; n++) {
    const before = performance.now();
    act(n);
    await new Promise(done => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); }));
    times.push(performance.now() - before);
    await new Promise(done => setTimeout(done, 200));
  }
  return times;
}"""  # noqa: E501

CHANGES = {
    "filter": "const s = document.querySelectorAll('.filters select')[n % 2 ? 0 : 1]; s.selectedIndex = 1 + n % 5;"
    " s.dispatchEvent(new Event('change'));",
    "search": "location.hash = 'q=' + ['bridge ferry', 'river', 'record-0123', 'council 2021', 'border'][n % 5];"
    " dispatchEvent(new HashChangeEvent('hashchange'));",
    "sort": "document.querySelectorAll('th button')[[2, 4, 1][n % 3]].click();",
    "scroll": "document.getElementById('grid').scrollTop = 1e5 * (n + 1);",
}


def measure(file: Path, browser: Any) -> dict[str, float]:
    """Open the page and measure the times, in milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
    ready = page.evaluate("performance.now()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    result = {"first_paint": paint, "ready": ready}
    for name, script in CHANGES.items():
        page.evaluate("location.hash = ''; dispatchEvent(new HashChangeEvent('hashchange'))")
        times = page.evaluate(CHANGE, [script, REPEATS])
        result |= {name: statistics.median(times), f"{name}_least": min(times), f"{name}_worst": max(times)}
    context.close()
    return {name: round(value, 1) for name, value in result.items()}


def first_paints(site: Path, browser: Any) -> dict[str, list[float]]:
    """Return the median and the least time to the first paint of the largest page of each folder of a site."""
    by_folder: dict[Path, list[Path]] = {}
    for file in sorted(site.rglob("*.html")):
        by_folder.setdefault(file.parent, []).append(file)
    pages = [*by_folder.pop(site), *(max(files, key=lambda one: one.stat().st_size) for files in by_folder.values())]
    found = {}
    for file in pages:
        times = []
        for _ in range(REPEATS):
            context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
            page = context.new_page()
            page.goto(file.as_uri())
            paint = page.evaluate(
                "new Promise(done => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')"
                ".forEach(one => done(one.startTime))).observe({ type: 'paint', buffered: true }))"
            )
            times.append(paint)
            context.close()
        found[file.relative_to(site).as_posix()] = [round(statistics.median(times)), round(min(times))]
    return found


def main() -> None:
    """Write the page, measure it and print the result as JSON."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--site", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as running:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        if args.site:
            print(json.dumps(first_paints(args.site, browser)))
            return
        file = write_large(args.keep or Path(temporary), args.rows)
        sizes = {path.name: path.stat().st_size for path in (file, file.parent.parent / "data" / "large.js")}
        print(json.dumps({"rows": args.rows, "bytes": sizes, **measure(file, browser)}))
        browser.close()


if __name__ == "__main__":
    main()
