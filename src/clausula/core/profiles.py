"""Descriptors judged by the official profiles of the Data Package standard, and by profiles of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from clausula.core.copies import Copies
from clausula.core.findings import WARNING, Finding, finding
from clausula.core.listed_values import faults_of_schema
from clausula.core.model import Descriptor, SchemaError
from clausula.core.paths import inside, is_file
from clausula.core.profile_errors import missing_property, place_of, problem_of, real_errors
from clausula.core.schemas import read_json

OFFICIAL = re.compile(r"https?://(?:www\.)?datapackage\.org/profiles/([12])\.[0-9]+/([a-z]+)\.json")
"""The addresses of the official profiles."""

VERSION_1 = re.compile(
    r"(?:https?://(?:www\.)?specs\.frictionlessdata\.io/schemas/)?(?:tabular-)?data-[a-z]+(?:\.json)?"
)
"""The names and addresses of the official profiles of version 1."""

OLDER = "https://specs.frictionlessdata.io/schemas/"
OLD_NAMES = {
    "data-package.json": "datapackage",
    "table-schema.json": "tableschema",
    "csv-dialect.json": "tabledialect",
}
"""The profiles of version 1 that are shipped, at their older addresses."""

TABULAR = re.compile(r".*tabular-data-(?:package|resource)(?:\.json)?")

_CLOCK = r"[0-9]{2}:[0-9]{2}"
_TIME = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_CLOCK}:[0-9]{{2}}(?:\.[0-9]+)?(?:[Zz]|[+-]{_CLOCK})")

MATCHES = ("exact", "equal", "subset", "superset", "partial")
"""The values of `fieldsMatch`."""

DEFAULTS = ("delimiter", "doubleQuote")
"""Properties of a dialect that the profile of version 1 requires, although the standard gives them defaults."""


def _is_time(value: object) -> bool:
    import datetime as dt

    if not isinstance(value, str):
        return True
    try:
        dt.datetime.fromisoformat(value[:19].upper())
    except ValueError:
        return False
    return bool(_TIME.fullmatch(value))


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r'[\s<>"{}|\\^`]', value)


def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))


def _formats() -> Any:
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    checker.checks("date-time")(_is_time)
    checker.checks("uri")(_is_uri)
    checker.checks("email")(_is_address)
    return checker


@cache
def official(version: str, kind: str) -> Any:
    """Return an official profile."""
    return read_json(Path(__file__).parent / "official" / version / f"{kind}.json")


def _by_type(validator: Any, branches: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Judge a field only by the branch of its type; anything else as JSON Schema says."""
    from jsonschema import Draft7Validator, ValidationError

    kinds = [branch.get("properties", {}).get("type", {}).get("enum") for branch in branches]
    if not all(kinds) or not isinstance(instance, dict):
        yield from Draft7Validator.VALIDATORS["oneOf"](validator, branches, instance, schema)
        return
    kind = instance.get("type", "string")
    if kind == "list":  # in the standard, but missing in its profile
        return
    for branch, known in zip(branches, kinds, strict=True):
        if kind in known:
            yield from validator.descend(instance, branch)
            return
    problem = f"{kind!r:.60} is not a type of Table Schema"
    yield ValidationError(problem, validator="type of a field", validator_value=None, instance=kind, path=["type"])


@cache
def _validator(version: str, kind: str) -> Any:
    """Return the validator of an official profile, which takes longer to make than a descriptor to judge."""
    import jsonschema

    made = jsonschema.validators.extend(jsonschema.Draft7Validator, {"oneOf": _by_type})
    return made(official(version, kind), format_checker=_formats())


