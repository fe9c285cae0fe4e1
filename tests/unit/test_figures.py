"""Figures: signs and colours for each kind of value, descriptions, notes and tables."""

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
from clausula.analysis.positions import TARGETS
from clausula.analysis.quantities import quantity_text
from clausula.figures import agreement, coverage, lineage, quantities, stance_matrix, timeline
from clausula.figures.figure import NARROW, WIDE, Figure
from clausula.figures.palette import DARK, INK, LIGHT, ON_SHADES, ON_STANCE, PAPER, SHADES, STANCE
from clausula.figures.stances import cell_mark


class ChangedDataset:
    """A dataset in which some tables are replaced."""

    def __init__(self, data: Dataset, **tables: pd.DataFrame) -> None:
        self._data, self._tables = data, tables
        self.provenance = data.provenance

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        return self._tables[table].copy() if table in self._tables else self._data.load(table, labels)

    positions = Dataset.positions
    lineage = Dataset.lineage


@pytest.fixture(scope="module")
def data(built: Path) -> Dataset:
    return Dataset(built)


def texts(figure: Figure, width: int = WIDE) -> list[str]:
    root = ElementTree.fromstring(figure.svg(width))
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("position", "stance", "conditional", "selected", "text"),
    [
        ("expressed", -2, False, False, "−2"),
        ("expressed", 0, False, False, "0"),
        ("expressed", 1, True, False, "+1 if"),
        ("silent", None, False, False, "silent"),
        ("expressed", 2, False, True, "+2†"),
        ("silent", None, False, True, "silent†"),
    ],
)
def test_cell_marks_do_not_need_colour(
    position: str, stance: Any, conditional: bool, selected: bool, text: str
) -> None:
    assert cell_mark(position, stance, conditional, selected) == text


def test_stance_condition_silence_and_absence_look_different(data: Dataset) -> None:
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
    changed = ChangedDataset(data, reaction_targets=pd.DataFrame(made).astype(targets.dtypes))
    figure = stance_matrix(changed)  # type: ignore[arg-type]
    drawn = texts(figure)
    assert drawn.count("+1 if") == 2, "one cell and one in the legend"
    assert drawn.count("silent") == 2
    assert drawn.count("−2") == 2
    assert drawn.count("·") >= 2, "an actor with a position on one provision is absent from the other"
    assert "1 silent (noted by a source)" in figure.text
    assert "1 conditional" in figure.text


def test_sources_selected_by_a_party_have_a_dagger(data: Dataset) -> None:
    sources = data.load("sources")
    sources["selected_by_actor_id"] = data.load("actors")["actor_id"].iloc[0]
    name = data.load("actors")["name"].iloc[0]
    changed = ChangedDataset(data, sources=sources)
    drawn = {by: stance_matrix(changed, by, selected=True) for by in TARGETS}  # type: ignore[arg-type]
    assert sum(not figure.empty for figure in drawn.values()) >= 2
    for figure in drawn.values():
        if not figure.empty:
            assert any("†" in word for word in texts(figure)[9:])
            assert any("†" in note and name in note for note in figure.notes)
            assert figure.table["selected_by_actor_id"].notna().all()
    figure = coverage(changed)  # type: ignore[arg-type]
    assert any(word.endswith("†") for word in texts(figure))
    assert any("†" in note and name in note for note in figure.notes)
    assert not any("†" in word for word in texts(stance_matrix(data)))


@pytest.mark.parametrize("selected", [False, True])
def test_the_matrix_leaves_out_the_sources_that_stances_leaves_out(selected: bool) -> None:
    for by in TARGETS:
        figure = clausula.plot.stance_matrix(by, selected=selected)
        cells = figure.table.dropna(subset="stance").set_index(["claimant_id", "target_id"])["stance"]
        stacked = clausula.stances(by, selected=selected).stack().dropna()
        assert cells.to_dict() == stacked.to_dict()
        parties = figure.table["selected_by_actor_id"].notna()
        left_out = [note for note in figure.notes if "left out, because a party selected the contents" in note]
        assert not (left_out and parties.any())
        if by in ("instrument", "proposition"):
            assert bool(left_out) != selected and parties.any() == selected


