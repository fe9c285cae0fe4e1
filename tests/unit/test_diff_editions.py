"""Two editions of any table: injected changes are named as what they are, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

import clausula.versions.diff as package
from clausula.core.findings import CouldNotRun
from clausula.versions.diff import render_editions
from clausula.versions.diff.editions import EditionDiff, diff_editions
from tests.command import clausula as run
from tests.conftest import ROOT

PAIRS = 20
SCHEMA = json.loads((Path(package.__file__).parent / "editions.schema.json").read_text(encoding="utf-8"))
FILES = ROOT.parent / "shared" / "peers"


def table(seed: int, rows: int = 300) -> pd.DataFrame:
    """Return a made-up edition: a key, codes that are mostly 0, scales, categories, numbers, dates and texts."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2000-01-01") + pd.to_timedelta(rng.integers(0, 7000, rows), unit="D")
    columns = {
        "AgtId": rng.permutation(5 * rows)[:rows] + 1,
        "Dat": days.strftime("%Y-%m-%d"),
        "Name": [f"Accord {n} of {['north', 'south', 'east', 'west'][n % 4]}" for n in rng.integers(0, 9999, rows)],
        "Region": rng.choice(["Africa", "Americas", "Asia", "Europe"], rows),
        "Length": rng.integers(1, 90, rows),
        "Score": rng.normal(5, 2, rows).round(3),
    }
    columns |= {f"Flag{n}": rng.binomial(1, 0.05 + 0.1 * n, rows) for n in range(6)}
    columns |= {f"Scale{n}": rng.choice([0, 1, 2, 3], rows, p=[0.6, 0.2, 0.15, 0.05]) for n in range(4)}
    return pd.DataFrame(columns)


