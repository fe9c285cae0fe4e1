"""Deposit a release on Zenodo: reserve a DOI, upload the files, publish."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from clausula.commands.arguments import PACKAGE, Options, option, package_path, switch
from clausula.commands.output import print_result, progress, read_line

if TYPE_CHECKING:
    from clausula.versions.deposit.states import State

EXAMPLES = """\
  export CLAUSULA_ZENODO_TOKEN=...                 set the access token; it is only read from the environment
  clausula deposit reserve                         create a draft and reserve its DOI for schemas/package.json
  clausula deposit reserve --new-version-of 12345  create a draft of a new version of record 12345
  clausula deposit upload dist/clausula-0.3.0      upload the files of the release and compare their checksums
  clausula deposit publish dist/clausula-0.3.0     publish the deposit, after you confirm
  clausula deposit status                          show the saved state of the deposit

The server is Zenodo's sandbox unless you pass --production. If a step fails, run it again; it resumes where it
stopped."""
STEPS = ("reserve", "upload", "publish", "status")


def options() -> Options:
    yield option("step", choices=STEPS, metavar="STEP", help="reserve, upload, publish or status")
    yield option("release", nargs="?", type=Path, metavar="DIR", help="release folder, for upload and publish")
    yield option("--new-version-of", metavar="RECORD", help="record ID of an earlier version")
    yield [
        switch("--production", "use zenodo.org instead of the sandbox"),
        option("--api", metavar="URL", help="use another server with the same API"),
    ]
    yield switch("--yes-publish", "publish without asking; this cannot be undone")
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.core.findings import CouldNotRun
    from clausula.core.package import open_package
    from clausula.derive.provenance import described, stated
    from clausula.versions.deposit.client import PRODUCTION, SANDBOX, Client, token
    from clausula.versions.deposit.run import Deposit
    from clausula.versions.deposit.states import restore, state_file

    root = package_path(args, edits=True)
    metadata = described(open_package(root).model.metadata, stated(root))
    api = args.api or (PRODUCTION if args.production else SANDBOX)
    if args.step in ("upload", "publish") and args.release is None:
        raise CouldNotRun.of("folder:not-given", step=args.step)
    if args.step == "publish" and not args.yes_publish and not _confirmed(api):
        raise CouldNotRun.of("not-published")
    state: State | None
    if args.step == "status":
        state = restore(state_file(root, metadata))
    else:
        deposit = Deposit(Client(api, token()), root, metadata, progress(args))
        if args.step == "reserve":
            state = deposit.reserve(args.new_version_of)
        else:
            state = deposit.upload(args.release) if args.step == "upload" else deposit.publish(args.release)
    print_result(args, {"state": type(state).__name__, **asdict(state)} if state else {"state": None}, *_lines(state))
    return 0


def _confirmed(api: str) -> bool:
    if not sys.stdin.isatty():
        return False
    warning = f"This makes the deposit public on {api} and cannot be undone."
    print(f"{warning} Type publish to continue: ", end="", flush=True)
    return read_line().strip() == "publish"


def _lines(state: State | None) -> Iterator[str]:
    if state is None:
        yield "No deposit yet. Run `clausula deposit reserve` to start one."
        return
    yield f"{type(state).__name__.lower()}: version {state.version}, record {state.record} on {state.api}"
    for name, value in asdict(state).items():
        if name not in ("api", "version", "record"):
            yield f"  {name}: {value}"
    if type(state).__name__ == "Reserved":
        yield 'Next: set "doi" in schemas/package.json, build, commit, release, then `clausula deposit upload DIR`.'
