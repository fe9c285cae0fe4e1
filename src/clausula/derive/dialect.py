"""SQL dialects of the engines, DuckDB and Spark.

Everything from a schema or a path is put into SQL with `name` or `text`, so that no table name, field name, category,
pattern or path can terminate a literal or an identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

SEPARATORS = ("\x1f", "\x1e", "\x1d", "\x1c", "\x02", "\x03", "\x04")
LONG = 1000
"""Largest number of values that are listed one by one."""

JSON_STRING = r'"(?s:\\.|[^"\\])*"'
"""A string in JSON."""

NOT_JSON = r",\s*[\]}]|(?i:nan|inf)"
"""What DuckDB reads outside of the strings of JSON although it is not JSON."""


class Dialect:
    """DuckDB's SQL; other dialects override what differs."""

    engine = "duckdb"
    text_type = "VARCHAR"
    longest_list: float = LONG
    """Largest number of values that `among` lists one by one."""

    subquery_in_filter = True
    """Whether the filter of an aggregate may contain a nested query."""

    def name(self, identifier: str) -> str:
        """Return a quoted identifier."""
        return '"' + identifier.replace('"', '""') + '"'

    def text(self, value: object) -> str:
        """Return a string literal."""
        return "'" + str(value).replace("'", "''") + "'"

    def among(self, expression: str, values: Sequence[object], kind: str = "VARCHAR") -> str:
        """Return the condition that a value is one of these.

        A long list is written as a single literal, which DuckDB parses a hundred times as fast as one for each value.
        """
        between = next((char for char in SEPARATORS if not any(char in str(value) for value in values)), "")
        if len(values) <= self.longest_list or not between:
            listed = (self.text(v) if kind == self.text_type else self.cast(self.text(v), kind) for v in values)
            return f"{expression} IN ({', '.join(listed)})"
        listed_in_one = f"unnest(string_split({self.text(between.join(map(str, values)))}, {self.text(between)}))"
        return f"{expression} IN (SELECT {self.cast(listed_in_one, kind)})"

    def matches(self, expression: str, pattern: str) -> str:
        """Return the condition that the whole text matches a pattern."""
        return f"regexp_full_match({expression}, {self.text(pattern)})"

    def try_cast(self, expression: str, kind: str) -> str:
        """Return the value cast to a type, or NULL if the cast fails."""
        return f"TRY_CAST({expression} AS {kind})"

    def cast(self, expression: str, kind: str) -> str:
        """Return the value cast to a type."""
        return f"CAST({expression} AS {kind})"

    def bytes(self, expression: str) -> str:
        """Return the length of a text in bytes."""
        return f"strlen({expression})"

    def distinct(self, expressions: Sequence[str], filled: str) -> str:
        """Return the number of distinct keys without empty parts."""
        if len(expressions) == 1:
            return f"count(DISTINCT {expressions[0]})"
        return f"count(DISTINCT CASE WHEN {filled} THEN ({', '.join(expressions)}) END)"

    def json_is(self, expression: str, kind: str) -> str:
        """Return the condition that a text is JSON of a kind: OBJECT or ARRAY."""
        bare = f"""regexp_replace({expression}, {self.text(JSON_STRING)}, '""', 'g')"""
        strict = f"NOT regexp_matches({bare}, {self.text(NOT_JSON)})"
        is_kind = f"json_type({expression}) = '{kind}' AND {strict}"
        return f"coalesce(CASE WHEN json_valid({expression}) THEN {is_kind} END, false)"

    def json_type_in(self, expression: str, kinds: Sequence[str]) -> str:
        """Return the condition that the member `type` of a JSON object is one of these."""
        member = f"CASE WHEN json_valid({expression}) THEN json_extract_string({expression}, '$.type') END"
        return f"coalesce({member} IN ({', '.join(map(self.text, kinds))}), false)"

    def parse_date(self, expression: str, pattern: str) -> str:
        """Return a text parsed as a timestamp with a strptime pattern, or NULL if it does not match."""
        return f"try_strptime({expression}, {self.text(pattern)})"


class SparkDialect(Dialect):
    """Spark SQL.

    Parameters
    ----------
    matcher : callable, optional
        Returns the name of a function that tests whether the whole text matches a pattern, in linear time. Spark's own
        functions do not: Java's regular expressions can take exponential time.
    """

    def __init__(self, matcher: Callable[[str], str] | None = None) -> None:
        self.matcher = matcher

    engine = "spark"
    text_type = "STRING"
    longest_list = inf
    subquery_in_filter = False

    def name(self, identifier: str) -> str:
        """Return a quoted identifier."""
        return "`" + identifier.replace("`", "``") + "`"

    def text(self, value: object) -> str:
        """Return a raw string literal, in which a backslash is literal; quotation marks are written as chr(39)."""
        parts = [f"r'{part}'" if "\\" in part else f"'{part}'" for part in str(value).split("'")]
        return parts[0] if len(parts) == 1 else f"concat({', chr(39), '.join(parts)})"

    def matches(self, expression: str, pattern: str) -> str:
        """Return the condition that the whole text matches a pattern."""
        if self.matcher is None:
            raise NotImplementedError(pattern)
        return f"{self.matcher(pattern)}({expression})"

    def bytes(self, expression: str) -> str:
        """Return the length of a text in bytes."""
        return f"octet_length({expression})"

    def json_is(self, expression: str, kind: str) -> str:
        """Return the condition that a text is JSON of a kind: OBJECT or ARRAY."""
        sign = {"OBJECT": "{", "ARRAY": "["}[kind]
        return f"(get_json_object({expression}, '$') IS NOT NULL AND ltrim({expression}) LIKE '{sign}%')"

    def json_type_in(self, expression: str, kinds: Sequence[str]) -> str:
        """Return the condition that the member `type` of a JSON object is one of these."""
        listed = ", ".join(map(self.text, kinds))
        return f"coalesce(get_json_object({expression}, '$.type') IN ({listed}), false)"

    def parse_date(self, expression: str, pattern: str) -> str:
        """Raise NotImplementedError: Spark uses other date patterns, and the caller reports it as a finding."""
        raise NotImplementedError(pattern)


DUCKDB = Dialect()
SPARK = SparkDialect()