def test_the_matrix_can_be_limited_to_the_targets_with_most_positions() -> None:
    every = clausula.plot.stance_matrix("proposition", selected=True)
    some = clausula.plot.stance_matrix("proposition", selected=True, top=3)
    sizes = every.table["target_id"].value_counts()
    assert some.table["target_id"].nunique() == 3
    assert some.table["target_id"].value_counts().min() >= sorted(sizes, reverse=True)[3]
    assert f"{len(sizes) - 3} others are left out" in some.notes[0]


def test_uncertain_dates_are_ranges(data: Dataset) -> None:
    figure = timeline(data)
    assert not figure.table["certain"].all(), "the small package has an uncertain date"
    assert figure.table["certain"].any()
    events = data.load("events")
    unknown = pd.Series(pd.NaT, index=events.index, dtype="datetime64[ms]")
    events["date_from"] = unknown
    events["date_to"] = unknown.fillna(pd.Timestamp("2031-05-05"))
    opened = timeline(ChangedDataset(data, events=events))  # type: ignore[arg-type]
    assert "◀" in texts(opened)
    events["date_to"] = unknown
    undated = timeline(ChangedDataset(data, events=events))  # type: ignore[arg-type]
    assert f"{len(events) + int(_undated_records(data))} without a date" in undated.text


def _undated_records(data: Dataset) -> int:
    return sum(
        int((data.load(table)["date_from"].isna() & data.load(table)["date_to"].isna()).sum())
        for table in ("instruments", "reactions")
    )


def test_lineage_labels_relations_in_chronological_order(data: Dataset) -> None:
    links = data.load("provision_links")
    topic = data.load("provisions").set_index("provision_id")["topic_id"]
    inside = links[links["provision_id"].map(topic) == links["earlier_provision_id"].map(topic)]
    figure = lineage(data, topic[inside["provision_id"].iloc[0]])
    drawn = texts(figure)
    for relation in inside["relation"].astype(str).unique()[:1]:
        assert relation in drawn
        assert relation.removesuffix("s") in figure.text
    assert any("●" in word for word in drawn)
    dates = data.lineage(topic[inside["provision_id"].iloc[0]])["date_from"].dropna()
    assert dates.is_monotonic_increasing
    with pytest.raises(KeyError, match="no-such-id"):
        lineage(data, "no-such-id")


def test_agreement_marks_the_threshold_and_undefined_values(data: Dataset) -> None:
    rows = data.load("agreement").query("scope == 'all'").reset_index(drop=True)
    rows.loc[0, ["value", "low", "high"]] = [0.5, 0.3, 0.7]
    rows.loc[1, ["value", "low", "high"]] = [pd.NA, pd.NA, pd.NA]
    figure = agreement(ChangedDataset(data, agreement=rows))  # type: ignore[arg-type]
    assert "0.80" in figure.text
    assert "lowest is" in figure.text
    assert "not defined" in texts(figure)
    rounds = sorted(set(rows["round"].astype(str)), key=int)
    assert len(rounds) == 1 or ["round", *rounds] == [text for text in texts(figure) if text in ("round", *rounds)][:4]
    assert "0.8" in texts(figure)
    svg = figure.svg()
    assert "stroke-dasharray" in svg
    assert data.provenance is not None
    assert data.provenance["agreement"] in figure.notes


def test_quantities_show_their_bounds(data: Dataset) -> None:
    assert quantity_text({"value": 24.0, "unit": "hour", "qualifier": "at_most"}) == "≤ 24 hours"
    assert (
        quantity_text({"value": 1e11, "unit": "currency", "currency": "USD", "qualifier": "exactly"})
        == "100,000,000,000 USD"
    )
    provision = data.load("provision_quantities")["provision_id"].iloc[0]
    home = data.load("provisions").set_index("provision_id")["instrument_id"][provision]
    figure = quantities(data, home)
    assert all(text in texts(figure) for text in figure.table["text"])
    large = clausula.plot.quantities("us-ru-draft-plan-2025")
    assert "100 billion USD" in texts(large)
    assert quantity_text({"value": 1_234_567.0, "unit": "person", "qualifier": "about"}, words=True) == (
        "≈ 1,234,567 persons"
    ), "a number that words would round is written out"
    assert any(text.endswith("billion") for text in texts(large)) and not any("0G" in text for text in texts(large))
    with pytest.raises(KeyError):
        quantities(data, "no-such-id")


