"""Removal of a record whose unit was decided to be absent, with its child rows and the coding log of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausula.agreement.apply_value import CannotApply, Tables
from clausula.agreement.conflicts import Conflict
from clausula.agreement.dependent_rows import insert_by_rank
from clausula.agreement.passes import Row, Span, record_id
from clausula.core.model import Table
from clausula.evidence.text import Text

PASS_TABLES = ("coding_units", "resolutions", "conflicts")
"""Tables that link units to records: the ID of a removed record is cleared in them."""

LOG = "coding_log"


def _referencing(tables: Tables, kind: str) -> Iterator[tuple[Table, str]]:
    """Yield the tables with a foreign key to records of a kind, and the field of the key."""
    for table in tables.package.model:
        for link in table.foreign_keys:
            if (link.resource or table.name) == kind and len(link.fields) == 1:
                yield table, link.fields[0]


def _is_child(table: Table, name: str) -> bool:
    """Return whether rows belong to the record that a field refers to, as child rows or as anchors."""
    return table.primary_key[0] == name or table.name == "evidence"


def remove_record(tables: Tables, conflict: Conflict, record: str, reason: str, text: Text | None) -> None:
    """Remove a record and its child rows.

    Parameters
    ----------
    conflict : Conflict
        The conflict over the unit that the record resulted from.
    reason : str
        Reason for the coding log; required if no other anchor or logged span covers the text of the record.

    Raises
    ------
    CannotApply
        If rows outside the record refer to it, or its text would have neither a record nor a logged reason.
    """
    kind = conflict.kind
    references = [(table, name) for table, name in _referencing(tables, kind) if table.name not in PASS_TABLES]
    for table, name in references:
        _check_unreferenced(tables, table, name, record, kind)
    anchors = [row for row in tables["evidence"] if record_id(row) == record]
    for table, name in references:
        if table.name == kind:
            for row in tables[kind]:
                if row[name] == record:
                    row[name] = ""
        elif _is_child(table, name):
            tables.remove(table.name, [row for row in tables[table.name] if row[name] == record])
    removed = {row["evidence_id"] for row in anchors}
    for table in tables.package.model:
        if any(link.resource == "evidence" for link in table.foreign_keys):
            tables.remove(table.name, [row for row in tables[table.name] if row["evidence_id"] in removed])
    key = tables.package.model[kind].primary_key[0]
    tables.remove(kind, [row for row in tables[kind] if row[key] == record])
    for name in ("coding_units", "resolutions"):
        _clear_references(tables, name, key, record)
    log_uncovered(tables, conflict.source, anchors, reason, text)


def _check_unreferenced(tables: Tables, table: Table, name: str, record: str, kind: str) -> None:
    """Raise an error if a row outside the record refers to it."""
    if table.name == kind or _is_child(table, name):
        return
    key = table.primary_key
    for row in tables[table.name]:
        if row[name] == record:
            where = ", ".join(row[part] for part in key)
            raise CannotApply(f"{table.name} ({where}) refers to {record} in {name}; change that row first")


def _clear_references(tables: Tables, name: str, key: str, record: str) -> None:
    for row in tables[name]:
        if row[key] == record:
            row[key] = ""
            if "target_no" in row:
                row["target_no"] = ""
            tables.touched.add(name)


def _uncovered(span: Span, covers: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that no other span covers."""
    start, found = span[0], []
    for low, high in sorted(covers):
        if high <= start or low >= span[1]:
            continue
        if low > start:
            found.append((start, low))
        start = max(start, high)
    return [*found, (start, span[1])] if start < span[1] else found


def log_uncovered(tables: Tables, source: str, anchors: Iterable[Row], reason: str, text: Text | None) -> None:
    """Add the spans of removed anchors to the coding log, except where other anchors or logged spans cover them."""
    for anchor in anchors:
        if not anchor["start"]:
            continue
        span = (int(anchor["start"]), int(anchor["end"]))
        rows = [r for name in ("evidence", LOG) for r in tables[name] if r["source_id"] == source and r["start"]]
        for part in _uncovered(span, [(int(r["start"]), int(r["end"])) for r in rows]):
            start, end, digest = (*span, anchor["fingerprint"]) if part == span else _trimmed(part, text)
            if start == end:
                continue
            quote = f" ({' '.join(text.raw[start:end].split())})" if text else ""
            if not reason:
                message = f"the span {start}-{end}{quote} would have neither a record nor a logged reason"
                raise CannotApply(f"{message}; give a log_reason")
            row = dict.fromkeys(tables.package.model[LOG].names, "")
            row |= {"source_id": source, "start": str(start), "end": str(end), "fingerprint": digest, "reason": reason}
            _insert_log_row(tables, row)


def _trimmed(span: Span, text: Text | None) -> tuple[int, int, str]:
    """Return a span without the spaces and punctuation at its ends, and its hash; an empty span if nothing remains."""
    if text is None:
        raise CannotApply(f"the text is needed to log the span {span[0]}-{span[1]}; pass --texts DIR")
    low, high = text.letter_span(*span)
    if low >= high:
        return span[0], span[0], ""
    start, end = text.raw_span(low, high)
    return start, end, text.fingerprint(start, end)


def _insert_log_row(tables: Tables, row: Row) -> None:
    """Insert a row into the coding log, in the order of the text."""
    rows = tables[LOG]
    tables.touched.add(LOG)
    insert_by_rank(rows, row, "source_id", lambda other: int(other["start"]))


def trim_log(tables: Tables, source: str, span: Span, text: Text) -> None:
    """Remove the span of a new anchor from the logged spans of its source."""
    for row in [row for row in tables[LOG] if row["source_id"] == source]:
        logged = (int(row["start"]), int(row["end"]))
        if logged[1] <= span[0] or logged[0] >= span[1]:
            continue
        tables.remove(LOG, [row])
        for part in _uncovered(logged, [span]):
            start, end, digest = _trimmed(part, text)
            if start < end:
                _insert_log_row(tables, row | {"start": str(start), "end": str(end), "fingerprint": digest})
