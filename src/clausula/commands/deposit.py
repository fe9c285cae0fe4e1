"""clausula deposit"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausula.commands.output import add_verb, end_progress, package_of, progress

if TYPE_CHECKING:
    from clausula.versions.deposit.states import State

EXAMPLES = """\
  export CLAUSULA_ZENODO_TOKEN=...                 the token; it is read from the environment only
  clausula deposit reserve                         a draft on the sandbox, and its DOI for schemas/package.json
  clausula deposit reserve --new-version-of 12345  the draft of a new version of record 12345
  clausula deposit upload dist/clausula-0.2.0      send the files of the release, compare every checksum
  clausula deposit publish dist/clausula-0.2.0     make it public; asks for the word
  clausula deposit status

All of it happens on Zenodo's sandbox unless you say --production. Whatever fails can be run again: it goes on from
where it stopped."""
STEPS = ("reserve", "upload", "publish", "status")


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "deposit", "Deposit a release on Zenodo: DOI, files, publication.", EXAMPLES, run)
    verb.add_argument("step", choices=STEPS, metavar="STEP", help="reserve, upload, publish or status")
    verb.add_argument("folder", nargs="?", type=Path, help="the release folder, for upload and publish")
    verb.add_argument("--new-version-of", metavar="RECORD", help="id of the record of an earlier version")
    place = verb.add_mutually_exclusive_group()
    place.add_argument("--production", action="store_true", help="on zenodo.org itself")
    place.add_argument("--api", metavar="URL", help="on another server with the same API")
    verb.add_argument("--yes-publish", action="store_true", help="the explicit word, for scripts; it cannot be undone")
    verb.add_argument("--package", type=Path, metavar="DIR", help="the checkout (default: the nearest one upwards)")


def run(args: argparse.Namespace) -> int:
    from clausula.core.package import open_package
    from clausula.derive.provenance import described, stated
    from clausula.versions.deposit.client import PRODUCTION, SANDBOX, Client, refused, token
    from clausula.versions.deposit.run import Deposit, known

    root = package_of(args)
    metadata = described(open_package(root).model.metadata, stated(root))
    api = args.api or (PRODUCTION if args.production else SANDBOX)
    if args.step in ("upload", "publish") and args.folder is None:
        raise refused("folder", f"{args.step} needs the release folder", "Make it with `clausula release VERSION`.")
    if args.step == "publish" and not args.yes_publish and not _asked(api):
        raise refused("not-published", "nothing was published", "Type the word, or say --yes-publish.")
    if args.step == "status":
        state = known(root, metadata)
    else:
        deposit = Deposit(Client(api, token()), root, metadata, progress(args))
        if args.step == "reserve":
            state = deposit.reserve(args.new_version_of)
        else:
            state = deposit.upload(args.folder) if args.step == "upload" else deposit.publish(args.folder)
    end_progress(args)
    _tell(state, args)
    return 0


def _asked(api: str) -> bool:
    import sys

    if not sys.stdin.isatty():
        return False
    print(f"This makes the deposit public on {api}, for good. Type publish to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == "publish"


def _tell(state: State | None, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({"state": type(state).__name__, **asdict(state)} if state else {"state": None}, indent=2))
        return
    if state is None:
        print("nothing was deposited yet; `clausula deposit reserve` begins")
        return
    print(f"{type(state).__name__.lower()}: version {state.version}, record {state.record} on {state.api}")
    for name, value in asdict(state).items():
        if name not in ("api", "version", "record"):
            print(f"  {name}: {value}")
    if type(state).__name__ == "Reserved":
        print('next: set "doi" in schemas/package.json, build, commit, release, then `clausula deposit upload FOLDER`')
