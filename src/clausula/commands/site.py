"""Build a static website of the package; it needs no server."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import PACKAGE, Options, option, out, package_path, switch, texts
from clausula.commands.output import print_result, progress
from clausula.core.wording import count
from clausula.validation.layers import FAST, LAYERS

EXAMPLES = """\
  clausula site                               write build/site; open build/site/index.html
  clausula site --out public --since HEAD~1   write the folder public; compare with a git revision
  clausula site --fast                        run only the fast validation layers
  clausula site --no-validation               skip validation; the site says so"""


def options() -> Options:
    yield out("build/site")
    about = "show changes since this version, revision or folder (default: the last release)"
    yield option("--since", metavar="VERSION", help=about)
    yield texts("verify the anchors")
    layers = {"dest": "layers", "action": "store_const"}
    yield [
        switch("--fast", "run only the layers duckdb and rules", **layers, const=FAST, default=LAYERS),
        switch("--no-validation", "skip validation; the site says so", **layers, const=()),
    ]
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.core.findings import WARNING
    from clausula.site import SiteOptions, site
    from clausula.validation.report import verdict

    chosen = SiteOptions(args.layers, args.texts, args.since)
    built = site(package_path(args), args.out or Path("build/site"), chosen, progress(args))
    report = built.report
    numbers = {"errors": report and report.total(), "warnings": report and report.total(WARNING)}
    value = {"folder": str(built.folder), "files": built.files, "bytes": built.size}
    value |= {"changed": built.changed, "removed": built.removed, **numbers}
    validated = "not validated" if report is None else verdict(report).rstrip(".").lower()
    files = count(len(built.files), "file")
    print_result(args, value, f"{built.folder / 'index.html'}: {files}, {built.size / 1e6:.1f} MB, {validated}")
    return 0
