"""Write docs/benchmarks.md and its figure from the recorded results."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contestants import CONTESTANTS
from benchmarks.measure import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
FIGURE = ROOT / "docs" / "benchmarks.svg"
NOTES = Path(__file__).with_name("notes.md")
Results = dict[tuple[str, int, str, str], dict[str, Any]]

HEAD = """# Benchmarks

This page compares the speed and memory of `clausula validate` with those of other validation libraries. It is generated
by `make bench`; the raw numbers are in [benchmarks.json](benchmarks.json).

All tools check the same generated table, which resembles `reactions`: 15 columns with a key, two references,
enumerations, patterns, ranges, dates and lengths. DuckDB generates the same rows each time. Each tool applies the same
rules, as far as it can express them. The measurement covers the whole process from start to end: wall-clock time,
processor time, and the peak memory of the process and its children. Runs shorter than 15 seconds are repeated three
times, alternating with the other tools, and the median is reported.
"""


@dataclass(frozen=True)
class Target:
    """A performance target: its description, how it is measured, and the bound that a value must meet."""

    says: str
    value: Callable[[dict[str, Any], Results], float | None]
    most: float | None = None
    least: float | None = None
    unit: str = ""

    def met(self, value: float) -> bool:
        """Return whether a measured value meets the target."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)


def _ratio(
    over: tuple[str, int, str], under: tuple[str, int, str]
) -> Callable[[dict[str, Any], Results], float | None]:
    def value(_: dict[str, Any], results: Results) -> float | None:
        above, below = (results.get((*one, ""), {}).get("seconds") for one in (over, under))
        return above / below if above and below else None

    return value


def _of(name: str, rows: int, form: str, what: str) -> Callable[[dict[str, Any], Results], float | None]:
    return lambda _, results: results.get((name, rows, form, ""), {}).get(what)


def _growth(form: str) -> Callable[[dict[str, Any], Results], float | None]:
    """Return a function for the exponent of time over rows, between 10^6 and 10^7 rows."""

    def value(_: dict[str, Any], results: Results) -> float | None:
        ends = [results.get(("clausula", rows, form, ""), {}).get("seconds") for rows in (10**6, 10**7)]
        return math.log10(ends[1] / ends[0]) if all(ends) else None

    return value


def _start(name: str, under: str | None = None) -> Callable[[dict[str, Any], Results], float | None]:
    def value(record: dict[str, Any], _: Results) -> float | None:
        found = record["start"].get(name)
        return found / record["start"][under] if found and under else found

    return value


COMMANDS = {
    "load": "load all tables with pandas",
    "fast": "`clausula validate --fast`",
    "validate": "`clausula validate`, all layers",
    "build": "`clausula build`",
    "site": "`clausula site`",
}
"""Commands that both versions have, as the page names them."""

FORMS = {
    "many": "200 resources of {rows:,} rows",
    "zip": "a zip with {rows:,} rows of CSV",
    "gz": "a gz file of {rows:,} rows",
}
"""Packages of other forms, as the page names them."""


def _faster(form: str) -> Callable[[dict[str, Any], Results], float | None]:
    """Return a function for how many times as fast as frictionless a package of another form is validated."""

    def value(record: dict[str, Any], _: Results) -> float | None:
        found = next((one for one in record.get("packages", []) if one["form"] == form), {})
        both = [found.get(tool, {}).get("seconds") for tool in ("frictionless", "clausula")]
        return both[0] / both[1] if all(both) else None

    return value


