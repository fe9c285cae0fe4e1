"""Export and import of statements and annotations: without loss, with findings for what cannot be mapped."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.coding.submit import Mode, Outcome
from clausula.core.findings import CouldNotRun
from clausula.export.run import ExportOptions, export
from clausula.interchange.annotations_write import CONTEXT
from clausula.interchange.import_pass import import_records
from clausula.interchange.records import ImportRequest
from clausula.interchange.statements_write import DOCUMENT, VARIABLES, agreement, escape_formula, unescape_formula
from tests.coding.practice import NORTH, RAW, SOURCE, TEXT, state, table
from tests.command import clausula
from tests.conftest import MINI, ROOT
from tests.pairs import chosen

DELTA = "delta-report-2032"
TEXTS = MINI / "texts"
REPORT = (TEXTS / f"{DELTA}.txt").read_bytes().decode("utf-8")
VOICED = {"evidence": "evidence_id", "attributions": "evidence_id"}
FORMATS = {"dna": "csv", "web-annotation": "jsonld"}


@pytest.fixture(scope="module")
def exported(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exported")
    return {form: export(Dataset(built), form, folder / f"mini.{suffix}") for form, suffix in FORMATS.items()}


def run_import(root: Path, path: Path, form: str, source: str = DELTA, **more: Any) -> Outcome:
    raw = RAW if source == SOURCE else (TEXTS / f"{source}.txt").read_bytes().decode("utf-8")
    mode = Mode(partial=more.pop("partial", False))
    return import_records(root, ImportRequest(path, form, source, more.pop("letter", "a"), **more), raw, mode)


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=";"))


def errors(outcome: Outcome) -> set[tuple[str | None, str]]:
    return {(f.cell, f.code) for f in outcome.report.findings if f.severity == "error"}


def remove_records(root: Path, *records: str) -> None:
    """Remove records from the tables with all rows that belong to them."""
    for path in (root / "data").glob("*.csv"):
        kept = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in kept if not any(line.startswith((f"{one},", f"{one}.")) for one in records)]
        path.write_text("".join(kept), encoding="utf-8")


def test_a_list_of_statements_has_the_layout_of_dna(exported: dict[str, Path]) -> None:
    raw = exported["dna"].read_text(encoding="utf-8")
    header = raw.splitlines()[0].split(";")
    assert tuple(header[:13]) == (*DOCUMENT, *VARIABLES)
    rows = lines(exported["dna"])
    assert [row["statement ID"] for row in rows] == ["1", "2", "3", "4"]
    assert {row["time"] for row in rows} == {"2032-06-17 00:00:00"}
    assert [(row["person"], row["organization"]) for row in rows[:2]] == [("Anna Arl", "Arland")] * 2
    assert [rows[3][n] for n in ("person", "organization", "concept")] == ["", "Arland", "Guns stand at the river."]
    assert [(row["position"], row["stance"], row["conditional"], row["agreement"]) for row in rows] == [
        ("expressed", "-2", "false", "0"),
        ("silent", "", "false", ""),
        ("expressed", "2", "true", "1"),
        ("expressed", "2", "false", "1"),
    ]
    assert {row["text"] for row in rows} == {""}


def test_agreement_is_the_sign_of_the_stance() -> None:
    assert [agreement(stance) for stance in ("-2", "-1", "0", "", "1", "2")] == ["0", "0", "", "", "1", "1"]


@pytest.mark.parametrize(
    ("cell", "escaped"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-2", "-2"), ("-x", "'-x"), ("a", "a")]
)
def test_no_cell_is_a_formula(cell: str, escaped: str) -> None:
    assert escape_formula(cell) == escaped
    assert unescape_formula(escaped) == cell


@pytest.mark.parametrize("form", FORMATS)
def test_importing_an_unchanged_export_changes_nothing(mini: Path, exported: dict[str, Path], form: str) -> None:
    before = state(mini)
    outcome = run_import(mini, exported[form], form)
    assert (outcome.report.findings, outcome.imported, outcome.files) == ([], True, [])
    assert state(mini) == before


@pytest.mark.texts
@pytest.mark.parametrize(
    ("form", "source"),
    [
        pytest.param("dna", "us-russia-draft-plan-report-2025", marks=pytest.mark.exhaustive),
        ("web-annotation", "minsk-package-2015"),
    ],
)
def test_the_published_data_are_imported_without_changes(tmp_path: Path, form: str, source: str) -> None:
    path = export(Dataset(ROOT), form, tmp_path / "out")
    raw = (ROOT.parent / "shared" / "sources" / f"{source}.txt").read_bytes().decode("utf-8")
    outcome = import_records(ROOT, ImportRequest(path, form, source, "a"), raw, Mode(dry_run=True))
    assert (outcome.report.findings, outcome.files) == ([], [])


@pytest.mark.parametrize("form", chosen(FORMATS, ["web-annotation"]))
def test_missing_records_are_restored_completely(mini: Path, exported: dict[str, Path], form: str) -> None:
    names = ("reactions", "reaction_targets", "evidence", "attributions")
    before = {name: table(mini, name) for name in names}
    remove_records(mini, f"{DELTA}.r02", f"{DELTA}.r03")
    assert len(table(mini, "reactions")) == 1
    outcome = run_import(mini, exported[form], form)
    assert (errors(outcome), outcome.imported) == (set(), True)
    assert {name: sorted(map(str, table(mini, name))) for name in names} == {
        name: sorted(map(str, rows)) for name, rows in before.items()
    }
    after = state(mini)
    assert run_import(mini, exported[form], form).files == []
    assert state(mini) == after


def test_a_statement_of_a_news_report_is_imported_without_our_ids(mini: Path, exported: dict[str, Path]) -> None:
    """The list quotes the words and names the voices; IDs and hashes are computed."""
    known = next(row for row in lines(exported["dna"]) if row["reaction_id"] == f"{DELTA}.r02")
    before = {name: [row for row in table(mini, name) if f"{DELTA}.r02" in row[key]] for name, key in VOICED.items()}
    remove_records(mini, f"{DELTA}.r02")
    (anchor,) = json.loads(known["anchors"])
    quote = REPORT[int(anchor["start"]) : int(anchor["end"])]
    given = {name: known[name] for name in ("time", "person", "organization", "concept", "form", "summary")}
    given |= {name: known[name] for name in ("instrument_id", "stance", "position", "conditional", "condition")}
    given |= {"anchors": json.dumps([{"quote": quote, "voices": anchor["voices"]}])}
    path = mini.parent / "statements.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, given, delimiter=";")
        writer.writeheader()
        writer.writerow(given)
    outcome = run_import(mini, path, "dna", partial=True)
    assert (errors(outcome), outcome.imported) == (set(), True)
    for name, key in VOICED.items():
        after = [row for row in table(mini, name) if f"{DELTA}.r04" in row[key]]
        fields = {"evidence": ("start", "end", "fingerprint")}.get(name, ("voice_id", "role", "naming", "rendering"))
        assert [[row[n] for n in fields] for row in after] == [[row[n] for n in fields] for row in before[name]]
        assert after


def test_records_of_all_kinds_are_restored_from_annotations(mini: Path, exported: dict[str, Path]) -> None:
    names = ("events", "event_actors", "provisions", "provision_actors", "evidence", "attributions")
    before = {name: table(mini, name) for name in names}
    remove_records(mini, "river-settlement.v04")
    outcome = run_import(mini, exported["web-annotation"], "web-annotation")
    assert (errors(outcome), outcome.imported) == (set(), True)
    assert {name: sorted(map(str, table(mini, name))) for name in names} == {
        name: sorted(map(str, rows)) for name, rows in before.items()
    }


def test_an_invalid_value_is_reported_by_line_and_column(mini: Path, exported: dict[str, Path]) -> None:
    before = state(mini)
    path = exported["dna"].with_name("broken.csv")
    text = exported["dna"].read_text(encoding="utf-8")
    assert text.count(";reported;") == 1
    path.write_text(text.replace(";reported;", ";whispered;").replace(";expressed;-2;", ";expressed;2;"), "utf-8")
    outcome = run_import(mini, path, "dna")
    assert {("broken.csv!5.form", "enum"), ("broken.csv!2.agreement", "agreement-stance-mismatch")} <= errors(outcome)
    assert not outcome.imported
    assert state(mini) == before


QUOTE = '"No one is to be asked where they spent the war," the envoys of both sides said.'
DNA_HEADER = (
    "statement ID;time;document ID;document title;author;source;section;type;text;person;organization;concept;agreement"
)


def write_dna_list(path: Path, rows: list[str], more: str = "") -> Path:
    path.write_text("\n".join([f"{DNA_HEADER}{more}", *rows, ""]), encoding="utf-8")
    return path


def statement(**cells: str) -> str:
    defaults = {
        "text": QUOTE.replace('"', "'"),
        "person": "Astrid Holm",
        "organization": "COUNCIL OF THE NORTH BANK",
        "concept": "Reconciliation",
        "agreement": "1",
    }
    values = {**defaults, **cells}
    return ";".join(["7", "2033-04-04 00:00:00", values.pop("document", "3"), "", "", "", "", "", *values.values()])


def test_statements_that_cannot_be_mapped_are_reported(coded: Path, tmp_path: Path) -> None:
    rows = [
        statement(organization="Nobody's League", person=""),
        statement(concept="No such thing"),
        statement(agreement="maybe"),
        statement(text="A sentence that does not occur in this text at all."),
        statement(organization="", person=""),
    ]
    before = state(coded)
    outcome = run_import(coded, write_dna_list(tmp_path / "f.csv", rows), "dna", SOURCE)
    assert {
        ("f.csv!2.organization", "unknown-actor"),
        ("f.csv!3.concept", "unknown-concept"),
        ("f.csv!4.agreement", "invalid-agreement"),
        ("f.csv!5.quote", "quote-not-found"),
        ("f.csv!6.organization", "unknown-actor"),
        ("f.csv!2.form", "required"),
        ("f.csv!2.summary", "required"),
    } <= errors(outcome)
    assert state(coded) == before


def test_a_completed_statement_from_dna_is_imported_once(coded: Path, tmp_path: Path) -> None:
    more = ["spoken_statement", "Nobody is to be questioned about the war."]
    row = ";".join([statement(concept="the Lowgate bridge is open to the North Bank."), *more])
    path = write_dna_list(tmp_path / "f.csv", [row], ";form;summary")
    outcome = run_import(coded, path, "dna", SOURCE, partial=True)
    assert errors(outcome) == set()
    assert outcome.imported
    assert [f.code for f in outcome.report.findings] == ["derived-stance"]
    reaction = table(coded, "reactions")[0]
    assert (reaction["claimant_id"], reaction["speaker_id"]) == (NORTH, "astrid-holm")
    assert (reaction["date"], reaction["date_basis"]) == ("../2033-04-04", "inferred")
    target = table(coded, "reaction_targets")[0]
    assert (target["proposition_id"], target["stance"], target["position"]) == ("bridge-is-open", "2", "expressed")
    anchor = next(row for row in table(coded, "evidence") if row["reaction_id"])
    quoted = RAW[int(anchor["start"]) : int(anchor["end"])]
    assert "No one is to be asked" in quoted
    before = state(coded)
    assert run_import(coded, path, "dna", SOURCE).files == []
    again = path.with_name("renamed.csv")
    again.write_bytes(path.read_bytes().replace(b"\n7;", b"\n8;"))
    assert run_import(coded, again, "dna", SOURCE).files == []
    assert state(coded) == before


def test_a_list_without_the_date_of_the_document_says_where_it_is_given(coded: Path, tmp_path: Path) -> None:
    more = ["spoken_statement", "Nobody is to be questioned about the war."]
    full = ";".join([statement(concept="the Lowgate bridge is open to the North Bank."), *more])
    path = write_dna_list(tmp_path / "f.csv", [full.replace("2033-04-04 00:00:00", "")], ";form;summary")
    (found,) = (f for f in run_import(coded, path, "dna", SOURCE).report.findings if f.severity == "error")
    assert (found.cell, found.code) == ("f.csv!2.time", "missing-date")
    assert "date of the document is missing" in found.message
    assert "column time" in found.hint and "2033-04-04" in found.hint and "date_basis" in found.hint
    write_dna_list(path, [full.replace("2033-04-04 00:00:00", "4 April 2033")], ";form;summary")
    (found,) = (f for f in run_import(coded, path, "dna", SOURCE).report.findings if f.severity == "error")
    assert (found.cell, found.code, found.value) == ("f.csv!2.time", "missing-date", "4 April 2033")
    write_dna_list(
        path, [full.replace("2033-04-04 00:00:00", "") + ";2033-04-02;stated"], ";form;summary;date;date_basis"
    )
    outcome = run_import(coded, path, "dna", SOURCE)
    assert (errors(outcome), outcome.imported) == (set(), True)


def example(heading: str) -> str:
    """Return the complete file in a section of the documentation."""
    section = (ROOT / "docs" / "coding.md").read_text(encoding="utf-8").partition(f"### {heading}\n")[2]
    return re.split(r"^```\w*\n", section, maxsplit=2, flags=re.MULTILINE)[1]


def test_the_documented_files_are_complete(coded: Path, tmp_path: Path) -> None:
    path = tmp_path / "anchors.json"
    path.write_text(example("Web Annotations"), encoding="utf-8")
    command = ("code", "import", str(path), SOURCE, "--format", "web-annotation", "--pass", "b", "--text", str(TEXT))
    undescribed = errors(run_import(coded, path, "web-annotation", SOURCE, letter="b"))
    assert {code for _, code in undescribed} == {"required"}, "the pass is new and not described"
    coder = ("--coder-id", "ann", "--coder-kind", "person", "--coder-description", "Annotated the accord.")
    described = (*coder, "--codebook-frozen", "false", "--blind", "true", "--independent", "true")
    run = clausula(*command, *described, cwd=coded)
    assert run.returncode == 0, run.stdout
    assert [(r["pass_id"], r["coder_id"]) for r in table(coded, "coding_passes")][1:] == [(f"{SOURCE}.b", "ann")]
    (unit,) = [row for row in table(coded, "coding_units") if row["pass_id"] == f"{SOURCE}.b"]
    assert RAW[int(unit["start"]) : int(unit["end"])] == "Neither side lays new mines."
    assert run_import(coded, path, "web-annotation", SOURCE, letter="b").files == []
    path = tmp_path / "statements.csv"
    path.write_text(example("Discourse Network Analyzer"), encoding="utf-8")
    outcome = run_import(coded, path, "dna", SOURCE)
    assert (errors(outcome), outcome.imported) == (set(), True)
    assert [row["speaker_id"] for row in table(coded, "reactions")] == ["astrid-holm"]


def test_offsets_of_dna_are_utf16_units(tmp_path: Path) -> None:
    from clausula.interchange.statements_read import _code_points

    raw = "a 😀 bc"
    assert [_code_points(raw, at) for at in (0, 2, 4, 5, 7)] == [0, 2, 3, 4, 6]


def test_spans_outside_the_text_are_reported(coded: Path, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    head = "ID,documentId,startCaret,endCaret,person,organization,concept,agreement"
    path.write_text(f"{head}\n1,3,10,99999,Astrid Holm,{NORTH},prisoner-release,1\n", encoding="utf-8")
    assert ("f.csv!2.quote", "span-out-of-bounds") in errors(run_import(coded, path, "dna", SOURCE))


def test_a_list_of_several_documents_requires_a_document_number(coded: Path, tmp_path: Path) -> None:
    path = write_dna_list(tmp_path / "f.csv", [statement(), statement(document="4")])
    with pytest.raises(CouldNotRun) as caught:
        run_import(coded, path, "dna", SOURCE)
    assert caught.value.finding.code == "ambiguous-document"
    found = errors(run_import(coded, path, "dna", SOURCE, document="4"))
    assert {cell.partition(".csv!")[2][0] for cell, _ in found if cell} == {"3"}


@pytest.mark.parametrize(
    ("form", "content", "code"),
    [
        ("dna", b"\xff\xfe", "encoding"),
        ("dna", b"a;b\n1;2\n", "not-statements"),
        ("dna", b"", "not-statements"),
        ("dna", b'person;concept\n"x', "nothing-to-import"),
        ("web-annotation", b"{", "not-json"),
        ("web-annotation", b"[" * 200_000, "not-json"),
        ("web-annotation", b"[]", "nothing-to-import"),
    ],
)
def test_files_in_another_format_are_rejected(mini: Path, tmp_path: Path, form: str, content: bytes, code: str) -> None:
    path = tmp_path / "bad"
    path.write_bytes(content)
    if code == "nothing-to-import" and form == "dna":
        path.write_bytes(b"person;concept;source_id\nx;y;another-source\n")
    with pytest.raises(CouldNotRun) as caught:
        run_import(mini, path, form)
    assert caught.value.finding.code == code


UNMAPPED: list[tuple[Any, str]] = [
    (1, "not-an-annotation"),
    ({"target": []}, "not-an-annotation"),
    ({"body": "x", "target": {"source": DELTA}}, "unknown-annotation-body"),
    ({"body": {"type": "TextualBody", "value": "x"}, "target": {"source": DELTA}}, "unknown-annotation-body"),
    (
        {"target": {"source": f"https://example.org/{DELTA}", "selector": {"type": "XPathSelector"}}},
        "missing-selector",
    ),
    (
        {"target": {"source": DELTA, "selector": {"type": "TextQuoteSelector", "exact": "nowhere to be seen"}}},
        "quote-not-found",
    ),
    ({"target": {"source": DELTA, "selector": {"type": "TextQuoteSelector", "exact": "guns"}}}, "ambiguous-quote"),
]


def test_annotations_that_cannot_be_mapped_are_reported(mini: Path, tmp_path: Path) -> None:
    before = state(mini)
    path = tmp_path / "a.jsonld"
    path.write_text(json.dumps([item for item, _ in UNMAPPED]), encoding="utf-8")
    found = errors(run_import(mini, path, "web-annotation"))
    for number, (_, code) in enumerate(UNMAPPED, 1):
        assert (f"a.jsonld!{number}", code) in found
    assert state(mini) == before


def test_quote_selectors_are_located_in_the_text(mini: Path, built: Path, tmp_path: Path) -> None:
    path = export(Dataset(built), "web-annotation", tmp_path / "q.jsonld", (), ExportOptions(texts=TEXTS))
    document = json.loads(path.read_text(encoding="utf-8"))
    selectors = [item["target"]["selector"] for item in document["first"]["items"]]
    assert {one["type"] for pair in selectors for one in pair} == {"TextPositionSelector", "TextQuoteSelector"}
    for item in document["first"]["items"]:
        item["target"]["selector"] = item["target"]["selector"][1]
    path.write_text(json.dumps(document), encoding="utf-8")
    remove_records(mini, f"{DELTA}.r02", f"{DELTA}.r03")
    outcome = run_import(mini, path, "web-annotation")
    assert (errors(outcome), outcome.imported) == (set(), True)
    assert {row["evidence_id"]: row["start"] for row in table(mini, "evidence")} == {
        row["evidence_id"]: row["start"] for row in table(built, "evidence")
    }


def test_json_ld_parses_to_the_expected_triples(exported: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    rdflib = pytest.importorskip("rdflib")
    from rdflib.plugins.shared.jsonld import context

    local = json.loads((Path(__file__).parent / "anno.json").read_text(encoding="utf-8"))
    requested: list[str] = []

    def loader(source: Any, *args: Any, **more: Any) -> Any:
        requested.append(str(source))
        return (local, None)

    monkeypatch.setattr(context, "source_to_json", loader)
    content = exported["web-annotation"].read_text(encoding="utf-8")
    graph = rdflib.Graph().parse(data=content, format="json-ld", base="urn:test:")
    assert set(requested) == {CONTEXT}
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    found = list(graph.subjects(rdflib.RDF.type, oa.Annotation))
    document = json.loads(content)
    assert len(found) == document["total"] == len(document["first"]["items"])
    name = rdflib.URIRef(f"urn:clausula:evidence:{DELTA}.r03.e1")
    target = graph.value(name, oa.hasTarget)
    assert graph.value(target, oa.hasSource) == rdflib.URIRef(f"urn:clausula:sources:{DELTA}")
    selector = graph.value(target, oa.hasSelector)
    span = [int(graph.value(selector, oa[end]) or -1) for end in ("start", "end")]
    assert "ban on guns" in REPORT[span[0] : span[1]]
    record = graph.value(name, oa.hasBody)
    assert record == rdflib.URIRef(f"urn:clausula:reactions:{DELTA}.r03")
    field = rdflib.Namespace("urn:clausula:field:")
    assert str(graph.value(record, field.claimant_id)) == "arland"
    about = graph.value(record, field.reaction_targets)
    stance = int(graph.value(about, field.stance) or 0)
    assert (str(graph.value(about, field.proposition_id)), stance) == ("guns-at-river", 2)
    assert graph.value(name, oa.motivatedBy) == oa.classifying
    kinds = set(graph.predicates())
    assert all(str(kind).startswith(("http://www.w3.org/", "urn:clausula:field:")) for kind in kinds)


@pytest.mark.parametrize("form", FORMATS)
def test_texts_are_quoted_only_on_request_and_never_inside_a_package(
    mini: Path, exported: dict[str, Path], tmp_path: Path, form: str
) -> None:
    quoted = "its share of the water. She"
    assert "will never" not in exported[form].read_text(encoding="utf-8")
    data = Dataset(mini)
    path = export(data, form, tmp_path / "out", (), ExportOptions(texts=TEXTS))
    assert "will never" in path.read_text(encoding="utf-8")
    assert quoted in REPORT
    (mini / "sub").mkdir()
    (tmp_path / "link").symlink_to(mini / "sub")
    for place in (mini / "o", mini / "data" / "o", mini / "sub" / "o", tmp_path / "link" / "o"):
        with pytest.raises(CouldNotRun) as caught:
            export(data, form, place, (), ExportOptions(texts=TEXTS))
        assert caught.value.finding.code == "output-inside-package"
        assert not place.exists()
    assert export(data, form, mini / "o").is_file()


def test_quotes_from_another_edition_or_in_other_formats_are_rejected(mini: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    shutil.copytree(TEXTS, texts)
    (texts / f"{DELTA}.txt").write_text("Other words. " * 100, encoding="utf-8")
    for form, code in (("dna", "different-edition"), ("jsonl", "quotes-not-supported")):
        with pytest.raises(CouldNotRun) as caught:
            export(Dataset(mini), form, tmp_path / "out", (), ExportOptions(texts=texts))
        assert caught.value.finding.code == code
        assert not (tmp_path / "out").exists()


def test_the_commands_work_as_documented_in_their_help(mini: Path, tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    run = clausula("export", "dna", "--out", str(out), "--package", str(mini))
    assert (run.returncode, run.stdout.strip()) == (0, str(out))
    for args in (["--quotes"], ["--texts", str(TEXTS)]):
        run = clausula("export", "dna", "--out", str(tmp_path / "t.csv"), "--package", str(mini), *args)
        assert (run.returncode, "quotes-need-texts" in run.stderr) == (2, True)
    command = ["code", "import", str(out), "--format", "dna", DELTA, "--pass", "a", "--package", str(mini)]
    run = clausula(*command, "--text", str(TEXTS / f"{DELTA}.txt"))
    assert (run.returncode, "no changes" in run.stdout) == (0, True)
    run = clausula(*command, "--text", str(TEXTS / f"{DELTA}.txt"), "--json", "--dry-run")
    assert json.loads(run.stdout)["errors"] == 0
    assert "  clausula code import" in clausula("code", "import", "--help").stdout
    run = clausula("code", "import", str(tmp_path / "no.csv"), "--format", "dna", DELTA, "--pass", "a", cwd=mini)
    assert run.returncode == 2
