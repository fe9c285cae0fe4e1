"""The structure of the checkout, its schemas, rules and codebook, for packages with other data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

OF_THE_DATA = ("reviewed.json", "profile.json", "accepted.json", "recorded.jsonl")
"""Files with expectations and recorded values, which other data cannot meet."""


def copy_structure(target: Path) -> None:
    """Copy the schemas, rules and codebook of the checkout, without what concerns its data."""
    for part in ("schemas", "validation", "docs/codebook"):
        shutil.copytree(CHECKOUT / part, target / part, ignore=shutil.ignore_patterns(*OF_THE_DATA))
    path = target / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    del metadata["recorded"]
    path.write_text(json.dumps(metadata, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