MILLION, TEN = 10**6, 10**7
OURS = ("clausula", MILLION, "csv")
TARGETS = [
    Target(
        "10^6 rows of CSV: speed compared with frictionless",
        _ratio(("frictionless", MILLION, "csv"), OURS),
        None,
        40,
        "x",
    ),
    Target(
        "10^6 rows of CSV: speed compared with great-expectations",
        _ratio(("great-expectations", MILLION, "csv"), OURS),
        None,
        25,
        "x",
    ),
    Target(
        "10^6 rows of CSV: speed compared with dataframely", _ratio(("dataframely", MILLION, "csv"), OURS), None, 1, "x"
    ),
    Target(
        "10^6 rows of CSV: time compared with DuckDB's load", _ratio(OURS, ("load", MILLION, "csv")), 1.25, None, "x"
    ),
    Target(
        "10^7 rows of Parquet: speed compared with frictionless on CSV",
        _ratio(("frictionless", TEN, "csv"), ("clausula", TEN, "parquet")),
        None,
        80,
        "x",
    ),
    Target(
        "10^7 rows of Parquet: time compared with DuckDB's load",
        _ratio(("clausula", TEN, "parquet"), ("load", TEN, "parquet")),
        1.4,
        None,
        "x",
    ),
    Target("10^7 rows of CSV: memory", _of("clausula", TEN, "csv", "peak_mb"), 2147, None, " MB"),
    Target("10^7 rows of Parquet: memory", _of("clausula", TEN, "parquet", "peak_mb"), 2147, None, " MB"),
    Target("10^8 rows of Parquet: time", _of("clausula", 10**8, "parquet", "seconds"), 45, None, " s"),
    Target("10^8 rows of Parquet: memory", _of("clausula", 10**8, "parquet", "peak_mb"), 4294, None, " MB"),
    Target("CSV: exponent of time over rows", _growth("csv"), 1.05),
    Target("Parquet: exponent of time over rows", _growth("parquet"), 1.05),
    Target("the shipped package with `--fast`, cold start", _start("validate"), 1, None, " s"),
    Target("200 resources: speed compared with frictionless", _faster("many"), None, 3, "x"),
    Target("`import clausula`: time compared with `import pandas`", _start("clausula", "pandas"), 1.1, None, "x"),
]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _targets(record: dict[str, Any], results: Results) -> list[str]:
    rows = []
    for target in TARGETS:
        value = target.value(record, results)
        bound = f"at least {target.least}" if target.least is not None else f"at most {target.most}"
        measured = (
            "not measured"
            if value is None
            else f"{value:.3g}{target.unit}"
            if value < 1000
            else f"{value:.0f}{target.unit}"
        )
        verdict = ""
        if value is not None:
            short = 1 - value / target.least if target.least else value / (target.most or 1) - 1
            verdict = "yes" if target.met(value) else f"missed by {short:.0%}"
        rows.append([target.says, f"{bound}{target.unit}", measured, verdict])
    return ["## Targets", "", *_table(["target", "required", "measured", "met"], rows)]


def _size(rows: int) -> str:
    return f"10^{round(math.log10(rows))}"


def _times(results: Results) -> list[str]:
    lines = ["## Times", ""]
    for rows, form, variant in sorted({key[1:] for key in results}, key=lambda key: (key[1], key[0], key[2])):
        ours = results.get(("clausula", rows, form, variant), {}).get("seconds")
        here = [
            (one, results[one, rows, form, variant]) for one in CONTESTANTS if (one, rows, form, variant) in results
        ]
        body = []
        for name, found in sorted(here, key=lambda pair: pair[1].get("seconds", math.inf)):
            label = CONTESTANTS[name].label
            if "failed" in found:
                body.append([label, f"failed: {found['failed'][:60]}", "", "", "", ""])
                continue
            share = f"{found['seconds'] / ours:.2f}" if ours else ""
            numbers = [
                f"{found['seconds']:.2f}",
                share,
                f"{found['cpu']:.2f}",
                f"{found['peak_mb']:,}",
                f"{found['runs']}",
            ]
            body.append([label, *numbers])
        lines += [f"### {_size(rows)} rows of {form.upper().replace('PARQUET', 'Parquet')}{_variant(variant)}", ""]
        lines += _table(["", "seconds", "relative to clausula", "processor seconds", "peak MB", "runs"], body)
    return lines


def _packages(record: dict[str, Any]) -> list[str]:
    """Return the section on packages of other forms; empty if none was measured."""
    rows = []
    for one in record.get("packages", []):
        for tool in ("clausula", "frictionless"):
            if found := one.get(tool):
                peak = f"{found['peak_mb']:,}" if "peak_mb" in found else "not measured"
                numbers = [f"{found['seconds']:.2f}", f"{found['cpu']:.2f}", peak, str(found["runs"])]
                rows.append([f"{FORMS[one['form']].format(rows=one['rows'])}: `{tool} validate`", *numbers])
    head = ["", "seconds", "processor seconds", "peak MB", "runs"]
    return ["## Packages of other forms", "", *_table(head, rows)] if rows else []


def _figures(found: dict[str, Any]) -> list[str]:
    return [f"{found['seconds']:.2f}", f"{found['peak_mb']:,}"] if "seconds" in found else ["", ""]


