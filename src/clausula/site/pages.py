"""The pages of the site, with one function for each kind of page."""

from __future__ import annotations

from typing import Any

from clausula import figures
from clausula.analysis.positions import TARGETS
from clausula.analysis.side_by_side import HEADINGS
from clausula.core.findings import WARNING, Report
from clausula.core.model import Table
from clausula.core.wording import count
from clausula.derive import citation
from clausula.site import codebook as book
from clausula.site import pair_card, records, search
from clausula.site.comparisons import CHANGED, Comparisons, counts_text, image_of_pair, page_of_pair
from clausula.site.context import Context, Record
from clausula.site.drawing import figure_context
from clausula.site.names import NAMED, page_of, safe_name
from clausula.site.news import news
from clausula.site.render import Pages
from clausula.site.tables import Column, static_rows
from clausula.validation.report import parts
from clausula.versions.diff import Diff
from clausula.versions.diff import render as diff_render

OVERVIEW_TABLES = ("instruments", "provisions", "reactions", "actors", "topics", "sources")
"""Tables whose rows the overview counts."""

COUNT_LINKS = {"provisions": "tables/provisions.html", "reactions": "tables/reactions.html"}
"""Links of these counts where they differ from the page named after the table."""

WORDS_TABLES = ("sources", "provisions", "reactions", "events", "evidence")
"""Tables that the page with the words behind a code reads, from the scripts of the table pages."""

MOST_TARGETS = 12
"""Targets that a stance figure of the site draws; all positions are on the pages of the topics and instruments."""

LONG_COMPARISON, MOST_COMPARED = 60, 6
"""Rows from which a reader without script sees only some of a comparison in words, and how many."""

ACROSS = "Across processes"
"""Heading of the comparisons of instruments of different processes."""

NOT_RUN = "No validation was run when this site was built."


def validation_line(report: Report | None) -> tuple[str, str]:
    """Return a one-line result of the validation and its CSS class."""
    if report is None:
        return NOT_RUN, "unknown"
    layers = ", ".join(report.checked["layers"])
    rows = sum(table["rows"] for table in report.checked["tables"].values())
    result = f"{count(report.total(), 'error')}, {count(report.total(WARNING), 'warning')}"
    anchors = report.checked.get("anchors") or {}
    line = f"Validation: {result} in {count(rows, 'row')} (layers: {layers})."
    if "verified" in anchors:
        line += f" {anchors['verified']:,} of {count(anchors['all'], 'anchor')} verified in the texts."
    return line, "no" if report.total() else "yes"


def overview(site: Pages, report: Report | None, compared: Diff | None, comparisons: Comparisons | None = None) -> None:
    """Add the overview: contents, citation, versions and the result of the validation."""
    newest = comparisons.newest if comparisons else None
    context = site.context
    metadata = context.model.metadata
    line, css_class = validation_line(report)
    site.add(
        "index.html",
        "overview",
        "Overview",
        description=metadata.get("description", ""),
        provenance=context.data.provenance,
        numbers=[
            (_counted(context, name), COUNT_LINKS.get(name, f"{name}.html"), len(context.frame(name)))
            for name in OVERVIEW_TABLES
        ],
        newest=_pair(comparisons, newest) if comparisons and newest else None,
        news=news(context, compared),
        validation=line,
        validation_class=css_class,
        citation=citation.sentence(metadata),
        bibtex=citation.bibtex(metadata),
        created=metadata["created"][:10],
        compared_with=compared.old if compared else "",
        licences=metadata.get("licenses", []),
        selected_sources=context.selected,
        processes=_processes(site),
    )


def _counted(context: Context, table: str) -> str:
    """Return what the number of rows of a table counts; for instruments, also how many are coded and not only named."""
    return f"{table}, {len(context.coded_instruments)} of them coded" if table == "instruments" else table


def _figure(
    site: Pages, figure: figures.Figure, narrow: bool = True, plain: bool = True, root: str = ""
) -> dict[str, Any]:
    """Return what a page shows of a figure, with links from its marks to records."""

    def link(table: str, record: str) -> str:
        to = site.context.address(table, record)
        return root + to if to else ""

    return figure_context(figure, narrow, plain, link)


