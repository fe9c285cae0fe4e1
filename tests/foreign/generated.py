"""Generated packages over the features of the standard, each with the verdict on every cell."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = tuple[str | None, str]
"""A text, and the code of the violation; empty if it is valid."""


def bounded(kind: str, good: list[str], bad: dict[str, str], **constraints: Any) -> tuple[dict[str, Any], list[Cell]]:
    return {"type": kind, "constraints": constraints}, [(text, "") for text in good] + list(bad.items())


def typed(kind: str, good: list[str], bad: list[str], **options: Any) -> tuple[dict[str, Any], list[Cell]]:
    return {"type": kind, **options}, [(text, "") for text in good] + [(text, "type") for text in bad]


FIELDS: list[tuple[dict[str, Any], list[Cell]]] = [
    typed("string", ["x", "ä b", "1"], []),
    typed("string", ["a@b.org"], ["ab", "a b@c.org"], format="email"),
    typed("string", ["https://a.org/x"], ["a.org"], format="uri"),
    typed("string", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", "x"], format="uuid"),
    bounded("string", ["x", "y"], {"z": "enum", "X": "enum"}, enum=["x", "y"]),
    bounded("string", ["ab", "a"], {"A1": "pattern", "1": "pattern"}, pattern="[a-z]+"),
    bounded("string", ["ab", "abc"], {"a": "min-length", "abcd": "max-length"}, minLength=2, maxLength=3),
    bounded("string", ["x"], {"": "required"}, required=True),
    typed("integer", ["0", "-3", "42"], ["x", "1.5", "1e3"]),
    typed("integer", ["1,000", "12", "1,00,000"], ["x", "1.000"], groupChar=","),
    typed("integer", ["€ 15", "95%", "7"], ["€", "x"], bareNumber=False),
    bounded("integer", ["0", "5"], {"-1": "minimum", "6": "maximum", "x": "type"}, minimum=0, maximum=5),
    bounded("integer", ["1"], {"0": "exclusive-minimum"}, exclusiveMinimum=0),
    bounded("integer", ["1", "2"], {"3": "enum"}, enum=[1, 2]),
    typed("number", ["1.5", "-2", "1e3", "0.001"], ["abc", "1,5"]),
    typed("number", ["1,5", "2"], ["abc", "1.5"], decimalChar=","),
    bounded("number", ["0.5", "1"], {"1.01": "maximum", "-0.1": "minimum"}, minimum=0, maximum=1),
    typed("boolean", ["true", "False", "1"], ["yes", "2"]),
    typed("boolean", ["ja", "nein"], ["true", "0"], trueValues=["ja"], falseValues=["nein"]),
    typed("date", ["2020-01-31", "2020-02-29"], ["2020-02-30", "31.01.2020", "x"]),
    typed("date", ["31.01.2020"], ["2020-01-31", "31.02.2020"], format="%d.%m.%Y"),
    bounded("date", ["2020-01-02"], {"2019-12-31": "minimum", "x": "type"}, minimum="2020-01-01"),
    typed("datetime", ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00"], ["2020-13-01T10:00:00Z", "x"]),
    typed("datetime", ["2020-01-01T10:00:00+0200"], ["x", "2020-01-01"], format="%Y-%m-%dT%H:%M:%S%z"),
    bounded(
        "datetime",
        ["2020-01-01T12:00:00Z"],
        {"2020-01-01T12:30:00+02:00": "minimum"},
        minimum="2020-01-01T12:00:00Z",
    ),
    typed("time", ["10:30:00"], ["25:00:00", "x"]),
    typed("time", ["10:30"], ["10:61", "x"], format="%H:%M"),
    typed("year", ["2020", "1999"], ["20a", "x"]),
    typed("yearmonth", ["2020-05"], ["2020-13", "x"]),
    typed("duration", ["P1Y", "PT10M"], ["1Y", "x"]),
    typed("geopoint", ["10, 20", "1.5,2"], ["x", "10"]),
    typed("geopoint", ["[10, 20]"], ["x", "[10]"], format="array"),
    typed("geopoint", ['{"lon": 1, "lat": 2}'], ["x", '{"lon": 1}'], format="object"),
    typed("array", ["[1]", "[]"], ["{", "x"]),
    typed("object", ['{"a": 1}', "{}"], ["[", "x"]),
    typed("list", ["1,2", "3"], ["1,x"], itemType="integer"),
    typed("list", ["1;2", "3"], ["x;1"], itemType="integer", delimiter=";"),
    typed("any", ["x", "1", "[]"], []),
]
"""Fields, each with valid and invalid texts."""


@dataclass
class Made:
    """A generated package: its folder, the feature of its file, and the verdict.

    Attributes
    ----------
    verdict : set of (int, str, str)
        For every violation the number of the row, the field, and the code.
    physical : list of int
        For each row the number that it has in the file, counting headers and comments.
    """

    root: Path
    feature: str
    descriptor: dict[str, Any]
    verdict: set[tuple[int, str, str]]
    physical: list[int] = field(default_factory=list)


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ('"', "\n", *delimiter)) else cell


def _csv(made: Made, names: list[str], rows: list[list[str]], rng: random.Random, end: str) -> str:
    """Return a CSV file in a dialect that is chosen at random; the dialect is put into the resource."""
    delimiter = rng.choice([",", ";", "\t", "|"])
    dialect: dict[str, Any] = {"delimiter": delimiter}
    before: list[str] = []
    header = [delimiter.join(names)]
    kind = rng.choice(["plain", "comments", "header rows", "no header", "spaces"])
    if kind == "comments":
        dialect["commentChar"] = "#"
    elif kind == "header rows":
        before, dialect["headerRows"] = ["title"], [2]
    elif kind == "no header":
        header, dialect["header"] = [], False
    elif kind == "spaces":
        dialect["skipInitialSpace"] = True
    lines = [*before, *header]
    for row in rows:
        if kind == "comments" and rng.random() < 0.3:
            lines.append("# a comment")
        joint = f"{delimiter} " if kind == "spaces" else delimiter
        made.physical.append(len(lines) + 1)
        lines.append(joint.join(_quoted(cell, delimiter) for cell in row))
    made.descriptor["resources"][0]["dialect"] = dialect
    made.feature += f", {kind}"
    return "".join(line + end for line in lines)


def make(root: Path, seed: int) -> Made:
    """Write a package; the same seed always gives the same one."""
    rng = random.Random(seed)
    root.mkdir(parents=True)
    chosen = [FIELDS[seed % len(FIELDS)], *rng.sample(FIELDS, rng.randint(1, 3))]
    names = [f"f{number}" for number in range(len(chosen))]
    fields = [{"name": name, **given} for name, (given, _) in zip(names, chosen, strict=True)]
    verdict: set[tuple[int, str, str]] = set()
    rows: list[list[str]] = []
    for row in range(1, rng.randint(4, 9)):
        cells = []
        for name, (_, texts) in zip(names, chosen, strict=True):
            good = [text for text in texts if not text[1]]
            bad = [text for text in texts if text[1]]
            text, code = rng.choice(bad) if bad and rng.random() < 0.3 else rng.choice(good)
            cells.append(text or "")
            if code:
                verdict.add((row, name, code))
        rows.append(["id" + str(row), *cells])
    fields.insert(0, {"name": "id", "type": "string"})
    names.insert(0, "id")
    schema: dict[str, Any] = {"fields": fields}
    if rng.random() < 0.4 and len(rows) > 2:
        schema["primaryKey"] = ["id"]
        rows[-1][0] = rows[0][0]
        verdict.add((len(rows), "id", "primary-key"))
    resource: dict[str, Any] = {"name": "t", "type": "table", "schema": schema}
    kind = rng.choice(["csv", "csv", "csv", "crlf", "gz", "arrays", "objects", "inline", "parts"])
    descriptor = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "resources": [resource]}
    made = Made(root, kind, descriptor, verdict)
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    if kind in ("csv", "crlf", "gz"):
        text = _csv(made, names, rows, rng, "\r\n" if kind == "crlf" else "\n").encode()
        resource["path"] = "t.csv.gz" if kind == "gz" else "t.csv"
        (root / resource["path"]).write_bytes(gzip.compress(text) if kind == "gz" else text)
    elif kind == "parts":
        half, resource["path"] = len(rows) // 2, ["t1.csv", "t2.csv"]
        for name, part in (("t1.csv", rows[:half]), ("t2.csv", rows[half:])):
            lines = [",".join(_quoted(cell, ",") for cell in row) for row in [names, *part]]
            (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        made.physical = list(range(2, len(rows) + 2))
    elif kind == "inline":
        resource["data"] = [names, *rows] if rng.random() < 0.5 else objects
        made.physical = list(range(2, len(rows) + 2))
    else:
        resource["path"] = "t.json"
        (root / "t.json").write_text(json.dumps([names, *rows] if kind == "arrays" else objects), encoding="utf-8")
        made.physical = list(range(2, len(rows) + 2))
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return made
