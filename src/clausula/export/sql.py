"""SQLite and DuckDB databases with types, primary and foreign keys and, in DuckDB, comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.model import Field, Table
from clausula.core.pandas_text import text_dtype
from clausula.derive.dialect import Dialect
from clausula.export.lines import records

SQLITE = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "date": "TEXT"}
DUCKDB = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}

quoted, literal = Dialect().name, Dialect().text

POSITIONS = """
CREATE VIEW positions AS
SELECT t.*, r.claimant_id, r.speaker_id, r.source_id, s.selected_by_actor_id
FROM reaction_targets t JOIN reactions r ON r.reaction_id = t.reaction_id JOIN sources s ON s.source_id = r.source_id
"""
"""The stances with the party that selected their source; anyone who counts them needs to see it."""

VIEW_TABLES = {"reaction_targets", "reactions", "sources"}
"""The tables that the view reads."""


def by_reference(data: Dataset, tables: Sequence[str]) -> list[Table]:
    """Sort tables so that each comes after those that it refers to."""
    waiting = [data.model[name] for name in tables]
    done: list[Table] = []
    while waiting:
        names = {t.name for t in waiting}
        ready = [t for t in waiting if not any(k.resource in names - {t.name} for k in t.foreign_keys)]
        done += ready or waiting[:1]
        waiting = [t for t in waiting if t not in done]
    return done


def _keys(table: Table, tables: Sequence[str]) -> Iterator[str]:
    if table.primary_key:
        yield f"PRIMARY KEY ({', '.join(map(quoted, table.primary_key))})"
    for key in table.unique_keys:
        yield f"UNIQUE ({', '.join(map(quoted, key))})"
    for foreign in table.foreign_keys:
        if foreign.resource in tables:
            fields, reference = (", ".join(map(quoted, names)) for names in (foreign.fields, foreign.reference))
            yield f"FOREIGN KEY ({fields}) REFERENCES {quoted(foreign.resource)} ({reference})"


def _column(table: Table, field: Field, types: dict[str, str]) -> str:
    column = f"{quoted(field.name)} {types.get(field.type, 'TEXT')}"
    column += " NOT NULL" if table.required(field) else ""
    if field.allowed:
        values = ", ".join(str(v) if field.type == "integer" else literal(str(v)) for v in field.allowed)
        column += f" CHECK ({quoted(field.name)} IN ({values}))"
    return column


def write_sqlite(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write one SQLite file.

    SQLite has no comments. Descriptions are in the table `_fields` and next to each column in the CREATE TABLE
    statement. Dates are ISO 8601 text, truth values 0 and 1.
    """
    import sqlite3

    con = sqlite3.connect(target)
    try:
        con.execute("PRAGMA foreign_keys = ON")
        con.execute("CREATE TABLE _about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        con.executemany("INSERT INTO _about VALUES (?, ?)", about(data))
        con.execute(
            "CREATE TABLE _fields (tbl TEXT, field TEXT, title TEXT, type TEXT, description TEXT, "
            "PRIMARY KEY (tbl, field))"
        )
        for table in by_reference(data, tables):
            con.execute(f"CREATE TABLE {quoted(table.name)} (\n  {_sqlite_body(table, tables)}\n)")
            rows = [tuple(record.values()) for record in records(data.load(table.name))]
            con.execute("PRAGMA defer_foreign_keys = ON")
            con.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({', '.join('?' * len(table.fields))})", rows)
            fields = [(table.name, f.name, f.title, f.type, f.description) for f in table.fields]
            con.executemany("INSERT INTO _fields VALUES (?, ?, ?, ?, ?)", fields)
        if set(tables) >= VIEW_TABLES:
            con.execute(POSITIONS)
        con.commit()
    finally:
        con.close()


def _sqlite_body(table: Table, tables: Sequence[str]) -> str:
    """Return the columns, each with its description as a comment, and the keys."""
    described = [(_column(table, f, SQLITE), " ".join(f.description.split())) for f in table.fields]
    parts = described + [(key, "") for key in _keys(table, tables)]
    last = len(parts) - 1
    return "\n  ".join(
        f"{part}{',' if i < last else ''}{f' -- {note}' if note else ''}" for i, (part, note) in enumerate(parts)
    )


def about(data: Dataset) -> list[tuple[str, str]]:
    """Return title, version, licence and citation of the data, for readers of an exported file."""
    metadata = data.model.metadata
    licence = next(one["name"] for one in metadata["licenses"] if one["scope"] == "data")
    return [("title", metadata["title"]), ("version", data.version), ("licence", licence), ("citation", data.cite())]


def write_duckdb(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write one DuckDB file, with the descriptions as comments on tables and columns.

    Foreign keys of a table to itself are left out, because DuckDB checks keys row by row during the insert.
    """
    import duckdb

    con = duckdb.connect()
    try:
        # Small blocks: an index takes at least one per column, and the tables are small.
        con.execute(f"ATTACH {literal(str(target))} AS package (BLOCK_SIZE 16384)")
        con.execute("USE package")
        for table in by_reference(data, tables):
            named = quoted(table.name)
            columns = [_column(table, f, DUCKDB) for f in table.fields]
            keys = list(_keys(table, [t for t in tables if t != table.name]))
            con.execute(f"CREATE TABLE {named} ({', '.join([*columns, *keys])})")
            frame = data.load(table.name)
            plain = frame.astype({c: text_dtype() for c in frame.columns if str(frame[c].dtype) == "category"})
            con.register("frame", plain)
            con.execute(f"INSERT INTO {named} SELECT * FROM frame")
            con.unregister("frame")
            con.execute(f"COMMENT ON TABLE {named} IS {literal(f'{table.grain} {table.description}')}")
            for field in table.fields:
                con.execute(f"COMMENT ON COLUMN {named}.{quoted(field.name)} IS {literal(field.description)}")
        if set(tables) >= VIEW_TABLES:
            con.execute(POSITIONS)
        con.execute("CREATE TABLE _about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        con.executemany("INSERT INTO _about VALUES (?, ?)", about(data))
    finally:
        con.close()
