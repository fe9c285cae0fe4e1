"""SVG in few letters: nested groups resolved, what paints nothing left out, neighbours of one look drawn together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from xml.etree import ElementTree

from clausula.figures.palette import LETTER

_SPACE = "{http://www.w3.org/2000/svg}"
_PLACE = re.compile(r"translate\((-?[\d.e-]+)[, ](-?[\d.e-]+)\)")
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_LOOKS = (
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "opacity",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
)
_USUAL = {
    ("fill-opacity", "1"),
    ("stroke-opacity", "1"),
    ("stroke-width", "1"),
    ("stroke-dasharray", "1,0"),
    ("opacity", "1"),
    ("font-size", f"{LETTER}px"),
    ("font-weight", "normal"),
    ("text-anchor", "start"),
    ("fill", "none"),
    ("stroke", "none"),
}
_LENGTHS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
"""Numbers that a step of a path takes."""

Look = tuple[tuple[str, str], ...]


class Unknown(Exception):
    """A drawing holds what this module does not know; it stays as it is."""


@dataclass(frozen=True)
class _Mark:
    """A path or a text, on the coordinates of the whole."""

    look: Look
    path: str = ""
    text: str = ""

    @property
    def joins(self) -> bool:
        """Whether it can be one path with others of its look: where they overlap, nothing shows through."""
        return bool(self.path) and not any(name.endswith("opacity") for name, _ in self.look)


def number(value: float) -> str:
    """A number to a tenth of a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _numbers(values: list[float]) -> str:
    """Numbers with a blank between those that would run together."""
    text = ""
    for value in values:
        told = number(value)
        text += told if not text or told.startswith("-") else f" {told}"
    return text


def _line(across: float, down: float) -> str:
    """A straight step; nothing where it leads nowhere."""
    right, low = number(across), number(down)
    if low == "0":
        return f"h{right}"
    return f"v{low}" if right == "0" else f"l{_numbers([across, down])}"


def _moved(d: str, x: float, y: float) -> str:
    """A path in steps relative to each other, from a place that is moved."""
    out, at, start = "", (0.0, 0.0), (0.0, 0.0)
    for letter, rest in _STEP.findall(d):
        given = [float(one) for one in _NUMBER.findall(rest)]
        kind, relative = letter.upper(), letter.islower()
        size = _LENGTHS.get(kind)
        if size is None or (len(given) % size if size else given):
            raise Unknown(d)
        for place in range(0, max(len(given), 1), size or 1):
            own = given[place : place + size]
            base = at if relative else (0.0, 0.0)
            if kind == "Z":
                at, step = start, "z"
            elif kind in "HV":
                axis = "HV".index(kind)
                to = own[0] + base[axis]
                step = kind.lower() + number(to - at[axis])
                at = (to, at[1]) if axis == 0 else (at[0], to)
            elif kind == "A":
                to_x, to_y = own[5] + base[0], own[6] + base[1]
                step = f"a{_numbers([*own[:5], to_x - at[0], to_y - at[1]])}"
                at = to_x, to_y
            else:
                points = [one + base[n % 2] for n, one in enumerate(own)]
                if kind == "M":
                    step = f"M{_numbers([points[0] + x, points[1] + y])}"
                    start = points[0], points[1]
                elif kind == "L":
                    step = _line(points[0] - at[0], points[1] - at[1])
                else:
                    step = f"c{_numbers([one - at[n % 2] for n, one in enumerate(points)])}"
                at = points[-2], points[-1]
            out += step
    return out


def _look(given: dict[str, str], text: bool) -> Look:
    """What a mark looks like, without what is so anyway."""
    own = {name: value for name, value in given.items() if name in _LOOKS}
    if own.get("stroke-width") == "0" or own.get("stroke", "none") == "none":
        own = {name: value for name, value in own.items() if not name.startswith("stroke")}
    if own.get("fill-opacity") == "0" or own.get("fill", "none") == "none":
        own = {name: value for name, value in own.items() if not name.startswith("fill")}
    if "opacity" in own and not ("fill" in own and "stroke" in own):
        own["fill-opacity" if "fill" in own else "stroke-opacity"] = own.pop("opacity")
    if not text:
        own = {name: value for name, value in own.items() if not name.startswith(("font", "text"))}
    return tuple(sorted(item for item in own.items() if item not in _USUAL))


def _text(element: ElementTree.Element, x: float, y: float) -> str:
    """A text at its place, turned as it was."""
    transform = element.get("transform", "")
    first = _PLACE.match(transform)
    if not first or len(element):
        raise Unknown(transform)
    x, y = x + float(first[1]), y + float(first[2])
    rest = transform[first.end() :].strip()
    where = f'x="{number(x)}" y="{number(y)}"'
    if rest:
        where = f'transform="translate({number(x)} {number(y)}){rest.replace(" ", "").replace(",", " ")}"'
    return f"<text {where}{{}}>{escape(element.text or '', quote=False)}</text>"


def _marks(element: ElementTree.Element, x: float, y: float, above: dict[str, str]) -> Iterator[_Mark]:
    """The marks of an element that paint something, in the order of drawing."""
    tag = element.tag.removeprefix(_SPACE)
    given = above | {name: value for name, value in element.attrib.items() if name in _LOOKS}
    if element.get("display") == "none":
        return
    if tag == "text":
        look = _look(given, text=True)
        if element.text and look:
            yield _Mark(look, text=_text(element, x, y))
        return
    transform = element.get("transform", "")
    if transform:
        place = _PLACE.fullmatch(transform)
        if not place:
            raise Unknown(transform)
        x, y = x + float(place[1]), y + float(place[2])
    if tag == "g":
        for child in element:
            yield from _marks(child, x, y, given)
        return
    if tag not in ("path", "line") or "clip-path" in element.attrib:
        raise Unknown(tag)
    look = _look(given, text=False)
    d = element.get("d", "")
    if tag == "line":
        d = f"M0,0l{element.get('x2', 0)},{element.get('y2', 0)}"
    if d and look:
        yield _Mark(look, path=_moved(d, x, y))


def _attributes(look: Look) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in look)


def _drawn(look: Look, marks: list[_Mark]) -> str:
    """Neighbours of one look."""
    if all(mark.joins for mark in marks):
        return f'<path{_attributes(look)} d="{"".join(mark.path for mark in marks)}"/>'
    inside = [f'<path{{}} d="{mark.path}"/>' if mark.path else mark.text for mark in marks]
    if len(inside) == 1:
        before, after = inside[0].split("{}", 1)
        return before + _attributes(look) + after
    return f"<g{_attributes(look)}>{''.join(one.replace('{}', '', 1) for one in inside)}</g>"


def compact(svg: str) -> str:
    """What stands inside an SVG as Vega writes it, in few letters; Unknown if it holds anything else."""
    root = ElementTree.fromstring(svg)
    marks = [mark for child in root for mark in _marks(child, 0.0, 0.0, {})]
    body = (_drawn(look, list(own)) for look, own in groupby(marks, key=lambda mark: mark.look))
    return f'<g fill="none" stroke-miterlimit="10">{"".join(body)}</g></svg>'
