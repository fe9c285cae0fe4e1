"""Views of made-up rows that tell right from nearly right: actors who change their minds, ties, open dates."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.package import open_package
from clausula.core.store import Store
from clausula.derive.frames import to_frame, typed
from tests.r.frames import VIEWS, Cached, calls, differences, in_python, in_r

ROWS = {
    "instruments": """\
z-open-2030,river-settlement,Open start,treaty,signed,,../2031-05-03,,2031-05-03,stated,complete,river-accord-2031,,
a-open-2030,river-settlement,Open end,treaty,signed,,2031-05-03/..,2031-05-03,,stated,complete,river-accord-2031,,
""",
    "provisions": """\
z-open-2030.p01,z-open-2030,1,,Guns are moved.,guns,obligation,2,unconditional,,,unspecified,,,,none,
a-open-2030.p02,a-open-2030,2,,Guns are counted.,guns,obligation,1,unconditional,,,unspecified,,,,none,
a-open-2030.p01,a-open-2030,1,,Guns are moved again.,guns,obligation,3,unconditional,,,unspecified,,,,none,
""",
    "provision_links": """\
a-open-2030.p02,z-open-2030.p01,reverses,stated,
a-open-2030.p02,river-accord-2031.p02,reverses,compared,
""",
    "reactions": """\
delta-report-2032.r04,delta-report-2032,borland,,reported,,2032-06-01/..,2032-06-01,,resolved,An open end.,
delta-report-2032.r05,delta-report-2032,borland,,reported,,2032-06-10,2032-06-10,2032-06-10,resolved,Earlier.,
delta-report-2032.r06,delta-report-2032,arland,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,The same day.,
delta-report-2032.r07,delta-report-2032,Zeta,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,A capital letter.,
delta-report-2032.r08,delta-report-2032,arland,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,Once more.,
""",
    "reaction_targets": """\
delta-report-2032.r04,1,delta-draft-2032,,,expressed,-1,false,
delta-report-2032.r05,1,delta-draft-2032,,,expressed,2,false,
delta-report-2032.r05,2,,,guns,silent,,false,
delta-report-2032.r06,2,,,guns,expressed,-1,false,
delta-report-2032.r06,1,,,guns,expressed,1,true,If it lasts.
delta-report-2032.r07,1,delta-draft-2032,,,expressed,0,false,
delta-report-2032.r08,1,,,guns,expressed,0,false,
""",
}


class FromText(Views):
    """The views of tables as they are in the CSV files, valid or not."""

    def __init__(self, root: Path) -> None:
        store = Store(open_package(root))
        files = [store.sound(name) for name in store.package.resources]
        self.frames = {file.table.name: to_frame(typed(file, "1.0.0"), file.table) for file in files}

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        return self.frames[table].copy()


def append_rows(root: Path) -> None:
    """Append the rows to the tables and state their new numbers."""
    package = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        rows = ROWS.get(resource["name"], "")
        with (root / resource["path"]).open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
        resource["rows"] += rows.count("\n")
    (root / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def test_views(mini: Path, library: Path, tmp_path: Path) -> None:
    asked = [call for call in calls(Cached(mini), step=2) if call[0] in VIEWS]
    append_rows(mini)
    data = FromText(mini)
    stance = data.stances("instrument")["delta-draft-2032"]
    assert stance["borland"] == 2, "the open end is not the latest"
    assert data.stances("topic").loc["arland", "guns"] == 0, "the last of the same day"
    edges = data.network().set_index(["claimant_id", "target_id"])
    assert edges.loc[("borland", "delta-draft-2032"), ["statements", "stance", "conditional"]].tolist() == [
        3,
        1.0,
        True,
    ]
    chain = data.lineage("guns")["provision_id"].tolist()
    assert chain.index("z-open-2030.p01") < chain.index("river-accord-2031.p02") < chain.index("a-open-2030.p01")
    results = in_r(library, mini, asked, tmp_path, LC_ALL="C.UTF-8", R_ICU_LOCALE="en_US")
    found = list(differences(asked, in_python(data, asked), results))
    assert not found, found[:20]
