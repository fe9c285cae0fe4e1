"""Figures tell apart what the data tell apart, in signs as well as in colours, and say what one must know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.figures import agreement, coverage, lineage, quantities, stance_matrix, timeline
from clausula.figures.figure import NARROW, WIDE, Figure
from clausula.figures.palette import DARK, INK, LIGHT, ON_SHADES, ON_STANCE, PAPER, SHADES, STANCE
from clausula.figures.quantities import said
from clausula.figures.stances import mark


class Changed:
    """A data set some of whose tables are others."""

    def __init__(self, data: Dataset, **tables: pd.DataFrame) -> None:
        self._data, self._tables = data, tables

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        return self._tables[table].copy() if table in self._tables else self._data.load(table, labels)

    positions = Dataset.positions
    lineage = Dataset.lineage


@pytest.fixture(scope="module")
def data(built: Path) -> Dataset:
    return Dataset(built)


def words(figure: Figure, width: int = WIDE) -> list[str]:
    root = ElementTree.fromstring(figure.svg(width))
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("position", "stance", "conditional", "selected", "told"),
    [
        ("expressed", -2, False, False, "−2"),
        ("expressed", 0, False, False, "0"),
        ("expressed", 1, True, False, "+1 if"),
        ("silent", None, False, False, "silent"),
        ("expressed", 2, False, True, "+2†"),
        ("silent", None, False, True, "silent†"),
    ],
)
def test_a_cell_says_what_it_is_without_colour(
    position: str, stance: Any, conditional: bool, selected: bool, told: str
) -> None:
    assert mark(position, stance, conditional, selected) == told


def test_stance_condition_silence_and_absence_are_drawn_apart(data: Dataset) -> None:
    targets = data.load("reaction_targets")
    first = targets.index[targets["provision_id"].notna()][0]
    row = targets.loc[first]
    made = [
        {**row, "reaction_id": r, "target_no": 50 + n, **given}
        for n, (r, given) in enumerate(
            zip(
                data.load("reactions").drop_duplicates("claimant_id")["reaction_id"],
                [
                    {"position": "expressed", "stance": 1, "conditional": True},
                    {"position": "silent", "stance": pd.NA, "conditional": False},
                ],
                strict=False,
            )
        )
    ]
    provisions = data.load("provisions").set_index("provision_id")["instrument_id"]
    siblings = provisions[provisions == provisions[row["provision_id"]]].index
    more = next(one for one in siblings if one != row["provision_id"])
    made.append({**made[0], "target_no": 60, "provision_id": more, "stance": -2, "conditional": False})
    changed = Changed(data, reaction_targets=pd.DataFrame(made).astype(targets.dtypes))
    figure = stance_matrix(changed)  # type: ignore[arg-type]
    drawn = words(figure)
    assert drawn.count("+1 if") == 2, "one cell and one in the key"
    assert drawn.count("silent") == 2
    assert drawn.count("−2") == 2
    assert drawn.count("·") >= 2, "who is on one provision only is absent on the other"
    assert "silence noted: 1" in figure.text
    assert "on a condition: 1" in figure.text


def test_sources_selected_by_a_party_are_flagged_wherever_stances_are_counted(data: Dataset) -> None:
    sources = data.load("sources")
    sources["selected_by_actor_id"] = data.load("actors")["actor_id"].iloc[0]
    name = data.load("actors")["name"].iloc[0]
    changed = Changed(data, sources=sources)
    for by in ("provision", "instrument", "topic"):
        figure = stance_matrix(changed, by)  # type: ignore[arg-type]
        if not figure.empty:
            assert any("†" in word for word in words(figure)[9:])
            assert any("†" in note and name in note for note in figure.notes)
            assert figure.table["selected_by_actor_id"].notna().all()
    figure = coverage(changed)  # type: ignore[arg-type]
    assert any(word.endswith("†") for word in words(figure))
    assert any("†" in note and name in note for note in figure.notes)
    assert not any("†" in word for word in words(stance_matrix(data)))


def test_uncertain_dates_are_ranges(data: Dataset) -> None:
    figure = timeline(data)
    assert not figure.table["certain"].all(), "the small package has an uncertain date"
    assert figure.table["certain"].any()
    events = data.load("events")
    unknown = pd.Series(pd.NaT, index=events.index, dtype="datetime64[ms]")
    events["date_from"] = unknown
    events["date_to"] = unknown.fillna(pd.Timestamp("2031-05-05"))
    opened = timeline(Changed(data, events=events))  # type: ignore[arg-type]
    assert "◀" in words(opened)
    events["date_to"] = unknown
    bare = timeline(Changed(data, events=events))  # type: ignore[arg-type]
    assert f"{len(events) + int(_bare(data))} without a date" in bare.text


def _bare(data: Dataset) -> int:
    return sum(
        int((data.load(table)["date_from"].isna() & data.load(table)["date_to"].isna()).sum())
        for table in ("instruments", "reactions")
    )


def test_lineage_names_each_relation_and_runs_with_time(data: Dataset) -> None:
    links = data.load("provision_links")
    topic = data.load("provisions").set_index("provision_id")["topic_id"]
    inside = links[links["provision_id"].map(topic) == links["earlier_provision_id"].map(topic)]
    figure = lineage(data, topic[inside["provision_id"].iloc[0]])
    drawn = words(figure)
    for relation in inside["relation"].astype(str).unique()[:1]:
        assert relation in drawn
        assert relation in figure.text
    assert any("●" in word for word in drawn)
    dates = data.lineage(topic[inside["provision_id"].iloc[0]])["date_from"].dropna()
    assert dates.is_monotonic_increasing
    with pytest.raises(KeyError, match="no topic"):
        lineage(data, "no-such-thing")


def test_agreement_marks_the_floor_and_what_is_not_defined(data: Dataset) -> None:
    rows = data.load("agreement").query("scope == 'all'").reset_index(drop=True)
    rows.loc[0, ["value", "low", "high"]] = [0.5, 0.3, 0.7]
    rows.loc[1, ["value", "low", "high"]] = [pd.NA, pd.NA, pd.NA]
    figure = agreement(Changed(data, agreement=rows))  # type: ignore[arg-type]
    assert "0.80" in figure.text
    assert "lowest is" in figure.text
    assert "not defined" in words(figure)
    assert "0.8" in words(figure)
    svg = figure.svg()
    assert "stroke-dasharray" in svg


def test_quantities_stand_on_their_bounds(data: Dataset) -> None:
    assert said({"value": 24.0, "unit": "hour", "qualifier": "at_most"}) == "≤ 24 hour"
    assert said({"value": 1e11, "unit": "usd", "qualifier": "exactly"}) == "100,000,000,000 usd"
    provision = data.load("provision_quantities")["provision_id"].iloc[0]
    home = data.load("provisions").set_index("provision_id")["instrument_id"][provision]
    figure = quantities(data, home)
    assert all(text in words(figure) for text in figure.table["said"])
    with pytest.raises(KeyError):
        quantities(data, "no-such-thing")


def test_every_figure_has_words_a_table_and_fits(data: Dataset) -> None:
    for figure in (stance_matrix(data), timeline(data), coverage(data), agreement(data)):
        assert figure.text and figure.notes and len(figure.table)
        assert not any(column in figure.table for column in ("fill", "mark")), "the table is data, not looks"
        for width in (WIDE, NARROW):
            root = ElementTree.fromstring(figure.svg(width))
            assert root.attrib["role"] == "img"
            assert root[0].text == figure.title
            assert root[1].text == figure.text
            sizes = {
                float(element.attrib.get("font-size", "12px")[:-2])
                for element in root.iter()
                if "font-size" in element.attrib
            }
            assert min(sizes) >= 9
        assert figure.svg() == figure.svg(), "the same picture twice"


def test_nothing_to_draw_is_said(data: Dataset, tmp_path: Path) -> None:
    empty = stance_matrix(Changed(data, reaction_targets=data.load("reaction_targets").iloc[:0]))  # type: ignore[arg-type]
    assert empty.empty
    assert empty._repr_svg_() is None
    with pytest.raises(ValueError, match="nothing to draw"):
        empty.save(tmp_path / "x.svg")
    assert not (tmp_path / "x.svg").exists()


def test_a_figure_is_saved_and_shown_in_a_notebook(data: Dataset, tmp_path: Path) -> None:
    figure = agreement(data)
    figure.save(tmp_path / "x.svg", NARROW)
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == figure.svg(NARROW)
    assert figure._repr_svg_() == figure.svg()


def test_importing_the_package_does_not_load_the_charting_library() -> None:
    code = "import sys, clausula; clausula.plot; assert not {'altair', 'vl_convert'} & set(sys.modules), 'loaded'"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_the_library_a_finding_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['vl_convert'] = None\n"
        "from clausula import plot\nfrom clausula.core.findings import CouldNotRun\n"
        "try: plot.agreement().svg()\n"
        "except CouldNotRun as error: assert 'clausula[plot]' in error.finding.hint\n"
        "else: raise SystemExit('no finding')"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_shipped_release_can_be_drawn() -> None:
    assert isinstance(clausula.plot.stance_matrix(), Figure)
    assert isinstance(clausula.plot.timeline(), Figure)
    assert isinstance(clausula.plot.coverage(), Figure)
    assert clausula.plot.lineage("ceasefire").title == "Lineage of Ceasefire"
    assert clausula.plot.agreement().notes
    assert clausula.plot.quantities("minsk-memorandum-2014").text


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_letters_in_figures_have_contrast() -> None:
    pairs = [*zip(STANCE.values(), ON_STANCE.values(), strict=True), *zip(SHADES, ON_SHADES, strict=True)]
    for theme in (LIGHT, DARK):
        pairs += [(theme["paper"], theme[name]) for name in theme if name not in ("paper", "line")]
    assert {pair: round(contrast(*pair), 1) for pair in pairs if contrast(*pair) < 4.5} == {}
    assert LIGHT["ink"] == INK and LIGHT["paper"] == PAPER
