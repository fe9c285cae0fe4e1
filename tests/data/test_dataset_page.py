"""The page on what is in the data: fresh, and every source and instrument stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.core.csvio import lenient_rows
from clausula.core.package import open_package
from clausula.core.store import Store
from clausula.derive import overview
from clausula.derive.files import derived_files, overview_files
from clausula.derive.pages import PageError
from clausula.validation.duckdb_engine import open_engine
from tests.conftest import ROOT

TEXT = (ROOT / overview.PAGE).read_text(encoding="utf-8")


def column(table: str, name: str) -> list[str]:
    rows = [cells for _, cells in lenient_rows(ROOT / "data" / f"{table}.csv")]
    return [row[rows[0].index(name)] for row in rows[1:]]


def part(name: str) -> str:
    return TEXT.split(f"<!-- generated:{name} -->")[1].split(overview.END)[0]


def cells(name: str, first: str) -> list[str]:
    (line,) = [line for line in part(name).splitlines() if line.startswith(f"| `{first}` |")]
    return [text.strip() for text in line.strip("|").split(" | ")]


def test_the_page_is_fresh() -> None:
    fresh = overview_files(Store(open_package(ROOT)))[overview.PAGE].decode("utf-8")
    assert fresh == TEXT, "docs/dataset.md is out of date: run `clausula build`"


def test_every_source_and_every_instrument_stands_in_it() -> None:
    for source in column("sources", "source_id"):
        assert cells("sources", source)
    coverage = dict(zip(column("instruments", "instrument_id"), column("instruments", "coverage"), strict=True))
    for instrument, how in coverage.items():
        assert cells("named" if how == "name_only" else "instruments", instrument)


def test_the_counts_are_those_of_the_tables() -> None:
    owners = column("provisions", "instrument_id")
    for instrument in set(owners):
        assert cells("instruments", instrument)[4] == str(owners.count(instrument))
    assert sum(int(cells("sources", s)[6]) for s in column("sources", "source_id")) == len(owners)
    origins = column("reactions", "source_id")
    for source in column("sources", "source_id"):
        assert cells("sources", source)[7] == str(origins.count(source))
    stances = column("reaction_targets", "stance")
    lines = [line for line in part("selected").splitlines() if line.startswith("| ")][1:]
    counted = [[int(n) for n in line.strip("|").split("|")[3:]] for line in lines]
    assert sum(map(sum, counted)) == len(stances)
    assert sum(row[-1] for row in counted) == stances.count("")


def test_a_selected_source_is_flagged_in_the_tables_of_the_page() -> None:
    parties = dict(zip(column("sources", "source_id"), column("sources", "selected_by_actor_id"), strict=True))
    assert any(parties.values())
    for source, party in parties.items():
        assert cells("sources", source)[4] == party
        assert (f"| {party} | `{source}` |" in part("selected")) == bool(party)


def test_every_reaction_is_counted_once_under_those_who_are_heard() -> None:
    lines = [line.strip("|").split(" | ") for line in part("heard").splitlines() if line.startswith("| ")][1:]
    actors, reactions, reported, selected = (sum(int(line[n]) for line in lines) for n in (-4, -3, -2, -1))
    assert reactions == len(column("reactions", "reaction_id"))
    assert reported == column("reactions", "form").count("reported")
    parties = dict(zip(column("sources", "source_id"), column("sources", "selected_by_actor_id"), strict=True))
    assert selected == sum(bool(parties[source]) for source in column("reactions", "source_id"))
    assert actors >= len(set(column("reactions", "claimant_id")))  # a person with two offices is in two rows


def page(root: Path, text: str) -> Path:
    (root / overview.PAGE).write_text(text, encoding="utf-8")
    return root


EMPTY = "\n".join(f"<!-- generated:{name} --><!-- /generated -->" for name in overview.PARTS)


def test_a_page_is_made_and_its_drift_is_found(mini: Path) -> None:
    from clausula.core.findings import Report
    from clausula.validation import drift_layer
    from clausula.versions.build import build

    assert overview.PAGE not in derived_files(Store(open_package(mini)))
    assert overview.PAGE in build(page(mini, EMPTY)).changed
    made = (mini / overview.PAGE).read_text(encoding="utf-8")
    assert "`river-accord-2031`" in made and "`delta-draft-2032-old`" in made
    report = Report()
    drift_layer.check(open_engine(open_package(mini), rules=False), report)
    assert report.findings == []
    page(mini, f"Prose.\n\n{made}")
    drift_layer.check(open_engine(open_package(mini), rules=False), report)
    assert report.findings == []  # prose is free
    page(mini, made.replace("`river-accord-2031`", "`river-accord`", 1))
    drift_layer.check(open_engine(open_package(mini), rules=False), report)
    assert [(f.code, f.file) for f in report.findings] == [("stale-file", overview.PAGE)]


@pytest.mark.parametrize("text", ["", EMPTY + EMPTY, EMPTY + "<!-- generated:nothing --><!-- /generated -->"])
def test_a_page_without_its_places_is_refused(mini: Path, text: str) -> None:
    with pytest.raises(PageError, match="needs one block"):
        overview_files(Store(open_package(page(mini, text))))
