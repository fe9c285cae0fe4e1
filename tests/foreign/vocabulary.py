"""The properties of the Data Package standard, versions 1 and 2, with the effect that each must have in validation.

Every property that restricts the contents of a package has a probe: a package that violates it, or that uses it in a
way that is not supported. The other properties are descriptive and change nothing.
"""

from __future__ import annotations

from typing import Any

DESCRIPTIVE = {
    "package": {
        *("$schema", "profile", "name", "id", "title", "description", "homepage", "image", "version", "created"),
        *("keywords", "contributors", "sources", "licenses"),
    },
    "resource": {"$schema", "profile", "title", "description", "mediatype", "sources", "licenses", "homepage"},
    "dialect": {"$schema", "name", "title", "description", "csvddfVersion"},
    "schema": {"$schema", "name", "title", "description", "homepage", "version", "image", "keywords", "examples"},
    "field": {"title", "description", "example", "rdfType", "categoriesOrdered"},
    "constraint": set(),
}
"""Properties for readers, which no value can violate."""

ENFORCED, UNSUPPORTED, REFUSED, ALLOWED = "enforced", "unsupported", "refused", "allowed"

Probe = tuple[str, dict[str, Any]]
"""The expected outcome (an error, a note that it is not supported, a refusal, or nothing), and the property."""


def field(**more: Any) -> dict[str, Any]:
    return {"schema": {"fields": [{"name": "x", **more}, {"name": "y"}]}}


def dialect(**more: Any) -> dict[str, Any]:
    return {"dialect": more}


def constraint(kind: str = "string", **more: Any) -> dict[str, Any]:
    return field(type=kind, constraints=more)


def schema(**more: Any) -> dict[str, Any]:
    return {"schema": {"fields": [{"name": "x"}, {"name": "y"}], **more}}


JSON = {"format": "json", "content": '[["x", "y"], ["a", "b"]]'}
OBJECTS = {"format": "json", "content": '[{"x": "a", "y": "b"}]'}
ESCAPED = {"content": 'x,y\n"a|"b",1\n'}

PROBES: dict[str, dict[str, Probe]] = {
    "package": {"resources": (REFUSED, {"resources": []})},
    "resource": {
        "name": (ENFORCED, {"name": 5}),
        "path": (ENFORCED, {"path": "none.csv"}),
        "data": (ENFORCED, {"path": None, "data": [["x"], ["a"]]}),
        "type": (ENFORCED, {"type": "picture"}),
        "format": (UNSUPPORTED, {"format": "sav"}),
        "encoding": (ENFORCED, {"encoding": "ascii", "content": "x,y\nä,1\n"}),
        "bytes": (ENFORCED, {"bytes": 1}),
        "hash": (ENFORCED, {"hash": "sha256:0"}),
        "schema": (ENFORCED, field(type="integer")),
        "dialect": (ENFORCED, dialect(delimiter=";")),
        "compression": (ENFORCED, {"compression": "gz"}),
        "extrapaths": (ENFORCED, {"extrapaths": ["a.csv"]}),
    },
    "dialect": {
        "delimiter": (ENFORCED, dialect(delimiter=";")),
        "quoteChar": (ENFORCED, {**dialect(quoteChar="'"), "content": 'x,y\n"a,b",1\n'}),
        "doubleQuote": (
            ENFORCED,
            {**dialect(doubleQuote=False, escapeChar="|"), **constraint(enum=['a|"b']), **ESCAPED},
        ),
        "escapeChar": (ENFORCED, {**dialect(escapeChar="|"), **constraint(enum=['a|"b']), **ESCAPED}),
        "header": (ENFORCED, {**dialect(header=False), **field(type="integer"), "content": "x,y\n"}),
        "headerRows": (ENFORCED, dialect(headerRows=[2])),
        "headerJoin": (ENFORCED, dialect(headerJoin="-", headerRows=[1, 2])),
        "commentRows": (ENFORCED, dialect(commentRows=[1])),
        "commentChar": (ENFORCED, dialect(commentChar="x")),
        "nullSequence": (ENFORCED, {**dialect(nullSequence="a"), **constraint(required=True)}),
        "skipInitialSpace": (ALLOWED, {**dialect(skipInitialSpace=True), "content": "x, y\na, b\n"}),
        "property": (ENFORCED, {**dialect(property="rows"), **JSON}),
        "itemType": (ENFORCED, {**dialect(itemType="object"), **JSON}),
        "itemKeys": (ENFORCED, {**dialect(itemType="object", itemKeys=["z"]), **OBJECTS}),
        "sheetNumber": (ENFORCED, dialect(sheetNumber=0)),
        "sheetName": (ENFORCED, dialect(sheetName=5)),
        "table": (ALLOWED, dialect(table="t")),
        "lineTerminator": (ENFORCED, dialect(lineTerminator=";")),
        "caseSensitiveHeader": (ALLOWED, {**dialect(caseSensitiveHeader=False), "content": "X,y\na,b\n"}),
    },
    "schema": {
        "fields": (ENFORCED, {"schema": {"fields": [{"name": "z"}]}}),
        "fieldsMatch": (ENFORCED, {"schema": {"fields": [{"name": "z"}], "fieldsMatch": "partial"}}),
        "missingValues": (ENFORCED, {**constraint(required=True), "schema_more": {"missingValues": ["a"]}}),
        "primaryKey": (ENFORCED, schema(primaryKey=["x"])),
        "uniqueKeys": (ENFORCED, schema(uniqueKeys=[["x"]])),
        "foreignKeys": (ENFORCED, schema(foreignKeys=[{"fields": ["x"], "reference": {"fields": ["y"]}}])),
    },
    "field": {
        "name": (ENFORCED, {"schema": {"fields": [{"type": "any"}]}}),
        "type": (ENFORCED, field(type="integer")),
        "format": (ENFORCED, field(type="string", format="uuid")),
        "constraints": (ENFORCED, constraint(maxLength=0)),
        "missingValues": (ENFORCED, field(missingValues=["a"], constraints={"required": True})),
        "categories": (ENFORCED, field(type="string", categories=["b"])),
        "trueValues": (ENFORCED, {**field(type="boolean", trueValues=["ja"]), "content": "x,y\ntrue,\n"}),
        "falseValues": (ENFORCED, {**field(type="boolean", falseValues=["nein"]), "content": "x,y\nfalse,\n"}),
        "decimalChar": (ENFORCED, {**field(type="number", decimalChar=","), "content": "x,y\n1.5,\n"}),
        "groupChar": (ENFORCED, {**field(type="number", groupChar=" "), "content": "x,y\n1  2,\n"}),
        "bareNumber": (ENFORCED, {**field(type="number", bareNumber=False), "content": "x,y\n€,\n"}),
        "delimiter": (ENFORCED, {**field(type="list", delimiter=";", itemType="integer"), "content": 'x,y\n"1,2",b\n'}),
        "itemType": (ENFORCED, field(type="list", itemType="integer")),
    },
    "constraint": {
        "required": (ENFORCED, {**constraint(required=True), "content": "x,y\n,1\n"}),
        "unique": (ENFORCED, constraint(unique=True)),
        "pattern": (ENFORCED, constraint(pattern="b")),
        "enum": (ENFORCED, constraint(enum=["b"])),
        "minLength": (ENFORCED, constraint(minLength=2)),
        "maxLength": (ENFORCED, constraint(maxLength=0)),
        "minimum": (ENFORCED, {**constraint("integer", minimum=2), "content": "x,y\n1,\n"}),
        "maximum": (ENFORCED, {**constraint("integer", maximum=0), "content": "x,y\n1,\n"}),
        "exclusiveMinimum": (ENFORCED, {**constraint("integer", exclusiveMinimum=1), "content": "x,y\n1,\n"}),
        "exclusiveMaximum": (ENFORCED, {**constraint("integer", exclusiveMaximum=1), "content": "x,y\n1,\n"}),
        "jsonSchema": (ENFORCED, {**constraint("object", jsonSchema={"required": ["a"]}), "content": "x,y\n{},1\n"}),
    },
}

