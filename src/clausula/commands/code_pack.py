"""Write everything that a coder, person or program, needs for a pass into one file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from clausula.commands.arguments import (
    CODER,
    FORCE,
    PACKAGE,
    PASS,
    SOURCE,
    Options,
    find_source_text,
    given_text,
    option,
    out,
    package_path,
    source_text,
)
from clausula.commands.output import print_result, progress
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import has_content

EXAMPLES = """\
  clausula code pack salt-road-accord-2033 --pass a --texts texts    one Markdown file for a language model
  clausula code pack salt-road-accord-2033 --pass b --texts texts --out pack.json
  clausula code pack salt-road-accord-2033 --pass c --texts texts --units provisions --brief
The file contains the text, so keep it where you keep the texts. A pass other than a sees nothing of another pass."""


def options() -> Options:
    from clausula.coding.form import UNITS

    yield from (SOURCE, PASS, CODER, source_text())
    about = "code only these units, of provisions, reactions and events; can be given several times (default: all)"
    yield option("--units", action="append", choices=tuple(UNITS), default=[], metavar="UNITS", help=about)
    about = "list the provisions of this instrument for links; can be given several times (default: linked instruments)"
    yield option("--related", action="append", default=[], metavar="INSTRUMENT", help=about)
    yield option("--brief", action="store_true", help="leave out the worked examples of the codebook")
    yield out("SOURCE.PASS.md; a name that ends in .json gives JSON")
    yield from (FORCE, PACKAGE)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.pack import PackRequest, make_pack
    from clausula.coding.pack_markdown import pack_markdown
    from clausula.core.package import open_package
    from clausula.core.tables import read_tables

    path = args.out or Path(f"{args.source}.{args.letter}.md")
    progress(args)("writing the pack")
    tables = read_tables(open_package(package_path(args, edits=True)))
    request = PackRequest(args.source, args.letter, args.coder, args.units, args.related, not args.brief)
    pack = make_pack(tables, find_source_text(args, args.source), request)
    as_json = path.suffix == ".json"
    text = json.dumps(pack, ensure_ascii=False, indent=1) + "\n" if as_json else pack_markdown(pack)
    content = text.encode("utf-8")
    if path.exists() and not args.force and not has_content(path, content):
        raise CouldNotRun.of("file-exists:coding", path=path, file=path.name)
    commit(path.parent, {path.name: content})
    following = f"clausula code submit ANSWER.json{given_text(args)}"
    parts = {name: len(json.dumps(pack[name], ensure_ascii=False)) for name in ("text", "codebook", "form", "lists")}
    value = {"pack": str(path), "characters": len(text), "parts": parts, "sentences": len(pack["text"])}
    lines = f"wrote {path}: {len(text):,} characters, {len(pack['text']):,} sentences", f"next: {following}"
    print_result(args, value | {"next": following}, *lines)
    return 0
