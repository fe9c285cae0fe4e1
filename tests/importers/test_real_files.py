"""Real files of other schemes, where somebody has them: rows, dates, actors and codes against raw cells."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clausula.analysis.editions import load_scheme
from clausula.peers.imported import ImportResult
from tests.conftest import ROOT
from tests.importers.test_importers import importer

FILES = ROOT.parent / "shared" / "peers"
ROWS = 20

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the files of other schemes are not here, and never shipped")

KNOWN: dict[str, tuple[str, str, int, dict[str, int]]] = {
    # file: scheme, edition, agreements, findings by kind
    "pax_v9.csv": ("pax", "4 to 8 or 9", 2144, {"date-title-mismatch": 2, "aggregate-mismatch": 1}),
    "pax_v10.csv": ("pax", "10", 2257, {"date-title-mismatch": 2, "aggregate-mismatch": 1, "turned-column": 1}),
    "paax_v0.2.xlsx": ("paax", "0.2", 1770, {"swapped-date": 1, "empty-date": 1}),
    "ucdp_pa_22.1.xlsx": ("ucdp", "22.1", 374, {"header-whitespace": 2, "aggregate-mismatch": 18, "joined-ids": 2}),
    "ucdp_pa_19.1.csv": (
        "ucdp",
        "19.1",
        355,
        {"header-whitespace": 2, "aggregate-mismatch": 13, "joined-ids": 2, "misspelt-column": 1, "date-order": 1},
    ),
    "pam_v1.5.xlsx": (
        "pam",
        "1.5",
        34,
        {"misspelt-column": 1, "implementation-without-provision": 3, "date-title-mismatch": 2},
    ),
    "atop_5.1_alliances.csv": ("atop", "5.1, alliances", 789, {}),
    "atop_5.1_members.csv": ("atop", "5.1, members", 789, {}),
    "atop_3.0_members.csv": ("atop", "3.0, members", 648, {}),
}


def raw_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file as another reader sees them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(file)]
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    names = [str(name).strip() for name in rows[0]]
    return [{n: "" if c is None else c for n, c in zip(names, row, strict=True)} for row in rows[1:] if any(row)]


def spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows[:: max(len(rows) // ROWS, 1)][:ROWS]


@pytest.fixture(scope="module", params=list(KNOWN))
def read(request: pytest.FixtureRequest) -> tuple[str, ImportResult, list[dict[str, Any]]]:
    path = FILES / request.param
    if not path.exists():
        pytest.skip(f"{request.param} is not here")
    return request.param, importer(KNOWN[request.param][0])(path), raw_rows(path)


def test_edition_rows_and_findings(read: tuple[str, ImportResult, list[dict[str, Any]]]) -> None:
    name, got, rows = read
    _, edition, agreements, findings = KNOWN[name]
    assert (got.edition, len(got.agreements), dict(Counter(f.code for f in got.findings))) == (
        edition,
        agreements,
        findings,
    )
    key = {"pax": "AgtId", "paax": "AgtId", "ucdp": "paid", "pam": "pam_caseid", "atop": "atopid"}[got.scheme]
    assert set(got.agreements["agreement_id"]) == {int(float(row[key])) for row in rows}


def expected_date(scheme: str, row: dict[str, Any]) -> str:
    """Return the date of a row, from its raw cells alone."""
    if scheme == "pax":
        return str(row["Dat"])
    if scheme == "paax":
        day, month, year = re.findall(r"\((\d+)/(\d+)/(\d+)\)\s*$", row["agt_name"])[0]
        return f"{year}-{month}-{day}"
    if scheme == "pam":
        month, day, year = re.findall(r"\(\s*(\d+)/(\d+)/(\d+)\)", row["country_accorddate"])[0]
        return f"{year}-{int(month):02d}-{int(day):02d}"
    value = row["pa_date"]
    return value.date().isoformat() if isinstance(value, dt.datetime) else parsed(value)


def parsed(text: str) -> str:
    return dt.datetime.strptime(text[:10], "%Y-%m-%d" if "-" in text else "%m/%d/%Y").date().isoformat()


def test_dates_of_twenty_rows(read: tuple[str, ImportResult, list[dict[str, Any]]]) -> None:
    name, got, rows = read
    scheme = got.scheme
    dates = got.agreements.set_index("agreement_id")["date"]
    if scheme != "atop":
        key = {"pax": "AgtId", "paax": "AgtId", "ucdp": "paid", "pam": "pam_caseid"}[scheme]
        for row in spread(rows):
            assert dates[int(row[key])] == expected_date(scheme, row), row[key]
        return
    columns = ("begyr", "begmo", "begday") if "alliances" in name else ("yrent", "moent", "dayent")
    for row in spread(rows):
        same = [r for r in rows if r["atopid"] == row["atopid"]]
        assert dates[int(row["atopid"])] == min(
            "-".join(f"{int(part):02d}" for part in (r[c] for c in columns) if part and int(part) > 0) for r in same
        )


def test_actors_of_twenty_rows(read: tuple[str, ImportResult, list[dict[str, Any]]]) -> None:
    name, got, rows = read
    found = {(a, c, str(k)) for a, c, k in got.actors[["agreement_id", "column", "code"]].itertuples(index=False)}
    for row in spread(rows):
        if got.scheme == "pax":
            wanted = {(c, row[c].removesuffix(".0")) for c in ("Loc1ISO", "Loc2ISO", "Loc1GWNO", "Loc2GWNO") if row[c]}
            key = "AgtId"
        elif got.scheme == "paax":
            wanted, key = {("actor_name", str(row["actor_name"]).strip())}, "AgtId"
        elif got.scheme == "ucdp":
            wanted, key = {("gwno", part.strip()) for part in str(row["gwno"]).split(",")}, "paid"
        elif got.scheme == "pam":
            wanted, key = {("cowcode", str(row["cowcode"])), ("country", str(row["country"]).strip())}, "pam_caseid"
        elif "alliances" in name:
            wanted = {(c, str(int(float(v)))) for c, v in row.items() if re.fullmatch(r"mem\d+", c) and v}
            key = "atopid"
        else:
            wanted, key = {("member", row["member"])}, "atopid"
        assert {(int(row[key]), c, v) for c, v in wanted} <= found, row[key]


def test_codes_of_twenty_rows(read: tuple[str, ImportResult, list[dict[str, Any]]]) -> None:
    name, got, rows = read
    if got.scheme not in ("pax", "ucdp"):
        return
    values = got.provisions.drop_duplicates(["agreement_id", "code"]).set_index(["agreement_id", "code"])["value"]
    key = "AgtId" if got.scheme == "pax" else "paid"
    spelt = {"mil_prov": "mil prov", "pol_prov": "pol prov", "interim": "interrim", "co_impl": "co impl"}
    spelt |= {"terr_prov": "terr prov", "justice_prov": "justice prov"}
    codes = sorted(set(got.provisions["code"]))
    assert len(codes) == (251 if got.scheme == "pax" else 34)
    for row in spread(rows):
        for code in codes:
            column = code if code in row else spelt[code]
            assert values[int(row[key]), code] == int(row[column]), (name, row[key], code)


def test_pax_sets_codes_at_the_values_of_their_parents_that_are_declared() -> None:
    """On its own agreements: nearly always for CeProv; for CeGen in three of four, so that the rule is not idle."""
    path = FILES / "pax_v10.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    codes = [code for code in load_scheme("pax").codes.values() if code.set_at]
    assert {code.name for code in codes} == {"CeProv", "CeGen"}
    rows = pd.read_csv(path, usecols=[name for c in codes for name in (c.name, c.parent)])
    for code, least in zip(codes, (0.9, 0.7), strict=True):
        at, elsewhere = (rows.loc[rows[code.parent].isin(code.set_at) == is_at, code.name] for is_at in (True, False))
        assert at.mean() >= least, code.name
        assert elsewhere.mean() < at.mean() / 3, code.name
