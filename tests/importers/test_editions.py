"""Every edition that is declared: a file in its layout, made here, is recognised and read as declared."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from clausula.analysis.editions import Edition, load_scheme
from clausula.peers.schemes import SCHEMES
from tests.command import clausula as run
from tests.importers.test_importers import only, read

EDITIONS = [(scheme.name, edition) for scheme in SCHEMES.values() for edition in scheme.editions]
DATES = {"order": "5/2/2034", "date": "2034-05-02"}


def cell(scheme: str, column: str, row: int) -> str:
    """Return a valid cell for a column of an edition."""
    known = load_scheme(scheme)
    what = known.column(column)
    if what.kind == "id":
        return str(7 + row)
    if column == "country_accorddate":
        return "Ukraine (5/2/2034)"
    texts = {"title": "Ferry accord (02/05/2034)" if scheme == "paax" else "Ferry accord", "date": "2034-05-02"}
    codes = {"iso3": "UKR", "gw": "369", "cow": "369", "name": "Ukraine"}
    parts = dict(zip([p for c in known.columns.values() for p in c.parts], ["2034", "5", "2"] * 2, strict=False))
    if column in parts:
        return parts[column]
    if what.kind == "actor":
        return codes[what.by]
    if column == "signatory_type":
        return "party"
    if column == "actor_type":
        return "Country/State"
    return texts.get(what.kind, "2034" if what.kind == "year" or column == "year" else "1")


def layout(scheme: str, edition: Edition, rows: int = 2) -> str:
    """Return a file in the layout of an edition, with the values of no other file."""
    known = load_scheme(scheme)
    single = {"atopid"} if "state" not in edition.columns else set()
    names = [f"{c}1" if known.column(c).numbered and c not in single else c for c in edition.columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in range(rows):
        version = f"{edition.number:g}"
        writer.writerow([version if n == "version" else cell(scheme, n, row) for n in names])
    return text.getvalue()


@pytest.mark.parametrize(("scheme", "edition"), EDITIONS, ids=[f"{s} {e.name}" for s, e in EDITIONS])
def test_a_file_in_the_layout_of_an_edition_is_read_as_declared(tmp_path: Path, scheme: str, edition: Edition) -> None:
    got = read(tmp_path, scheme, layout(scheme, edition))
    assert edition.name in got.edition.split(" or ") or edition.name == got.edition
    allowed = {"turned-column"} if edition.turned else {"summed-provisions"} if "years" in edition.name else set()
    assert {f.code for f in got.findings} == allowed, got.findings
    assert got.agreements["agreement_id"].tolist() == [7, 8]
    codes = load_scheme(scheme).codes
    parts = load_scheme(scheme).parts
    expected = {c for c in codes if c in edition.columns or any(f"{c}_{p}" in edition.columns for p in parts)}
    assert set(got.provisions["code"]) == (set() if "years" in edition.name else expected)
    assert set(got.actors["actor_id"].dropna()) == {"ukraine"}
    if any(c.kind == "date" and c.name in edition.columns for c in load_scheme(scheme).columns.values()):
        assert got.agreements["date"].tolist() == ["2034-05-02"] * 2


def test_the_command_reports_the_edition(tmp_path: Path) -> None:
    (edition,) = [e for e in load_scheme("ucdp").editions if e.name == "22.1"]
    (tmp_path / "ucdp.csv").write_text(layout("ucdp", edition), encoding="utf-8")
    assert "ucdp.csv (edition 22.1): 2 agreements, " in run("import", "ucdp", str(tmp_path / "ucdp.csv")).stdout


def test_the_declared_scale_is_checked(tmp_path: Path) -> None:
    content = "AgtId,Agt,Dat,CeProv,Ce\n1,Ferry accord,2034-05-02,2,3\n"
    finding = only(read(tmp_path, "pax", content).findings, "out-of-range")
    assert (finding.field, finding.value) == ("CeProv", "2")
    content = "paid,pa_name,pa_date,gwno,pa_type,out_iss\n1,A,2034-05-02,369,1,5\n2,B,2034-05-02,369,1,6\n"
    finding = only(read(tmp_path, "ucdp", content).findings, "out-of-range")
    assert (finding.field, finding.value) == ("out_iss", "6")


def test_unknown_columns_are_named_in_one_finding_and_left_alone(tmp_path: Path) -> None:
    content = "AgtId,Agt,Dat,month,United States,CeProv\n1,Ferry accord,2034-05-02,1,1,1\n"
    got = read(tmp_path, "pax", content)
    assert "'month', 'United States'" in only(got.findings, "unknown-column").message
    assert set(got.provisions["code"]) == {"CeProv"}
    assert got.agreements["month"].tolist() == [1]


def test_a_column_named_like_one_of_ours_is_renamed(tmp_path: Path) -> None:
    got = read(tmp_path, "pax", "AgtId,Agt,Dat,date,title\n1,Ferry accord,2034-05-02,x,y\n")
    row = got.agreements.iloc[0]
    assert (row["date"], row["title"], row["file_date"], row["file_title"]) == ("2034-05-02", "Ferry accord", "x", "y")


def test_the_day_in_closing_brackets_wins_and_each_kind_is_one_finding(tmp_path: Path) -> None:
    rows = [
        "Plan (03/06/2034),2034-03-06",
        "Accord (25/01/2034),",
        "Accord (26/01/2034),",
        '"Accord of 5 May 2033, amended (04/03/2034)",2034-04-03',
    ]
    content = "AgtId,agt_name,Dat,actor_name\n" + "".join(f"{n},{row},Ukraine\n" for n, row in enumerate(rows))
    got = read(tmp_path, "paax", content)
    assert got.agreements["date"].tolist() == ["2034-06-03", "2034-01-25", "2034-01-26", "2034-03-04"]
    assert [f.code for f in got.findings] == ["swapped-date", "empty-date"]
    assert all("the same holds for 1 more" in f.message for f in got.findings)


@pytest.mark.parametrize(
    "title",
    [
        "Guidelines implementing the Communique of 6 May 2032",
        "Addendum to the Memorandum of 27 November 2031",
        "Mechanism (annex to the Ceasefire of 18 March 2030)",
    ],
)
def test_the_day_of_another_document_is_not_reported(tmp_path: Path, title: str) -> None:
    got = read(tmp_path, "pax", f"AgtId,Agt,Dat,CeProv\n1,{title},2034-12-21,1\n")
    assert (got.findings, got.agreements["date"].tolist()) == ([], ["2034-12-21"])


def test_the_date_of_an_accord_is_not_that_of_its_ceasefire(tmp_path: Path) -> None:
    head = "pam_caseid,country,country_accorddate,cowcode,accord name,year,cease_date,cease_prov,cease_init,total_prov"
    row = '1,Ukraine,Ukraine (6/4/2034),369,"Ferry Accord, Jun 04 2034",2034,2033-03-29,1,1,18'
    got = read(tmp_path, "pam", f"{head}\n{row}\n")
    assert got.agreements["date"].tolist() == ["2034-06-04"]
    assert got.agreements[["cease_date", "total_prov"]].values.tolist() == [["2033-03-29", 18]]
    assert got.provisions.drop_duplicates("code")[["code", "begun"]].values.tolist() == [["cease", 1]]


def test_an_alliance_number_is_no_state_and_a_target_no_provision(tmp_path: Path) -> None:
    head = "atopid,cowid,cow4id,begyr,begmo,begday,defense,mem1,mem2,statthr1,source,new5,rev5,bilat"
    got = read(tmp_path, "atop", f"{head}\n1,200,3,2034,5,2,1,365,369,740,1,0,1,1\n")
    assert got.actors[["code", "role", "actor_id"]].values.tolist() == [
        ["365", "member", "russia"],
        ["369", "member", "ukraine"],
    ]
    assert set(got.provisions["code"]) == {"defense"}


def test_members_give_the_date_on_which_the_first_entered(tmp_path: Path) -> None:
    head = "atopid,member,yrent,moent,dayent,yrexit,defense"
    got = read(tmp_path, "atop", f"{head}\n1,365,2034,5,2,0,1\n1,369,2033,0,0,0,0\n")
    assert got.agreements["date"].tolist() == ["2033"]
    assert got.provisions.drop_duplicates("code")["value"].tolist() == [1]


def test_only_the_code_of_a_state_is_the_code_of_the_actor(tmp_path: Path) -> None:
    head = "AgtId,agt_name,signatory_type,actor_name,actor_type,actor_iso3c,Dat"
    rows = "1,A (02/05/2034),party,Nobody,Country/State,UKR,\n"
    rows += "1,A (02/05/2034),third party,Ferrymen,Armed Organization,UKR,\n"
    got = read(tmp_path, "paax", f"{head}\n{rows}")
    assert got.actors[["code", "role", "actor_id"]].fillna("").values.tolist() == [
        ["Nobody", "party", ""],
        ["UKR", "party", "ukraine"],
        ["Ferrymen", "third party", ""],
    ]


def test_a_turned_column_is_named(tmp_path: Path) -> None:
    (edition,) = [e for e in load_scheme("pax").editions if e.turned]
    finding = only(read(tmp_path, "pax", layout("pax", edition)).findings, "turned-column")
    assert (finding.field, edition.name) == ("ImSrc", "10")


def test_all_codes_of_version_10_are_declared_with_scale_and_parent() -> None:
    scheme = load_scheme("pax")
    (edition,) = [e for e in scheme.editions if e.name == "10"]
    codes = [scheme.codes[c] for c in edition.columns if c in scheme.codes]
    assert len(codes) == 251
    assert {c.top for c in codes} == {1, 3}
    assert all(c.parent is None or c.parent in scheme.codes for c in scheme.codes.values())
    assert scheme.members("Ce") == ["CeProv", "CeGen"]
    assert not pd.Index([c.name for c in codes]).has_duplicates
