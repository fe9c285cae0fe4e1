"""Create a package of your own: structure, rules and codebook, without data."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausula.commands.arguments import Options, option
from clausula.commands.output import print_result

EXAMPLES = """\
  clausula init trade --title "Trade agreements of the coast" --author "Coast Trade Group"
  clausula init trade --title "Trade agreements" --author "Ada Marsh" --topics empty
  clausula init trade --title "Trade agreements" --author "Ada Marsh" --topics topics.csv
A file with topics has the columns topic_id, parent_topic_id, label and definition. Work in the new folder from then on:
every command finds the package that contains the current folder."""


def options() -> Options:
    yield option("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    yield option("--title", required=True, metavar="TITLE", help="title of the dataset")
    yield option("--author", required=True, metavar="NAME", help="author of the dataset: a person or a team")
    about = "topic tree to begin with: peace, empty, or a CSV file (default: peace)"
    yield option("--topics", default="peace", metavar="TOPICS", help=about)
    yield option("--name", default="", metavar="NAME", help="identifier of the dataset (default: that of the folder)")


def run(args: argparse.Namespace) -> int:
    from clausula.versions.new_package import NewPackage, new_package

    new = NewPackage(args.title, args.author, args.topics, args.name)
    files = new_package(args.folder, new)
    following = f"cd {args.folder} && clausula build"
    lines = f"created {args.folder}: {len(files):,} files", f"next: {following}"
    print_result(args, {"package": str(args.folder), "files": files, "next": following}, *lines)
    return 0
