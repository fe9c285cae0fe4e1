"""How SQL is spelt for the engines: one text, two dialects.

Everything that comes from a schema or a path reaches SQL through `name` or `text`, so that no table name, field name,
category, pattern or path can end a literal or an identifier.
"""

from __future__ import annotations

from collections.abc import Sequence

SEPARATORS = ("\x1f", "\x1e", "\x1d", "\x1c", "\x02", "\x03", "\x04")
LONG = 1000
"""How many values are listed one by one."""


class Dialect:
    """DuckDB's SQL; other dialects override what they spell in another way."""

    engine = "duckdb"
    text_type = "VARCHAR"
    backtracks = False
    """Whether patterns are matched by trying again and again, so that some may run away."""

    marks = True
    """Whether a query may ask in an aggregate's filter whether a value stands in another query."""

    def name(self, identifier: str) -> str:
        """A quoted identifier."""
        return '"' + identifier.replace('"', '""') + '"'

    def text(self, value: object) -> str:
        """A string literal."""
        return "'" + str(value).replace("'", "''") + "'"

    def among(self, expression: str, values: Sequence[object], kind: str = "VARCHAR") -> str:
        """Condition that a value is one of these; a long list goes in as one literal, which is read a hundred times as
        fast as one literal for each."""
        between = next((char for char in SEPARATORS if not any(char in str(value) for value in values)), "")
        if len(values) <= LONG or not between:
            listed = (self.text(v) if kind == self.text_type else self.cast(self.text(v), kind) for v in values)
            return f"{expression} IN ({', '.join(listed)})"
        listed_in_one = f"unnest(string_split({self.text(between.join(map(str, values)))}, {self.text(between)}))"
        return f"{expression} IN (SELECT {self.cast(listed_in_one, kind)})"

    def matches(self, expression: str, pattern: str) -> str:
        """Condition that the whole text matches a pattern."""
        return f"regexp_full_match({expression}, {self.text(pattern)})"

    def matches_glob(self, expression: str, pattern: str) -> str:
        """Condition that the whole text matches a pattern of letters and classes."""
        return f"({expression} GLOB {self.text(pattern)})"

    def try_cast(self, expression: str, kind: str) -> str:
        """The value as a type, or NULL."""
        return f"TRY_CAST({expression} AS {kind})"

    def cast(self, expression: str, kind: str) -> str:
        """The value as a type."""
        return f"CAST({expression} AS {kind})"

    def bytes(self, expression: str) -> str:
        """Length of a text in bytes."""
        return f"strlen({expression})"

    def distinct(self, expressions: Sequence[str], filled: str) -> str:
        """Number of distinct keys whose parts are all filled."""
        if len(expressions) == 1:
            return f"count(DISTINCT {expressions[0]})"
        return f"count(DISTINCT CASE WHEN {filled} THEN ({', '.join(expressions)}) END)"

    def json_is(self, expression: str, kind: str) -> str:
        """Condition that a text is JSON of a kind: OBJECT or ARRAY."""
        return f"coalesce(CASE WHEN json_valid({expression}) THEN json_type({expression}) = '{kind}' END, false)"

    def json_type_in(self, expression: str, kinds: Sequence[str]) -> str:
        """Condition that the member `type` of a JSON object is one of these."""
        member = f"CASE WHEN json_valid({expression}) THEN json_extract_string({expression}, '$.type') END"
        return f"coalesce({member} IN ({', '.join(map(self.text, kinds))}), false)"

    def parse_date(self, expression: str, pattern: str) -> str:
        """A text read by a strptime pattern as a timestamp, or NULL."""
        return f"try_strptime({expression}, {self.text(pattern)})"


class SparkDialect(Dialect):
    """Spark SQL."""

    def among(self, expression: str, values: Sequence[object], kind: str = "STRING") -> str:
        """Condition that a value is one of these."""
        listed = (self.text(v) if kind == self.text_type else self.cast(self.text(v), kind) for v in values)
        return f"{expression} IN ({', '.join(listed)})"

    engine = "spark"
    text_type = "STRING"
    marks = False
    backtracks = True

    def name(self, identifier: str) -> str:
        """A quoted identifier."""
        return "`" + identifier.replace("`", "``") + "`"

    def text(self, value: object) -> str:
        """A raw string literal, in which a backslash stands for itself; a quotation mark is spelt as its code."""
        parts = [f"r'{part}'" if "\\" in part else f"'{part}'" for part in str(value).split("'")]
        return parts[0] if len(parts) == 1 else f"concat({', chr(39), '.join(parts)})"

    def matches(self, expression: str, pattern: str) -> str:
        """Condition that the whole text matches a pattern."""
        anchored = f"\\A(?:{pattern})\\z"
        return f"({expression} RLIKE {self.text(anchored)})"

    def bytes(self, expression: str) -> str:
        """Length of a text in bytes."""
        return f"octet_length({expression})"

    def distinct(self, expressions: Sequence[str], filled: str) -> str:
        """Number of distinct keys whose parts are all filled; Spark leaves the others out by itself."""
        del filled
        return f"count(DISTINCT {', '.join(expressions)})"

    def json_is(self, expression: str, kind: str) -> str:
        """Condition that a text is JSON of a kind: OBJECT or ARRAY."""
        sign = {"OBJECT": "{", "ARRAY": "["}[kind]
        return f"(get_json_object({expression}, '$') IS NOT NULL AND ltrim({expression}) LIKE '{sign}%')"

    def json_type_in(self, expression: str, kinds: Sequence[str]) -> str:
        """Condition that the member `type` of a JSON object is one of these."""
        listed = ", ".join(map(self.text, kinds))
        return f"coalesce(get_json_object({expression}, '$.type') IN ({listed}), false)"

    def parse_date(self, expression: str, pattern: str) -> str:
        """Not offered: Spark reads other patterns; the caller says so in a finding."""
        raise NotImplementedError(pattern)


DUCKDB = Dialect()
SPARK = SparkDialect()
