"""The page that shows the words behind a code in a reader's own copy of the text, which never leaves the browser."""

from __future__ import annotations

from clausula.site.context import Context
from clausula.site.packing import packed_call

SUPPORTED = ("provisions", "reactions", "events")
"""Tables whose records an anchor can support."""


def script(context: Context) -> bytes:
    """Return all anchors with what they support, as a script."""
    sources = {row["source_id"]: number for number, row in enumerate(context.all("sources"))}
    summaries = {
        (table, row[context.model[table].primary_key[0]]): row["summary"]
        for table in SUPPORTED
        for row in context.all(table)
    }
    anchors = []
    for row in context.all("evidence"):
        field, table = next((f"{name[:-1]}_id", name) for name in SUPPORTED if f"{name[:-1]}_id" in row)
        place = [sources[row["source_id"]], row["start"], row["end"], row["fingerprint"]]
        about = [context.address(table, row[field]), row[field], summaries[table, row[field]]]
        anchors.append([row["evidence_id"], *place, row["bearing"], *about])
    texts = [
        [row["source_id"], row["title"], row["characters"], row["sha256"], context.address("sources", row["source_id"])]
        for row in context.all("sources")
    ]
    return packed_call("clausulaWords", {"sources": texts, "anchors": anchors})