def test_every_figure_has_a_description_notes_and_a_table(data: Dataset) -> None:
    for figure in (stance_matrix(data), timeline(data), coverage(data), agreement(data)):
        assert figure.text and figure.notes and len(figure.table)
        assert not any(column in figure.table for column in ("fill", "mark")), "the table holds data, not styles"
        for width in (WIDE, NARROW):
            root = ElementTree.fromstring(figure.svg(width))
            assert root.attrib["role"] == "img"
            assert not any(
                name in ("role", "class") or "aria" in name for part in list(root.iter())[1:] for name in part.attrib
            )
            assert root[0].text == figure.title
            assert root[1].text == figure.text
            sizes = {
                float(element.attrib.get("font-size", "12px")[:-2])
                for element in root.iter()
                if "font-size" in element.attrib
            }
            assert min(sizes) >= 9
        assert figure.svg() == figure.svg(), "rendering is reproducible"


def test_empty_figure_cannot_be_drawn(data: Dataset, tmp_path: Path) -> None:
    empty = stance_matrix(ChangedDataset(data, reaction_targets=data.load("reaction_targets").iloc[:0]))  # type: ignore[arg-type]
    assert empty.empty
    assert empty._repr_svg_() is None
    with pytest.raises(ValueError, match="no data to draw"):
        empty.save(tmp_path / "x.svg")
    assert not (tmp_path / "x.svg").exists()


def test_figure_is_saved_and_shown_in_a_notebook(data: Dataset, tmp_path: Path) -> None:
    figure = agreement(data)
    figure.save(tmp_path / "x.svg", NARROW)
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == figure.svg(NARROW)
    assert figure._repr_svg_() == figure.svg()
    for name in ("x.gif", "x", ".svg"):
        with pytest.raises(ValueError, match=r"ends in \.svg, \.png or \.pdf"):
            figure.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]


def test_figure_is_saved_as_png_and_pdf(data: Dataset, tmp_path: Path) -> None:
    from PIL import Image

    figure = agreement(data)
    figure.save(tmp_path / "x.png")
    root = ElementTree.fromstring(figure.svg())
    with Image.open(tmp_path / "x.png") as image:
        assert image.format == "PNG"
        assert image.size == tuple(round(2 * float(root.attrib[side])) for side in ("width", "height"))
        colours = image.convert("RGBA").getcolors(maxcolors=1_000_000) or []
    assert {colour[3] for _, colour in colours} == {255}, "the background is opaque"
    assert len(colours) > 10, "something is drawn"
    figure.save(tmp_path / "x.PDF", NARROW)
    content = (tmp_path / "x.PDF").read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


