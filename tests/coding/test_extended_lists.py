"""The closed lists of a package are extended in its schemas alone: form and checks follow."""

from __future__ import annotations

import json
from pathlib import Path

from clausula.coding.form import Form
from clausula.coding.submit import submit
from clausula.core.package import open_package
from tests.coding.practice import RAW, coding, submission, table

EXTENDED = {
    ("provision_quantities", "unit"): "tonne",
    ("provision_quantities", "measure"): "catch_quota",
    ("provision_quantities", "currency"): "XTS",
    ("instruments", "form"): "charter",
    ("events", "kind"): "audit",
}
"""A value of each list that a team extends without touching code."""


def test_lists_are_extended_in_the_schemas_alone(fresh: Path) -> None:
    for (name, field), value in EXTENDED.items():
        path = fresh / "schemas" / f"{name}.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        (own,) = (one for one in schema["fields"] if one["name"] == field)
        if "$ref" in own:  # a field that several tables share is defined once
            path = fresh / "schemas" / "fields.json"
            schema = json.loads(path.read_text(encoding="utf-8"))
            own = schema["fields"][own["$ref"]]
        if "categories" in own:
            own["categories"].append({"value": value, "label": value.title(), "description": "Of our own."})
        else:
            own["constraints"]["enum"].append(value)
        path.write_text(json.dumps(schema), encoding="utf-8")
    form = Form(open_package(fresh).model)
    for (name, field), value in EXTENDED.items():
        assert value in {v for column in form[name].columns if column.name == field for v, _ in column.choices}
    rows = coding()
    rows["instruments"][0]["form"] = "charter"
    rows["provision_quantities"] += [
        {
            "provision_id": "p007",
            "measure": "catch_quota",
            "item": "salt",
            "value": "9",
            "unit": "tonne",
            "qualifier": "at_most",
        },
        {
            "provision_id": "p007",
            "measure": "amount",
            "item": "toll",
            "value": "3",
            "unit": "currency",
            "currency": "XTS",
            "tense": "pledged",
            "qualifier": "exactly",
        },
    ]
    outcome = submit(fresh, submission(rows), RAW)
    assert outcome.imported, outcome.report.findings
    assert {row["unit"] for row in table(fresh, "provision_quantities")} >= {"tonne", "currency"}
