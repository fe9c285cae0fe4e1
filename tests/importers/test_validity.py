"""The comparison with another dataset: the numbers by hand on a made-up file, and the record behind the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import clausula
from clausula.analysis.editions import load_scheme
from clausula.analysis.projection import WITHIN
from clausula.core.findings import CouldNotRun
from clausula.peers.shared_cells import Cell, counts_of
from clausula.peers.validity import Validity, intervals
from scripts import validity_page
from tests.command import clausula as run
from tests.conftest import ROOT
from tests.importers.files import UCDP

FILES = ROOT.parent / "shared" / "peers"


def projected() -> pd.DataFrame:
    return clausula.crosswalk("pax").reset_index().dropna(subset=["AgtId"]).set_index("AgtId")


def file_of(folder: Path, changes: dict[tuple[int, str], int]) -> Path:
    """Return a made-up file of PA-X that has our own codes, with some changes."""
    ours = projected().drop(columns="instrument_id")
    theirs = ours.fillna(0).clip(upper=1)
    for (agreement, code), value in changes.items():
        if code not in theirs:
            theirs[code] = 0
        theirs.loc[agreement, code] = value
    table = theirs.reset_index().rename(columns={"index": "AgtId"})
    table.insert(1, "Agt", "Made up")
    table.insert(2, "Dat", "2034-05-02")
    path = folder / "pax.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Validity:
    """The comparison with our own codes: one taken away, one added, and one given that is unknown to us."""
    ours = projected()
    assert ours.loc[1364, "Cons"] > 0 and ours.loc[1362, "Cons"] == 0 and pd.isna(ours.loc[1363, "SsrPsf"])
    changes = {(1364, "Cons"): 0, (1362, "Cons"): 1, (1363, "SsrPsf"): 1, (1363, "LaEn"): 1, (1364, "LaEn"): 1}
    return clausula.validity(file_of(tmp_path_factory.mktemp("validity"), changes))


def test_codes_that_we_cannot_know_are_listed(changed: Validity) -> None:
    """One is unknown because a topic only overlaps with it, another is mapped to no topic."""
    (row,) = changed.unknown.to_dict("records")
    assert (row["agreement_id"], row["code"], row["topics"]) == (1363, "SsrPsf", "foreign-forces")
    own = clausula.load("provisions").query("instrument_id == 'minsk-protocol-2014' and topic_id == 'foreign-forces'")
    assert row["provisions"] == ", ".join(p.split(".")[-1] for p in own["provision_id"])
    assert changed.unmapped.values.tolist() == [["LaEn", "1363, 1364"]]


def test_the_counts_and_rates(changed: Validity) -> None:
    ours = projected().drop(columns="instrument_id")
    present, known = int((ours > 0).sum().sum()), int(ours.notna().sum().sum())
    one = changed.overall
    assert (one["known"], one["both"], one["only_ours"], one["only_theirs"]) == (known, present - 1, 1, 1)
    assert one["neither"] == known - present - 1
    assert one["theirs_unknown_to_us"] == 1
    assert one["precision"] == one["recall"] == one["f1"] == round((present - 1) / present, 4)
    assert one["agreements"] == len(changed.agreements) == len(ours)
    low, high = one["intervals"]["f1"]
    assert low <= one["f1"] <= high and low < high
    by_code = changed.codes.set_index("code").loc["Cons"]
    assert (by_code["only_ours"], by_code["only_theirs"]) == (1, 1)
    assert changed.matches["known"].sum() == changed.codes["known"].sum() == known


def test_each_disagreement_has_the_anchors_of_our_provisions(changed: Validity) -> None:
    rows = changed.disagreements.set_index("coded_by")
    assert len(rows) == 2
    mine = rows.loc["only ours"]
    assert (mine["agreement_id"], mine["code"], mine["topics"]) == (1364, "Cons", "constitutional-reform")
    provisions = clausula.load("provisions").query("topic_id == 'constitutional-reform'")
    anchors = clausula.load("evidence")
    anchors = anchors[anchors["provision_id"].isin(provisions["provision_id"])]
    expected = {f"{s}:{a}-{b}" for s, a, b in anchors[["source_id", "start", "end"]].itertuples(index=False)}
    assert mine["anchors"] and set(mine["anchors"].split(", ")) <= expected
    assert (rows.loc["only theirs", "agreement_id"], rows.loc["only theirs", "anchors"]) == (1362, "")


def test_like_provisions_that_only_one_agreement_is_coded_for(changed: Validity, tmp_path: Path) -> None:
    assert changed.alike.query("code == 'LaCH'").empty
    other = clausula.validity(file_of(tmp_path, {(1364, "LaCH"): 0, (1363, "CeProv"): 0}))
    row = other.alike.query("code == 'LaCH'").iloc[0]
    assert (row["topic_id"], row["coded_in"]) == ("language-rights", "earlier")
    assert row["earlier"].startswith("poroshenko-plan-2014.") and row["later"].startswith("minsk-package-2015.")
    # A code that is set by its parent is shown with the provisions of that strength under the parent.
    (row,) = other.disagreements.query("code == 'CeProv'").to_dict("records")
    assert row["coded_by"] == "only ours" and row["anchors"] and "ceasefire" in row["topics"].split(", ")
    strengths = clausula.load("provisions").set_index("provision_id")["strength"]
    assert {strengths[f"minsk-protocol-2014.{p}"] for p in row["provisions"].split(", ")} <= {2, 3}
    assert other.matches.set_index("match").loc["set by its parent", "only_ours"] == 1


def test_strength_counts_only_the_codes_that_are_graded(changed: Validity) -> None:
    ours = projected().drop(columns="instrument_id")
    graded = [c for c in ours if load_scheme("pax").codes[c].top > 1]
    cells = ours[graded].stack()
    cells = cells[cells > 0].drop((1364, "Cons"))
    assert changed.strength["cells"] == len(cells)
    assert changed.strength["equal"] == int((cells == 1).sum())
    assert changed.strength["ours_higher"] == (cells > 1).sum() > changed.strength["theirs_higher"] == 0


def test_a_perfect_copy_has_no_disagreement(tmp_path: Path) -> None:
    got = clausula.validity(file_of(tmp_path, {}))
    assert (got.overall["f1"], len(got.disagreements)) == (1.0, 0)
    assert "F1 1.00" in repr(got)


def test_a_file_without_common_agreements_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ucdp.csv"
    path.write_text(UCDP, encoding="utf-8")
    with pytest.raises(CouldNotRun) as error:
        clausula.validity(path)
    assert error.value.finding.code == "no-common-agreements"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CouldNotRun) as error:
        clausula.validity(path)
    assert error.value.finding.code == "missing-column"


def test_rates_that_are_not_defined_are_missing_values() -> None:
    """Neither dataset codes anything: no rate, no interval, and no NaN in the record."""
    nothing = [Cell("i", 1, "Ce", "close", 0, 0), Cell("j", 2, "Ce", "close", 0, 0)]
    assert {counts_of(nothing)[name] for name in ("precision", "recall", "f1")} == {None}
    frame = pd.DataFrame([counts_of(nothing)] * 2)
    assert intervals(frame) == {name: [None, None] for name in ("precision", "recall", "f1")}


def test_ucdp_is_compared_by_its_own_ids(tmp_path: Path) -> None:
    path = tmp_path / "ucdp.csv"
    path.write_text(UCDP.replace("\n1,", "\n1536,").replace("\n2,", "\n1537,"), encoding="utf-8")
    got = clausula.validity(path)
    assert got.agreements["agreement_id"].tolist() == [1536, 1537]
    cells = got.codes.set_index("code")
    assert (cells.loc["cease", "both"], cells.loc["cease", "only_ours"]) == (1, 1)
    assert got.overall["only_theirs"] == 0, "an absence is claimed under a code whose meaning is a guess"


def test_the_command_prints_a_summary_and_writes_the_record(tmp_path: Path) -> None:
    path = file_of(tmp_path, {(1364, "Cons"): 0})
    done = run("validity", "--against", str(path))
    assert done.returncode == 0, done.stderr
    assert "F1" in done.stdout and "minsk-package-2015:" in done.stdout
    out = tmp_path / "record.json"
    printed = run("validity", "--against", str(path), "--out", str(out), "--json").stdout
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["overall"]["only_ours"] == 1 and record["disagreements"][0]["code"] == "Cons"
    assert run("validity", "--against", str(path), "--out", str(out)).returncode == 2
    assert json.loads(printed) == record


def kept() -> dict[str, Any]:
    record: dict[str, Any] = json.loads((ROOT / validity_page.RECORD).read_text(encoding="utf-8"))
    return record


def test_the_page_is_made_from_the_record() -> None:
    text = (ROOT / validity_page.PAGE).read_text(encoding="utf-8")
    assert text == validity_page.page(), f"{validity_page.PAGE} is out of date: run python scripts/reference_pages.py"
    assert f"SHA-256 `{kept()['sha256'][:16]}`" in text and f"edition {kept()['edition']}" in text


def test_the_record_is_that_of_our_data() -> None:
    """What the record says of us still holds: which cells we know, and how many of them we code."""
    ours = projected().drop(columns="instrument_id")
    for row in kept()["agreements"]:
        mine = ours.loc[row["agreement_id"]]
        now = (int(mine.notna().sum()), int((mine > 0).sum()))
        assert now == (row["known"], row["both"] + row["only_ours"]), (
            f"{validity_page.RECORD} is out of date: run `clausula validity --against FILE --out PATH` for it"
        )


@pytest.mark.skipif(not (FILES / "pax_v10.csv").exists(), reason="the file of PA-X is not here, and never shipped")
def test_the_record_is_that_of_the_file() -> None:
    got = json.loads(json.dumps(clausula.validity(FILES / "pax_v10.csv").as_dict()))
    record = kept()
    assert {name: record[name] for name in got} == got
    assert got["overall"]["f1"] >= 0.80


@pytest.mark.parametrize("scheme", ["pax", "ucdp", "pam", "atop", "plover", "cameo"])
def test_every_relation_of_a_member_is_followed_by_its_parent(scheme: str) -> None:
    """A provision under a code is also under the code that sums it up, so that no projection contradicts itself."""
    walk = clausula.load("crosswalk").query("scheme == @scheme and match != 'none'")
    within = walk[walk["match"].astype(str).isin(WITHIN)]
    pairs = set(zip(within["topic_id"], within["code"], strict=True))
    codes = load_scheme(scheme).codes
    mapped = set(walk["code"])
    assert mapped and mapped <= set(codes), "codes that no edition has"
    for topic, code in pairs:
        parent = codes[code].parent
        assert parent is None or (topic, parent) in pairs, (topic, code, parent)
    listed = set(zip(walk["topic_id"], walk["code"], strict=True))
    for topic, code in listed:
        parent = codes[code].parent
        assert parent is None or parent not in mapped or (topic, parent) in listed, (topic, code, parent)


def test_every_scheme_of_the_crosswalk_has_its_codes_declared() -> None:
    for scheme in clausula.load("crosswalk")["scheme"].cat.categories:
        found = load_scheme(scheme)
        assert found.codes and found.editions, scheme
        assert all(
            code.top >= 1 and (code.parent is None or code.parent in found.codes) for code in found.codes.values()
        )


def test_no_absence_is_claimed_under_a_guessed_code() -> None:
    walk = clausula.load("crosswalk").query("scheme == 'ucdp' and reading == 'gloss' and match != 'none'")
    assert len(walk)
    assert not (clausula.crosswalk("ucdp")[sorted(set(walk["code"]))] == 0).any(axis=None)
