"""SVG for pages in few bytes: what sibling marks share is said once, and groups and digits that say nothing go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

INHERITED = (
    "fill",
    "fill-opacity",
    "font-size",
    "font-weight",
    "stroke",
    "stroke-dasharray",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
)
"""Attributes that elements inherit from the group that contains them."""

Link = Callable[[str, str], str]
"""Returns the address of a record, given its table and ID; an empty text if it has none."""

_DIGITS = re.compile(r"-?\d+\.\d+(?:e-\d+)?")
_MOVE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_TEXTS = ("title", "desc")


def _rounded(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _placed(element: Element) -> None:
    """State the place of a text or a straight line in its own attributes instead of a transform."""
    move = _MOVE.fullmatch(element.get("transform", ""))
    if move is None or len(element):
        return
    x, y = (float(number) for number in move.groups())
    if element.tag == "text" and not {"x", "y"} & set(element.attrib):
        places = {"x": x, "y": y}
    elif element.tag == "line" and not {"x1", "y1"} & set(element.attrib):
        places = {"x1": x, "y1": y} | {key: move + float(element.get(key, 0)) for key, move in (("x2", x), ("y2", y))}
    else:
        return
    del element.attrib["transform"]
    element.attrib |= {name: f"{value:.1f}".removesuffix(".0") for name, value in places.items()}


def _hoist(group: Element) -> None:
    """Move what all marks of a group state to the group, with the most frequent value."""
    marks = [mark for one in group for mark in (one if one.tag == "a" else (one,)) if mark.tag not in _TEXTS]
    if len(marks) <= 1:
        return
    for name in INHERITED:
        values = [one.get(name) for one in marks]
        if name in group.attrib or None in values:
            continue
        value = Counter(values).most_common(1)[0][0]
        group.set(name, str(value))
        for one in marks:
            if one.get(name) == value:
                del one.attrib[name]


def _unwrap(group: Element) -> None:
    """Replace groups without attributes by what they contain."""
    for child in list(group):
        if child.tag != "g":
            continue
        if child.get("transform") == "translate(0,0)":
            del child.attrib["transform"]
        if not child.attrib or not len(child):
            at = list(group).index(child)
            group.remove(child)
            for number, one in enumerate(child):
                group.insert(at + number, one)


def _shrink(element: Element) -> None:
    for child in element:
        _shrink(child)
    _placed(element)
    if element.tag in ("g", "svg"):
        _unwrap(element)
    if element.tag == "g":
        _hoist(element)


def no_link(_table: str, _record: str) -> str:
    """Return no address."""
    return ""


def _linked(element: Element, link: Link) -> bool:
    """Make the marks of records in an element links with the tooltips as their names; return whether there are any."""
    found = False
    for at, child in enumerate(list(element)):
        found = _linked(child, link) or found
        table, _, record = child.attrib.pop("data-record", "").partition(" ")
        title = child.find("title")
        if title is None or not (to := link(table, record) if record else ""):
            continue
        anchor = Element("a", {"href": to})
        child.remove(title)
        anchor.extend([title, child])
        element.remove(child)
        element.insert(at, anchor)
        found = True
    return found


def shrink(svg: str, link: Link = no_link) -> str:
    """Return an SVG without a namespace that draws the same in fewer bytes, with links from marks to records."""
    root = ElementTree.fromstring(svg)
    if _linked(root, link):
        # What an image contains is not offered to readers who do not see it; these links are.
        root.set("role", "group")
    _shrink(root)
    for element in root.iter():
        if element.tag not in _TEXTS:
            for name in ("transform", "d", "x", "y", "x1", "x2", "y1", "y2"):
                if name in element.attrib:
                    element.set(name, _DIGITS.sub(_rounded, element.attrib[name]))
    return ElementTree.tostring(root, encoding="unicode")