def _pair(comparisons: Comparisons, pair: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Return what a list of comparisons shows of a pair."""
    a, b = map(comparisons.instrument, pair)
    counts = counts_text(comparisons.counts(a["id"], b["id"]), CHANGED)
    return {"a": a, "b": b, "page": comparisons.address(*pair), "counts": counts}


def _processes(site: Pages) -> list[dict[str, Any]]:
    return [records.process(site.context, row) for row in site.context.all("processes")]


def instruments(site: Pages, comparisons: Comparisons | None = None) -> None:
    """Add the list of instruments by process, and a page for each instrument."""
    context = site.context
    compared = comparisons.of_instrument if comparisons else {}
    site.add("instruments.html", "instruments", "Instruments", processes=_processes(site))
    named = [row for row in context.all("instruments") if row["instrument_id"] not in context.coded_instruments]
    if named:
        named.sort(key=lambda row: (row["title"], row["instrument_id"]))
        site.add(NAMED, "named", "Instruments without coded provisions", "instruments.html", listed=named)
    for row in context.all("instruments"):
        instrument_id = row["instrument_id"]
        if instrument_id not in context.coded_instruments:
            continue
        provisions = context.rows("provisions", "instrument_id", instrument_id)
        numbers = any(context.rows("provision_quantities", "provision_id", p["provision_id"]) for p in provisions)
        figure = figures.quantities(context.data, instrument_id) if numbers else None
        site.add(
            page_of("instruments", instrument_id),
            "instrument",
            context.name("instruments", instrument_id),
            "instruments.html",
            row=row,
            pairs=[_pair(comparisons, pair) for pair in compared.get(instrument_id, [])] if comparisons else [],
            quantities=figure and _figure(site, figure, plain=False, root="../"),
        )


def actors(site: Pages) -> None:
    """Add the list of actors by kind, and a page for each actor."""
    context = site.context
    table = context.model["actors"]
    all_actors = sorted(context.all("actors"), key=lambda actor: actor["name"])
    named = [actor for actor in all_actors if actor["actor_id"] not in context.active_actors]
    listed = [actor for actor in all_actors if actor["actor_id"] in context.active_actors]
    kinds = [(c.label, [a for a in listed if a["kind"] == c.value]) for c in table["kind"].categories]
    site.add("actors.html", "actors", "Actors", kinds=[kind for kind in kinds if kind[1]], named=named)
    codes = [f for f in table.fields if f.level == "identifier" and f.name not in table.primary_key]
    brief: dict[str, list[dict[str, Any]]] = {}
    for row in listed:
        content = {"row": row, **records.actor(context, row["actor_id"])}
        if shared := context.brief_actors.get(row["actor_id"]):
            brief.setdefault(shared, []).append(content)
        else:
            site.add(page_of("actors", row["actor_id"]), "actor", row["name"], "actors.html", codes=codes, **content)
    for page, listed_there in brief.items():
        title = f"Actors with few roles: {listed_there[0]['row']['name']} to {listed_there[-1]['row']['name']}"
        site.add(page, "brief_actors", title, "actors.html", codes=codes, listed=listed_there)


def topics(site: Pages) -> None:
    """Add the list of topics, and a page with the lineage for each topic."""
    context = site.context
    all_topics = context.all("topics")
    site.add("topics.html", "topics", "Topics", roots=[t for t in all_topics if "parent_topic_id" not in t])
    for row in all_topics:
        provisions = records.provisions_on(context, row["topic_id"])
        content: dict[str, Any] = {"row": row, "provisions": provisions}
        if row["leaf"] and any(context.rows("provision_links", "provision_id", p["provision_id"]) for p in provisions):
            content["figure"] = _figure(
                site, figures.lineage(context.data, row["topic_id"]), narrow=False, plain=False, root="../"
            )
        site.add(page_of("topics", row["topic_id"]), "topic", row["label"], "topics.html", **content)


def _first_compared(groups: list[tuple[str, list[Record]]]) -> list[tuple[str, list[Record], list[tuple[str, str]]]]:
    """Return the first graded rows by relation, and the IDs of the provisions of the other graded rows."""
    found, left = [], MOST_COMPARED
    for relation, rows in groups:
        if relation not in CHANGED:
            continue
        shown, others = rows[:left], rows[left:]
        left -= len(shown)
        by_first = {row["a"]: [one for one in others if one["a"] == row["a"]] for row in others}
        ids = [(one.rsplit(".", 1)[-1], _short(listed, "b")) for one, listed in by_first.items()]
        found.append((relation, shown, ids))
    return found


def _short(rows: list[Record], side: str) -> str:
    """Return the IDs of the provisions of one side without their instrument."""
    return " ".join(one.rsplit(".", 1)[-1] for one in dict.fromkeys(row[side] for row in rows) if one)


def comparisons(site: Pages, compared: Comparisons) -> None:
    """Add the page to compare instruments, and a ready page for each pair whose provisions are linked."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for first, second in compared.linked:
        a, b = compared.instrument(first), compared.instrument(second)
        counts = compared.counts(a["id"], b["id"])
        within = (first, second) in compared.ready
        listed.setdefault(a["process"] if within else ACROSS, []).append(_pair(compared, (first, second)))
        if within:
            groups = compared.groups(a["id"], b["id"])
            long = sum(counts.values()) > LONG_COMPARISON
            site.add(
                page_of_pair(a["id"], b["id"]),
                "comparison",
                f"{a['name']} and {b['name']}",
                "compare.html",
                a=a,
                b=b,
                groups=groups if not long else _first_compared(groups),
                headings=HEADINGS,
                counts=counts_text(counts),
                provisions=compared.provisions,
                long=long,
                image=image_of_pair(a["id"], b["id"]),
                description=f"Provision by provision ({a['date']} and {b['date']}): {counts_text(counts)}.",
            )
    description = "Which provisions of one text another keeps, changes or leaves out."
    processes = sorted(listed.items(), key=lambda one: one[0] == ACROSS)
    site.add("compare.html", "compare", "Compare instruments", listed=processes, description=description)
    site.files["data/compare.js"] = compared.script()
    pairs = [(a["instrument_id"], b["instrument_id"]) for a, b in compared.ready]
    images = pair_card.pngs(site.name, [compared.counts(*pair) for pair in pairs])
    site.files |= {image_of_pair(*pair): image for pair, image in zip(pairs, images, strict=True)}


def searched(site: Pages) -> None:
    """Add the page to search all records."""
    site.add("search.html", "search", "Search")
    site.files["data/search.js"] = search.script(site.context)


def shown_words(site: Pages) -> None:
    """Add the page that shows the words behind a code in a reader's copy of the text."""
    site.add("words.html", "words", "Show the words", "sources.html", tables=WORDS_TABLES)


def sources(site: Pages) -> None:
    """Add the page of sources."""
    site.add("sources.html", "sources", "Sources", sources=site.context.all("sources"))


def all_figures(site: Pages) -> None:
    """Add the page of figures about the whole dataset."""
    data = site.context.data
    matrices = [figures.stance_matrix(data, by, selected=True, top=MOST_TARGETS) for by in TARGETS]
    shown = [_figure(site, matrix) for matrix in matrices if not matrix.empty]
    # Coverage has one column for each source, so a phone must scroll it at any width.
    shown += [_figure(site, figures.coverage(data), narrow=False, plain=False), _figure(site, figures.agreement(data))]
    timeline = _figure(site, figures.timeline(data))
    site.add("figures.html", "figures", "Figures", figures=shown, timeline=timeline)


def table(site: Pages, definition: Table, columns: list[Column], scripted: bool = True) -> None:
    """Add the page of a table; without script, it has only the first rows of a long table."""
    site.add(
        f"tables/{safe_name(definition.name)}.html",
        "table",
        definition.name,
        "tables.html",
        table=definition,
        columns=[column for column in columns if not column.derived],
        codebook=(site.context.data.root / book.CODEBOOK / "README.md").is_file(),
        shown=static_rows(columns),
        total=len(columns[0].values),
        scripted=scripted,
    )


def codebook(site: Pages) -> None:
    """Add the list of tables and the pages of the codebook."""
    context = site.context
    tables = [(table, len(context.frame(table.name))) for table in context.model]
    site.add("tables.html", "tables", "Tables", tables=tables)
    chapters = book.pages(context.data.root)
    if not any(name == "index.html" for name, _, _ in chapters):
        chapters.append(("index.html", "Codebook", "<h1>Codebook</h1><p>This package has no codebook.</p>"))
    for name, title, content in chapters:
        parent = "" if name == "index.html" else "Codebook"
        site.add(f"codebook/{name}", "page", title, "codebook/index.html", content=content, parent=parent)


def validation_and_changes(site: Pages, report: Report | None, compared: Diff | None) -> None:
    """Add the page of the validation and the page of changes since the last release."""
    validation = {} if report is None else parts(report)
    site.add("validation.html", "validation", "Validation", validation=report, not_run=NOT_RUN, **validation)
    comparison = diff_render.template_context(compared) if compared else {}
    site.add("changes.html", "changes", "Changes", diff=compared, **comparison)