def test_the_altair_chart_looks_like_the_figure(data: Dataset) -> None:
    import vl_convert

    figure = timeline(data)
    chart = figure.chart().to_dict()
    assert all(chart["config"][name] == figure.spec()["config"][name] for name in ("axis", "font", "text", "title"))
    assert texts(figure) == [
        part.text or ""
        for part in ElementTree.fromstring(vl_convert.vegalite_to_svg(chart)).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_marks_of_records_have_tooltips(data: Dataset) -> None:
    for figure, table in ((stance_matrix(data), "reactions"), (timeline(data), "events"), (coverage(data), "topics")):
        root = ElementTree.fromstring(figure.svg())
        marks = [part for part in root.iter() if part.get("data-record", "").startswith(f"{table} ")]
        assert marks, figure.title
        assert all(part[0].tag.endswith("title") and part[0].text for part in marks)
        assert {part.attrib["data-record"].split(" ")[1] for part in marks} <= set(data.load(table)[f"{table[:-1]}_id"])


def test_figures_can_be_limited_and_sized() -> None:
    everything, plot = clausula.plot.timeline(), clausula.plot
    process = clausula.load("processes")["process_id"].iloc[0]
    some = plot.timeline(process=process, since=2015, top=1)
    assert 0 < len(some.table) < len(everything.table) and some.table["process"].nunique() == 1
    assert (some.table["date_to"].dropna() >= pd.Timestamp("2015-01-01")).all()
    assert some.table.loc[some.table["kind"] == "reaction", "lane"].nunique() <= 1
    assert plot.coverage(top=3).table["topic"].nunique() == 3
    assert plot.agreement(top=4).table["label"].nunique() == 4
    assert plot.lineage("ceasefire", top=2).table["instrument_id"].nunique() == 2
    assert plot.stance_matrix("proposition", since=2100).empty
    positions = clausula.positions(process=process)
    assert set(plot.stance_matrix("topic", process=process, selected=True).table["reaction_id"]) <= set(
        positions["reaction_id"]
    )
    with pytest.raises(KeyError):
        plot.timeline(process="nowhere")
    with pytest.raises(ValueError, match="width"):
        plot.agreement(width=0)


def test_size_of_a_figure(data: Dataset) -> None:
    def size(figure: Figure) -> tuple[float, ...]:
        root = ElementTree.fromstring(figure.svg())
        return tuple(float(root.attrib[side]) for side in ("width", "height"))

    figure = agreement(data)
    width, height = size(figure)
    assert size(figure.sized(height=int(height) + 300))[1] == pytest.approx(height + 300, abs=2)
    assert size(figure.sized(width=1000))[0] > width
    large = figure.sized(width=1520, font_size=24)
    assert size(large) == pytest.approx((2 * width, 2 * height))
    assert large.spec()["usermeta"]["embedOptions"]["scaleFactor"] == 2


def test_unlinked_provisions_do_not_hide_the_links() -> None:
    figure = clausula.plot.lineage("security-assistance")
    drawn = {text for text in texts(figure) if text.startswith("p")}
    assert 0 < len(drawn) < figure.table["provision_id"].nunique()
    assert "without a link are not drawn" in figure.notes[0]
    changed = figure.table.dropna(subset="relation")["changed"]
    assert len(changed) and all(changed), "every link says in words what changed"


def test_import_does_not_load_the_charting_library() -> None:
    code = "import sys, clausula; clausula.plot; assert not {'altair', 'vl_convert'} & set(sys.modules), 'loaded'"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_library_is_a_finding_with_the_install_command() -> None:
    code = (
        "import sys; sys.modules['vl_convert'] = None\n"
        "from clausula import plot\nfrom clausula.core.findings import CouldNotRun\n"
        "try: plot.agreement().svg()\n"
        "except CouldNotRun as error: assert '.whl[plot]' in error.finding.hint\n"
        "else: raise SystemExit('no finding')"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_shipped_release_can_be_drawn() -> None:
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


def test_text_in_figures_has_enough_contrast() -> None:
    pairs = [*zip(STANCE.values(), ON_STANCE.values(), strict=True), *zip(SHADES, ON_SHADES, strict=True)]
    for theme in (LIGHT, DARK):
        pairs += [(theme["paper"], theme[name]) for name in theme if name not in ("paper", "line")]
    assert {pair: round(contrast(*pair), 1) for pair in pairs if contrast(*pair) < 4.5} == {}
    assert LIGHT["ink"] == INK and LIGHT["paper"] == PAPER


@pytest.mark.parametrize("width", [760, 340])
def test_no_name_is_cut_and_axes_have_their_unit_in_words(width: int) -> None:
    """The names of actors and instruments are in as many lines as they need."""
    quantities = clausula.plot.quantities("minsk-package-2015").svg(width)
    stances = clausula.plot.stance_matrix(by="instrument", selected=True, top=2).svg(width)
    timeline = clausula.plot.timeline(process="donbas-settlement", top=2).svg(width)
    drawn = (quantities, stances, timeline, clausula.plot.lineage("crossing-points").svg(width))
    assert all("…" not in svg for svg in drawn)
    assert "Foreign ministers of" in stances and "Muslim states (2025)" in stances
    assert ">kilometres<" in quantities and ">millimetres<" in quantities
