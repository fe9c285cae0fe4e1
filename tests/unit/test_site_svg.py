"""SVG of the site in few bytes, which draws the same."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from clausula.site.svg import shrink


def marks(svg: str, tag: str) -> list[dict[str, str]]:
    return [{**one.attrib, "text": one.text or ""} for one in ElementTree.fromstring(shrink(svg)).iter(tag)]


@pytest.mark.parametrize(
    ("data", "moved"),
    [
        ("M-4,-4h8v8h-8Z", "M6,16h8v8h-8Z"),
        ("M-4,0L0,-4L4,0Z", "M6,20L10,16L14,20Z"),
        ("M4,0A4,4,0,1,1,-4,0A4,4,0,1,1,4,0", "M14,20A4,4,0,1,1,6,20A4,4,0,1,1,14,20"),
    ],
)
def test_a_mark_has_its_place_in_its_data(data: str, moved: str) -> None:
    (path,) = marks(f'<svg><g fill="red"><path transform="translate(10,20)" d="{data}"/></g></svg>', "path")
    assert path["d"] == moved and "transform" not in path


def test_a_curve_of_another_kind_keeps_its_transform() -> None:
    (path,) = marks('<svg><g fill="red"><path transform="translate(10,20)" d="M0,0C1,1,2,2,3,3"/></g></svg>', "path")
    assert path["transform"] == "translate(10,20)"


def test_adjacent_marks_of_one_style_are_one_unless_they_shine_through() -> None:
    two = '<path d="M0,0h1" {0}/><path d="M5,0h1" {0}/>'
    assert [one["d"] for one in marks(f"<svg><g fill='red'>{two.format('')}</g></svg>", "path")] == ["M0,0h1M5,0h1"]
    pale = two.format('opacity=".5"')
    assert len(marks(f"<svg><g fill='red'>{pale}</g></svg>", "path")) == 2
    titled = two.format("").replace("/>", "><title>a</title></path>")
    assert len(marks(f"<svg><g fill='red'>{titled}</g></svg>", "path")) == 2, "a tooltip is lost with its mark"


def test_single_characters_of_a_line_are_one_text_with_a_place_for_each() -> None:
    dots = "".join(f'<text transform="translate({x},7)">·</text>' for x in (1, 2, 3))
    (text,) = marks(f'<svg><g fill="red">{dots}<text transform="translate(9,9)">word</text></g></svg>', "text")[:1]
    assert (text["x"], text["y"], text["text"]) == ("1 2 3", "7", "···")
    assert len(marks(f'<svg><g fill="red">{dots}<text transform="translate(9,9)">·</text></g></svg>', "text")) == 2


def test_the_lines_of_a_text_begin_below_one_another() -> None:
    lines = '<text transform="translate(4,5)"><tspan>one</tspan><tspan x="0" dy="14">two</tspan></text>'
    svg = shrink(f'<svg><g fill="red">{lines}</g></svg>')
    root = ElementTree.fromstring(svg)
    (text,), (second,) = root.iter("text"), root.iter("tspan")
    assert (text.get("x"), text.get("y"), text.text) == ("4", "5", "one")
    assert (second.get("x"), second.get("dy"), second.text) == ("4", "14", "two")
