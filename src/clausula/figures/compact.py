"""Compact SVG: flatten groups, drop invisible marks, and merge adjacent marks of the same style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from xml.etree import ElementTree

from clausula.figures.palette import FONT_SIZE

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_TRANSLATE = re.compile(r"translate\((-?[\d.e-]+)[, ](-?[\d.e-]+)\)")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_STYLE_ATTRIBUTES = (
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
_DEFAULTS = {
    ("fill-opacity", "1"),
    ("stroke-opacity", "1"),
    ("stroke-width", "1"),
    ("stroke-dasharray", "1,0"),
    ("opacity", "1"),
    ("font-size", f"{FONT_SIZE}px"),
    ("font-weight", "normal"),
    ("text-anchor", "start"),
    ("fill", "none"),
    ("stroke", "none"),
}
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
"""Number of arguments of each path command."""

Style = tuple[tuple[str, str], ...]


class UnsupportedSvg(Exception):
    """The SVG contains something that this module cannot rewrite."""


@dataclass(frozen=True)
class _Mark:
    """A path or text, in the coordinates of the whole drawing."""

    style: Style
    path: str = ""
    text: str = ""

    @property
    def mergeable(self) -> bool:
        """Whether the mark can share a path with others of its style, because it is an opaque path."""
        return bool(self.path) and not any(name.endswith("opacity") for name, _ in self.style)


def number(value: float) -> str:
    """Format a number to a tenth of a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _numbers(values: list[float]) -> str:
    """Format numbers, separated by a space where needed."""
    text = ""
    for value in values:
        formatted = number(value)
        text += formatted if not text or formatted.startswith("-") else f" {formatted}"
    return text


def _line_step(across: float, down: float) -> str:
    """Return a line relative to the current point, as h, v or l."""
    dx, dy = number(across), number(down)
    if dy == "0":
        return f"h{dx}"
    return f"v{dy}" if dx == "0" else f"l{_numbers([across, down])}"


def _relative_path(d: str, x: float, y: float) -> str:
    """Return a path moved by an offset, with all commands but M relative."""
    out, at, start = "", (0.0, 0.0), (0.0, 0.0)
    for letter, rest in _COMMAND.findall(d):
        arguments = [float(text) for text in _NUMBER.findall(rest)]
        kind, relative = letter.upper(), letter.islower()
        size = _ARGUMENTS.get(kind)
        if size is None or (len(arguments) % size if size else arguments):
            raise UnsupportedSvg(d)
        for first in range(0, max(len(arguments), 1), size or 1):
            values = arguments[first : first + size]
            base = at if relative else (0.0, 0.0)
            if kind == "Z":
                at, step = start, "z"
            elif kind in "HV":
                axis = "HV".index(kind)
                to = values[0] + base[axis]
                step = kind.lower() + number(to - at[axis])
                at = (to, at[1]) if axis == 0 else (at[0], to)
            elif kind == "A":
                to_x, to_y = values[5] + base[0], values[6] + base[1]
                step = f"a{_numbers([*values[:5], to_x - at[0], to_y - at[1]])}"
                at = to_x, to_y
            else:
                points = [value + base[n % 2] for n, value in enumerate(values)]
                if kind == "M":
                    step = f"M{_numbers([points[0] + x, points[1] + y])}"
                    start = points[0], points[1]
                elif kind == "L":
                    step = _line_step(points[0] - at[0], points[1] - at[1])
                else:
                    step = f"c{_numbers([value - at[n % 2] for n, value in enumerate(points)])}"
                at = points[-2], points[-1]
            out += step
    return out


def _style(attributes: dict[str, str], text: bool) -> Style:
    """Return the style of a mark without default values."""
    own = {name: value for name, value in attributes.items() if name in _STYLE_ATTRIBUTES}
    if own.get("stroke-width") == "0" or own.get("stroke", "none") == "none":
        own = {name: value for name, value in own.items() if not name.startswith("stroke")}
    if own.get("fill-opacity") == "0" or own.get("fill", "none") == "none":
        own = {name: value for name, value in own.items() if not name.startswith("fill")}
    if "opacity" in own and not ("fill" in own and "stroke" in own):
        own["fill-opacity" if "fill" in own else "stroke-opacity"] = own.pop("opacity")
    if not text:
        own = {name: value for name, value in own.items() if not name.startswith(("font", "text"))}
    return tuple(sorted(item for item in own.items() if item not in _DEFAULTS))


def _text(element: ElementTree.Element, x: float, y: float) -> str:
    """Return a text element with its position and rotation."""
    transform = element.get("transform", "")
    first = _TRANSLATE.match(transform)
    if not first or len(element):
        raise UnsupportedSvg(transform)
    x, y = x + float(first[1]), y + float(first[2])
    rest = transform[first.end() :].strip()
    position = f'x="{number(x)}" y="{number(y)}"'
    if rest:
        position = f'transform="translate({number(x)} {number(y)}){rest.replace(" ", "").replace(",", " ")}"'
    return f"<text {position}{{}}>{escape(element.text or '', quote=False)}</text>"


def _marks(element: ElementTree.Element, x: float, y: float, inherited: dict[str, str]) -> Iterator[_Mark]:
    """Yield the visible marks of an element in drawing order."""
    tag = element.tag.removeprefix(_NAMESPACE)
    attributes = inherited | {name: value for name, value in element.attrib.items() if name in _STYLE_ATTRIBUTES}
    if element.get("display") == "none":
        return
    if tag == "text":
        style = _style(attributes, text=True)
        if element.text and style:
            yield _Mark(style, text=_text(element, x, y))
        return
    transform = element.get("transform", "")
    if transform:
        move = _TRANSLATE.fullmatch(transform)
        if not move:
            raise UnsupportedSvg(transform)
        x, y = x + float(move[1]), y + float(move[2])
    if tag == "g":
        for child in element:
            yield from _marks(child, x, y, attributes)
        return
    if tag not in ("path", "line") or "clip-path" in element.attrib:
        raise UnsupportedSvg(tag)
    style = _style(attributes, text=False)
    d = element.get("d", "")
    if tag == "line":
        d = f"M0,0l{element.get('x2', 0)},{element.get('y2', 0)}"
    if d and style:
        yield _Mark(style, path=_relative_path(d, x, y))


def _attributes(style: Style) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in style)


def _merge(style: Style, marks: list[_Mark]) -> str:
    """Return adjacent marks of the same style as one element."""
    if all(mark.mergeable for mark in marks):
        return f'<path{_attributes(style)} d="{"".join(mark.path for mark in marks)}"/>'
    elements = [f'<path{{}} d="{mark.path}"/>' if mark.path else mark.text for mark in marks]
    if len(elements) == 1:
        before, after = elements[0].split("{}", 1)
        return before + _attributes(style) + after
    return f"<g{_attributes(style)}>{''.join(element.replace('{}', '', 1) for element in elements)}</g>"


def compact(svg: str) -> str:
    """Return the content and end tag of an SVG written by Vega, in compact form.

    Raises
    ------
    UnsupportedSvg
        If the SVG contains something that this module cannot rewrite.
    """
    root = ElementTree.fromstring(svg)
    marks = [mark for child in root for mark in _marks(child, 0.0, 0.0, {})]
    body = (_merge(style, list(group)) for style, group in groupby(marks, key=lambda mark: mark.style))
    return f'<g fill="none" stroke-miterlimit="10">{"".join(body)}</g></svg>'
