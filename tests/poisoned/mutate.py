"""Random changes to the cells, rows and columns of the small package, one or several at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from clausula.core.csvio import write_rows
from clausula.core.package import csv_path
from tests.poisoned.tables import Row, Tables

TEXTS = (
    *("", " ", "x ", " x", "\u00a0", "x\u00a0", "NA", "null", "None", "nan", "-", ".", "\\", "'", '"', ",", ";", "--"),
    *("1_990", "١٩٩٠", "1990.0", "1e3", "0x7C6", " 1990", "01", "-0", "+1", "1,5", ".5", "1.", "1.50", "inf", "٣"),
    *("0", "1", "2", "3", "-1", "-2", "7", "99", "0.5", "9223372036854775807", "9223372036854775808", "9" * 40),
    *("2000-1-1", "2000/01/01", "2000-02-30", "2031-05-01", "2031-05", "2031", "2031-05-01T00:00:00", "20310501"),
    *("../2031", "2031/..", "2031-05~", "2031-21", "2032/2031", "9999-12-31", "0000-01-01", "10000-01-01"),
    *("yes", "TRUE", "True", "true", "false", "t", "=1+1", "@x", "+x", "<b>x</b>", "a\nb", "a\r\nb", "a\rb", 'a"b'),
    *("a,b", "é", "e\u0301", "р01", "\u202e", "\ufeffx", "\u200b", "\t", "🙂", "x" * 5000, "p01", "z.e1", "\x7f", "ﬁ"),
)
"""Texts of many kinds, most of which some reader rejects."""

EDITS = {
    "trailing blank": lambda text: text + " ",
    "trailing no-break space": lambda text: text + "\u00a0",
    "trailing line feed": lambda text: text + "\n",
    "upper case": str.upper,
    "leading zero": lambda text: "0" + text,
    "look-alike letter": lambda text: text.replace("a", "а", 1).replace("o", "о", 1),
    "first letter gone": lambda text: text[1:],
    "twice": lambda text: text + text,
}
NAMES = ("note", "Note", "x", "id", "_row", "k0", "name ", "a\nb", "c0", "t", "naïve", "title")


@dataclass
class Sheet:
    """A table as it will be written: header and rows of text."""

    header: list[str]
    rows: list[list[str]]

    def records(self) -> list[Row]:
        """Return the rows as dictionaries; of two columns with the same name the first is used."""
        return [dict(reversed(list(zip(self.header, row, strict=True)))) for row in self.rows]


Change = tuple[object, ...]


def sheets_of(root: Path, names: list[str]) -> dict[str, Sheet]:
    """Return the tables of a package."""
    tables = Tables(root)
    return {n: Sheet(list(tables[n][0]) if tables[n] else [], [list(r.values()) for r in tables[n]]) for n in names}


def changes(sheets: dict[str, Sheet]) -> st.SearchStrategy[list[Change]]:
    """Generate one to four changes, most of them to cells."""
    text = st.one_of(
        st.sampled_from(TEXTS),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
        st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|-?[0-9]{1,20}(\.[0-9]{1,3})?|[a-z0-9.-]{1,8}", fullmatch=True),
    )
    table = st.sampled_from(sorted(sheets))
    number = st.integers(0, 30)

    def change_to(name: str) -> st.SearchStrategy[Change]:
        field = st.sampled_from(sheets[name].header)
        here = st.just(name)
        cell = st.one_of(
            st.tuples(st.just("set"), here, number, field, text),
            st.tuples(st.just("edit"), here, number, field, st.sampled_from(sorted(EDITS))),
            st.tuples(st.just("copy"), here, number, field, number),
            st.tuples(st.just("fetch"), here, number, field, st.sampled_from(sheets[name].header)),
        )
        rows = st.one_of(
            st.tuples(st.just("drop"), here, number),
            st.tuples(st.just("repeat"), here, number),
            st.tuples(st.just("swap"), here, number, number),
        )
        columns = st.one_of(
            st.tuples(st.just("drop column"), here, field),
            st.tuples(st.just("rename column"), here, field, st.sampled_from(NAMES)),
            st.tuples(st.just("add column"), here, number, st.sampled_from(NAMES), text),
        )
        return st.one_of(cell, cell, cell, cell, rows, rows, columns)

    return st.lists(table.flatmap(change_to), min_size=1, max_size=4)


def apply(sheets: dict[str, Sheet], change: Change) -> None:
    """Apply a change; row numbers wrap around, and a change to a column that no longer exists is ignored."""
    kind, name, *rest = change
    sheet = sheets[str(name)]
    if kind == "add column":
        number, new, text = rest
        place = int(number) % (len(sheet.header) + 1)
        sheet.header.insert(place, str(new))
        for row in sheet.rows:
            row.insert(place, str(text))
        return
    if "column" in str(kind):
        if rest[0] in sheet.header and len(sheet.header) > 2:
            place = sheet.header.index(str(rest[0]))
            if kind == "rename column":
                sheet.header[place] = str(rest[1])
            else:
                for row in [sheet.header, *sheet.rows]:
                    del row[place]
        return
    if sheet.rows:
        _change_rows(sheet, str(kind), int(rest[0]) % len(sheet.rows), rest[1:])


def _change_rows(sheet: Sheet, kind: str, number: int, rest: list[object]) -> None:
    if kind == "drop":
        del sheet.rows[number]
    elif kind == "repeat":
        sheet.rows.append(list(sheet.rows[number]))
    elif kind == "swap":
        other = int(str(rest[0])) % len(sheet.rows)
        sheet.rows[number], sheet.rows[other] = sheet.rows[other], sheet.rows[number]
    elif rest[0] in sheet.header:
        place = sheet.header.index(str(rest[0]))
        row = sheet.rows[number]
        match kind:
            case "set":
                row[place] = str(rest[1])
            case "edit":
                row[place] = EDITS[str(rest[1])](row[place])
            case "copy":
                row[place] = sheet.rows[int(str(rest[1])) % len(sheet.rows)][place]
            case _ if rest[1] in sheet.header:
                row[place] = row[sheet.header.index(str(rest[1]))]


def write(sheets: dict[str, Sheet], names: set[str], root: Path) -> None:
    """Write the named tables."""
    for name in names:
        (root / csv_path(name)).write_bytes(write_rows(sheets[name].header, sheets[name].rows))
