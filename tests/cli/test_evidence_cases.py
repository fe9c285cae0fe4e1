"""A malformed hash, exchanged anchors and a turned stance are errors at their place, and formatting loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.agreement.rebuild import rebuild_findings
from clausula.core.findings import ERROR, WARNING
from clausula.core.formatting import format_tables
from clausula.core.package import csv_path, open_package
from clausula.core.store import Store
from clausula.evidence.anchors import VerificationResult, verify_rows
from clausula.evidence.text import Text
from tests.command import clausula
from tests.conftest import MINI, copy_mini
from tests.poisoned.tables import Tables

SOURCE = "river-accord-2031"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return copy_mini(tmp_path / "package")


def codes(root: Path) -> set[tuple[str, str | None, str | None]]:
    found = rebuild_findings(Store(open_package(root)))
    assert all(f.severity == ERROR and f.key for f in found)
    return {(f.code, f.table, f.field) for f in found}


def test_turned_stance_is_an_error(package: Path) -> None:
    assert codes(package) == set()
    where = {"reaction_id": "delta-report-2032.r01", "target_no": "1"}
    Tables(package).apply([{"table": "reaction_targets", "where": where, "set": {"stance": "2"}}])
    assert codes(package) == {("record-pass-mismatch", "reaction_targets", "stance")}


def test_exchanged_anchors_are_errors_without_the_texts(package: Path) -> None:
    """Also if the hashes are exchanged too, so that each still fits its span."""
    tables = Tables(package)
    one, other = (
        row for row in tables["evidence"][:4] if row["evidence_id"].startswith((f"{SOURCE}.p01", f"{SOURCE}.p03"))
    )
    for name in ("start", "end", "fingerprint"):
        one[name], other[name] = other[name], one[name]
    tables.write("evidence")
    assert (
        {(code, table) for code, table, _ in codes(package)}
        <= {
            ("record-pass-mismatch", "evidence"),
            ("record-revision-mismatch", "evidence"),
        }
        != set()
    )


@pytest.mark.parametrize(("same_edition", "severity"), [(True, ERROR), (False, WARNING)])
def test_moved_anchor_is_an_error_in_the_coded_edition_only(same_edition: bool, severity: str) -> None:
    text = Text((MINI / "texts" / f"{SOURCE}.txt").read_text(encoding="utf-8"))
    rows = [{"row": 1, "evidence_id": "e", "start": 120, "end": 160, "fingerprint": text.fingerprint(127, 171)}]
    result = VerificationResult()
    verify_rows(text, rows, "evidence", result, same_edition)
    (found,) = result.findings
    assert (found.code, found.severity, found.key, result.moved) == ("moved-anchor", severity, "evidence_id=e", 1)


def test_malformed_hash_is_a_finding(mini: Path) -> None:
    where = {"evidence_id": f"{SOURCE}.p01.e1"}
    Tables(mini).apply([{"table": "evidence", "where": where, "set": {"fingerprint": "abc"}}])
    run = clausula("validate", str(mini), "--fast", "--texts", str(MINI / "texts"))
    assert run.returncode == 1
    assert "error pattern: evidence.fingerprint = 'abc'" in run.stdout
    assert "Traceback" not in run.stderr


def test_format_refuses_a_table_in_another_encoding(package: Path) -> None:
    path = package / csv_path("provisions")
    broken = path.read_text(encoding="utf-8").replace("fishermen", "p\u00eacheurs").encode("cp1252")
    path.write_bytes(broken)
    result = format_tables(open_package(package))
    assert [(f.code, f.file) for f in result.findings] == [("encoding", "data/provisions.csv")]
    assert path.read_bytes() == broken


def test_format_mends_quotes_and_line_ends(package: Path) -> None:
    path = package / csv_path("topics")
    clean = path.read_bytes()
    path.write_bytes(clean.replace(b"\n", b"\r\n"))
    assert format_tables(open_package(package), dry_run=True).changed == [csv_path("topics")]
    assert format_tables(open_package(package)).changed == [csv_path("topics")]
    assert path.read_bytes() == clean
    assert format_tables(open_package(package)).changed == []
