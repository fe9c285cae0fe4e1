"""The practice text and its coding, as a coder enters it: rows by table, in the columns of the form."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

from clausula.coding.checks import EDITOR_CODES
from clausula.coding.submission import FormRow, Submission
from clausula.core.csvio import write_rows
from clausula.core.findings import Finding
from clausula.evidence.text import Text
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from tests.conftest import ROOT
from tests.structure import copy_structure

TEXT = ROOT / "tests" / "coding" / "accord.txt"
RAW = TEXT.read_text(encoding="utf-8")
SOURCE = "salt-road-accord-2033"
NORTH, SOUTH, LEAGUE = "north-bank-council", "south-bank-council", "coast-league"
KEPT = ("topics",)

SOURCE_ROW = {
    "source_id": SOURCE,
    "title": "Accord of the Salt Road",
    "kind": "official_text",
    "date": "2033-04-04",
    "date_from": "2033-04-04",
    "date_to": "2033-04-04",
    "date_basis": "stated",
    "language": "en",
    "locator": "Written for the tests of clausula",
    "completeness": "complete",
    "characters": str(len(RAW)),
    "sha256": hashlib.sha256(RAW.encode()).hexdigest(),
    "fingerprint": Text(RAW).fingerprint(),
}

Rows = dict[str, list[dict[str, str]]]


def words(first: str, last: str) -> str:
    """Return the span of the text from `first` to `last`."""
    start = RAW.index(first)
    return RAW[start : RAW.index(last, start) + len(last)]


def provision(
    number: int, place: str, summary: str, topic: str, modality: str = "obligation", **more: str
) -> dict[str, str]:
    return {
        "id": f"p{number:03d}",
        "instrument_id": SOURCE,
        "place": place,
        "summary": summary,
        "topic_id": topic,
        "modality": modality,
        "commitment_verb": "shall",
        "strength": "2",
        "conditionality": "unconditional",
        "timing": "unspecified",
        "enforcement": "none",
        **more,
    }


def coding() -> Rows:
    """Return all rows of the leading pass over the practice text."""
    actors = [
        (NORTH, "Council of the North Bank", "government_body"),
        (SOUTH, "Council of the South Bank", "government_body"),
        (LEAGUE, "Coast League", "igo"),
        ("road-board", "Road Board", "igo"),
        ("astrid-holm", "Astrid Holm", "person"),
        ("bruno-sala", "Bruno Sala", "person"),
        ("salt-road-drivers", "Drivers who are held", "group"),
        ("salt-road-families", "Families from the villages of the Salt Road", "group"),
    ]
    parts = [
        *((p, side, "obligor", "named") for p in ("p001", "p002", "p003", "p009") for side in (NORTH, SOUTH)),
        ("p002", LEAGUE, "monitor", "named"),
        ("p004", NORTH, "obligor", "named"),
        ("p005", SOUTH, "obligor", "named"),
        ("p004", "salt-road-drivers", "beneficiary", "named"),
        ("p005", "salt-road-drivers", "beneficiary", "named"),
        ("p006", "salt-road-families", "holder", "named"),
        ("p007", "road-board", "implementer", "named"),
        ("p008", SOUTH, "obligor", "named"),
    ]
    dependencies = [
        ("p004", "p001", "", "after", ""),
        ("p005", "p001", "", "after", ""),
        ("p008", "p002", "", "condition", "conduct_of_adversary"),
        ("p008", "", "Lowgate is attacked.", "condition", "security"),
    ]
    quantities = [
        ("p002", "calibre", "guns", "80", "mm", "at_least"),
        ("p002", "pullback_distance", "guns", "6", "km", "at_least"),
        ("p002", "deadline", "taking back", "14", "day", "at_most"),
        ("p004", "force_size", "drivers freed", "120", "person", "exactly"),
        ("p004", "deadline", "after the shooting has stopped", "30", "day", "at_most"),
        ("p005", "deadline", "after the shooting has stopped", "30", "day", "at_most"),
        ("p007", "force_size", "members of the board", "6", "person", "exactly"),
    ]
    anchors = [
        ("p001", "states", "Both Councils stop all shooting along the Salt Road at midnight on 10 April 2033."),
        (
            "p002",
            "states",
            words("Within 14 days", "from the Salt Road."),
        ),
        ("p002", "qualifies", "The Coast League sends observers who watch that this is done."),
        ("p003", "states", "Neither side lays new mines."),
        (
            "p004",
            "states",
            words("The Council of the North Bank frees", "has stopped."),
        ),
        ("p005", "states", "The Council of the South Bank does the same for the drivers in its camps."),
        ("p006", "states", "Families that left the villages of the Salt Road may come home."),
        ("p006", "qualifies", '"No one is to be asked where they spent the war," the envoys of both sides said.'),
        (
            "p007",
            "states",
            "A Road Board of six members is set up, three from each side, which settles every quarrel about tolls.",
        ),
        (
            "p008",
            "states",
            words("Provided that", "the other side."),
        ),
        ("p009", "states", "The two Councils recognise the Salt Road as their common heritage."),
        ("v001", "states", "Signed at Lowgate on 4 April 2033"),
    ]
    log = [
        ("title", "ACCORD OF THE SALT ROAD"),
        (
            "preamble",
            words("The Council of the North Bank and", "alone."),
        ),
        ("connective", "They therefore agree as follows."),
        ("title", "Part One: The guns"),
        ("title", "Part Two: The people"),
        ("title", "Part Three: The road"),
        (
            "byline",
            words("Done in two", "by the Coast League"),
        ),
    ]
    rows: Rows = {
        "coders": [{"coder_id": "bank-clerk", "kind": "person", "description": "Coded the practice text."}],
        "coding_passes": [
            {
                "coder_id": "bank-clerk",
                "date": "2033-05-01",
                "codebook_frozen": "false",
                "blind": "true",
                "independent": "true",
            }
        ],
        "actors": [{"actor_id": i, "name": n, "kind": k, "unnamed": "false"} for i, n, k in actors],
        "places": [
            {"place_id": "salt-road", "name": "Salt Road", "kind": "facility"},
            {"place_id": "lowgate", "name": "Lowgate", "kind": "settlement"},
        ],
        "processes": [
            {
                "process_id": "salt-road-settlement",
                "title": "Settlement of the Salt Road",
                "summary": "Talks between the two banks.",
                "date_basis": "unknown",
            }
        ],
        "instruments": [
            {
                "instrument_id": SOURCE,
                "process_id": "salt-road-settlement",
                "title": "Accord of the Salt Road",
                "form": "treaty",
                "status": "signed",
                "date": "2033-04-04",
                "date_basis": "stated",
                "coverage": "complete",
                "legal_status": "silent",
            }
        ],
        "instrument_actors": [
            {"instrument_id": SOURCE, "actor_id": "astrid-holm", "role": "signatory", "capacity": "for the North Bank"},
            {"instrument_id": SOURCE, "actor_id": "bruno-sala", "role": "signatory", "capacity": "for the South Bank"},
            {"instrument_id": SOURCE, "actor_id": LEAGUE, "role": "witness"},
        ],
        "provisions": [
            provision(
                1,
                "point 1",
                "The two sides stop shooting along the road at midnight on 10 April 2033.",
                "ceasefire",
                strength="3",
                timing="start",
                due="2033-04-10",
            ),
            provision(
                2,
                "point 2",
                "Each side moves larger guns away from the road within two weeks.",
                "weapons-withdrawal",
                strength="3",
                timing="deadline",
                enforcement="monitoring",
            ),
            provision(3, "point 3", "The two sides lay no further mines.", "mines", "prohibition"),
            provision(
                4,
                "point 4",
                "The northern side frees the drivers whom it holds.",
                "prisoner-release",
                strength="3",
                timing="deadline",
            ),
            provision(
                5,
                "point 4",
                "The southern side frees the drivers whom it holds.",
                "prisoner-release",
                timing="deadline",
            ),
            provision(
                6, "point 5", "Families who left may return.", "humanitarian-aid", "permission", commitment_verb="may"
            ),
            provision(
                7,
                "point 6",
                "A board that settles quarrels about tolls is set up.",
                "implementation-bodies",
                "constitution",
                commitment_verb="states",
            ),
            provision(
                8,
                "point 7",
                "The southern side opens the bridge once the guns have been moved, or after an attack.",
                "infrastructure",
                conditionality="conditional",
                condition="The guns have been moved back, or Lowgate is attacked.",
                timing="sequenced",
            ),
            provision(
                9,
                "point 8",
                "The road is called a common heritage.",
                "cross-border-cooperation",
                "recognition",
                strength="1",
                commitment_verb="states",
            ),
        ],
        "provision_actors": [
            dict(zip(("provision_id", "actor_id", "role", "basis"), part, strict=True)) for part in parts
        ],
        "propositions": [
            {
                "proposition_id": "bridge-is-open",
                "topic_id": "infrastructure",
                "statement": "The Lowgate Bridge is open to the North Bank.",
            }
        ],
        "provision_topics": [{"provision_id": "p008", "topic_id": "crossing-points"}],
        "provision_propositions": [
            {"provision_id": "p008", "proposition_id": "bridge-is-open", "direction": "advances", "extent": "wholly"}
        ],
        "provision_dependencies": [
            dict(
                zip(("provision_id", "depends_on_provision_id", "event", "relation", "condition_kind"), d, strict=True)
            )
            | {"basis": "stated"}
            for d in dependencies
        ],
        "provision_triggers": [{"provision_id": "p008", "trigger": "attack"}],
        "provision_reservations": [{"provision_id": "p008", "reservation": "where_possible"}],
        "provision_quantities": [
            dict(zip(("provision_id", "measure", "item", "value", "unit", "qualifier"), q, strict=True))
            for q in quantities
        ],
        "provision_places": [
            {"provision_id": "p001", "place_id": "salt-road", "relation": "applies_in"},
            {"provision_id": "p002", "place_id": "salt-road", "relation": "from"},
        ],
        "events": [
            {
                "id": "v001",
                "process_id": "salt-road-settlement",
                "kind": "signature",
                "outcome": "occurred",
                "date": "2033-04-04",
                "date_basis": "stated",
                "instrument_id": SOURCE,
                "place_id": "lowgate",
                "summary": "The accord is signed.",
            }
        ],
        "event_actors": [{"event_id": "v001", "actor_id": side, "role": "participant"} for side in (NORTH, SOUTH)],
        "evidence": [
            {"id": f"e{n:03d}", "record": r, "bearing": b, "quote": q} for n, (r, b, q) in enumerate(anchors, 1)
        ],
        "coding_log": [{"reason": reason, "quote": quote} for reason, quote in log],
    }
    coded = {row["topic_id"] for name in ("provisions", "provision_topics") for row in rows[name]}
    rows["absences"] = [{"instrument_id": SOURCE, "topic_id": topic} for topic in leaves() if topic not in coded]
    return rows


def leaves() -> list[str]:
    with (ROOT / "data" / "topics.csv").open(encoding="utf-8", newline="") as file:
        return [row["topic_id"] for row in csv.DictReader(file) if row["leaf"] == "true"]


def submission(rows: Rows, letter: str = "a", origin: str = "book", **more: list[FormRow]) -> Submission:
    """Return rows as a submission, with cells named `table!number.column`."""
    listed = [
        FormRow(table, cells, f"{table}!{number}", {name: f"{table}!{number}.{name}" for name in cells})
        for table, own in rows.items()
        for number, cells in enumerate(own, 1)
    ]
    return Submission(SOURCE, letter, listed, origin=origin, **more)


def rows_of_other_pass(rows: Rows) -> Rows:
    """Return the rows of a coding that a pass other than the leading one submits."""
    from clausula.coding.form import Form
    from clausula.core.schemas import load_model

    form = Form(load_model(ROOT / "schemas"), lead=False)
    return {table: own for table, own in rows.items() if table in form}


def project(target: Path, with_source: bool = True) -> Path:
    """Create a project with the schemas, rules and topics of the checkout, and the practice source."""
    copy_structure(target)
    (target / "data").mkdir()
    for path in sorted((ROOT / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        kept = rows if path.stem in KEPT else []
        if path.stem == "sources" and with_source:
            kept = [[SOURCE_ROW.get(name, "") for name in header]]
        (target / "data" / path.name).write_bytes(write_rows(header, kept))
    return target


def validation_findings(root: Path) -> list[Finding]:
    """Return the validation findings on a project, without those that only a second pass can fix."""
    return [finding for finding in validate(root, FAST).findings if finding.code not in EDITOR_CODES]


def table(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def state(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "data").glob("*.csv"))}


def without(rows: Rows, table_name: str, keep: Iterable[int]) -> Rows:
    wanted = set(keep)
    return {**rows, table_name: [row for number, row in enumerate(rows[table_name], 1) if number in wanted]}
