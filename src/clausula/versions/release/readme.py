"""README of a release folder: what the data are, what to load first, and what each file is."""

from __future__ import annotations

from collections.abc import Collection

from clausula.core.fixity import SUMS
from clausula.core.model import Descriptor
from clausula.core.package import DESCRIPTOR
from clausula.derive import citation

README = "README.md"

FIRST = "provisions"
"""The table to load first."""

GROUPS = {
    ".csv": "the tables",
    ".parquet": "the same tables with types",
    ".zip": "the whole package in folders, with schemas, rules and codebook",
    "codebook.md": "what each table, column and value means",
    DESCRIPTOR: "the tables and their columns, for programs (a Data Package)",
    "CHANGELOG.md": "what changed in each version, by table",
    "changes.html": "every row that changed since the last release, for a browser",
    "changes.md": "the same as text",
    "agreement.md": "agreement between the coding passes",
    "validation.json": "the validation report",
    "profile.json": "row counts and distributions, with which the next release is compared",
    "CITATION.cff": "how to cite the data, for programs",
    "LICENSE-data": "the licence of the data",
    SUMS: "the SHA-256 hash of each file",
}
"""What each file of a release is, by its name or by how its name ends."""


def files_of(group: str, names: Collection[str]) -> list[str]:
    """Return the files of a release that a group of `GROUPS` describes."""
    return sorted(name for name in names if (name.endswith(group) if group.startswith(".") else name == group))


def readme(metadata: Descriptor, names: Collection[str]) -> str:
    """Return the README of a release with the given files."""
    licence, made = citation.licence(metadata), metadata.get("provenance")
    lines = [
        f"# {metadata['title']}",
        "",
        f"Version {metadata['version']} of {metadata['created'][:10]}. Licence of the data: {licence['title']}, "
        f"<{licence['path']}>.",
        "",
        *([metadata["description"], ""] if metadata.get("description") else []),
        *([made["statement"], ""] if made else []),
        f"Cite as: {citation.sentence(metadata)}",
        "",
        "## Load first",
        "",
        "```python",
        "import pandas as pd",
        "",
        f'{FIRST} = pd.read_parquet("{FIRST}.parquet")',
        f'{FIRST} = pd.read_csv("{FIRST}.csv", keep_default_na=False, na_values=[""])  # the same without types',
        "```",
        "",
        "In CSV files, only an empty cell means that a value is missing. `codebook.md` explains the columns and how",
        "tables refer to each other.",
        "",
        "## Files",
        "",
        "| file | what it is |",
        "|---|---|",
    ]
    for group, what in GROUPS.items():
        found = files_of(group, {*names, SUMS})
        if found:
            lines.append(f"| {f'`{found[0]}`' if len(found) == 1 else f'{len(found)} `{group}`'} | {what} |")
    return "\n".join(lines) + "\n"
