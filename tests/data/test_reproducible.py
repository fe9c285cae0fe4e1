"""The same data give the same bytes at any time and in any time zone, locale, encoding and order of sets."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.conftest import ROOT

SURROUNDINGS = {
    "UTC": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "1"},
    "Kathmandu": {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONIOENCODING": "cp1252", "PYTHONHASHSEED": "2"},
    "St John's": {
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONHASHSEED": "3",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    },
}
"""Each run differs in everything; the last also reads and writes ASCII wherever no encoding is given."""


def make(folder: Path) -> None:
    """Make what is made from a package: derived files, figures, exports, and the parts of a release."""
    import clausula
    from clausula import figures
    from clausula.export.formats import FORMATS
    from clausula.export.run import default_name, export
    from clausula.versions.build import build
    from clausula.versions.release.artefacts import archive, codebook, profile_json
    from clausula.versions.release.git import commit_time
    from tests.conftest import copy_mini

    warnings.filterwarnings("error", category=EncodingWarning, module="clausula")
    package = copy_mini(folder / "package")
    assert build(package).report.findings == []
    data = clausula.open(package)
    figures.timeline(data).save(folder / "timeline.svg")
    figures.lineage(data, "ceasefire").save(folder / "lineage.svg")
    for form in FORMATS:
        export(data, form, folder / default_name(data, form))
    (folder / "codebook.md").write_text(codebook(package), encoding="utf-8", newline="\n")
    (folder / "profile.json").write_bytes(profile_json(package))
    (folder / "package.zip").write_bytes(archive(package, data.model.metadata, commit_time(ROOT)))
    (folder / "cite.txt").write_text(data.cite(), encoding="utf-8", newline="\n")


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file, except DuckDB's, which contains a random ID."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".duckdb")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.exhaustive
def test_everything_made_is_the_same_in_any_surroundings(tmp_path: Path) -> None:
    runs = {}
    for name, variables in SURROUNDINGS.items():
        (tmp_path / name).mkdir()
        runs[name] = subprocess.Popen(
            [sys.executable, "-X", "warn_default_encoding", __file__, tmp_path / name],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]), **variables},
            stderr=subprocess.PIPE,
        )
    for run in runs.values():
        messages = run.communicate()[1]
        assert run.returncode == 0, messages.decode("utf-8", "replace")
    made = {name: hashes(tmp_path / name) for name in SURROUNDINGS}
    first = made.pop("UTC")
    assert len(first) > 100
    for name, files in made.items():
        assert {path for path in {*files, *first} if files.get(path) != first.get(path)} == set(), name


if __name__ == "__main__":
    make(Path(sys.argv[1]))