def changed(old: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Return a later edition with one change of each kind, and what they are."""
    rng = np.random.default_rng(1000 + seed)
    new = old.copy()
    flags, scales = rng.permutation(6), rng.permutation(4)
    new[f"Flag{flags[0]}"] = 1 - new[f"Flag{flags[0]}"]
    new[f"Scale{scales[0]}"] = 3 - new[f"Scale{scales[0]}"]
    new["Length"] = new["Length"] * 1000
    new["Score"] = new["Score"] * 1.8 + 32
    new["Region"] = new["Region"].replace({"Americas": "Latin America"})
    new[f"Scale{scales[1]}"] = new[f"Scale{scales[1]}"].replace({3: 2})
    new["Dat"] = pd.to_datetime(new["Dat"]).dt.strftime("%d/%m/%Y")
    edited = f"Flag{flags[1]}"
    row = int(rng.integers(0, len(new)))
    new.loc[row, edited] = 1 - new.loc[row, edited]
    new = new.rename(columns={"Name": "Title"}).drop(columns=f"Scale{scales[2]}")
    new["Fresh"] = rng.integers(0, 2, len(new))
    expected = {
        ("turned", f"Flag{flags[0]}"),
        ("turned", f"Scale{scales[0]}"),
        ("rescaled", "Length"),
        ("rescaled", "Score"),
        ("recoded", "Region"),
        ("recoded", f"Scale{scales[1]}"),
        ("retyped", "Dat"),
        ("edited", edited),
        ("renamed", "Name"),
        ("dropped", f"Scale{scales[2]}"),
        ("added", "Fresh"),
    }
    return new.sample(frac=1, random_state=seed), expected


def kinds(diff: EditionDiff) -> set[tuple[str, str]]:
    return {(change.kind, change.column) for change in diff.columns}


def test_injected_changes_are_named_as_what_they_are(tmp_path: Path) -> None:
    wanted = named = 0
    for seed in range(PAIRS):
        old = table(seed)
        new, expected = changed(old, seed)
        gone, come = old["AgtId"].iloc[:4].tolist(), new.iloc[:7].assign(AgtId=range(90001, 90008), Title="New accord")
        come["Length"] = range(7)
        old.to_csv(tmp_path / "old.csv", index=False)
        pd.concat([new[~new["AgtId"].isin(gone)], come]).to_csv(tmp_path / "new.csv", index=False)
        got = diff_editions(tmp_path / "old.csv", tmp_path / "new.csv")
        jsonschema.validate(got.as_dict(), SCHEMA)
        assert got.key == ["AgtId"]
        assert (got.rows_gone, got.rows_added) == (4, 7)
        assert sorted(got.gone_keys) == sorted(map(str, gone))
        wanted += len(expected)
        named += len(expected & kinds(got))
        assert kinds(got) <= expected, kinds(got) - expected
    assert named >= 0.99 * wanted, f"{named} of {wanted}"


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "dta"])
def test_the_same_table_in_another_order_and_format_has_no_change(tmp_path: Path, form: str) -> None:
    for seed in range(PAIRS if form == "csv" else 3):
        old = table(seed)
        new = old.sample(frac=1, random_state=seed)[list(old.columns[::-1])]
        old.to_csv(tmp_path / "old.csv", index=False)
        path = tmp_path / f"new.{form}"
        if form == "csv":
            new.to_csv(path, index=False, sep=";", lineterminator="\r\n", encoding="utf-8-sig")
        elif form == "xlsx":
            new.to_excel(path, index=False)
        elif form == "parquet":
            new.to_parquet(path)
        else:
            new.to_stata(path, write_index=False)
        got = diff_editions(tmp_path / "old.csv", path)
        assert (kinds(got), got.rows_added, got.rows_gone, got.rekeyed) == (set(), 0, 0, [])


def test_what_is_listed_has_a_limit_and_counts_have_none(tmp_path: Path) -> None:
    old = pd.DataFrame({"id": range(200), "x": range(200), "y": [f"text {n}" for n in range(200)]})
    new = old.assign(x=[n * n + 7 if n < 30 else n for n in range(200)])
    new.loc[range(40, 46), "id"] = range(900, 906)
    new = pd.concat([new.iloc[5:], pd.DataFrame({"id": range(500, 530), "x": 1, "y": "new"})])
    old.to_csv(tmp_path / "old.csv", index=False)
    new.to_csv(tmp_path / "new.csv", index=False)
    for number, keys, values in ((None, (5, 30, 6), 25), (3, (3, 3, 3), 3), (7, (5, 7, 6), 7)):
        given = [] if number is None else ["--shown", str(number)]
        arguments = ["diff", str(tmp_path / "old.csv"), str(tmp_path / "new.csv"), "--key", "id", *given]
        done, got = run(*arguments), json.loads(run(*arguments, "--json").stdout)
        jsonschema.validate(got, SCHEMA)
        assert (len(got["gone_keys"]), len(got["added_keys"]), len(got["rekeyed"])) == keys
        assert (got["rows_gone"], got["rows_added"], got["rows_rekeyed"]) == (5, 30, 6)
        (column,) = got["columns"]
        assert (column["changed"], column["distinct"], len(column["values"])) == (25, 25, values)
        listed = [one for one in done.stdout.splitlines() if one.strip().startswith("x:")]
        assert listed[0].count(" -> ") == (4 if number is None else values)
        assert ("  and 3 more" in done.stdout) is (number == 3)
        assert f"... and {30 - (number or 20)} more" in done.stdout


def test_a_row_with_a_new_key_is_not_a_row_gone(tmp_path: Path) -> None:
    old = table(1)
    new = old.copy()
    new.loc[3, "AgtId"] = 70001
    old.to_csv(tmp_path / "old.csv", index=False)
    new.to_csv(tmp_path / "new.csv", index=False)
    got = diff_editions(tmp_path / "old.csv", tmp_path / "new.csv")
    assert got.rekeyed == [{"from": str(old.loc[3, "AgtId"]), "to": "70001"}]
    assert (got.rows_added, got.rows_gone) == (0, 0)


def test_pairs_of_columns_identify_rows_and_a_key_can_be_named(tmp_path: Path) -> None:
    pair = "case,year,x\n1,2000,5\n1,2001,6\n2,2000,7\n2,2001,{}\n"
    (tmp_path / "old.csv").write_text(pair.format(7), encoding="utf-8")
    (tmp_path / "new.csv").write_text(pair.format(8), encoding="utf-8")
    got = diff_editions(tmp_path / "old.csv", tmp_path / "new.csv")
    assert got.key == ["case", "year"] and [c.values for c in got.columns] == [[{"from": "7", "to": "8", "count": 1}]]
    for key, code in ((["case"], "no-key"), (["nothing"], "no-key")):
        with pytest.raises(CouldNotRun) as error:
            diff_editions(tmp_path / "old.csv", tmp_path / "new.csv", key)
        assert error.value.finding.code == code
    (tmp_path / "old.csv").write_text("x\n1\n1\n", encoding="utf-8")
    (tmp_path / "new.csv").write_text("x\n1\n1\n", encoding="utf-8")
    with pytest.raises(CouldNotRun) as error:
        diff_editions(tmp_path / "old.csv", tmp_path / "new.csv")
    assert error.value.finding.code == "no-key"


@pytest.mark.parametrize("name", ["broken.xlsx", "broken.parquet", "broken.dta", "empty.csv"])
def test_a_file_that_is_no_table_is_a_finding(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if "empty" in name else b"nothing of the kind\n" * 9)
    with pytest.raises(CouldNotRun) as error:
        diff_editions(path, path)
    assert error.value.finding.code == "unreadable-file"


def test_the_command_prints_and_writes_the_comparison(tmp_path: Path) -> None:
    old = table(2)
    new, _ = changed(old, 2)
    old.to_csv(tmp_path / "old.csv", index=False)
    new.assign(Title="<b>|*x*").to_csv(tmp_path / "new.csv", index=False)
    paths = [str(tmp_path / name) for name in ("old.csv", "new.csv")]
    page, notes = tmp_path / "changes.html", tmp_path / "changes.md"
    done = run("diff", *paths, "--html", str(page), "--markdown", str(notes))
    assert done.returncode == 0, done.stderr
    assert "Columns turned round" in done.stdout and "matched by AgtId" in done.stdout
    assert "<b>" not in page.read_text(encoding="utf-8") and "Columns turned round" in page.read_text(encoding="utf-8")
    assert "## Columns turned round" in notes.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(run("diff", *paths, "--json").stdout), SCHEMA)
    assert "no differences" in run("diff", paths[0], paths[0]).stdout
    assert run("diff", *paths, "--key", "nothing").returncode == 2


def test_the_report_is_short_enough_to_read(tmp_path: Path) -> None:
    """Columns to which the same happened share a line, and so do the keys of rows added; counts are complete."""
    old = table(4)
    new = old.assign(**{name: old[name].where(old.index != 3, 1 - old[name]) for name in ("Flag0", "Flag1")})
    new.loc[3, ["Flag0", "Flag1"]], old.loc[3, ["Flag0", "Flag1"]] = 1, 0
    new = pd.concat([new, old.iloc[:30].assign(AgtId=range(90001, 90031), Name="New accord")])
    old.to_csv(tmp_path / "old.csv", index=False)
    new.to_csv(tmp_path / "new.csv", index=False)
    got = diff_editions(tmp_path / "old.csv", tmp_path / "new.csv")
    assert render_editions.text(got).splitlines()[1:] == [
        "",
        "Columns with edited cells",
        "  Flag0, Flag1: 0 -> 1 (1); 1 of 300 rows",
        "",
        "Rows added: 30",
        "  " + "; ".join(map(str, range(90001, 90021))) + " ... and 10 more",
    ]


@pytest.mark.skipif(not (FILES / "pax_v10.csv").exists(), reason="the files of PA-X are not here, and never shipped")
def test_the_column_that_pax_turned_round() -> None:
    got = diff_editions(FILES / "pax_v9.csv", FILES / "pax_v10.csv")
    (turned,) = [change for change in got.columns if change.kind == "turned"]
    assert (turned.column, turned.changed, turned.rows) == ("ImSrc", 2119, 2144)
    assert {change.kind for change in got.columns} == {"turned", "edited"}
    told = [line for line in render_editions.text(got).splitlines() if line]
    assert "  ImSrc: 1 -> 0 (1,995), 0 -> 1 (124); 2,119 of 2,144 rows" in told
    assert len(told) <= 20
