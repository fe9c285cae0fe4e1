"""Rewrite the CSV tables of a checkout in canonical form: UTF-8, line feeds, quotes only where needed."""

import sys
from pathlib import Path

from clausula.core.commit import commit
from clausula.core.csvio import Scan, lenient_rows, write_rows
from clausula.core.package import open_package


def main(root: Path) -> int:
    """Format every table of the package in root; leave tables that cannot be read unchanged."""
    package = open_package(root)
    files = {}
    for resource in package:
        scan = Scan()
        header, *rows = (cells for _, cells in lenient_rows(package.root / resource.path, scan))
        if scan.findings or any(len(row) != len(header) for row in rows):
            print(f"{resource.path}: not formatted because it has errors; run `clausula validate` to see them")
            continue
        files[resource.path] = write_rows(header, rows)
    for name in commit(root, files):
        print(f"formatted {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
