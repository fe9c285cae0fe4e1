"""A new package: the structure, rules and codebook of this one, with an identity of its own and no data of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.core.commit import commit
from clausula.core.csvio import write_rows
from clausula.core.findings import CouldNotRun
from clausula.core.package import csv_path, open_package, own_package
from clausula.core.paths import require_writable
from clausula.core.schemas import read_json
from clausula.core.tables import Tables, read_tables

FIRST_VERSION = "0.1.0"

STRUCTURE = ("schemas", "validation/rules", "docs/codebook")
"""Folders that a new package copies."""

NOT_TAKEN_OVER = ("schemas/migrations.json", "schemas/package.json", "docs/codebook/README.md")

PLACEHOLDER = "unspecified"
"""The actor for roles that a text assigns to nobody; rules need it in every package."""

TOPIC_COLUMNS = ("topic_id", "parent_topic_id", "label", "definition")
"""The columns of a file with topics."""

PEACE, EMPTY = "peace", "empty"
"""The topic tree of this package, and a tree with nothing in it."""

_GENERATED = re.compile(r"(<!-- generated:(\w+) -->).*?(<!-- /generated -->)", re.DOTALL)


@dataclass(frozen=True)
class NewPackage:
    """The identity of a new package.

    Attributes
    ----------
    title : str
    author : str
        Name of its author or team.
    topics : str
        `peace`, `empty`, or the path of a CSV file with the topics.
    name : str
        Its identifier; by default that of its folder.
    """

    title: str
    author: str
    topics: str = PEACE
    name: str = ""


def _without_since(value: Any) -> Any:
    """Return a schema without the versions of our codebook: everything is in the new codebook from the start."""
    if isinstance(value, dict):
        return {key: _without_since(one) for key, one in value.items() if key != "since" or isinstance(one, dict)}
    return [_without_since(one) for one in value] if isinstance(value, list) else value


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _structure(source: Path) -> Iterator[tuple[str, bytes]]:
    for folder in STRUCTURE:
        for path in sorted((source / folder).rglob("*")):
            name = path.relative_to(source).as_posix()
            if not path.is_file() or name in NOT_TAKEN_OVER:
                continue
            if path.suffix == ".json":
                yield name, _json(_without_since(read_json(path)))
            else:
                text = path.read_text(encoding="utf-8")
                yield name, _GENERATED.sub(r"\1\n\3", text).encode("utf-8")


def _metadata(source: Path, new: NewPackage, name: str, today: str) -> dict[str, Any]:
    metadata = read_json(source / "schemas/package.json")
    own = {
        "name": name,
        "title": new.title,
        "description": f"{new.title}, coded provision by provision with the codebook of Clausula.",
        "version": FIRST_VERSION,
        "contributors": [{"title": new.author, "roles": ["author"]}],
        "keywords": ["treaty provisions", "content analysis"],
        "created": f"{today}T00:00:00Z",
        "ships": [one for one in metadata["ships"] if one not in ("docs/dataset.md", "docs/checks.md", "r")],
    }
    return {key: own.get(key, value) for key, value in metadata.items() if key != "recorded"}


def read_topics(path: Path) -> list[dict[str, str]]:
    """Read a file with topics: the columns topic_id, parent_topic_id, label and definition, in UTF-8.

    Raises
    ------
    CouldNotRun
        If it cannot be read, a column is missing, or a topic is under one that the file does not have.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CouldNotRun.of("unreadable-topics", file=path.name, reason=str(error)) from error
    missing = [name for name in TOPIC_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise CouldNotRun.of("unreadable-topics", file=path.name, reason=f"it has no {', '.join(missing)}")
    topics = [{name: (row[name] or "").strip() for name in TOPIC_COLUMNS} for row in rows]
    known = [row["topic_id"] for row in topics]
    if strange := [row["parent_topic_id"] for row in topics if row["parent_topic_id"] not in ("", *known)]:
        raise CouldNotRun.of("unreadable-topics", file=path.name, reason=f"it has no topic {strange[0]!r}")
    if len(set(known)) < len(known) or "" in known:
        raise CouldNotRun.of("unreadable-topics", file=path.name, reason="a topic_id is empty or duplicated")
    return topics


def _topics(tables: Tables, topics: str) -> list[dict[str, str]]:
    if topics == EMPTY:
        return []
    rows = tables["topics"] if topics == PEACE else read_topics(Path(topics))
    parents = {row["parent_topic_id"] for row in rows}
    own = {"since": FIRST_VERSION}
    return [{**row, "leaf": "false" if row["topic_id"] in parents else "true", **own} for row in rows]


def _tables(tables: Tables, topics: Iterable[dict[str, str]]) -> Iterator[tuple[str, bytes]]:
    rows = {"topics": list(topics), "actors": [row for row in tables["actors"] if row["actor_id"] == PLACEHOLDER]}
    for table in tables.package.model:
        filled = ([row.get(name, "") for name in table.names] for row in rows.get(table.name, []))
        yield csv_path(table.name), write_rows(table.names, filled)


def new_package(folder: Path, new: NewPackage, today: str = "") -> list[str]:
    """Create a package in an empty or new folder, completely or not at all, and return the paths of its files.

    Parameters
    ----------
    folder : Path
    new : NewPackage
    today : str, optional
        The day of its creation; by default today.

    Raises
    ------
    CouldNotRun
        If the folder is in the installed release or has anything in it but `.git`, or the file with the topics cannot
        be read.
    """
    from clausula.versions.new_package_files import own_files

    require_writable(folder)
    if folder.exists() and (not folder.is_dir() or any(path.name != ".git" for path in folder.iterdir())):
        raise CouldNotRun.of("file-exists:package", path=folder)
    source = own_package()
    name = new.name or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "dataset"
    day = today or dt.date.today().isoformat()
    tables = read_tables(open_package(source))
    files = dict(_structure(source))
    files |= dict(_tables(tables, _topics(tables, new.topics)))
    files["schemas/package.json"] = _json(_metadata(source, new, name, day))
    about = read_json(source / "schemas/migrations.json")["about"]
    files["schemas/migrations.json"] = _json({"about": about, "migrations": []})
    files["LICENSE-data"] = (source / "LICENSE-data").read_bytes()
    files |= {path: text.encode("utf-8") for path, text in own_files(new.title, FIRST_VERSION).items()}
    folder.mkdir(parents=True, exist_ok=True)
    return sorted(commit(folder, files))