_ABOUT = ("$schema", "name", "title", "description", "homepage", "version", "image", "keywords")
_RIGHTS = ("profile", "sources", "licenses")
_FILE = ("path", "data", "type", "format", "mediatype", "encoding", "bytes", "hash", "schema", "dialect")
_ROWS = ("header", "headerRows", "headerJoin", "commentRows", "commentChar", "caseSensitiveHeader")
_CELLS = ("delimiter", "lineTerminator", "quoteChar", "doubleQuote", "escapeChar", "nullSequence", "skipInitialSpace")
_PLACES = ("property", "itemType", "itemKeys", "sheetNumber", "sheetName", "table", "csvddfVersion")
_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_SPELLING = ("trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber", "delimiter", "itemType")

PROPERTIES = {
    "package": {*_ABOUT, *_RIGHTS, "resources", "id", "created", "contributors"},
    "resource": {*_ABOUT[:5], *_RIGHTS, *_FILE, "compression", "extrapaths"},
    "dialect": {*_ABOUT[:4], *_ROWS, *_CELLS, *_PLACES},
    "schema": {
        *(*_ABOUT, "examples", "fields", "fieldsMatch", "missingValues"),
        *("primaryKey", "uniqueKeys", "foreignKeys"),
    },
    "field": {
        *("name", "type", "title", "format", "description", "example", "rdfType", "constraints"),
        *("categories", "categoriesOrdered", "missingValues", *_SPELLING),
    },
    "constraint": {"required", "unique", "enum", "pattern", "jsonSchema", *_BOUNDS},
}
TYPES = (
    *("string", "number", "integer", "boolean", "object", "array", "list", "datetime", "date", "time", "year"),
    *("yearmonth", "duration", "geopoint", "geojson", "any"),
)
FORMATS = {
    "string": ["default", "email", "uri", "binary", "uuid"],
    "date": ["default", "any", "%d.%m.%Y"],
    "datetime": ["default", "any", "%d.%m.%Y %H:%M"],
    "time": ["default", "any", "%H:%M"],
    "geopoint": ["default", "array", "object"],
    "geojson": ["default", "topojson"],
}
