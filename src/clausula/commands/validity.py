"""Compare our codes with those of another dataset on the agreements that both have."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.arguments import FORCE, PACKAGE, Options, dataset_to_read, option, out
from clausula.commands.output import format_table, print_result, progress
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun

if TYPE_CHECKING:
    from clausula.peers.validity import Validity

EXAMPLES = """\
  clausula validity --against pax_all_agreements.csv            precision, recall and F1, and each disagreement
  clausula validity --against pax_all_agreements.csv --json | jq .overall
  clausula validity --against pax_all_agreements.csv --out docs/validity.json --force"""


def options() -> Options:
    about = "your own copy of the other dataset: PA-X or UCDP peace agreements, CSV or xlsx"
    yield option("--against", type=Path, required=True, metavar="FILE", help=about)
    yield out("print a summary")
    yield FORCE
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.peers.validity import validity

    if args.out is not None and args.out.exists() and not args.force:
        raise CouldNotRun.of("file-exists:export", target=args.out)
    progress(args)(f"reading {args.against.name}")
    found = validity(args.against, dataset_to_read(args))
    record = {"file": args.against.name, "recorded": dt.date.today().isoformat()} | found.as_dict()
    lines = [str(args.out)] if args.out is not None else list(summary(found))
    if args.out is not None:
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        commit(args.out.resolve().parent, {args.out.name: text.encode("utf-8")})
    print_result(args, record, *lines)
    return 0


def summary(found: Validity) -> list[str]:
    """Return the comparison as lines of text."""
    from clausula.analysis.editions import load_scheme

    one = found.overall
    title = f"{load_scheme(found.scheme).title} {found.edition}".strip()
    head = f"{one['agreements']} agreements also in {title}: {one['known']:,} cells known to both"
    spans = {key: " to ".join(_rate(end) for end in one["intervals"][key]) for _, key in RATES}
    rates: list[tuple[str, ...]] = [(name, _rate(one[key]), spans[key]) for name, key in RATES]
    counts = f"coded by both {one['both']}, only by us {one['only_ours']}, only by them {one['only_theirs']}"
    unknown = f"{one['theirs_unknown_to_us']} of their codes are unknown to us and not counted"
    missed = f"counted as missed, they would give recall {_rate(one['recall_unknown_as_missed'])}, "
    unknown = f"{unknown}; {missed}F1 {_rate(one['f1_unknown_as_missed'])}"
    if len(found.unmapped):
        unknown = f"{unknown}\n{len(found.unmapped)} further codes of theirs match no topic of ours"
    strength = found.strength
    equal = f"{strength['equal']} of {strength['cells']} equal"
    graded = f"strength: {equal}, ours higher in {strength['ours_higher']}, theirs in {strength['theirs_higher']}"
    parts = [head, "", format_table(rates, ("rate", "value", "95% interval")), "", counts, unknown, graded, ""]
    parts += [_table(found.agreements, "agreement_id"), "", _table(found.matches, "match"), ""]
    columns = ["agreement_id", "code", "coded_by", "topics", "anchors"]
    rows = [tuple("" if v is None else str(v) for v in row) for row in _values(found.disagreements[columns])]
    return [*parts, "disagreements (either or both may be wrong):", format_table(rows, tuple(columns))]


RATES = (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
"""The rates with their keys in the result."""


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _values(frame: Any) -> list[tuple[Any, ...]]:
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))


def _table(frame: Any, key: str) -> str:
    columns = [key, "known", "both", "only_ours", "only_theirs", "f1"]
    rows = [tuple("-" if v is None else str(v) for v in row) for row in _values(frame[columns])]
    return format_table(rows, tuple(columns))
