"""Files of other schemes, made for the tests: a clean file gives no finding, each defect gives its own finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.core.findings import Finding
from clausula.peers.imported import ImportResult
from clausula.peers.schemes import SCHEMES
from tests.conftest import ROOT
from tests.importers.files import ATOP, CLEAN, PAAX, PAM, PAX


def importer(scheme: str) -> Callable[[Path], ImportResult]:
    found: Callable[[Path], ImportResult] = getattr(clausula, f"read_{scheme}")
    return found


def read(folder: Path, scheme: str, content: str | bytes) -> ImportResult:
    path = folder / f"{scheme}.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return importer(scheme)(path)


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_clean_file_gives_typed_frames_and_no_findings(tmp_path: Path, scheme: str) -> None:
    got = read(tmp_path, scheme, CLEAN[scheme])
    agreements, provisions, actors, findings = got
    assert findings == []
    assert [str(t) for t in agreements.dtypes[:5]] == ["Int64", "str", "str", "datetime64[ms]", "datetime64[ms]"]
    assert len(agreements) == (1 if scheme == "pam" else 2)
    assert provisions.dtypes[["agreement_id", "code", "value"]].astype("str").tolist() == ["Int64", "str", "Int64"]
    assert str(provisions["match"].dtype) == "category"
    assert provisions.empty == (scheme == "paax")
    assert {"ukraine"} <= set(actors["actor_id"].dropna())
    assert "object" not in {str(t) for frame in (agreements, provisions, actors) for t in frame.dtypes}


DEFECTS: list[tuple[str, str, tuple[str, str], tuple[str, str, int, int | None]]] = [
    # scheme, defect, text to replace and its replacement; code, severity, line, column
    ("pax", "swapped", ("Ferry accord,2034-05-02", '"2 May 2034",2034-02-05'), ("swapped-date", "warning", 2, 4)),
    (
        "pax", "another day in the title", ("Ferry accord", "Accord (9 July 2034)"),
        ("date-title-mismatch", "info", 2, 4),
    ),
    ("pax", "day first", ("2034-06-13", "13/06/2034"), ("date-order", "info", 1, 4)),
    ("pax", "order unknown", ("2034-05-02", "02/05/2034"), ("date-order", "warning", 1, 4)),
    ("pax", "ambiguous date", ("2034-05-02", "02/05/2034"), ("ambiguous-date", "warning", 2, 4)),
    ("pax", "invalid date", ("2034-06-13", "2034-06-31"), ("invalid-date", "warning", 3, 4)),
    ("pax", "year 0", ("2034-05-02", "02/05/0000"), ("invalid-date", "warning", 2, 4)),
    ("pax", "aggregate unset", ("369,3,1,0", "369,0,1,0"), ("aggregate-mismatch", "warning", 2, 8)),
    ("pax", "aggregate without members", ("369,3,1,0", "369,3,0,0"), ("aggregate-mismatch", "warning", 2, 8)),
    ("pax", "other aggregate unset", (",2,1,0\n", ",0,1,0\n"), ("aggregate-mismatch", "warning", 3, 11)),
    ("pax", "value too high", ("369,3,1", "369,3,2"), ("out-of-range", "warning", 2, 9)),
    ("pax", "text among codes", ("369,3,1", "369,3,x"), ("unknown-code", "warning", 2, 9)),
    ("pax", "missing id", ("1363", ""), ("invalid-id", "warning", 3, 2)),
    ("pax", "duplicate id", ("1363", "930"), ("duplicate-id", "warning", 3, 2)),
    ("pax", "space in header", ("StInd\n", "StInd \n"), ("header-whitespace", "info", 1, 13)),
    ("pax", "duplicate column", ("StInd\n", "DdrDemil\n"), ("duplicate-header", "warning", 1, 13)),
    ("pax", "missing column", ("Dat", "Signed on"), ("missing-column", "error", 0, None)),
    ("pax", "ragged row", (",0,0,0\n", ",0,0\n"), ("ragged-row", "warning", 2, None)),
    ("pax", "open quote", ("Second accord", '"Second accord'), ("unterminated-quote", "error", 3, None)),
    ("pax", "stray quote", ("Second accord", '"Se"cond'), ("stray-quote", "warning", 3, None)),
    ("paax", "day and month swapped", ("2034-05-02,Ukraine", "2034-02-05,Ukraine"), ("swapped-date", "warning", 2, 3)),
    ("paax", "empty date, day above 12 in title", ("2034-09-19,russia", ",russia"), ("empty-date", "warning", 4, 3)),
    ("paax", "missing column", ("actor_name", "signatory"), ("missing-column", "error", 0, None)),
    ("paax", "no titles", ("Agt,", "Title,"), ("missing-column", "warning", 0, None)),
    ("ucdp", "space in header", (",ref,", ",ref ,"), ("header-whitespace", "info", 1, 11)),
    ("ucdp", "aggregate unset", ("1,0,1,0,0,0", "1,0,0,0,0,0"), ("aggregate-mismatch", "warning", 2, 10)),
    ("ucdp", "territorial aggregate unset", ("1,1,1\n", "1,0,1\n"), ("aggregate-mismatch", "warning", 3, 12)),
    ("ucdp", "joined states", ("369,13246", '"369, 365",13246'), ("joined-ids", "info", 2, 4)),
    ("ucdp", "joined conflicts", ("13246", '"13246,13247"'), ("joined-ids", "info", 2, 5)),
    ("ucdp", "missing-value code", ("12,1,1,0", "12,1,-99,0"), ("missing-value-code", "info", 2, 8)),
    ("ucdp", "above the scale", ("12,1,1,0", "12,1,2,0"), ("out-of-range", "warning", 2, 8)),
    ("ucdp", "another spelling", ("conflict_id", "Conflict ID"), ("misspelt-column", "info", 1, 5)),
    ("ucdp", "state code is not a number", ("369,13246", "UKR,13246"), ("invalid-id", "warning", 2, 4)),
    ("pam", "misspelt suffix", ("cease_implem", "cease_impem"), ("misspelt-column", "info", 1, 9)),
    ("pam", "another misspelt suffix", ("cease_implem", "cease_iplem"), ("misspelt-column", "info", 1, 9)),
    ("pam", "misspelt stem", ("disput_implem", "dispute_implem"), ("misspelt-column", "info", 1, 12)),
    ("pam", "two spellings of reversal", ("cease_rev,", "cease_revers,"), ("misspelt-column", "info", 1, 10)),
    ("pam", "missing underscore", ("disput_prov", "disputprov"), ("misspelt-column", "info", 1, 11)),
    ("pam", "column without a provision", ("cease_rev,", "ferry_rev,"), ("unknown-column", "info", 1, 10)),
    ("pam", "another day in the name", ("May 02 2034", "Jun 02 2034"), ("date-title-mismatch", "info", 2, 4)),
    (
        "pam", "implemented without provision", ("2035,1,3,0,0,0", "2035,1,3,0,0,2"),
        ("implementation-without-provision", "warning", 3, 12),
    ),
    ("pam", "missing-value code", ("2035,1,3", "2035,1,-99"), ("missing-value-code", "info", 3, 9)),
    ("atop", "missing-value code", ("369,2,1,1", "369,2,-9,1"), ("missing-value-code", "info", 2, 8)),
    ("atop", "invalid date", ("2034,5,2", "2034,2,31"), ("invalid-date", "warning", 2, 4)),
    ("atop", "space in header", ("consul,", " consul,"), ("header-whitespace", "info", 1, 9)),
]  # fmt: skip


def only(findings: list[Finding], code: str) -> Finding:
    found = [f for f in findings if f.code == code]
    assert len(found) == 1, findings
    return found[0]


@pytest.mark.parametrize(("scheme", "defect", "change", "expected"), DEFECTS, ids=[f"{d[0]}: {d[1]}" for d in DEFECTS])
def test_each_defect_is_reported_with_its_location(
    tmp_path: Path, scheme: str, defect: str, change: tuple[str, str], expected: tuple[str, str, int, int | None]
) -> None:
    assert change[0] in CLEAN[scheme], defect
    got = read(tmp_path, scheme, CLEAN[scheme].replace(*change, 1))
    code, severity, line, column = expected
    finding = only(got.findings, code)
    assert (finding.file, finding.severity, finding.line or 0, finding.column) == (
        f"{scheme}.csv",
        severity,
        line,
        column,
    )
    assert finding.hint
    if severity == "error":
        assert got.agreements.empty and got.provisions.empty and got.actors.empty
        assert list(got.agreements.columns[:3]) == ["agreement_id", "title", "date"]


def changed(scheme: str, old: str, new: str) -> str:
    return CLEAN[scheme].replace(old, new, 1)


def test_unambiguous_errors_are_corrected_with_the_old_and_new_value(tmp_path: Path) -> None:
    got = read(tmp_path, "paax", changed("paax", "2034-05-02,Ukraine", "2034-02-05,Ukraine"))
    assert got.agreements["date"].tolist() == ["2034-05-02", "2034-09-19"]
    finding = only(got.findings, "swapped-date")
    assert (finding.value, finding.key, finding.row) == ("2034-02-05", "930", 1)
    assert "2034-05-02" in finding.message
    got = read(tmp_path, "paax", changed("paax", "2034-09-19,russia", ",russia"))
    assert got.agreements["date_from"].tolist()[1] == pd.Timestamp("2034-09-19")
    got = read(tmp_path, "pam", changed("pam", "disput_implem", "dispute_implem"))
    assert "'dispute_implem'" in got.findings[0].message and "'disput_implem'" in got.findings[0].message
    assert got.provisions.query("code == 'disput'")["implementation"].eq(0).all()


def test_a_numeric_date_in_a_title_of_unknown_order_is_ignored(tmp_path: Path) -> None:
    content = PAAX.replace("Ferry accord (2 May 2034)", "Ferry accord (05/02/2034)").replace(
        "Second accord (19/09/2034)", "Second"
    )
    got = read(tmp_path, "paax", content)
    assert got.findings == []
    assert got.agreements["date"].tolist()[0] == "2034-05-02"


def test_ambiguous_values_are_kept(tmp_path: Path) -> None:
    got = read(tmp_path, "ucdp", changed("ucdp", "1,0,1,0,0,0", "1,0,0,0,0,0"))
    values = got.provisions.drop_duplicates(["agreement_id", "code"]).set_index(["agreement_id", "code"])["value"]
    assert (values[1, "mil_prov"], values[1, "cease"]) == (0, 1)
    got = read(tmp_path, "pax", changed("pax", "Ferry accord", "Accord (9 July 2034)"))
    assert got.agreements["date"][0] == "2034-05-02"
    got = read(tmp_path, "pam", changed("pam", "2035,1,3,0,0,0", "2035,1,3,0,0,2"))
    assert got.provisions.query("code == 'disput' and year == 2035")["implementation"].tolist()[0] == 2
    got = read(tmp_path, "pax", changed("pax", "2034-05-02", "02/05/2034"))
    assert pd.isna(got.agreements["date"][0])


def test_an_edition_with_the_day_first(tmp_path: Path) -> None:
    got = read(tmp_path, "pax", PAX.replace("2034-05-02", "02/05/2034").replace("2034-06-13", "13/06/2034"))
    assert [f.code for f in got.findings] == ["date-order"]
    assert got.agreements["date"].tolist() == ["2034-05-02", "2034-06-13"]


def test_the_title_resolves_an_ambiguous_date(tmp_path: Path) -> None:
    content = PAAX.replace("2034-05-02", "02/05/2034").replace("2034-09-19", "")
    got = read(tmp_path, "paax", content)
    assert sorted(f.code for f in got.findings) == ["date-order", "empty-date"]
    assert got.agreements["date"].tolist() == ["2034-05-02", "2034-09-19"]


def test_a_number_that_is_not_a_code_belongs_to_the_agreement(tmp_path: Path) -> None:
    content = (
        PAX.replace("StInd\n", "StInd,Quarter\n").replace(",0,0,0\n", ",0,0,0,5\n").replace(",2,1,0\n", ",2,1,0,6\n")
    )
    got = read(tmp_path, "pax", content)
    assert [(f.code, f.severity, f.field) for f in got.findings] == [("unknown-column", "info", "Quarter")]
    assert got.agreements["Quarter"].tolist() == [5, 6]
    assert "Quarter" not in set(got.provisions["code"])


def test_a_column_with_another_spelling_is_read(tmp_path: Path) -> None:
    got = read(tmp_path, "pam", changed("pam", "accord name", "accord_name"))
    assert "'accord_name'" in only(got.findings, "misspelt-column").message
    assert got.agreements["title"].tolist() == ["Ferry accord, May 02 2034"]
    got = read(tmp_path, "pax", changed("pax", "AgtId", "agt_id"))
    assert [f.code for f in got.findings] == ["misspelt-column"]
    assert got.agreements["agreement_id"].tolist() == [930, 1363]


def test_the_documentation_lists_every_finding() -> None:
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "src/clausula/peers").glob("*.py")]
    reported = {code for module in modules for code in re.findall(r'(?:report|tally)\(\s*"([a-z-]+)[:"]', module)}
    text = (ROOT / "docs/importers.md").read_text(encoding="utf-8")
    listed = {
        code for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for code in re.findall("`([a-z-]+)`", row)
    }
    assert reported == listed


def test_joined_ids_are_split(tmp_path: Path) -> None:
    got = read(tmp_path, "ucdp", changed("ucdp", "369,13246", '"369, 365",13246'))
    assert got.actors.query("agreement_id == 1")["actor_id"].tolist() == ["ukraine", "russia"]
    assert got.agreements["gwno"].tolist() == ["369, 365", "365"]


def test_a_code_that_the_scheme_declares_as_missing_is_no_problem(tmp_path: Path) -> None:
    got = read(tmp_path, "ucdp", changed("ucdp", "13246,12", "13246,-99"))
    assert got.findings == []
    assert str(got.agreements["termdur"].dtype) == "Int64"
    assert got.agreements["termdur"].tolist() == [pd.NA, 30]


def test_our_topics_and_matches_are_added_to_their_codes(tmp_path: Path) -> None:
    got = read(tmp_path, "pax", changed("pax", "StInd", "GAge"))
    ours = clausula.load("crosswalk").query("scheme == 'pax' and code == 'CeProv'")
    row = got.provisions.query("agreement_id == 930 and code == 'CeProv'")
    assert dict(zip(row["topic_id"], row["match"], strict=True)) == dict(
        zip(ours["topic_id"], ours["match"], strict=True)
    )
    assert row["value"].eq(1).all()
    assert got.provisions.query("code == 'GAge'")["topic_id"].isna().all(), "no topic of ours is under it"


def test_namibia_is_a_country_and_aliases_are_actors(tmp_path: Path) -> None:
    got = read(tmp_path, "pax", changed("pax", "UKR", "NA"))
    assert got.agreements["Loc1ISO"].tolist() == ["NA", "RUS"]
    assert got.actors.query("column == 'Loc1ISO'")["code"].tolist() == ["NA", "RUS"]
    alias = clausula.load("actor_aliases").query("kind == 'full'").iloc[0]
    got = read(tmp_path, "paax", changed("paax", "Council of Hillport", f'"{alias["alias"].upper()}"'))
    assert got.actors["actor_id"].tolist()[1] == alias["actor_id"]


def test_partial_dates_of_atop(tmp_path: Path) -> None:
    got = read(tmp_path, "atop", ATOP)
    assert got.agreements["date"].tolist() == ["2034-05-02", "2035"]
    assert got.agreements["date_to"].tolist()[1] == pd.Timestamp("2035-12-31")


def test_members_of_one_alliance_are_one_agreement(tmp_path: Path) -> None:
    content = "atopid,member,begyr,begmo,begday,defense\n3001,369,2034,5,2,0\n3001,365,2034,5,2,1\n"
    got = read(tmp_path, "atop", content)
    assert got.findings == []
    assert got.agreements["agreement_id"].tolist() == [3001]
    assert got.actors["actor_id"].tolist() == ["ukraine", "russia"]
    assert got.provisions.drop_duplicates(["agreement_id", "code"])["value"].tolist() == [1]


def test_our_projection_merges_with_an_imported_frame(tmp_path: Path) -> None:
    theirs = read(tmp_path, "pax", PAX).provisions.drop_duplicates(["agreement_id", "code"])
    ours = clausula.crosswalk("pax", values="binary").reset_index().dropna(subset=["AgtId"])
    wide = theirs.pivot(index="agreement_id", columns="code", values="value")
    both = ours.merge(wide, left_on="AgtId", right_index=True, suffixes=("_ours", "_theirs"), validate="one_to_one")
    assert set(both["instrument_id"]) == {"poroshenko-plan-2014", "minsk-protocol-2014"}
    assert both.set_index("AgtId")["Ce_theirs"].to_dict() == {930: 3, 1363: 1}
    assert both["Ce_ours"].isin([0, 1]).all()


def test_the_repr_counts_rows_and_findings(tmp_path: Path) -> None:
    assert repr(read(tmp_path, "pam", PAM)).startswith("<pam: 1 agreement, ")
    assert read(tmp_path, "pax", "").errors == 1