def _schemas(descriptor: Any, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield the Table Schemas in a descriptor, each with its JSON pointer."""
    if kind == "tableschema":
        yield "", descriptor
    elif kind == "datapackage" and isinstance(descriptor, dict):
        entries = descriptor.get("resources")
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and isinstance(entry.get("schema"), dict):
                yield f"/resources/{number}/schema", entry["schema"]


@dataclass
class Profiles:
    """The profiles by which the descriptor of a package and its parts are judged.

    Attributes
    ----------
    version : str
        Version of the standard: 1.0 or 2.0.
    copies : Copies
        Copies of the profiles of others.
    """

    root: Path
    copies: Copies = field(default_factory=Copies)
    version: str = "1.0"

    def faults(self, descriptor: Any, kind: str, file: str) -> list[Finding]:
        """Return where a descriptor departs from the official profile, each as a finding at its JSON pointer.

        Parameters
        ----------
        kind : str
            `datapackage`, `tableschema` or `tabledialect`.
        file : str
            Path of the descriptor.
        """
        errors = _without_consequences(real_errors(_validator(self.version, kind).iter_errors(descriptor)))
        found = [_finding(error, file) for error in errors if not _is_text_of_standard(error)]
        if self.version == "2.0":
            known = {one.message for one in found}
            for pointer, schema in _schemas(descriptor, kind):
                for place, problem in faults_of_schema(schema):
                    fault = finding("invalid-descriptor:profile", pointer=pointer + place, problem=problem, file=file)
                    found += [fault] if fault.message not in known else []
        return found

    def package_faults(self, descriptor: Descriptor, file: str) -> list[Finding]:
        """Return the faults of the descriptor of a package; its `$schema` states the version and other profiles."""
        stated = descriptor.get("$schema")
        known = OFFICIAL.fullmatch(stated) if isinstance(stated, str) else None
        self.version = "1.0" if "$schema" not in descriptor or (known and known[1] == "1") else "2.0"
        found = self.faults(descriptor, "datapackage", file)
        entries = descriptor.get("resources")
        tabular = _is_tabular(descriptor)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and (tabular or _is_tabular(entry)) and "schema" not in entry:
                problem = "the property 'schema' is missing, which tabular data need"
                pointer = f"/resources/{number}"
                found.append(finding("invalid-descriptor:profile", pointer=pointer, problem=problem, file=file))
        found += self._others(descriptor, "", file)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                found += self._others(entry, f"/resources/{number}", file)
        return found

    def _others(self, part: Descriptor, pointer: str, file: str) -> list[Finding]:
        """Return the faults of a descriptor or a resource by a profile that is not an official one."""
        found = []
        for key in ("$schema", "profile"):
            stated = part.get(key)
            if not isinstance(stated, str) or OFFICIAL.fullmatch(stated) or VERSION_1.fullmatch(stated):
                continue
            profile = self._read(stated)
            if profile is None:
                found.append(finding("unsupported:profile", profile=stated, file=file))
                continue
            try:
                found += [_finding(error, file, pointer) for error in real_errors(_errors(profile, part, self))]
            except Exception as error:  # a profile of others can make the library raise any exception
                found.append(finding("unsupported:profile-error", profile=stated, error=str(error), file=file))
        return found

    def _read(self, stated: str) -> Descriptor | None:
        path = self.copies.find(stated) if "://" in stated else inside(self.root, stated)
        if path is None or not is_file(path):
            return None
        try:
            return read_json(path)
        except SchemaError:
            return None


def _without_consequences(errors: Iterable[Any]) -> Iterator[Any]:
    """Yield errors, but of a value of the wrong kind only that one: it cannot have the right properties either."""
    listed = list(errors)
    wrong = {tuple(error.absolute_path) for error in listed if error.validator == "type"}
    yield from (one for one in listed if one.validator == "type" or tuple(one.absolute_path) not in wrong)


def _is_text_of_standard(error: Any) -> bool:
    """Return whether the standard itself says that a value is valid which its profile refuses.

    In the standard `fieldsMatch` is a text, a dialect can be the path of a file, and the missing values of a field can
    have labels. None of these is in the profile of version 2.0. An example is a value of the field, but the profiles of
    both versions want a text. The path of a resource can be named `url`, as before version 1.
    """
    last, value = [part for part in error.absolute_path if not isinstance(part, int)][-1:], error.instance
    return (
        (last == ["fieldsMatch"] and value in MATCHES)
        or (last == ["example"] and error.validator == "type")
        or (last == ["dialect"] and isinstance(value, str) and error.validator == "type")
        or (last == ["missingValues"] and isinstance(value, dict) and isinstance(value.get("value"), str))
        or (last == ["resources"] and error.validator in ("anyOf", "oneOf") and _has_only_url(value))
    )


def _has_only_url(resource: Any) -> bool:
    return isinstance(resource, dict) and isinstance(resource.get("url"), str) and not {"path", "data"} & set(resource)


def _is_tabular(part: Descriptor) -> bool:
    return isinstance(part.get("profile"), str) and bool(TABULAR.fullmatch(part["profile"]))


def _errors(profile: Descriptor, part: Descriptor, profiles: Profiles) -> Iterator[Any]:
    """Return the errors of a descriptor by a profile of others; what it refers to is never taken from the network."""
    import jsonschema
    from referencing import Registry, Resource
    from referencing.exceptions import NoSuchResource
    from referencing.jsonschema import DRAFT7

    def retrieve(uri: str) -> Any:
        address = uri.partition("#")[0]
        known, older = OFFICIAL.fullmatch(address), address.removeprefix(OLDER)
        if known and known[2] in OLD_NAMES.values():
            return Resource.from_contents(official(f"{known[1]}.0", known[2]), default_specification=DRAFT7)
        if address.startswith(OLDER) and older in OLD_NAMES:
            return Resource.from_contents(official("1.0", OLD_NAMES[older]), default_specification=DRAFT7)
        copy = profiles.copies.find(uri)
        if copy is None:
            raise NoSuchResource(uri)
        return Resource.from_contents(read_json(copy), default_specification=DRAFT7)

    kind = jsonschema.validators.validator_for(profile, default=jsonschema.Draft7Validator)
    registry: Any = Registry(retrieve=retrieve)  # type: ignore[call-arg]
    return iter(list(kind(profile, registry=registry, format_checker=_formats()).iter_errors(part)))


def _finding(error: Any, file: str, pointer: str = "") -> Finding:
    place = pointer + place_of(error)
    is_dialect = place.endswith("/dialect") or error.schema.get("title") == "Table Dialect"
    if error.validator == "required" and is_dialect and (name := missing_property(error)) in DEFAULTS:
        return finding("invalid-descriptor:default", pointer=place or "/", name=name, file=file, severity=WARNING)
    return finding("invalid-descriptor:profile", pointer=place or "/", problem=problem_of(error), file=file)


def is_of_profile(fault: Finding) -> bool:
    """Return whether a fault of the descriptor is one against its profile, at a JSON pointer."""
    return fault.code == "invalid-descriptor" and fault.message.startswith("/")


def place_in(fault: Finding) -> int | None:
    """Return the index of the resource in which a fault of the descriptor is, if it is in one."""
    match = re.match(r"/resources/([0-9]+)\b", fault.message)
    return int(match[1]) if match else None
