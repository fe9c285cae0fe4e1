"""Merge two versions of a table by key and cell; Git runs this command."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from clausula.commands.arguments import Options, option, switch
from clausula.commands.output import print_finding, print_result
from clausula.core.findings import CLEAN, FOUND, CouldNotRun

EXAMPLES = """\
  clausula merge --install                                  once in each clone: let Git merge tables by key
  clausula merge base.csv ours.csv theirs.csv data/actors.csv    what Git runs; the result is in ours.csv
Rows that either side added are kept, and cells that one side changed have its value. A cell that both sides changed is
reported, keeps our value, and leaves the file in conflict. Derived files keep our side: run `clausula build` then."""

DRIVER = "clausula merge %O %A %B %P"


def options() -> Options:
    yield option("base", nargs="?", type=Path, metavar="BASE", help="the common ancestor")
    yield option("ours", nargs="?", type=Path, metavar="OURS", help="our version; the result replaces it")
    yield option("theirs", nargs="?", type=Path, metavar="THEIRS", help="their version")
    yield option("path", nargs="?", metavar="PATH", help="path of the file in the repository")
    yield switch("--install", "let Git use this command in the repository of the current folder")


def run(args: argparse.Namespace) -> int:
    if args.install:
        return install(args)
    if args.path is None:
        raise CouldNotRun.of("missing-versions")
    from clausula.versions.table_merge import merge_files

    contents = [path.read_bytes() for path in (args.base, args.ours, args.theirs)]
    merged = merge_files(contents[0], contents[1], contents[2], args.path, Path.cwd())
    args.ours.write_bytes(merged.content)  # a temporary file of Git, which Git itself puts in place
    for one in merged.findings:
        print_finding(one, sys.stderr)
    value = {"path": args.path, "derived": merged.derived, "findings": [one.as_dict() for one in merged.findings]}
    text = f"{args.path}: kept our version; run `clausula build`" if merged.derived else f"{args.path}: merged by key"
    print_result(args, value, text)
    return FOUND if merged.findings else CLEAN


def install(args: argparse.Namespace) -> int:
    """Tell Git to use this command for the files that `.gitattributes` names."""
    settings = {"merge.clausula.name": "tables by key and cell", "merge.clausula.driver": DRIVER}
    for name, setting in settings.items():
        try:
            done = subprocess.run(["git", "config", name, setting], capture_output=True, text=True, check=False)
        except OSError as error:
            raise CouldNotRun.of("git-not-installed:merge") from error
        if done.returncode:
            raise CouldNotRun.of("git-failed:config", error=done.stderr.strip())
    print_result(args, {"installed": True, **settings}, "installed: Git merges the tables of this repository by key")
    return CLEAN
