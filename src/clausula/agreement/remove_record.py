"""Removing a record that was decided to be none, with everything below it, and telling what becomes of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausula.agreement.apply_value import NotWritable, Tables
from clausula.agreement.conflicts import Conflict
from clausula.agreement.dependent_rows import in_order
from clausula.agreement.passes import Row, Span, any_id
from clausula.core.model import Table
from clausula.evidence.text import Text

PASSES = ("coding_units", "resolutions", "conflicts")
"""Tables that say what came of units: the id of a record that is removed is emptied there."""

LOG = "coding_log"


def _naming(tables: Tables, kind: str) -> Iterator[tuple[Table, str]]:
    """The tables with a field that names records of a kind, and the field."""
    for table in tables.package.model:
        for link in table.foreign_keys:
            if (link.resource or table.name) == kind and len(link.fields) == 1:
                yield table, link.fields[0]


def _owned(table: Table, name: str) -> bool:
    """Whether rows of a table belong to the record that the field names: as part of its key, or as its anchors."""
    return table.primary_key[0] == name or table.name == "evidence"


def remove_record(tables: Tables, conflict: Conflict, record: str, reason: str, text: Text | None) -> None:
    """Remove a record.

    Parameters
    ----------
    conflict : Conflict
        Over the unit that the record came of.
    reason : str
        Why its words have no record; needed where no other anchor and no line of the coding log covers them.

    Raises
    ------
    NotWritable
        If rows that are no part of the record name it, or its words would be left without a reason.
    """
    kind = conflict.kind
    naming = [(table, name) for table, name in _naming(tables, kind) if table.name not in PASSES]
    for table, name in naming:
        _not_named(tables, table, name, record, kind)
    anchors = [row for row in tables["evidence"] if _of(row, record)]
    for table, name in naming:
        if table.name == kind:
            for row in tables[kind]:
                if row[name] == record:
                    row[name] = ""
        elif _owned(table, name):
            tables.drop(table.name, [row for row in tables[table.name] if row[name] == record])
    gone = {row["evidence_id"] for row in anchors}
    for table in tables.package.model:
        if any(link.resource == "evidence" for link in table.foreign_keys):
            tables.drop(table.name, [row for row in tables[table.name] if row["evidence_id"] in gone])
    key = tables.package.model[kind].primary_key[0]
    tables.drop(kind, [row for row in tables[kind] if row[key] == record])
    for name in ("coding_units", "resolutions"):
        _forget(tables, name, key, record)
    log_words(tables, conflict.source, anchors, reason, text)


def _of(row: Row, record: str) -> bool:
    return any_id(row) == record


def _not_named(tables: Tables, table: Table, name: str, record: str, kind: str) -> None:
    """Refuse where people named the record elsewhere."""
    if table.name == kind or _owned(table, name):
        return
    key = table.primary_key
    for row in tables[table.name]:
        if row[name] == record:
            where = ", ".join(row[part] for part in key)
            raise NotWritable(f"{record} is named in {table.name} ({where}, {name}); settle that row first")


def _forget(tables: Tables, name: str, key: str, record: str) -> None:
    for row in tables[name]:
        if row[key] == record:
            row[key] = ""
            if "target_no" in row:
                row["target_no"] = ""
            tables.touched.add(name)


def _left(span: Span, covers: Iterable[Span]) -> list[Span]:
    """What of a span nothing covers."""
    start, found = span[0], []
    for low, high in sorted(covers):
        if high <= start or low >= span[1]:
            continue
        if low > start:
            found.append((start, low))
        start = max(start, high)
    return [*found, (start, span[1])] if start < span[1] else found


def log_words(tables: Tables, source: str, anchors: Iterable[Row], reason: str, text: Text | None) -> None:
    """Give the words of anchors that were removed a line in the coding log, as far as nothing else covers them."""
    for anchor in anchors:
        if not anchor["start"]:
            continue
        span = (int(anchor["start"]), int(anchor["end"]))
        rows = [r for name in ("evidence", LOG) for r in tables[name] if r["source_id"] == source and r["start"]]
        for left in _left(span, [(int(r["start"]), int(r["end"])) for r in rows]):
            start, end, mark = (*span, anchor["fingerprint"]) if left == span else _trimmed(left, text)
            if start == end:
                continue
            words = f"{start}-{end}" + (f" ({' '.join(text.raw[start:end].split())})" if text else "")
            if not reason:
                raise NotWritable(f"the words at {words} would be left without a reason; give log_reason")
            line = dict.fromkeys(tables.package.model[LOG].names, "")
            line |= {"source_id": source, "start": str(start), "end": str(end), "fingerprint": mark, "reason": reason}
            _enter(tables, line)


def _trimmed(span: Span, text: Text | None) -> tuple[int, int, str]:
    """A part of an anchor without the blanks and marks around it, with its fingerprint."""
    if text is None:
        raise NotWritable(f"the words at {span[0]}-{span[1]} are to be logged; give their text with --texts")
    low, high = text.letter_span(*span)
    if low >= high:
        return span[0], span[0], ""
    start, end = text.raw_span(low, high)
    return start, end, text.fingerprint(start, end)


def _enter(tables: Tables, line: Row) -> None:
    """Put a line into the log, in the order of the text."""
    rows = tables[LOG]
    tables.touched.add(LOG)
    in_order(rows, line, "source_id", lambda row: int(row["start"]))


def uncover_log(tables: Tables, source: str, span: Span, text: Text) -> None:
    """Shorten the lines of the coding log to what an anchor that was added leaves of them."""
    for line in [row for row in tables[LOG] if row["source_id"] == source]:
        old = (int(line["start"]), int(line["end"]))
        if old[1] <= span[0] or old[0] >= span[1]:
            continue
        tables.drop(LOG, [line])
        for left in _left(old, [span]):
            start, end, mark = _trimmed(left, text)
            if start < end:
                _enter(tables, line | {"start": str(start), "end": str(end), "fingerprint": mark})
