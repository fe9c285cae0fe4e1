"""Spark reports the same findings as DuckDB, row for row: violated constraints and rules, bad files, 10^6 rows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from clausula.core.constraints import Constraint
from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.package import Package, csv_path, open_package
from clausula.core.rules import RULES, Rule, read_rules
from clausula.validation import rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine
from clausula.validation.engine import Engine
from tests.conftest import ROOT
from tests.foreign.packages import single_table
from tests.foreign.parts import PARTS, parts_package
from tests.poisoned.layers import CONSTRAINTS, MODEL, subpackage
from tests.poisoned.poison import poison_all
from tests.poisoned.reload import reads
from tests.poisoned.tables import Tables
from tests.poisoned.texts import LINES, add_disputed_texts, codes
from tests.unit import test_store

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed"),
    pytest.mark.exhaustive,
]
SHOWN = 10_000
ROW_CODES = {rule.code for rule in read_rules(ROOT / RULES)} | {"primary-key", "unique-key"}
"""Codes that concern a whole row rather than one cell."""

CASES = sorted((Path(__file__).parent / "rules").glob("*.json"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module", autouse=True)
def spark_session(folder: Path) -> Iterator[Any]:
    """Open one session for the module, because starting Spark takes longer than most checks."""
    from clausula.validation.spark_engine import session

    with session("local[2]", folder) as spark:
        yield spark


def has_rule_tables(package: Package) -> bool:
    """Whether the package has all tables that the rules use."""
    return package.own and "agreement" in package.resources


def on_duckdb(package: Package, rules: list[Rule] | None = None) -> Report:
    """Check a package on DuckDB: schemas and rules, or only the given rules."""
    report = Report(SHOWN)
    with closing(open_engine(package)) as engine:
        check(engine, report, rules)
    return report


def on_spark(package: Package, rules: list[Rule] | None = None) -> Report:
    """Check a package on Spark: schemas and rules, or only the given rules."""
    from clausula.validation.spark_engine import open_spark

    report = Report(SHOWN)
    with open_spark(package) as engine:
        check(engine, report, rules)
    return report


def check(engine: Engine, report: Report, rules: list[Rule] | None) -> None:
    if rules is None:
        schema_layer.check(engine, report)
        rules = read_rules(engine.package.root / RULES) if has_rule_tables(engine.package) else []
    rules_layer.check(engine, report, rules)


def comparable(report: Report) -> tuple[list[dict[str, Any]], dict[tuple[str, str, str], int]]:
    """Return the findings and counts of a report without the layer names."""
    findings = [{k: v for k, v in f.as_dict().items() if k != "layers"} for f in report.findings]
    return sorted(findings, key=lambda f: json.dumps(f, sort_keys=True)), dict(sorted(report.counts.items()))


def compare(package: Package, rules: list[Rule] | None = None) -> list[Finding]:
    """Check a package on both engines; return the common findings."""
    ours, theirs = on_duckdb(package, rules), on_spark(package, rules)
    assert comparable(theirs) == comparable(ours)
    return ours.findings


def compare_engines(root: Path, *tables: str) -> list[Finding]:
    """Check a package, or some tables with their references, on both engines; return the common findings."""
    return compare(subpackage(open_package(root).model, root, *tables) if tables else open_package(root))


def test_line_after_a_cell_of_several_lines_without_a_last_line_feed(tmp_path: Path) -> None:
    (found,) = compare_engines(single_table(tmp_path, test_store.FIELDS, test_store.MULTILINE))
    assert (found.code, found.row, found.line) == ("type", 3, 5)


def kind_and_type(constraint: Constraint) -> tuple[str, str]:
    """Return what decides how an engine checks a constraint; another table or field makes no difference."""
    return constraint.kind, MODEL[constraint.table][constraint.field].type if constraint.field else ""


def tables_with_every_kind() -> list[str]:
    """Return few tables with a constraint of every kind on every type of field, and those of the disputed texts."""
    by_table: dict[str, set[tuple[str, str]]] = {}
    for constraint in CONSTRAINTS:
        if constraint.table != "agreement":  # with it, all rules would run as well
            by_table.setdefault(constraint.table, set()).add(kind_and_type(constraint))
    chosen = sorted({line.place[0] for line in LINES})
    while missing := set().union(*by_table.values()).difference(*(by_table[name] for name in chosen)):
        chosen.append(max(by_table, key=lambda name: len(by_table[name] & missing)))
    return chosen


def test_every_kind_of_violated_constraint(mini: Path) -> None:
    """Put poisoned rows for each kind of constraint and type, and the disputed texts, into one package."""
    lines, tables = add_disputed_texts(mini), tables_with_every_kind()
    constraints = [c for c in CONSTRAINTS if c.table in tables]
    rows = poison_all(Tables(mini), MODEL, constraints)
    found = compare_engines(mini, *tables)
    expected = {(c.kind, c.table, rows[c.name], c.field) for c in constraints}
    assert expected <= {(f.code, f.table, f.row, f.field) for f in found}
    assert len(expected) >= 100 and {c.kind for c in CONSTRAINTS} == {code for code, *_ in expected}
    cells = codes(found)
    for line in LINES:
        table, field = line.place
        assert cells.get((table, lines[line.name], field), set()) - ROW_CODES == line.expected("spark"), line.name


def package_of_cases(clean: Path, root: Path, cases: dict[str, list[dict[str, Any]]]) -> Path:
    """Return a copy of a package with the changes of some cases; a case may have removed the row of a later one."""
    shutil.copytree(clean, root)
    tables = Tables(root)
    for changes in cases.values():
        with suppress(AssertionError):
            tables.change(changes)
    for name in tables.read():
        tables.write(name)
    return root


def test_every_violated_rule(built: Path, tmp_path: Path) -> None:
    """Violate all rules together, then those that the violations of others have hidden, alone if nothing is found."""
    cases = {case["rule"]: case["change"] for case in (json.loads(path.read_text("utf-8")) for path in reversed(CASES))}
    all_rules = read_rules(ROOT / RULES)
    assert sorted(cases) == sorted(rule.code for rule in all_rules)
    complete = open_package(package_of_cases(built, tmp_path / "all", cases))
    found = {f.code for f in compare(complete)}
    assert len(cases.keys() & found) > len(cases) / 2
    together, number = True, 0
    while hidden := {code: changes for code, changes in cases.items() if code not in found}:
        chosen = hidden if together else dict(list(hidden.items())[:1])
        rules = [rule for rule in all_rules if rule.code in chosen]
        root = package_of_cases(built, tmp_path / f"{number}", chosen)
        read = {name for name in MODEL.tables if any(reads(rule, {name}) for rule in rules)}
        new = {f.code for f in compare(subpackage(MODEL, root, *read), rules)} & chosen.keys()
        assert together or new
        found, together, number = found | new, bool(new), number + 1
    assert cases.keys() <= found


def test_tables_in_several_files(tmp_path: Path) -> None:
    """Each file is read by an executor; the rows and lines of findings are those of the driver."""
    found = compare_engines(parts_package(tmp_path, *[files for files, _ in PARTS.values()]))
    for number, case in enumerate(PARTS):
        folder = f"{number}/" if number else ""
        expected = {(code, folder + file, row, line) for code, file, row, line in PARTS[case][1]}
        assert {(f.code, f.file, f.row, f.line) for f in found if f.table == f"table-{number}"} == expected, case


def test_parquet_tables_in_several_files(tmp_path: Path) -> None:
    import duckdb

    for number, columns in enumerate(("1 AS id, 'a' AS form", "2 AS id, 'A' AS form", "2 AS id, 5 AS more")):
        query = f"SELECT {columns}, NULL::VARCHAR AS actor, NULL::VARCHAR AS mail"
        duckdb.connect().execute(f"COPY ({query}) TO '{tmp_path}/t{number}.parquet'")
    descriptor = json.loads((parts_package(tmp_path, [b"missing"] * 3) / "datapackage.json").read_text("utf-8"))
    descriptor["resources"][0] |= {"path": [f"t{n}.parquet" for n in range(3)], "format": "parquet"}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    found = {(f.code, f.file, f.row) for f in compare_engines(tmp_path)}
    assert ("primary-key", "t2.parquet", 3) in found


FAULTS = {
    "quoted line breaks": lambda b: b.replace(b"Both sides stop", b"Both\nsides\nstop", 1).replace(
        b",Both", b',"Both', 1
    ),
    "carriage returns": lambda b: b.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda b: b"\xef\xbb\xbf" + b,
    "a ragged row": lambda b: b + b"a,b\n",
    "a blank line": lambda b: b.replace(b"\n", b"\n\n", 2),
    "a NUL byte": lambda b: b.replace(b"sides", b"si\x00des", 1),
    "an open quote": lambda b: b + b'"open',
    "another encoding": lambda b: b.replace(b"sides", "s\xefdes".encode("latin-1"), 1),
    "an extra column": lambda b: b.replace(b"provision_id,", b"provision_id,extra,", 1),
    "look-alike letters": lambda b: b.replace(b"river-accord-2031.p01", "river-\u0430ccord-2031.p01".encode(), 1),
    "no rows": lambda b: b.split(b"\n")[0] + b"\n",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_files(mini: Path, fault: str) -> None:
    path = mini / csv_path("provisions")
    path.write_bytes(FAULTS[fault](path.read_bytes()))
    found = compare_engines(mini, "provisions")
    assert bool(found) == (fault not in ("carriage returns", "no rows"))


CELLS = {
    "id": """CASE WHEN i % 100003 = 1 THEN 'r0000000' WHEN i % 90001 = 2 THEN NULL WHEN i % 80021 = 3 THEN 'x'
             ELSE 'r' || lpad(i::VARCHAR, 7, '0') END""",
    "actor": "CASE WHEN i % 70001 = 4 THEN 'nobody' ELSE 'a' || (i % 500)::VARCHAR END",
    "form": "CASE WHEN i % 60013 = 5 THEN 'song' WHEN i % 2 = 0 THEN 'speech' ELSE 'act' END",
    "stance": "CASE WHEN i % 50021 = 6 THEN 7 ELSE i % 5 - 2 END",
    "day": "DATE '2013-12-31' + (CASE WHEN i % 30011 = 8 THEN 0 ELSE 1 + i % 4000 END)::INT",
    "weight": "i % 100 + 0.5",
}
"""The expression of each column, with occasional violations."""

MISTYPED = {"stance": "i % 40009 = 7 THEN '1.0'", "day": "i % 20011 = 9 THEN '2014-02-30'"}
"""Texts that are not valid for the type of the field, for CSV files only."""

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "r[0-9]{7}"}},
    {"name": "actor", "type": "string"},
    {"name": "form", "type": "string", "constraints": {"enum": ["speech", "act"]}},
    {"name": "stance", "type": "integer", "constraints": {"minimum": -2, "maximum": 2}},
    {"name": "day", "type": "date", "constraints": {"minimum": "2014-01-01"}},
    {"name": "weight", "type": "number"},
]
KEYS = {"primaryKey": "id", "foreignKeys": [{"fields": "actor", "reference": {"resource": "actors", "fields": "id"}}]}


def _generated(root: Path, rows: int, form: str) -> Path:
    """Write a foreign package with two tables."""
    import duckdb

    root.mkdir()
    columns = []
    for field, cell in CELLS.items():
        bad = f"CASE WHEN {MISTYPED[field]} ELSE ({cell})::VARCHAR END" if field in MISTYPED else cell
        columns.append(f"{bad if form == 'csv' else cell} AS {field}")
    queries = {
        "t": f"SELECT {', '.join(columns)} FROM range({rows}) t(i)",
        "actors": "SELECT 'a' || i::VARCHAR AS id FROM range(500) t(i)",
    }
    schemas = {"t": {"fields": FIELDS, **KEYS}, "actors": {"fields": [{"name": "id", "type": "string"}]}}
    con = duckdb.connect()
    for name, query in queries.items():
        con.execute(f"COPY ({query}) TO '{root}/{name}.{form}' ({'HEADER' if form == 'csv' else 'FORMAT parquet'})")
    resources = [{"name": n, "path": f"{n}.{form}", "format": form, "schema": schema} for n, schema in schemas.items()]
    (root / "datapackage.json").write_text(json.dumps({"name": "x", "resources": resources}), encoding="utf-8")
    return root


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_million_rows(tmp_path: Path, form: str) -> None:
    found = {f.code for f in compare_engines(_generated(tmp_path / "package", 1_000_000, form))}
    assert {"primary-key", "required", "pattern", "foreign-key", "enum", "maximum", "minimum"} <= found
    assert ("type" in found) == (form == "csv")


def test_quotes_backslashes_and_variables_in_a_schema_stay_text(tmp_path: Path) -> None:
    values = ["it's", "a\\b", "${env:HOME}", "`x`", 'say "no"', "end\\", "-- x", "\u0435"]
    resource = {
        "name": "odd `name`",
        "path": "t.csv",
        "schema": {
            "fields": [
                {"name": 'it\'s "a" `field`', "type": "string", "constraints": {"enum": values}},
                {"name": "b", "type": "string", "constraints": {"pattern": "\\d+'\\.[a-z]\\\\"}},
            ],
            "missingValues": ["", "it's\\none"],
        },
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    import csv

    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f["name"] for f in resource["schema"]["fields"]])  # type: ignore[index]
        writer.writerows([[v, "12'.a\\"] for v in values] + [["e", "12'.a"], ["it's\\none", "1'.b\\\n"], ["x", ""]])
    assert [(f.code, f.row) for f in sorted(compare_engines(tmp_path), key=lambda f: (f.row or 0, f.code))] == [
        ("invalid-descriptor", None),
        ("enum", 9),
        ("pattern", 9),
        ("pattern", 10),
        ("enum", 11),
    ]


HARMFUL_RULES = {
    "two statements": "SELECT 'actors' AS tbl, 1 AS _row, 'name' AS field; DROP VIEW actors",
    "a statement after a closing bracket": "SELECT 1 AS tbl) r; DROP VIEW actors; --",
    "a new table": "CREATE TABLE {mark} AS SELECT 1",
    "writing to a folder": "INSERT OVERWRITE DIRECTORY '{mark}' USING csv SELECT 1",
    "dropping a view": "DROP VIEW actors",
    "a setting": "SET spark.sql.ansi.enabled = false",
    "SQL in a string": "EXECUTE IMMEDIATE 'DROP VIEW actors'",
    "a program": "SELECT TRANSFORM (1) USING 'touch {mark}' AS (tbl, _row, field) FROM actors",
    "a program, hidden": "SELECT 1 WHERE EXISTS (SELECT TRANSFORM (1) USING 'touch {mark}' AS (a) FROM actors)",
    "Java": "SELECT `Reflect`('java.lang.System', 'setProperty', 'clausula.mark', 'x') AS tbl",
    "Java after many columns": f"SELECT {', '.join(map(str, range(99)))}, java_method('java.lang.System', 'gc')",
    "Java under a name built at run time": "SELECT IDENTIFIER('re' || 'flect')('java.lang.System', 'gc') AS tbl",
    "a file by name": "SELECT value AS tbl, 1 AS _row, 'name' AS field FROM text.`{root}/datapackage.json`",
    "an unknown column": "SELECT nothing AS tbl FROM actors",
    "an invalid cast": "SELECT CAST(name AS INT) AS tbl, 1 AS _row, 'name' AS field FROM actors",
}


def test_harmful_rules_are_refused(mini: Path, tmp_path: Path) -> None:
    """A rule must be a single SELECT on Spark as on DuckDB; anything else, or a failing query, is one finding."""
    from clausula.validation.spark_engine import open_spark

    header = "-- severity: error\n-- says: x\n-- do: y\n"
    package = subpackage(open_package(mini).model, mini, "actors")
    with open_spark(package) as engine:
        before = engine.rows("SELECT count(*) FROM actors")
        for name, sql in HARMFUL_RULES.items():
            mark = tmp_path / "mark"
            rule = Rule(
                "new-rule", "error", "x", "y", header + sql.replace("{mark}", str(mark)).replace("{root}", str(mini))
            )
            with pytest.raises(CouldNotRun) as caught:
                rules_layer.check(engine, Report(), [rule])
            assert caught.value.finding.code == "invalid-rule", name
            assert "new-rule" in caught.value.finding.message
            assert not mark.exists(), name
        assert engine.rows("SELECT count(*) FROM actors") == before
        assert engine.rows("SELECT reflect('java.lang.System', 'getProperty', 'clausula.mark')") == [("null",)]
        rules_layer.check(
            engine, Report(), [Rule("x", "error", "x", "y", header + "SELECT 'actors' tbl, 1 _row, 'name' field")]
        )
