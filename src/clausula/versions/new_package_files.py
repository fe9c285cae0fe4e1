"""The files of a new package that are not data: a first page, and how Git and its server treat the others."""

from __future__ import annotations

from clausula.core.install import install_command
from clausula.core.package import DESCRIPTOR, MANIFEST

DERIVED = (
    DESCRIPTOR,
    MANIFEST,
    "CITATION.cff",
    ".zenodo.json",
    "ro-crate-metadata.json",
    "docs/codebook/README.md",
    "docs/checks.md",
)
"""Files that `clausula build` writes as a whole; pages of which it writes a part are merged as text."""

DERIVED_FOLDERS = ("data/parquet", "metadata")
"""Folders in which `clausula build` writes every file."""

README = """\
# {title}

Provisions of treaties, coded one by one. Built with Clausula.

Clausula is not on PyPI. Install it with {install}.

```sh
clausula code new texts/my-text.txt        # register a text; it is never copied into this folder
clausula code workbook my-text --pass a    # or: clausula code web, clausula code pack
clausula code ingest my-text.a.xlsx
clausula build                             # check the tables and write the derived files
clausula validate
```

The tables are in `data/`, their structure in `schemas/`, the rules in `validation/rules/` and the codebook in
`docs/codebook/`. Several people can code on branches of their own: run `clausula merge --install` once in each clone.
The data are under the licence in `LICENSE-data`. Keep texts and workbooks outside this repository.
"""

CHANGELOG = """\
# Changelog of the data

## {version} (in preparation)

First version.
"""

GITIGNORE = """\
.clausula/
.clausula-staging/
.venv/
__pycache__/
texts/
site/
dist/
*.xlsx
"""

WORKFLOW = """\
name: check
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      # Clausula is not on PyPI. Add its wheel file to this repository, or install it from where you keep it.
      - run: python -m pip install "./$(ls clausula-*.whl)[validate]"
      - run: clausula validate --fast
"""


def gitattributes() -> str:
    """Return the attributes of files for Git: the driver that merges tables by key and leaves out derived files."""
    patterns = ["data/*.csv", *DERIVED, *(f"{folder}/**" for folder in DERIVED_FOLDERS)]
    return "".join(f"{pattern} merge=clausula\n" for pattern in patterns) + "data/parquet/** -diff\n"


def own_files(title: str, version: str) -> dict[str, str]:
    """Return the files of a new package that are not data, by path."""
    return {
        "README.md": README.format(title=title, install=install_command("coding,expectations,site,validate")),
        "CHANGELOG.md": CHANGELOG.format(version=version),
        ".gitignore": GITIGNORE,
        ".gitattributes": gitattributes(),
        ".github/workflows/check.yml": WORKFLOW,
    }
