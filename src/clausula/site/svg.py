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
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?[\d.]+(?:e-\d+)?")
_PLACES, ARC = ("x", "y"), 7
"""What a move or a line to a place states, and how many numbers an arc has."""

_MOVE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_TEXTS = ("title", "desc")


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _rounded(match: re.Match[str]) -> str:
    return _number(float(match[0]))


def _moved(data: str, x: float, y: float) -> str:
    """Return the data of a path somewhere else; an empty text if it has other commands than those that Vega draws."""
    found = []
    for command, text in _COMMAND.findall(data):
        numbers = [float(number) for number in _NUMBER.findall(text)]
        if command in "ML" and len(numbers) == len(_PLACES):
            numbers = [numbers[0] + x, numbers[1] + y]
        elif command == "A" and len(numbers) == ARC:
            numbers = [*numbers[:-2], numbers[-2] + x, numbers[-1] + y]
        elif command not in "hvlaZz":
            return ""
        found.append(command + ",".join(map(_number, numbers)))
    return "".join(found)


def _placed(element: Element) -> None:
    """State the place of a text, a straight line or a path in its own attributes instead of a transform."""
    move = _MOVE.fullmatch(element.get("transform", ""))
    if move is None:
        return
    x, y = (float(number) for number in move.groups())
    if element.tag == "text" and not {"x", "y"} & set(element.attrib):
        places = {"x": x, "y": y}
        lines = list(element)
        if lines and lines[0].tag == "tspan" and not lines[0].attrib:
            # The first line of several is where the text is; the others begin below it.
            element.text, lines[0].text = lines[0].text, None
            element.remove(lines[0])
            for line in lines[1:]:
                line.set("x", _number(x))
    elif element.tag == "line" and not len(element) and not {"x1", "y1"} & set(element.attrib):
        places = {"x1": x, "y1": y} | {key: move + float(element.get(key, 0)) for key, move in (("x2", x), ("y2", y))}
    elif element.tag == "path" and not len(element) and (data := _moved(element.get("d", ""), x, y)):
        places = {}
        element.set("d", data)
    else:
        return
    del element.attrib["transform"]
    element.attrib |= {name: _number(value) for name, value in places.items()}


def _same(first: Element, second: Element, *but: str) -> bool:
    """Return whether two marks without children have the same attributes, besides some."""
    if first.tag != second.tag or len(first) or len(second):
        return False
    return {**first.attrib, **dict.fromkeys(but)} == {**second.attrib, **dict.fromkeys(but)}


def _join(group: Element) -> None:
    """Draw adjacent marks of one style as a single one: paths, and texts of one character in one line."""
    last: Element | None = None
    for one in list(group):
        if one.tag == "path" and one.get("display") == "none":
            group.remove(one)
            continue
        if last is not None and not {"transform", "opacity"} & set(one.attrib):
            if one.tag == "path" and _same(last, one, "d"):
                last.set("d", last.get("d", "") + one.get("d", ""))
                group.remove(one)
                continue
            single = len(one.text or "") == 1 and len(last.get("x", "").split()) == len(last.text or "")
            if one.tag == "text" and single and _same(last, one, "x"):
                last.attrib["x"] += f" {one.get('x')}"
                last.text = f"{last.text}{one.text}"
                group.remove(one)
                continue
        last = one


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
    if element.tag in ("g", "svg"):
        _join(element)


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
            for name in ("transform", "d", "x", "y", "x1", "x2", "y1", "y2", "stroke-width"):
                if name in element.attrib:
                    element.set(name, _DIGITS.sub(_rounded, element.attrib[name]))
    return ElementTree.tostring(root, encoding="unicode")
