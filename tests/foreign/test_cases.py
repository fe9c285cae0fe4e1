"""Packages that were once judged wrongly, each with what is wrong with it and what was judged."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import clausula
from tests.conftest import ROOT
from tests.foreign.packages import package

CASES = ROOT.parent / "shared" / "cases" / "validate"

TWO = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]


def table(name: str, fields: list[dict[str, Any]] = TWO, **more: Any) -> dict[str, Any]:
    schema = {"fields": fields, **more.pop("schema", {})}
    return {"name": name, "path": f"{name}.csv", "schema": schema, **more}


STAMP = {"name": "seen", "type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"}
INSTANT = {"name": "x", "type": "datetime"}
KEY = {"foreignKeys": [{"fields": "b", "reference": {"resource": "u", "fields": "i"}}]}
NUMBERS = [
    *[{"name": "n", "type": "number"}, {"name": "y", "type": "year"}],
    *[{"name": "i", "type": "integer", "groupChar": ","}, {"name": "m", "type": "yearmonth"}],
]
METADATA = {
    **{"title": 5, "created": "yesterday", "contributors": "me", "keywords": "a,b", "homepage": "not a uri"},
    **{"licenses": [{"title": "CC0"}], "$schema": "https://datapackage.org/profiles/2.0/datapackage.json"},
}

Found = set[tuple[str, str | None, int | None]]
"""The code, the file and the line of every error."""

PACKAGES: dict[str, tuple[list[dict[str, Any]], dict[str, bytes | str], dict[str, Any], int, Found, list[str]]] = {
    "01-located-only-once": (
        [table("t")],
        {"t.csv": "a,b\n1,2\n1,2,3\n1,2\n4,5,6\n\n7,8,9\n\n"},
        {},
        1,
        {("ragged-row", "t.csv", 3), ("ragged-row", "t.csv", 5), ("ragged-row", "t.csv", 7), ("blank-row", "t.csv", 6)},
        ["judged"],
    ),
    "02-z-is-no-zone": (
        [table("t", [STAMP, {"name": "n", "type": "integer"}])],
        {"t.csv": "seen,n\n2020-05-30T02:57:37Z,1\n2020-05-30T04:57:37+02:00,2\n2020-05-30T04:57:37+0200,3\n"},
        {},
        0,
        set(),
        ["judged"],
    ),
    "03-offsets-ignored": (
        [
            table("clocks", [INSTANT], schema={"primaryKey": ["x"]}),
            table("bound", [{**INSTANT, "constraints": {"minimum": "2020-01-01T12:00:00Z"}}, {"name": "n"}]),
        ],
        {
            "clocks.csv": "x\n2020-10-25T02:30:00+02:00\n2020-10-25T02:30:00+01:00\n",
            "bound.csv": "x,n\n2020-01-01T12:30:00+02:00,1\n",
        },
        {},
        1,
        {("minimum", "bound.csv", 2)},
        ["judged", "judged"],
    ),
    "04-traceback-keys": (
        [table("t", schema={"primaryKey": 5})],
        {"t.csv": "a,b\nx,1\n"},
        {},
        2,
        {("invalid-descriptor", "datapackage.json", None)},
        ["not judged"],
    ),
    "07-exit-0-nothing-judged": (
        [
            table("t", path="t.csv.gz"),
            table("j", path="j.json"),
            {k: v for k, v in table("i", data=[["a", "b"], ["x", "BAD"]]).items() if k != "path"},
            table("c", dialect={"commentChar": "#"}),
            {"name": "s", "path": "s.csv"},
        ],
        {
            "t.csv.gz": gzip.compress(b"a,b\nx,BAD\n"),
            "j.json": '[["a","b"],["x",',
            "c.csv": "# note\na,b\nx,BAD\n",
            "s.csv": "a,b\nx\n",
        },
        {},
        1,
        {
            *[("type", "t.csv.gz", 2), ("unreadable-file", "j.json", None), ("type", None, None)],
            *[("type", "c.csv", 3), ("ragged-row", "s.csv", 2)],
        },
        ["judged", "not judged", "judged", "judged", "judged"],
    ),
    "08-reference-into-unjudged": (
        [table("t", schema=KEY), table("u", [{"name": "i", "type": "integer"}], path="u.csv.gz")],
        {"t.csv": "a,b\nx,1\n", "u.csv.gz": gzip.compress(b"i\n1\n")},
        {},
        0,
        set(),
        ["judged", "judged"],
    ),
    "09-no-header-line": (
        [table("t", dialect={"header": False})],
        {"t.csv": "x,1\ny,BAD\nz,3\n"},
        {},
        1,
        {("type", "t.csv", 2)},
        ["judged"],
    ),
    "10-excel-line-ends": (
        [table("t")],
        {"t.csv": 'a,b\r\n"x\ny",1\r\nz,2\r\n'},
        {},
        0,
        set(),
        ["judged"],
    ),
    "11-lexical-false-alarms": (
        [table("t", NUMBERS)],
        {"t.csv": 'n,y,i,m\nnan,-10000,"1,00,000",12020-01\n-inf,12345,"10,00,000",2020-01Z\n'},
        {},
        0,
        set(),
        ["judged"],
    ),
    "12-descriptor-unchecked": (
        [table("t", sources="x", licenses=[{}])],
        {"t.csv": "a,b\nx,1\n"},
        METADATA,
        1,
        {("invalid-descriptor", "datapackage.json", None)},
        ["judged"],
    ),
    "13-one-bad-table-refuses-all": (
        [
            table("t", dialect={"delimiter": "||"}),
            {"name": "v", "path": "v.csv", "schema": "none.json"},
            table("u"),
        ],
        {"t.csv": "a||b\nx||1\n", "u.csv": "a,b\nx,BAD\n", "v.csv": "a\n1\n"},
        {},
        1,
        {("invalid-descriptor", "datapackage.json", None), ("type", "u.csv", 2)},
        ["judged", "not judged", "judged"],
    ),
    "14-unjudged-files-not-even-there": (
        [
            {"name": "g", "path": "g.geojson"},
            table("x", path="x.xlsx"),
            {"name": "p", "path": "p.pdf", "bytes": 5, "hash": "d41d8cd98f00b204e9800998ecf8427e"},
        ],
        {"p.pdf": "not a pdf\n\n"},
        {},
        1,
        {
            *[("missing-file", "g.geojson", None), ("missing-file", "x.xlsx", None)],
            *[("size", "p.pdf", None), ("hash", "p.pdf", None)],
        },
        ["not judged", "not judged", "judged"],
    ),
}
"""Resources, files, metadata; and the exit status, the errors, and what was judged of each resource."""

NUMBERED = {"12-descriptor-unchecked": 8}
"""The number of errors, where several are at one place."""


def run(root: Path) -> tuple[int, dict[str, Any]]:
    done = clausula("validate", "--fast", "--json", str(root))
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def check(root: Path, name: str) -> None:
    _, _, _, status, errors, states = PACKAGES[name]
    returned, report = run(root)
    found = [one for one in report["findings"] if one["severity"] == "error"]
    assert {(one["code"], one.get("file"), one.get("line")) for one in found} == errors
    assert report["errors"] == len(found) == NUMBERED.get(name, len(errors))
    assert [one["state"] for one in report["checked"]["resources"].values()] == states
    assert report["complete"] is (set(states) == {"judged"})
    assert returned == status


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_is_judged_as_the_standard_says(tmp_path: Path, name: str) -> None:
    resources, files, metadata, *_ = PACKAGES[name]
    root = package(
        tmp_path, resources, files, **{"$schema": "https://datapackage.org/profiles/1.0/datapackage.json"} | metadata
    )
    check(root, name)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not in this folder")
@pytest.mark.parametrize("name", PACKAGES)
def test_the_reported_package_too(name: str) -> None:
    check(CASES / name, name)


def test_what_was_judged_is_in_the_text_and_in_the_headline(tmp_path: Path) -> None:
    resources, files, metadata, *_ = PACKAGES["13-one-bad-table-refuses-all"]
    shown = clausula("validate", "--fast", str(package(tmp_path, resources, files, **metadata))).stdout
    assert "NOT EVERYTHING WAS JUDGED: of 3 resources, 2 judged, 1 not judged" in shown
    assert "v: not judged: none.json: cannot be read: No such file or directory" in shown
    assert len([line for line in shown.splitlines() if line.startswith(("t  ", "u  ", "v  "))]) == 3


def test_a_run_in_which_not_everything_was_judged_has_its_own_status(tmp_path: Path) -> None:
    resources = [table("t"), table("u", path="u.sav")]
    root = package(tmp_path, resources, {"t.csv": "a,b\nx,1\n", "u.sav": "x"})
    assert clausula("validate", "--fast", str(root)).returncode == 3
    assert clausula("validate", "--fast", "--strict", str(root)).returncode == 1
    (root / "t.csv").write_text("a,b\nx,BAD\n")
    assert clausula("validate", "--fast", str(root)).returncode == 1


def test_json_is_one_document_also_if_the_command_could_not_run(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{", encoding="utf-8")
    for arguments, code in (((str(tmp_path),), "invalid-descriptor"), (("--quick",), "usage"), (("x", "y"), "usage")):
        done = clausula("validate", "--json", *arguments)
        assert done.returncode == 2
        report = json.loads(done.stdout)
        assert report["could_not_run"]
        assert [one["code"] for one in report["findings"]] == [code]
        assert report["findings"][0]["message"] in done.stderr


def test_a_fault_of_ours_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one table it does not keep the others from being judged; anywhere else the command could not run."""
    from clausula.commands import validate
    from clausula.validation import schema_layer

    real = schema_layer._check_table

    def fails(engine: Any, report: Any, plan: Any) -> None:
        if plan.table.name == "t":
            raise KeyError("t")
        real(engine, report, plan)

    monkeypatch.setattr(schema_layer, "_check_table", fails)
    root = package(tmp_path, [table("t"), table("u")], {"t.csv": "a,b\nx,1\n", "u.csv": "a,b\nx,BAD\n"})
    status, report = run(root)
    assert status == 1
    assert {(one["code"], one["table"]) for one in report["findings"]} == {("internal-error", "t"), ("type", "u")}
    assert [one["state"] for one in report["checked"]["resources"].values()] == ["not judged", "judged"]
    monkeypatch.setattr(validate, "summary", lambda found: 1 / 0)
    done = clausula("validate", "--fast", "--json", str(root))
    assert done.returncode == 2
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["internal-error"]
    assert "Traceback" not in done.stderr
