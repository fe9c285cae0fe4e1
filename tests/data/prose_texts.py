"""Collect every text that people read: docs, data, schemas, rules, help, messages, comments and templates.

Nothing of clausula is imported here; the help is asked from the command line's entry point in a process of its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.data.prose_base import Text, blank, blocks, cut, without_code, without_quotes
from tests.data.prose_code import help_page, python, r_messages, script, style, template

FREE_TEXT = {
    "baseline_item",
    "capacity",
    "coded_source_says",
    "condition",
    "definition",
    "item",
    "justification",
    "label",
    "note",
    "others_say",
    "reason",
    "summary",
    "title",
}
"""Columns of data/*.csv in which coders write their own words."""

NOT_FREE_TEXT = {("sources", "title"), ("instruments", "title"), ("resolutions", "item"), ("revisions", "item")}
"""Columns with a free-text name that hold official titles or variable names."""

NO_TABLE = {"codings", "coding_units", "conflicts", "evidence", "attributions"}
"""Tables without a word of their own."""

NAME_COLUMNS = {
    "actor_aliases": ("alias",),
    "actors": ("name",),
    "affiliations": ("office",),
    "instruments": ("title",),
    "places": ("name", "variants"),
    "processes": ("title",),
    "sources": ("title", "publisher", "author"),
}
"""Columns with official names; the capitalised words in them are spelt correctly by definition."""

JSON_KEYS = {
    "$comment",
    "about",
    "dc:description",
    "dc:title",
    "definition",
    "definitions",
    "description",
    "do",
    "grain",
    "keywords",
    "label",
    "labels",
    "note",
    "patternHint",
    "rai:dataCollection",
    "says",
    "title",
}
"""Keys of JSON files whose values are prose."""

YAML_KEYS = {"description", "label", "name", "options", "title", "value"}
"""Keys of YAML files whose values are prose."""

GENERATED = re.compile(r"^(datapackage\.json|ro-crate-metadata\.json|\.zenodo\.json|CITATION\.cff|metadata/)")
"""Files that `clausula build` writes from the schemas."""

VENDORED = re.compile(r"(^|/)(virtual-core\.js|NOTICE)$")
"""Files that others wrote."""


def markdown(path: str, text: str) -> Iterator[Text]:
    """Read the prose of a Markdown file outside code, quotations and HTML comments; mark generated blocks."""
    text = blank(text, r"\A---\n.*?\n---\n")
    text = blank(text, r"^([ \t]*)(```+|~~~+).*?^\1\2[ \t]*$", re.S | re.M)
    out: list[tuple[int, str]] = []
    made: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(without_quotes(without_code(text)).split("\n"), start=1):
        if line.lstrip().startswith("<!-- generated:"):
            inside = True
        elif line.lstrip().startswith("<!-- /generated"):
            inside = False
        elif re.match(r"\s*(\||#|[-*+] |\d+\. |>)", line):
            # each row, heading and list item is a block of its own
            (made if inside else out).append((number, ""))
            (made if inside else out).append((number, re.sub(r"^\s*([#>]+|[-*+]|\d+\.)\s", "", line)))
        else:
            (made if inside else out).append((number, re.sub(r"<!--.*?-->|</?\w+[^>]*>", " ", line)))
    yield from blocks(path, out)
    yield from blocks(path, made, generated=True)


def table(path: str, text: str) -> Iterator[Text]:
    """Read the free-text columns of a table, and the names that describe actors whom a source leaves unnamed."""
    name = Path(path).stem
    if name in NO_TABLE:
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = [c for c in reader.fieldnames or () if c in FREE_TEXT and (name, c) not in NOT_FREE_TEXT]
    before = reader.line_num
    for row in reader:
        for column in [*columns, *["name"] * (row.get("unnamed") == "true")]:
            # a single word with an underscore is the value of a category
            if row[column] and not re.fullmatch(r"\w*_\w*", row[column]):
                yield Text(path, before + 1, without_quotes(without_code(row[column])))
        before = reader.line_num


def json_file(path: str, text: str) -> Iterator[Text]:
    """Read the prose values of a JSON file."""
    found: list[str] = []

    def walk(value: object, prose: bool) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, key in JSON_KEYS)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, prose)
        elif isinstance(value, str) and prose:
            found.append(value)

    walk(json.loads(text), False)
    at = 0
    for value in found:
        for dumped in (json.dumps(value, ensure_ascii=False), json.dumps(value)):
            where = text.find(dumped, at)
            if where >= 0:
                at = where + len(dumped)
                break
        yield Text(path, text.count("\n", 0, at) + 1, without_quotes(without_code(value)), bool(GENERATED.match(path)))


def xml_file(path: str, text: str) -> Iterator[Text]:
    """Read the text nodes of an XML file."""
    for match in re.finditer(r">([^<>]*\w[^<>]*)<", text):
        if len(match[1].split()) > 2:
            plain = re.sub(r"&\w+;", "'", match[1])
            yield Text(path, text.count("\n", 0, match.start(1)) + 1, without_quotes(without_code(plain)), True)


def rule(path: str, text: str) -> Iterator[Text]:
    """Read the comments of an SQL file; each `key:` begins a block."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = re.match(r"\s*--\s?(?:(\w+):)?(.*)", line)
        if match and match[1] == "severity":
            continue
        if match and match[1]:
            lines.append((number, ""))
        lines.append((number, without_code(match[2].strip()) if match else ""))
    yield from blocks(path, lines)


def hashes(path: str, text: str) -> Iterator[Text]:
    """Read the comments of a file whose comments begin with #, which is no Python."""
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = re.match(r"(?:.*?\s)?#+(?:\s+|$)(.*)", line)
        lines.append((number, without_code(match[1]) if match and not line.startswith("#!") else ""))
    yield from blocks(path, lines)


def yaml_file(path: str, text: str) -> Iterator[Text]:
    """Read the comments of a YAML file and the values that a person reads: names, labels, descriptions, options."""
    yield from hashes(path, text)

    def walk(node: yaml.Node, prose: bool) -> Iterator[Text]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from walk(value, key.value in YAML_KEYS)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                yield from walk(value, prose)
        elif isinstance(node, yaml.ScalarNode) and prose:
            plain = cut(without_code(node.value), r"\$\{\{.*?\}\}")
            yield Text(path, node.start_mark.line + 1, without_quotes(plain))

    yield from walk(yaml.compose(text), False)


HELP = """
import argparse, json, sys
sys.argv = ["clausula"]
class Done(BaseException): pass
def stop(self, *a, **k): raise Done(self)
argparse.ArgumentParser.parse_args = stop
from clausula.commands.main import main
try: main([])
except Done as done: top = done.args[0]
texts = {}
def walk(parser):
    texts[parser.prog] = parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values(): walk(inner)
walk(top)
print(json.dumps(texts))
"""


def registry(path: str, text: str) -> Iterator[Text]:
    """Read the texts of the registry of findings, with gaps for the parameters."""
    for match in re.finditer(r"""^(?:title|means|says|do) = (["'])(.*)\1$""", text, re.M):
        prose = cut(without_code(match[2]), r"\{[^}]*\}")
        yield Text(path, text.count("\n", 0, match.start()) + 1, without_quotes(prose))


def help_texts(root: Path) -> Iterator[Text]:
    """Read what `--help` prints for each command."""
    ran = subprocess.run(
        [sys.executable, "-c", HELP],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(root / "src"), "COLUMNS": "100", "PATH": "/usr/bin:/bin"},
    )
    if ran.returncode:
        raise RuntimeError(f"the help of {root} cannot be built:\n{ran.stderr}")
    for prog, text in json.loads(ran.stdout).items():
        lines = []
        for number, line in enumerate(text.split("\n"), start=1):
            new = re.match(r"\s{0,8}(-|\{|[\w.]+\s\s|usage:)|\w.*:$", line)
            if new:
                lines.append((number, ""))
            prose = re.sub(r"^\s*(-[\w-]+.*?|\S+)\s{2,}|^\s+(-\S+|\{\S+)( \S+)*$|^usage:.*", " ", line)
            lines.append((number, prose))
        for found in blocks(f"{prog} --help", lines):
            prose = cut(without_code(found.text), r"\[[^\]]*\]|--?[\w-]+(=\S+)?")
            yield Text(found.path, found.line, prose)


def read(root: Path, path: str) -> Iterator[Text]:
    """Read the texts of one file, by its kind."""
    if VENDORED.search(path):
        return
    suffix = Path(path).suffix
    text = (root / path).read_text(encoding="utf-8")
    top = path.split("/", maxsplit=1)[0]
    if suffix == ".md":
        yield from markdown(path, text)
    elif top == "data":
        if suffix == ".csv":
            yield from table(path, text)
    elif suffix in {".json", ".jsonld"}:
        if not path.startswith(("docs/", "validation/expectations/baseline")):
            yield from json_file(path, text)
    elif suffix == ".xml":
        yield from xml_file(path, text)
    elif suffix == ".sql":
        yield from rule(path, text)
    elif suffix == ".toml" and top == "src":
        yield from hashes(path, text)
        yield from registry(path, text)
    elif suffix in {".py", ".pyi"}:
        yield from python(path, text)
    elif suffix in {".js", ".mjs"}:
        yield from script(path, text)
    elif suffix == ".R":
        yield from hashes(path, text)
        yield from r_messages(path, text)
    elif suffix == ".Rd":
        yield from help_page(path, text)
    elif suffix == ".css":
        yield from style(path, text)
    elif suffix in {".html", ".j2"}:
        yield from template(path, text)
    elif Path(path).name in {"Makefile", "pyproject.toml", ".pre-commit-config.yaml"} or path == ".ci/run":
        yield from hashes(path, text)
        for match in re.finditer(r"^description = \"(.*)\"$", text, re.M):
            yield Text(path, text.count("\n", 0, match.start()) + 1, match[1])
    elif suffix in {".yml", ".yaml"} and top == ".github":
        yield from yaml_file(path, text)
    elif suffix == ".cff":
        for number, line in enumerate(text.split("\n"), start=1):
            match = re.match(r"(?:abstract|title|message):\s*(.*)|  ( *[A-Z].*)", line)
            if match:
                yield Text(path, number, without_code(match[1] or match[2]), True)


READ = re.compile(
    r"(README|CHANGELOG|CODE_OF_CONDUCT|CONTRIBUTING|RELEASING|SECURITY)\.md$|\.github/|docs/.*\.md$|examples/|schemas/"
    r"|validation/|data/[^/]*\.csv$|src/(?!clausula/core/official/)|r/|scripts/|benchmarks/|metadata/|datapackage\.json$|ro-crate-metadata\.json$"
    r"|\.zenodo\.json$|CITATION\.cff$"
    r"|Makefile$|pyproject\.toml$|\.pre-commit-config\.yaml$|\.ci/run$"
)
"""The tracked files that are read; tests only where they are asked for."""


def tracked(root: Path) -> list[str]:
    """List the files of the repository, those not yet added included."""
    ran = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted({path for path in ran.stdout.split("\0") if path and (root / path).is_file()})


def collect(root: Path, prefixes: tuple[str, ...] = ()) -> list[Text]:
    """Read every text under the root, or only those of files whose path begins with one of the prefixes."""
    texts: list[Text] = []
    for path in tracked(root):
        asked = path.startswith(prefixes) if prefixes else True
        if asked and (READ.match(path) or (prefixes and path.startswith("tests/"))):
            texts.extend(read(root, path))
    if not prefixes or "help" in prefixes:
        texts.extend(help_texts(root))
    return texts


def official_words(root: Path) -> set[str]:
    """Collect the capitalised words of the official names in the data."""
    words: set[str] = set()
    for name, columns in NAME_COLUMNS.items():
        path = root / "data" / f"{name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                for column in columns:
                    for word in re.findall(r"[^\W\d_]+", row.get(column) or ""):
                        if word[0].isupper():
                            words.add(word)
    return words
