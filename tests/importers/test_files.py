"""Malformed files: the importers report findings, never a traceback, and write complete files or none."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clausula
from clausula.core.csvio import lenient_rows, write_rows
from clausula.peers import xls
from clausula.peers.schemes import SCHEMES
from tests.command import clausula as run
from tests.importers.files import CLEAN, PAX, UCDP
from tests.importers.test_importers import importer, read

CALAMINE = importlib.util.find_spec("python_calamine") is not None

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty-file"),
    "blank lines": (b"\n\n\n", "empty-file"),
    "header alone": (b"AgtId,Agt,Dat\n", "empty-file"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "nul-byte"),
    "a page": (b"<!doctype html>\n<html><body>Not found</body></html>\n", "missing-column"),
    "a workbook with a password": (
        b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "protected-workbook" if CALAMINE else "not-installed",
    ),
    "a broken archive": (b"PK\x03\x04" + b"\0" * 600, "not-a-workbook"),
    "a cell of 2 MB": (b'AgtId,Agt,Dat\n1,"' + b"x" * 2_000_000 + b'",2034-05-02\n', "field-too-large"),
    "NUL bytes": (b"\0" * 5000, "nul-byte"),
}


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_is_not_a_table_gives_an_error_finding(tmp_path: Path, scheme: str, name: str) -> None:
    content, code = FILES[name]
    got = read(tmp_path, scheme, content)
    codes = {f.code for f in got.findings if f.severity == "error"}
    assert code in codes or codes == {"missing-column"}, codes
    assert got.agreements.empty


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_missing_file_and_a_folder_are_reported(tmp_path: Path, scheme: str) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        assert [f.code for f in importer(scheme)(path).findings] == ["unreadable-file"]


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("other", list(SCHEMES))
def test_a_file_of_another_scheme_is_recognised(tmp_path: Path, scheme: str, other: str) -> None:
    if scheme != other:
        got = read(tmp_path, scheme, CLEAN[other])
        assert any(f"clausula.read_{other}" in f.hint for f in got.findings if f.severity == "error")


def examples(number: int) -> settings:
    return settings(max_examples=number, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


INSERTED = given(
    at=st.integers(0, 200), inserted=st.one_of(st.binary(max_size=30), st.text(max_size=20).map(str.encode))
)


def insert_bytes(tmp_path: Path, scheme: str, at: int, inserted: bytes) -> None:
    content = CLEAN[scheme].encode()
    got = read(tmp_path, scheme, content[:at] + inserted + content[at:])
    assert all(f.file == f"{scheme}.csv" and f.message and f.severity for f in got.findings)
    assert bool(got.errors) <= got.agreements.empty


@pytest.mark.parametrize("scheme", list(SCHEMES))
@examples(4)
@INSERTED
def test_inserted_bytes_cause_no_traceback(tmp_path: Path, scheme: str, at: int, inserted: bytes) -> None:
    insert_bytes(tmp_path, scheme, at, inserted)


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", list(SCHEMES))
@examples(30)
@INSERTED
def test_inserted_bytes_never_cause_a_traceback(tmp_path: Path, scheme: str, at: int, inserted: bytes) -> None:
    insert_bytes(tmp_path, scheme, at, inserted)


def malform_cells(tmp_path: Path, scheme: str, data: st.DataObject) -> None:
    rows = list(csv.reader(CLEAN[scheme].splitlines()))
    invalid = [
        "",
        "-99",
        "1e3",
        "٣",
        "2034-02-30",
        "30/02/2034",
        "0000",
        "0000-00-00",
        "1;2",
        ",",
        "9" * 20,
        "x" * 300,
    ]
    for row in rows[1:]:
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(
            st.one_of(st.sampled_from(invalid), st.text(max_size=9))
        )
    got = read(tmp_path, scheme, write_rows(rows[0], rows[1:]))
    assert {len(got.agreements.columns) >= 5, len(got.provisions.columns) >= 5} == {True}


@pytest.mark.parametrize("scheme", list(SCHEMES))
@examples(4)
@given(data=st.data())
def test_malformed_cells_cause_no_traceback(tmp_path: Path, scheme: str, data: st.DataObject) -> None:
    malform_cells(tmp_path, scheme, data)


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", list(SCHEMES))
@examples(30)
@given(data=st.data())
def test_malformed_cells_never_cause_a_traceback(tmp_path: Path, scheme: str, data: st.DataObject) -> None:
    malform_cells(tmp_path, scheme, data)


def test_encodings(tmp_path: Path) -> None:
    accent = PAX.replace("Ferry accord", "Accord de Genève")
    for encoding, code in {"utf-8": None, "utf-8-sig": None, "utf-16": "encoding", "cp1252": "encoding"}.items():
        got = read(tmp_path, "pax", accent.encode(encoding))
        assert [f.code for f in got.findings] == ([code] if code else []), encoding
        assert got.agreements["title"][0] == "Accord de Genève"
    assert got.findings[0].line == 2


def test_semicolons_and_line_endings(tmp_path: Path) -> None:
    expected = read(tmp_path, "pax", PAX)
    got = read(tmp_path, "pax", PAX.replace(",", ";").replace("\n", "\r\n"))
    assert got.findings == []
    assert got.agreements.equals(expected.agreements)


def write_workbook(path: Path, content: str) -> Path:
    import datetime as dt

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Data"
    for line in csv.reader(content.splitlines()):
        cells = [int(c) if c.lstrip("-").isdigit() else c or None for c in line]
        cells = [dt.datetime.fromisoformat(c) if str(c).startswith("2034-") else c for c in cells]
        book.active.append(cells)
    book.save(path)
    return path


@pytest.mark.parametrize("scheme", [s for s in CLEAN if s != "paax"])
def test_a_workbook_gives_the_same_frames(tmp_path: Path, scheme: str) -> None:
    got = importer(scheme)(write_workbook(tmp_path / "file.xlsx", CLEAN[scheme]))
    expected = read(tmp_path, scheme, CLEAN[scheme])
    assert got.findings == []
    for one, other in zip(list(got)[:3], list(expected)[:3], strict=True):
        assert one.equals(other)


def test_a_finding_in_a_workbook_names_the_cell(tmp_path: Path) -> None:
    got = clausula.read_ucdp(write_workbook(tmp_path / "file.xlsx", UCDP.replace("12,1,1,0", "12,1,-99,0")))
    assert [(f.code, f.cell, f.line, f.column) for f in got.findings] == [("missing-value-code", "Data!H2", 2, 8)]


def test_the_command_writes_frames_and_reports_findings(tmp_path: Path) -> None:
    path = tmp_path / "pax.csv"
    path.write_text(PAX.replace("369,3,1,0", "369,0,1,0"), encoding="utf-8")
    done = run("import", "pax", str(path), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "pax.csv:2:8: warning aggregate-mismatch" in done.stdout
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "agreements.csv",
        "provisions.csv",
        "actors.csv",
        "findings.json",
    }
    assert "930,CeProv,1," in (tmp_path / "out/provisions.csv").read_text(encoding="utf-8")
    assert run("import", "pax", str(path), "--strict").returncode == 1
    again = run("import", "pax", str(path), "--out", str(tmp_path / "out"))
    assert again.returncode == 2 and "--force" in again.stderr
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/findings.json").write_text("mine", encoding="utf-8")
    kept = run("import", "pax", str(path), "--out", str(tmp_path / "mine"))
    assert (kept.returncode, [p.name for p in (tmp_path / "mine").iterdir()]) == (2, ["findings.json"])
    forced = run("import", "pax", str(path), "--out", str(tmp_path / "out"), "--force", "--json")
    report = json.loads(forced.stdout)
    assert report["checked"]["rows"]["agreements"] == 2
    assert [f["code"] for f in report["findings"]] == ["aggregate-mismatch"]


def test_the_command_writes_nothing_for_a_broken_file_or_into_a_package(tmp_path: Path, mini: Path) -> None:
    path = tmp_path / "pax.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("import", "pax", str(path), "--out", str(tmp_path / "out"))
    assert done.returncode == 1 and "missing-column" in done.stdout and not (tmp_path / "out").exists()
    path.write_text(PAX, encoding="utf-8")
    inside = run("import", "pax", str(path), "--out", str(mini / "data" / "pax"))
    assert inside.returncode == 2 and "output-inside-package" in inside.stderr
    assert not (mini / "data" / "pax").exists()
    assert run("import", "pax", str(tmp_path / "none.csv"), "--json").returncode == 1


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("content", [CLEAN["pax"].encode(), b'AgtId,Agt,Dat\n1,"' + b"x" * 2_000_000, b'a\n"x"y\n'])
def test_the_size_limit_of_the_csv_module_is_left_as_it_was(tmp_path: Path, scheme: str, content: bytes) -> None:
    before = csv.field_size_limit(7_654_321)
    try:
        read(tmp_path, scheme, content)
        path = tmp_path / "rows.csv"
        path.write_bytes(content)
        for _ in lenient_rows(path):
            assert csv.field_size_limit() == 7_654_321
            break
        assert csv.field_size_limit() == 7_654_321
    finally:
        csv.field_size_limit(before)


def test_help_names_every_scheme() -> None:
    text = run("import", "--help").stdout
    assert all(scheme.title in text for scheme in SCHEMES.values())
    assert "  clausula import pax" in text


OLD = Path(__file__).with_name("ucdp.xls")
"""The small file of UCDP, saved by LibreOffice in the old format of Excel."""


def test_an_old_workbook_gives_the_same_frames(tmp_path: Path) -> None:
    got = clausula.read_ucdp(OLD)
    if not CALAMINE:
        assert [f.code for f in got.findings] == ["not-installed"]
        assert ".whl[validate]" in got.findings[0].hint
        return
    assert got.findings == []
    for one, other in zip(list(got)[:3], list(read(tmp_path, "ucdp", CLEAN["ucdp"]))[:3], strict=True):
        assert one.equals(other)
    named = tmp_path / "ucdp.xlsx"
    named.write_bytes(OLD.read_bytes())
    assert clausula.read_ucdp(named).agreements.equals(got.agreements)


@pytest.mark.skipif(not CALAMINE, reason="python-calamine is not installed")
@pytest.mark.parametrize(("damage", "says"), [(lambda data: data[:646], "the file is damaged"), (None, "seconds")])
def test_a_damaged_old_workbook_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes] | None, says: str
) -> None:
    """The library aborts the process on some damaged files, and the reader outlives it."""
    path = tmp_path / "old.xls"
    path.write_bytes(damage(OLD.read_bytes()) if damage else OLD.read_bytes())
    if damage is None:
        monkeypatch.setattr(xls, "SECONDS", 0.001)
    got = clausula.read_ucdp(path)
    assert [f.code for f in got.findings] == ["not-a-workbook"] and says in got.findings[0].message
    assert got.agreements.empty
