"""A drawing made smaller paints what it painted, where it painted it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from clausula.figures.compact import Unknown, compact

SPACE = 'xmlns="http://www.w3.org/2000/svg"'


def inside(*parts: str, look: str = "") -> ElementTree.Element:
    drawn = f'<svg {SPACE}><g fill="none" transform="translate(10,5)"{look}>{"".join(parts)}</g></svg>'
    return ElementTree.fromstring(f"<svg {SPACE}>{compact(drawn)}")[0]


def shape(d: str, **look: str) -> str:
    told = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in look.items())
    return f'<path d="{d}"{told}/>'


@pytest.mark.parametrize(
    ("d", "told"),
    [
        ("M1,2L4,2L4,8L3,7Z", "M11 7h3v6l-1-1z"),
        ("M0,0h20.25v18h-20.25Z", "M10 5h20.2v18h-20.2z"),
        ("M4.5,0A4.5,4.5,0,1,1,-4.5,0Z", "M14.5 5a4.5 4.5 0 1 1-9 0z"),
        ("M0,1C1,2,3,4,5,6L5,0", "M10 6c1 1 3 3 5 5v-6"),
        ("M1,1H4V0.04", "M11 6h3v-1"),
        ("M1,1h2Zm3,3", "M11 6h2zM14 9"),
    ],
)
def test_a_path_keeps_its_form_and_place(d: str, told: str) -> None:
    assert inside(shape(d, fill="#123456"))[0].attrib == {"fill": "#123456", "d": told}


def test_what_paints_nothing_is_left_out() -> None:
    idle = [
        shape("M0,0h9v9h-9Z"),
        shape("M0,0h9v9h-9Z", stroke="red", stroke_width="0"),
        shape("M0,0h9v9h-9Z", fill="red", display="none"),
        shape("", fill="red"),
    ]
    assert len(inside(*idle)) == 0
    edge = inside(shape("M0,0h9", fill="red", fill_opacity="0", stroke="blue", stroke_width="1"))[0]
    assert edge.attrib == {"stroke": "blue", "d": "M10 5h9"}


def test_neighbours_of_one_look_are_one_path_unless_something_shows_through() -> None:
    one, other = shape("M0,0h9v9h-9Z", fill="red"), shape("M5,5h9v9h-9Z", fill="red")
    assert [path.get("d") for path in inside(one, other)] == ["M10 5h9v9h-9zM15 10h9v9h-9z"]
    (group,) = inside(one.replace("/>", ' opacity="0.5"/>'), other.replace("/>", ' opacity="0.5"/>'))
    assert group.attrib == {"fill": "red", "fill-opacity": "0.5"} and len(group) == 2


def test_the_order_of_drawing_stays() -> None:
    over = inside(shape("M0,0h9", fill="red"), shape("M0,0h9", fill="blue"), shape("M0,0h9", fill="red"))
    assert [path.get("fill") for path in over] == ["red", "blue", "red"]


def test_texts_keep_words_place_and_turn() -> None:
    first = '<text transform="translate(1,2)" fill="red" text-anchor="middle">a &lt; {} b</text>'
    second = '<text transform="translate(3,4) rotate(310) translate(0,4)" fill="red" text-anchor="middle">c</text>'
    (group,) = inside(first, second)
    assert group.attrib == {"fill": "red", "text-anchor": "middle"}
    assert [text.text for text in group] == ["a < {} b", "c"]
    assert group[0].attrib == {"x": "11", "y": "7"}
    assert group[1].attrib == {"transform": "translate(13 9)rotate(310)translate(0 4)"}
    assert inside(first)[0].attrib == {"x": "11", "y": "7", "fill": "red", "text-anchor": "middle"}


@pytest.mark.parametrize(
    "strange",
    [
        "<circle r='1' fill='red'/>",
        shape("M0,0Q1,1,2,2", fill="red"),
        shape("M0,0L1", fill="red"),
        "<g transform='scale(2)'/>",
        "<text fill='red'>no place</text>",
    ],
)
def test_what_is_not_known_is_not_touched(strange: str) -> None:
    with pytest.raises(Unknown):
        inside(strange)
