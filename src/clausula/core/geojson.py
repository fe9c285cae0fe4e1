"""GeoJSON and TopoJSON in the cells of a table: which objects have the members that their type requires."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from clausula.core.json_schema import refuse_constant
from clausula.core.lexical import GEOJSON

LEVELS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""The geometries with coordinates, each with the number of levels of lists above its positions."""

SHORTEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
"""The smallest number of positions in the innermost list."""

RINGS = ("Polygon", "MultiPolygon")
"""The geometries whose innermost lists end where they start."""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_position(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(map(_is_number, value))


def _are_coordinates(value: Any, kind: str, level: int) -> bool:
    """Return whether a value has positions below a number of levels of lists; the lists may be empty."""
    if level == 0:
        return _is_position(value)
    if not isinstance(value, list) or not all(_are_coordinates(part, kind, level - 1) for part in value):
        return False
    if level > 1 or kind not in SHORTEST or not value:
        return True
    return len(value) >= SHORTEST[kind] and (kind not in RINGS or value[0] == value[-1])


def _is_geometry(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        return isinstance(parts, list) and all(map(_is_geometry, parts))
    if not isinstance(kind, str) or kind not in LEVELS:
        return False
    coordinates = value.get("coordinates")
    return coordinates == [] or _are_coordinates(coordinates, kind, LEVELS[kind])


def _is_feature(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("type") != "Feature" or not {"geometry", "properties"} <= set(value):
        return False
    geometry, properties = value["geometry"], value["properties"]
    return (geometry is None or _is_geometry(geometry)) and (properties is None or isinstance(properties, dict))


def is_geojson(value: Any) -> bool:
    """Return whether an object is valid GeoJSON, or has the members of a topology in TopoJSON."""
    match value.get("type"):
        case "Topology":
            objects, arcs = value.get("objects"), value.get("arcs")
            return isinstance(objects, dict) and isinstance(arcs, list)
        case "Feature":
            return _is_feature(value)
        case "FeatureCollection":
            features = value.get("features")
            return isinstance(features, list) and all(map(_is_feature, features))
        case _:
            return _is_geometry(value)


def invalid(form: str, texts: Iterable[str]) -> list[str]:
    """Return the texts that name a type of the format, but are not valid objects of that type."""
    found = []
    for text in texts:
        try:
            value = json.loads(text, parse_constant=refuse_constant)
            known = isinstance(value, dict) and value.get("type") in GEOJSON.get(form, ())
            if known and not is_geojson(value):
                found.append(text)
        except (ValueError, RecursionError):
            continue  # not valid JSON, which is an error of its own
    return found
