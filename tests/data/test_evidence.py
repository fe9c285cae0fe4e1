"""Verification of anchors. Tests marked `texts` need the source texts, which are not part of the package."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clausula
from clausula.core.csvio import write_rows
from clausula.core.findings import CouldNotRun
from clausula.validation.evidence_layer import verify
from clausula.versions.build import build
from tests.command import clausula as clausula_command
from tests.conftest import ROOT, TEXTS
from tests.pairs import pairs

SOURCES = clausula.load("sources")["source_id"].tolist()


@pytest.mark.texts
def test_every_anchor_is_verified_and_every_sentence_is_covered() -> None:
    report = verify(ROOT, TEXTS, require_all=True)
    assert [f.as_dict() for f in report.findings] == []
    counts = report.checked["sources"]
    assert sum(entry["verified"] for entry in counts.values()) == len(clausula.load("evidence"))


@pytest.mark.texts
def test_anchors_of_shortened_texts_are_moved_or_broken(tmp_path: Path) -> None:
    """Deleting the first 200 characters moves every anchor, and breaks those that start in the deleted part."""
    texts = {source: (TEXTS / f"{source}.txt").read_bytes().decode("utf-8") for source in SOURCES}
    for source, text in texts.items():
        (tmp_path / f"{source}.txt").write_bytes(text[200:].encode("utf-8"))
    report = verify(ROOT, tmp_path, shown=10**6)
    starts = clausula.load("evidence").groupby("source_id")["start"]
    for source, counts in report.checked["sources"].items():
        anchors = starts.get_group(source) if source in starts.groups else []
        cut = sum(start < 200 for start in anchors)
        assert (counts["verified"], counts["broken"]) == (0, cut), source
        assert counts["moved"] == len(anchors) - cut, source
    sources = clausula.load("evidence").set_index("evidence_id")["source_id"]
    moved = [f for f in report.findings if f.code == "moved-anchor" and f.table == "evidence"]
    assert len(moved) == sum(counts["moved"] for counts in report.checked["sources"].values())
    for finding in moved:
        text, old = texts[sources[finding.key.partition("=")[2]]], int(finding.value.split("-")[0])
        first = next(n for n in range(old, len(text)) if text[n].isalnum())  # a quotation mark may come before it
        assert f"is at {first - 200}-" in finding.message


def test_moved_span_of_the_coding_log_is_found(mini: Path) -> None:
    from tests.poisoned.tables import Tables

    Tables(mini).apply([{"table": "coding_log", "where": {"reason": "preamble"}, "set": {"start": "22"}}])
    report = verify(mini, ROOT / "tests" / "mini" / "texts")
    assert [(f.code, f.table) for f in report.findings] == [("moved-anchor", "coding_log")]


@pytest.mark.texts
def test_changed_word_breaks_only_its_anchor(tmp_path: Path) -> None:
    source = "minsk-protocol-2014"
    text = (TEXTS / f"{source}.txt").read_bytes().decode("utf-8")
    evidence = clausula.load("evidence").query("source_id == @source").set_index("evidence_id")
    start, end = evidence.loc[f"{source}.p05.e1", ["start", "end"]]
    changed = text[:start] + text[start:end].replace("permanent", "temporary") + text[end:]
    assert len(changed) == len(text)
    (tmp_path / f"{source}.txt").write_bytes(changed.encode("utf-8"))
    report = verify(ROOT, tmp_path)
    counts = report.checked["sources"][source]
    assert (counts["broken"], counts["moved"]) == (1, 0)
    assert [f.key for f in report.findings if f.code == "broken-anchor"] == [f"evidence_id={source}.p05.e1"]


@pytest.mark.texts
def test_repository_does_not_reproduce_source_texts() -> None:
    tool = TEXTS.parent / "tools" / "leak_check.py"
    run = subprocess.run([sys.executable, str(tool), str(ROOT)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_changed_text_of_the_small_package_is_reported(mini: Path, tmp_path: Path) -> None:
    texts = Path(shutil.copytree(ROOT / "tests" / "mini" / "texts", tmp_path / "texts"))
    assert verify(mini, texts, require_all=True).findings == []
    path = texts / "river-accord-2031.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("at least 12 kilometres", "at least 13 kilometres") + "\n8. The bridge is painted.\n")
    report = verify(mini, texts)
    codes = {f.code: f for f in report.findings}
    assert set(codes) == {"different-edition", "broken-anchor"}
    assert codes["broken-anchor"].line == 3


def test_a_malformed_fingerprint_is_reported_once(mini: Path) -> None:
    from tests.poisoned.tables import Tables

    Tables(mini).apply(
        [{"table": "evidence", "where": {"evidence_id": "river-accord-2031.p01.e1"}, "set": {"fingerprint": "abc"}}]
    )
    report = clausula.validate(mini, layers=["duckdb"], texts=ROOT / "tests" / "mini" / "texts")
    assert [(f.code, f.table, f.field) for f in report.findings] == [("pattern", "evidence", "fingerprint")]
    assert report.checked["anchors"]["broken"] == 1


def test_another_finding_on_a_cell_does_not_hide_a_broken_anchor(mini: Path) -> None:
    from clausula.core.findings import Report, finding
    from clausula.core.package import open_package
    from clausula.validation.duckdb_engine import open_engine
    from clausula.validation.evidence_layer import verify_store
    from tests.poisoned.tables import Tables

    wrong = {"fingerprint": f"18-00000000-{'0' * 32}"}
    Tables(mini).apply([{"table": "evidence", "where": {"evidence_id": "river-accord-2031.p01.e1"}, "set": wrong}])
    plain = Report()
    verify_store(open_engine(open_package(mini)), plain, ROOT / "tests" / "mini" / "texts")
    (broken,) = [one for one in plain.findings if one.code == "broken-anchor"]
    report = Report()
    place = {"table": "evidence", "row": broken.row, "field": broken.field}
    report.add(
        finding("record-pass-mismatch", record="x", name="x", present="x", stated="x", layers=("agreement",), **place)
    )
    verify_store(open_engine(open_package(mini)), report, ROOT / "tests" / "mini" / "texts")
    assert [one.code for one in report.findings] == ["record-pass-mismatch", "broken-anchor"]


BROKEN_ANCHORS = {
    "missing start": ({"start": ""}, "start"),
    "start as text": ({"start": "twelve"}, "start"),
    "fraction": ({"start": "12.5"}, "start"),
    "start beyond any integer": ({"start": "9" * 40}, "start"),
    "negative start": ({"start": "-3"}, "start"),
    "missing end": ({"end": ""}, "end"),
    "end before start": ({"start": "90", "end": "40"}, "end"),
    "empty span": ({"start": "40", "end": "40"}, "end"),
    "end after the text": ({"end": "99999"}, "end"),
    "unknown source": ({"source_id": "no-such-text"}, "source_id"),
    "missing source": ({"source_id": ""}, "source_id"),
    "empty fingerprint": ({"fingerprint": ""}, "fingerprint"),
    "truncated fingerprint": ({"fingerprint": "18-05"}, "fingerprint"),
    "fingerprint without a letter": ({"fingerprint": f"0-00000000-{'0' * 32}"}, "fingerprint"),
    "fingerprint of another kind": ({"fingerprint": "x-y-z"}, "fingerprint"),
}


@pytest.mark.parametrize(("name", "edition"), pairs(BROKEN_ANCHORS, ["other", "coded"]))
def test_every_anchor_is_counted_and_a_malformed_one_is_broken(
    mini: Path, tmp_path: Path, name: str, edition: str
) -> None:
    """One more line end makes another edition, in which malformed anchors are still broken."""
    changed, field = BROKEN_ANCHORS[name]
    path = mini / "data/evidence.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    number = next(n for n, row in enumerate(rows) if row[header.index("source_id")] == "river-accord-2031")
    for column, value in changed.items():
        rows[number][header.index(column)] = value
    path.write_bytes(write_rows(header, rows))
    texts = Path(shutil.copytree(ROOT / "tests/mini/texts", tmp_path / "texts"))
    if edition == "other":
        with (texts / "river-accord-2031.txt").open("ab") as file:
            file.write(b"\n")
    run = clausula_command("verify", str(mini), "--texts", str(texts), "--json")
    report = json.loads(run.stdout)
    counts = report["checked"]["sources"].values()
    assert sum(entry.get(s, 0) for entry in counts for s in ("verified", "moved", "broken", "unchecked")) == len(rows)
    moved = (name, edition) == ("end after the text", "other")  # the search finds the span in another edition
    found = [f for f in report["findings"] if f["code"] == ("moved-anchor" if moved else "broken-anchor")]
    assert [(f["row"], f["line"], f["field"]) for f in found] == [(number + 1, number + 2, "start" if moved else field)]
    assert (run.returncode, sum(entry.get("broken", 0) for entry in counts)) == ((0, 0) if moved else (1, 1))
    text = clausula_command("verify", str(mini), "--texts", str(texts)).stdout
    assert f"{len(rows)} anchors: {len(rows) - 1} verified, {int(moved)} moved, {int(not moved)} broken" in text


def test_anchors_of_a_missing_text_are_counted_as_unchecked(mini: Path, tmp_path: Path) -> None:
    texts = Path(shutil.copytree(ROOT / "tests/mini/texts", tmp_path / "texts"))
    total = sum(e["verified"] for e in verify(mini, texts).checked["sources"].values())
    (texts / "river-accord-2031.txt").unlink()
    (texts / "other.txt").write_text("x", encoding="utf-8")
    (texts / "x.txt").write_text("x", encoding="utf-8")
    with (mini / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    copies = [
        [{"source_id": "x", "characters": "many", "sha256": ""}.get(h, c) for h, c in zip(header, rows[0], strict=True)]
    ]
    unnamed = [[{"source_id": ""}.get(h, c) for h, c in zip(header, rows[0], strict=True)]]
    (mini / "data/sources.csv").write_bytes(write_rows(header, [*rows, *rows, *copies, *unnamed]))
    report = verify(mini, texts)
    counts = report.checked["sources"]
    assert counts["river-accord-2031"]["unchecked"] > 0
    assert sum(e.get("verified", 0) + e.get("unchecked", 0) for e in counts.values()) == total
    assert any("instead of an unknown number" in f.message for f in report.findings)


def test_uncovered_sentence_is_reported(mini: Path) -> None:
    from tests.poisoned.tables import Tables

    Tables(mini).apply([{"table": "coding_log", "where": {"reason": "preamble"}, "delete": True}])
    report = verify(mini, ROOT / "tests" / "mini" / "texts")
    assert [(f.code, f.key) for f in report.findings] == [("uncoded-sentence", "source_id=river-accord-2031")]


def test_a_text_that_is_not_coded_yet_is_one_warning_and_does_not_stop_the_build(mini: Path, tmp_path: Path) -> None:
    from tests.coding.practice import SOURCE, SOURCE_ROW, TEXT
    from tests.poisoned.tables import Tables

    texts = Path(shutil.copytree(ROOT / "tests" / "mini" / "texts", tmp_path / "texts"))
    shutil.copy(TEXT, texts / f"{SOURCE}.txt")
    Tables(mini).apply([{"table": "sources", "add": SOURCE_ROW}])
    found = [(f.code, f.severity, f.key) for f in verify(mini, texts).findings]
    assert found == [("uncoded-source", "warning", f"source_id={SOURCE}")]
    for path in [one for one in texts.iterdir() if one.stem != SOURCE]:
        path.unlink()
    assert {f.code: f.severity for f in verify(mini, texts).findings} == {
        "uncoded-source": "warning",
        "missing-text": "info",
    }
    result = build(mini)
    assert (result.report.findings, "data/manifest.json" in result.changed) == ([], True)


def test_package_without_evidence_is_reported(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(
        '{"resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}]}}]}', encoding="utf-8"
    )
    (tmp_path / "t.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(CouldNotRun, match="does not have the evidence tables"):
        verify(tmp_path, ROOT / "tests" / "mini" / "texts")


def test_anchors_of_many_texts(tmp_path: Path) -> None:
    """In the generated benchmark package, the start of one text is missing and all others are complete."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import anchors
    finally:
        sys.path.pop(0)
    anchors.generate(tmp_path, 100, 1050)
    sources = verify(tmp_path / "package", tmp_path / "texts").checked["sources"]
    assert [sum(entry[state] for entry in sources.values()) for state in ("verified", "moved", "broken")] == [
        1040,
        9,
        1,
    ]
    assert sources["text-000099"]["broken"] == 1
