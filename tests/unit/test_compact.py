"""Compact SVG shows the same marks in the same places."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from clausula.figures.compact import UnsupportedSvg, compact

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def compacted(*parts: str) -> ElementTree.Element:
    drawn = f'<svg {NAMESPACE}><g fill="none" transform="translate(10,5)">{"".join(parts)}</g></svg>'
    return ElementTree.fromstring(f"<svg {NAMESPACE}>{compact(drawn)}")[0]


def path(d: str, **style: str) -> str:
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<path d="{d}"{attributes}/>'


@pytest.mark.parametrize(
    ("d", "compact_d"),
    [
        ("M1,2L4,2L4,8L3,7Z", "M11 7h3v6l-1-1z"),
        ("M0,0h20.25v18h-20.25Z", "M10 5h20.2v18h-20.2z"),
        ("M4.5,0A4.5,4.5,0,1,1,-4.5,0Z", "M14.5 5a4.5 4.5 0 1 1-9 0z"),
        ("M0,1C1,2,3,4,5,6L5,0", "M10 6c1 1 3 3 5 5v-6"),
        ("M1,1H4V0.04", "M11 6h3v-1"),
        ("M1,1h2Zm3,3", "M11 6h2zM14 9"),
    ],
)
def test_paths_keep_their_shape_and_position(d: str, compact_d: str) -> None:
    assert compacted(path(d, fill="#123456"))[0].attrib == {"fill": "#123456", "d": compact_d}


def test_invisible_marks_are_dropped() -> None:
    invisible = [
        path("M0,0h9v9h-9Z"),
        path("M0,0h9v9h-9Z", stroke="red", stroke_width="0"),
        path("M0,0h9v9h-9Z", fill="red", display="none"),
        path("", fill="red"),
    ]
    assert len(compacted(*invisible)) == 0
    edge = compacted(path("M0,0h9", fill="red", fill_opacity="0", stroke="blue", stroke_width="1"))[0]
    assert edge.attrib == {"stroke": "blue", "d": "M10 5h9"}


def test_adjacent_opaque_marks_of_the_same_style_are_merged() -> None:
    one, other = path("M0,0h9v9h-9Z", fill="red"), path("M5,5h9v9h-9Z", fill="red")
    assert [mark.get("d") for mark in compacted(one, other)] == ["M10 5h9v9h-9zM15 10h9v9h-9z"]
    (group,) = compacted(one.replace("/>", ' opacity="0.5"/>'), other.replace("/>", ' opacity="0.5"/>'))
    assert group.attrib == {"fill": "red", "fill-opacity": "0.5"} and len(group) == 2


def test_drawing_order_is_kept() -> None:
    over = compacted(path("M0,0h9", fill="red"), path("M0,0h9", fill="blue"), path("M0,0h9", fill="red"))
    assert [mark.get("fill") for mark in over] == ["red", "blue", "red"]


def test_texts_keep_content_position_and_rotation() -> None:
    first = '<text transform="translate(1,2)" fill="red" text-anchor="middle">a &lt; {} b</text>'
    second = '<text transform="translate(3,4) rotate(310) translate(0,4)" fill="red" text-anchor="middle">c</text>'
    (group,) = compacted(first, second)
    assert group.attrib == {"fill": "red", "text-anchor": "middle"}
    assert [text.text for text in group] == ["a < {} b", "c"]
    assert group[0].attrib == {"x": "11", "y": "7"}
    assert group[1].attrib == {"transform": "translate(13 9)rotate(310)translate(0 4)"}
    assert compacted(first)[0].attrib == {"x": "11", "y": "7", "fill": "red", "text-anchor": "middle"}


@pytest.mark.parametrize(
    "unsupported",
    [
        "<circle r='1' fill='red'/>",
        path("M0,0Q1,1,2,2", fill="red"),
        path("M0,0L1", fill="red"),
        "<g transform='scale(2)'/>",
        "<text fill='red'>no place</text>",
    ],
)
def test_unsupported_content_is_refused(unsupported: str) -> None:
    with pytest.raises(UnsupportedSvg):
        compacted(unsupported)
