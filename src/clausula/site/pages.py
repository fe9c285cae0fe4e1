"""The pages of the site, one function for each kind."""

from __future__ import annotations

from typing import Any

from clausula import figures
from clausula.analysis.views import TARGETS
from clausula.core.findings import WARNING, Report
from clausula.core.model import Table
from clausula.derive import citation
from clausula.site import codebook as book
from clausula.site import records
from clausula.site.changes import Changes
from clausula.site.drawing import drawn
from clausula.site.names import page_of, safe
from clausula.site.render import Pages
from clausula.site.tables import Column, shown
from clausula.validation.report import parts
from clausula.versions.diff import render as diff_render

COUNTED = ("instruments", "provisions", "reactions", "actors", "topics", "sources")
"""What the overview counts, each with the page that it leads to."""

AT = {"provisions": "tables/provisions.html", "reactions": "tables/reactions.html"}
NOT_RUN = "No validation was run when this site was built."


def findings(report: Report | None) -> tuple[str, str]:
    """What a validation found, in a line, and its tone."""
    if report is None:
        return NOT_RUN, "unknown"
    layers = ", ".join(report.checked["layers"])
    rows = sum(table["rows"] for table in report.checked["tables"].values())
    found = f"{report.total():,} findings, {report.total(WARNING):,} warnings"
    anchors = report.checked.get("anchors") or {}
    told = (
        f" {anchors['verified']:,} of {anchors['all']:,} anchors verified in the texts."
        if "verified" in anchors
        else ""
    )
    return f"Validated: {found} in {rows:,} rows (layers {layers}).{told}", "no" if report.total() else "yes"


def overview(made: Pages, report: Report | None, compared: Changes) -> None:
    """What is in, versions, how to cite, what validation found."""
    context = made.context
    metadata = context.model.metadata
    said, tone = findings(report)
    made.add(
        "index.html",
        "overview",
        "Overview",
        description=metadata.get("description", ""),
        numbers=[(name, AT.get(name, f"{name}.html"), len(context.frame(name))) for name in COUNTED],
        findings=said,
        tone_of_findings=tone,
        citation=citation.sentence(metadata),
        bibtex=citation.bibtex(metadata),
        created=metadata["created"][:10],
        last_release=compared.last or "none",
        licences=metadata.get("licenses", []),
        chosen=context.selected,
        timeline=drawn(figures.timeline(context.data)),
        processes=_processes(made),
    )


def _processes(made: Pages) -> list[dict[str, Any]]:
    return [records.process(made.context, row) for row in made.context.all("processes")]


def instruments(made: Pages) -> None:
    """All instruments by process, and each on a page of its own."""
    context = made.context
    made.add("instruments.html", "instruments", "Instruments", processes=_processes(made))
    for row in context.all("instruments"):
        own = row["instrument_id"]
        numbers = figures.quantities(context.data, own)
        made.add(
            page_of("instruments", own),
            "instrument",
            context.name("instruments", own),
            "instruments.html",
            x=records.instrument(context, row),
            quantities=None if numbers.empty else drawn(numbers),
        )


def actors(made: Pages) -> None:
    """All actors by kind, and each on a page of its own."""
    context = made.context
    table = context.model["actors"]
    every = sorted(context.all("actors"), key=lambda actor: actor["name"])
    kinds = [(c.label, [a for a in every if a["kind"] == c.value]) for c in table["kind"].categories]
    made.add("actors.html", "actors", "Actors", kinds=[kind for kind in kinds if kind[1]])
    codes = [f for f in table.fields if f.level == "identifier" and f.name not in table.primary_key]
    for row in every:
        x = records.actor(context, row)
        made.add(page_of("actors", row["actor_id"]), "actor", row["name"], "actors.html", x=x, codes=codes)


def topics(made: Pages) -> None:
    """The tree of topics, and each topic with its lineage on a page of its own."""
    context = made.context
    every = context.all("topics")
    made.add("topics.html", "topics", "Topics", roots=[t for t in every if "parent_topic_id" not in t])
    for row in every:
        x = records.topic(context, row)
        linked = any(provision["back"] for provision in x["provisions"])
        figure = drawn(figures.lineage(context.data, row["topic_id"]), narrow=False) if row["leaf"] and linked else None
        made.add(page_of("topics", row["topic_id"]), "topic", row["label"], "topics.html", x=x, figure=figure)


def sources(made: Pages) -> None:
    """All sources on one page."""
    context = made.context
    listed = [records.source(context, row) for row in context.all("sources")]
    made.add("sources.html", "sources", "Sources", sources=listed)


def drawings(made: Pages) -> None:
    """The figures of the whole."""
    data = made.context.data
    every = [drawn(figures.stance_matrix(data, by)) for by in TARGETS]
    # Coverage has a column for each source: a phone scrolls it either way.
    every += [drawn(figures.coverage(data), narrow=False), drawn(figures.agreement(data))]
    made.add("figures.html", "figures", "Figures", figures=every)


def table(made: Pages, one: Table, columns: list[Column]) -> None:
    """A table."""
    made.add(
        f"tables/{safe(one.name)}.html",
        "table",
        one.name,
        "tables.html",
        table=one,
        columns=columns,
        codebook=(made.context.data.root / book.CODEBOOK / "README.md").is_file(),
        shown=shown(columns),
        total=len(columns[0].values),
    )


def codebook(made: Pages) -> None:
    """The codebook with the figures of agreement, and the list of tables."""
    context = made.context
    listed = [(one, len(context.frame(one.name))) for one in context.model]
    made.add("tables.html", "tables", "Tables", tables=listed)
    found = book.pages(context.data.root)
    if not any(name == "index.html" for name, _, _ in found):
        found.append(("index.html", "Codebook", "<h1>Codebook</h1><p>This package comes without one.</p>"))
    for name, title, content in found:
        before = "" if name == "index.html" else "Codebook"
        made.add(f"codebook/{name}", "page", title, "codebook/index.html", content=content, before=before)


def told(made: Pages, report: Report | None, compared: Changes) -> None:
    """What validation found, and what differs from the last release."""
    given = {} if report is None else parts(report)
    made.add("validation.html", "validation", "Validation", validation=report, not_run=NOT_RUN, **given)
    looks: dict[str, Any] = {}
    if compared.diff is not None:
        looks = diff_render.given(compared.diff)
    made.add("changes.html", "changes", "Changes", no_diff=compared.said, diff=compared.diff, **looks)