def _commands(record: dict[str, Any]) -> list[str]:
    """Return the section on whole commands; empty if none was measured."""
    found = record.get("commands")
    if not found:
        return []
    this, last = found["version"], found["last"]
    lines = [
        "## Whole commands",
        "",
        f"Each version on its own package: {this} with {found['rows']['this']:,} rows, {last} with "
        f"{found['rows'].get(last, 0):,}. Nothing is remembered from an earlier run (`CLAUSULA_FRESH=1`).",
        "",
    ]
    head = ["", f"{this}: seconds", "peak MB", f"{last}: seconds", "peak MB"]
    rows = [[COMMANDS[one["name"]], *_figures(one["this"]), *_figures(one.get(last, {}))] for one in found["both"]]
    lines += _table(head, rows)
    rows = [[one["name"], *_figures(one["this"])] for one in found.get("layers", [])]
    if rows:
        lines += ["The layers of `clausula validate`, each alone and from a cold start:", ""]
        lines += _table(["layer", "seconds", "peak MB"], rows)
    rows = [[one["name"], *_figures(one["this"])] for one in found.get("large", [])]
    if rows:
        lines += ["On generated packages:", "", *_table(["", "seconds", "peak MB"], rows)]
    return lines


def _variant(variant: str) -> str:
    return ", not sorted by the key" if variant else ""


def _cannot() -> list[str]:
    rows = [[one.label, one.cannot or "nothing"] for one in CONTESTANTS.values() if one.checks]
    return [
        "## What each tool does not check",
        "",
        "`tests/bench` violates each rule once and checks that every tool finds it, unless this table lists it.",
        "",
        "| | not checked, or checked differently |",
        "|---|---|",
        *(f"| {label} | {cannot} |" for label, cannot in rows),
        "",
    ]


def _machine(record: dict[str, Any]) -> str:
    found = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in found.get("versions", {}).items())
    busy = (
        f"\nThe machine was busy with other work (load {found['load']} at the start). All times are too long, and"
        "\nratios are approximate, above all between tools that use one core and those that use all.\n"
    )
    busy = busy if found.get("load", 0) > found.get("cores", 1) else ""
    return (
        f"Measured on {found.get('day')} on {found.get('cores')} cores ({found.get('system')}), "
        f"Python {found.get('python')}; {versions}.\n{busy}"
    )


def draw(results: Results) -> bytes:
    """Draw seconds over rows, one line per contestant, both axes logarithmic; return the SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "clausula"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 5), sharey=True, layout="constrained")
    colours = dict(zip(CONTESTANTS, mpl.color_sequences["tab10"], strict=True))
    for axis, form in zip(axes, ("csv", "parquet"), strict=True):
        for name, one in CONTESTANTS.items():
            points = sorted(
                (k[1], r["seconds"])
                for k, r in results.items()
                if k[0] == name and k[2:] == (form, "") and "seconds" in r
            )
            if points:
                style = {"linewidth": 3} if name == "clausula" else {"linestyle": "--"} if name == "load" else {}
                axis.plot(*zip(*points, strict=True), marker="o", label=one.label, color=colours[name], **style)
        axis.set(xscale="log", yscale="log", xlabel="rows", title={"csv": "CSV", "parquet": "Parquet"}[form])
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("seconds, whole process")
    axes[0].legend(fontsize=8)
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return b"\n".join(line.rstrip() for line in out.getvalue().split(b"\n"))


def text(record: dict[str, Any]) -> str:
    """Return the text of docs/benchmarks.md."""
    results: Results = {(r["name"], r["rows"], r["form"], r["variant"]): r for r in record["results"]}
    figure = "![Seconds over rows for each tool: CSV on the left, Parquet on the right](benchmarks.svg)\n"
    parts = [
        HEAD,
        _machine(record),
        *_targets(record, results),
        figure,
        *_times(results),
        *_packages(record),
        *_commands(record),
        *_cannot(),
    ]
    return "\n".join([*parts, NOTES.read_text(encoding="utf-8")])


def write(record: dict[str, Any]) -> None:
    """Write docs/benchmarks.md and docs/benchmarks.svg."""
    results: Results = {(r["name"], r["rows"], r["form"], r["variant"]): r for r in record["results"]}
    FIGURE.write_bytes(draw(results))
    PAGE.write_text(text(record), encoding="utf-8")
