"""Made-up rows that tell right from nearly right, beside those of the small package."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.package import open_package
from clausula.core.store import Store
from clausula.derive.frames import to_frame, typed

ROWS = {
    "instruments": """\
z-open-2030,river-settlement,Starts,treaty,signed,silent,,../2031-05-03,,2031-05-03,stated,complete,river-accord-2031,,,,
a-open-2030,river-settlement,Ends,treaty,signed,silent,,2031-05-03/..,2031-05-03,,stated,complete,river-accord-2031,,,,
""",
    "provisions": """\
z-open-2030.p01,z-open-2030,1,,Guns are moved.,guns,obligation,shall,2,unconditional,,unspecified,,,,none,
a-open-2030.p02,a-open-2030,2,,Guns are counted.,guns,obligation,shall,1,unconditional,,unspecified,,,,none,
a-open-2030.p01,a-open-2030,1,,Guns are moved again.,guns,obligation,shall,3,unconditional,,unspecified,,,,none,
""",
    "topics": """\
youngest,order,Youngest,A topic that nobody has coded.,true,0.3.0
""",
    "crosswalk": """\
order,pax,StrOrd,exact,checked,A parent with parts that have no row of their own.
river,pax,NatRes,narrow,checked,A part may or may not be meant.
river,pax,CeProv,related,checked,A second topic of the same code.
river,ucdp,none,none,checked,The scheme has no code for it.
""",
    "provision_topics": """\
a-open-2030.p01,water
a-open-2030.p02,water
z-open-2030.p01,ceasefire
river-accord-2031.p07,water
""",
    "provision_links": """\
a-open-2030.p02,z-open-2030.p01,reverses,stated,other,same,same,same,same,same,
a-open-2030.p02,river-accord-2031.p02,reverses,compared,other,same,same,same,same,same,
""",
    "provision_propositions": """\
a-open-2030.p02,guns-at-river,blocks,in_part,
a-open-2030.p02,arland-has-water,advances,in_part,
a-open-2030.p01,guns-at-river,advances,wholly,
""",
    "reactions": """\
delta-report-2032.r04,delta-report-2032,borland,,reported,,2032-06-01/..,2032-06-01,,resolved,An open end.,
delta-report-2032.r05,delta-report-2032,borland,,reported,,2032-06-10,2032-06-10,2032-06-10,resolved,Earlier.,
delta-report-2032.r06,delta-report-2032,arland,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,The same day.,
delta-report-2032.r07,delta-report-2032,Zeta,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,A capital letter.,
delta-report-2032.r08,delta-report-2032,arland,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,Once more.,
selected-2032.r01,selected-2032,mia-min,,reported,,2032-06-17,2032-06-17,2032-06-17,resolved,Selected by a party.,
""",
    "reaction_targets": """\
delta-report-2032.r04,1,delta-draft-2032,,,,expressed,-1,false,
delta-report-2032.r05,1,delta-draft-2032,,,,expressed,2,false,
delta-report-2032.r05,2,,,,guns,silent,,false,
delta-report-2032.r06,2,,,,guns,expressed,-1,false,
delta-report-2032.r06,1,,,,guns,expressed,1,true,If it lasts.
delta-report-2032.r07,1,delta-draft-2032,,,,expressed,0,false,
delta-report-2032.r08,1,,,,guns,expressed,0,false,
delta-report-2032.r08,2,,a-open-2030.p02,,,expressed,-1,false,
delta-report-2032.r08,3,,,arland-has-water,,expressed,1,true,In writing.
delta-report-2032.r08,4,,,guns-at-river,,silent,,false,
delta-report-2032.r05,3,,,borland-has-water,,expressed,2,false,
selected-2032.r01,1,,,guns-at-river,,expressed,-2,false,
""",
    "sources": """\
selected-2032,Voices,compilation,,,2032-06-17,2032-06-17,2032-06-17,stated,en,Written,CC-BY-4.0,report,arland,,,,
""",
    "actors": """\
mia-min,Mia Min,person,false,,,,,,,
otto-old,Otto Old,person,false,,,,,,,
rose-riser,Rose Riser,person,false,,,,,,,
mona-mp,Mona MP,person,false,,,,,,,
sam-speaker,Sam Speaker,person,false,,,,,,,
rita-rover,Rita Rover,person,false,,,,,,,
clara-clerk,Clara Clerk,person,false,,,,,,,
adam-adviser,Adam Adviser,person,false,,,,,,,
nora-nobody,Nora Nobody,person,false,,,,,,,
office-of-borland,Office of Borland,government_body,false,,,,,,,
desk-of-borland,Desk of Borland,government_body,false,,,,,,,
round-a,Round A,organisation,false,,,,,,,
round-b,Round B,organisation,false,,,,,,,
ministers-2032,The ministers (2032),group,true,,,,,,,
envoys-2032,The envoys (2032),group,true,,,,,,,
loop-2032,The loop (2032),group,true,,,,,,,
""",
    "affiliations": """\
mia-min,arland,office,minister,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
boris-bor,borland,office,minister,,,,unknown,delta-report-2032,
otto-old,borland,former_office,minister,2032-06-10,2032-06-10,2032-06-10,stated,delta-report-2032,
otto-old,borland,office,minister,../2032-01-01,,2032-01-01,stated,delta-report-2032,
rita-rover,borland,office,envoy,2032-06-10,2032-06-10,2032-06-10,stated,delta-report-2032,
rita-rover,arland,office,envoy,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
rose-riser,borland,former_office,minister,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
rose-riser,borland,office,president,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
mona-mp,parliament-of-arland,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
sam-speaker,parliament-of-arland,office,speaker,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
sam-speaker,parliament-of-arland,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
adam-adviser,arland,adviser,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
office-of-borland,borland,part_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
desk-of-borland,office-of-borland,part_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
clara-clerk,desk-of-borland,office,clerk,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
round-a,round-b,part_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
round-b,round-a,part_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
arland,joint-commission,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
nora-nobody,ministers-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
mia-min,ministers-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
mia-min,ministers-2032,member_of,,2032-06-10,2032-06-10,2032-06-10,stated,delta-report-2032,
anna-arl,ministers-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
boris-bor,ministers-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
namibia,envoys-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
ministers-2032,envoys-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
envoys-2032,ministers-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
loop-2032,loop-2032,member_of,,2032-01-01,2032-01-01,2032-01-01,stated,delta-report-2032,
""",
}

SPEAKERS = [
    ("mia-min", "2032-06-17", "arland"),
    ("boris-bor", "2032-06-17", "borland"),
    ("otto-old", "2032-05-01", "borland"),
    ("otto-old", "2032-06-10", None),
    ("otto-old", "", None),
    ("rita-rover", "2031-01-01", "arland"),
    ("rita-rover", "2032-05-01", "arland"),
    ("rita-rover", "2032-06-17", "borland"),
    ("rita-rover", "", "borland"),
    ("rose-riser", "2032-06-17", "borland"),
    ("mona-mp", "2032-06-17", None),
    ("sam-speaker", "2032-06-17", None),
    ("adam-adviser", "2032-06-17", None),
    ("parliament-of-arland", "2032-06-17", "arland"),
    ("clara-clerk", "2032-06-17", "borland"),
    ("round-a", "2032-06-17", None),
    ("joint-commission", "2032-06-17", None),
    ("ministers-2032", "2032-06-17", None),
    ("envoys-2032", "2032-06-17", None),
    ("loop-2032", "2032-06-17", None),
    ("stranger", "2032-06-17", None),
    ("namibia", "2032-06-17", "namibia"),
]
"""Claimants with the day of a statement, each on *guns stand at the river*, and the state that they speak for."""


def spoken_rows() -> dict[str, str]:
    """The rows of a reaction for each of the speakers, with stances that differ."""
    reactions, targets = [], []
    for number, (claimant, day, _) in enumerate(SPEAKERS, 1):
        name = f"speakers-2032.r{number:02}"
        basis = "stated" if day else "unknown"
        reactions.append(f"{name},delta-report-2032,{claimant},,reported,,{day},{day},{day},{basis},They speak.,\n")
        targets.append(f"{name},1,,,guns-at-river,,expressed,{number % 5 - 2},{str(number % 3 == 0).lower()},\n")
        targets.append(f"{name},2,,river-accord-2031.p02,,,expressed,{number % 4 - 2},false,\n")
    return {"reactions": "".join(reactions), "reaction_targets": "".join(targets)}


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
    further = spoken_rows()
    for resource in package["resources"]:
        rows = ROWS.get(resource["name"], "") + further.get(resource["name"], "")
        with (root / resource["path"]).open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
        resource["rows"] += rows.count("\n")
    (root / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def remove_rows(root: Path, *tables: str) -> None:
    """Leave only the header of some tables."""
    package = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] in tables:
            path = root / resource["path"]
            path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
            resource["rows"] = 0
    (root / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
