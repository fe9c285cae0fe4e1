"""Findings: the type in which every check of every layer reports what it found, and the registry of their codes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from clausula.core.install import install_command
from clausula.core.pandas_text import text_dtype, text_index
from clausula.core.resource_state import JUDGED, NOT_JUDGED
from clausula.core.wording import count

if TYPE_CHECKING:
    import pandas as pd

ERROR, WARNING, INFO = "error", "warning", "info"
CLEAN, FOUND, COULD_NOT_RUN, INCOMPLETE = 0, 1, 2, 3
"""Exit statuses: INCOMPLETE is for a run without errors in which not everything could be judged."""

SHOWN = 100
"""How many findings of one code, table and field are shown by default; counts are always complete."""


@dataclass(frozen=True)
class Finding:
    """One problem that a check found.

    Attributes
    ----------
    code : str
        Stable code: a kind of constraint (`required`), a fault in a file (`ragged-row`) or the code of a rule.
    message, hint : str
        What is wrong, and how to fix it.
    severity : str
        error, warning or info.
    table, field, key, value : str, optional
        The table, the field, the primary key of the row as text, and the invalid value as text.
    file : str, optional
        Path relative to the package.
    row, line, column : int, optional
        Number of the data row, of the line on which the row starts, and of the column, each from 1.
    cell : str, optional
        Place in a coder's submission: `sheet!cell`, or the field of a page.
    layers : tuple of str
        The layers that reported it.
    """

    code: str
    message: str
    hint: str = ""
    severity: str = ERROR
    table: str | None = None
    field: str | None = None
    key: str | None = None
    value: str | None = None
    file: str | None = None
    row: int | None = None
    line: int | None = None
    column: int | None = None
    cell: str | None = None
    layers: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Location as sheet!cell, or as file:line:column as far as known."""
        if self.cell:
            return self.cell
        parts = [self.file or self.table or "package", *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)

    @property
    def name(self) -> str:
        """Table (or file), key and field, by which a warning is accepted; never a line number, which changes."""
        key = (self.key or "").replace(", ", ",").replace(": ", "/")
        subject = self.table or ("" if key else self.file or "package")
        return "/".join(part for part in (subject, key, self.field) if part)

    @property
    def identity(self) -> tuple[Any, ...]:
        """Key that is equal for the same finding from different layers."""
        where = self.row or (self.file, self.line, self.message, None if self.line else self.key)
        return (self.code, self.table or self.file, where, self.field, self.cell)

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes that are set, for JSON."""
        return {k: (list(v) if isinstance(v, tuple) else v) for k, v in asdict(self).items() if v not in (None, "", ())}


@dataclass(frozen=True)
class Template:
    """One entry of the registry: a code, or a variant of a code, with its texts.

    Attributes
    ----------
    code, title, means : str
        The code, what it is in a few words, and what it means.
    says, do : str
        Message and hint, with the names of their parameters in braces.
    severity : str
    example : dict
        Parameters for the reference page and the tests.
    """

    code: str
    title: str
    means: str
    says: str
    do: str
    severity: str = ERROR
    example: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> set[str]:
        """Names of the parameters of message and hint."""
        from string import Formatter

        return {name for _, name, _, _ in Formatter().parse(self.says + self.do) if name}


@cache
def registry() -> dict[str, Template]:
    """Return the registered codes and, as `code:variant`, their variants, from `findings.toml`.

    In a hint, `<install EXTRAS>` stands for the command that installs Clausula with these extras.
    """
    import re
    import tomllib

    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    text = re.sub("<install (.+?)>", lambda match: install_command(*reversed(match[1].split())), text)
    found = {}
    for code, entry in tomllib.loads(text).items():
        texts = {key: value for key, value in entry.items() if not isinstance(value, dict) or key == "example"}
        common = {key: value for key, value in texts.items() if key not in ("says", "example")}
        if "says" in texts:
            found[code] = Template(code, **texts)
        for variant in [key for key in entry if key not in texts]:
            found[f"{code}:{variant}"] = Template(code, **{**common, **entry[variant]})
    return found


_PLACES = frozenset(f.name for f in fields(Finding)) - {"code", "message", "hint"}


def finding(code: str, /, **given: Any) -> Finding:
    """Return a finding with the message and the hint of the registry.

    Parameters
    ----------
    code : str
        A registered code, or `code:variant`.
    **given
        Parameters of the message and the hint, and attributes of the finding. A name that is both is used for both.

    Raises
    ------
    KeyError
        If the code is not registered, or a parameter is missing.
    TypeError
        If a name is neither a parameter nor an attribute.
    """
    template = registry()[code]
    if unknown := given.keys() - _PLACES - template.parameters:
        raise TypeError(f"the finding {code} has no parameter {', '.join(sorted(unknown))}")
    places = {"severity": template.severity, **{name: given[name] for name in _PLACES & given.keys()}}
    return Finding(template.code, template.says.format(**given), template.do.format(**given), **places)


def internal_error(error: Exception, **given: Any) -> Finding:
    """Return the finding for an exception that nothing else reports."""
    return finding("internal-error", kind=type(error).__name__, error=str(error), **given)


Group = tuple[str, str, str]
"""Code, table (or file) and field: the key by which findings are counted."""


def group_of(finding: Finding) -> Group:
    """Return the group in which a finding is counted."""
    return (finding.code, finding.table or finding.file or "", finding.field or "")


@dataclass(frozen=True)
class Acceptance:
    """A warning that somebody reviewed and accepted.

    Attributes
    ----------
    code, name, says : str
        The code, name and message of the warning. With another message it is another warning.
    reason : str
        Why it was accepted.
    version, date : str
        The version whose release it was accepted for, and the day.
    layers : tuple of str
        The layers that reported it; empty if only a release does.
    """

    code: str
    name: str
    says: str
    reason: str
    version: str
    date: str
    layers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Code and name, as the option `--accept` of a release takes them."""
        return f"{self.code}:{self.name}"


@dataclass
class Report:
    """Findings with complete counts, and a summary of what was checked.

    Attributes
    ----------
    shown : int
        How many findings of each group are kept.
    findings : list of Finding
        The findings that are kept. A finding reported by several layers is listed once, with all of them.
    checked : dict
        What was checked: tables, rows, layers, anchors.
    accepted : list of Acceptance
        The warnings that were accepted; they are not among the findings.
    foreign : bool
        Whether the package was not made with Clausula.
    title, version : str
        Title and version of the package.
    """

    shown: int = SHOWN
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, Any] = field(default_factory=dict)
    accepted: list[Acceptance] = field(default_factory=list)
    foreign: bool = False
    title: str = ""
    version: str = ""
    _by_layer: Counter[tuple[Group, str, tuple[str, ...]]] = field(default_factory=Counter, repr=False)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict, repr=False)

    def add(self, finding: Finding, more: int = 0) -> None:
        """Add a finding of one layer, and count `more` findings of its group that the layer does not list."""
        counted = (group_of(finding), finding.severity, finding.layers)
        self._by_layer[counted] += 1 + more
        known = self._known.get(finding.identity)
        if known is not None:
            old = self.findings[known]
            self.findings[known] = replace(old, layers=tuple(dict.fromkeys([*old.layers, *finding.layers])))
        elif self._by_layer[counted] - more <= self.shown:
            self._known[finding.identity] = len(self.findings)
            self.findings.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add several findings."""
        for finding in findings:
            self.add(finding)

    def merge(self, other: Report) -> None:
        """Add the findings and the counts of a report on other layers of the same package."""
        for finding in other.findings:
            known = self._known.setdefault(finding.identity, len(self.findings))
            if known == len(self.findings):
                self.findings.append(finding)
            else:
                old = self.findings[known]
                self.findings[known] = replace(old, layers=tuple(dict.fromkeys([*old.layers, *finding.layers])))
        self._by_layer.update(other._by_layer)
        self.checked = {**self.checked, **other.checked}

    def withdraw(self, finding: Finding) -> None:
        """Remove a finding that is listed, and stop counting it."""
        self.findings.remove(finding)
        self._known = {one.identity: number for number, one in enumerate(self.findings)}
        group = group_of(finding)
        for layers in {finding.layers, *((layer,) for layer in finding.layers)}:
            self._by_layer[group, finding.severity, layers] -= 1
        self._by_layer = +self._by_layer

    def _highest(self) -> dict[tuple[Group, str], int]:
        """Return the number of findings in each group and severity: the highest number that any layer counted."""
        highest: dict[tuple[Group, str], int] = {}
        for (group, severity, _), number in self._by_layer.items():
            highest[group, severity] = max(number, highest.get((group, severity), 0))
        return highest

    @property
    def counts(self) -> dict[Group, int]:
        """Number of findings in each group: the highest number that any layer counted."""
        counts = Counter[Group]()
        for (group, _), number in self._highest().items():
            counts[group] += number
        return dict(counts)

    def total(self, severity: str = ERROR) -> int:
        """Return the number of findings of a severity."""
        return sum(number for (_, counted), number in self._highest().items() if counted == severity)

    def numbers(self) -> str:
        """Return how many findings there are: "3 errors, 1 warning"; notes are counted only if there are any."""
        kinds = [ERROR, WARNING, *([INFO] if self.total(INFO) else [])]
        return ", ".join(count(self.total(kind), "note" if kind == INFO else kind) for kind in kinds)

    def unlisted(self) -> list[str]:
        """Return a line for each group of which not all findings are listed."""
        listed = Counter(map(group_of, self.findings))
        return [
            f"{place}: {code} {name}: showing {listed[code, place, name]:,} of {total:,}"
            for (code, place, name), total in sorted(self.counts.items())
            if total > listed[code, place, name]
        ]

    def exit_status(self, strict: bool = False) -> int:
        """Return the exit status.

        It is 1 if there is an error (with `strict`, also if there is a warning), but 2 if the descriptor is wrong and
        nothing could be judged. Otherwise it is 3 if not everything could be judged, and 0 if everything was.
        """
        if self.total(ERROR) or (strict and self.total(WARNING)):
            resources = self.checked.get("resources", {}).values()
            nothing = resources and all(one["state"] == NOT_JUDGED for one in resources)
            wrong = any(code == "invalid-descriptor" for code, _, _ in self.counts)
            return COULD_NOT_RUN if nothing and wrong else FOUND
        return CLEAN if self.complete else INCOMPLETE

    @property
    def complete(self) -> bool:
        """Whether the descriptor and all resources were judged completely, as far as the layers that ran do.

        If texts were given, those of all sources with anchors were among them.
        """
        descriptor = self.checked.get("descriptor", {"state": JUDGED})
        resources = self.checked.get("resources", {}).values()
        verified = not self.checked.get("anchors", {}).get("unchecked")
        return verified and all(one["state"] == JUDGED for one in (descriptor, *resources))

    def sorted(self) -> list[Finding]:
        """Return the findings sorted by severity and location."""
        order = {ERROR: 0, WARNING: 1, INFO: 2}
        return sorted(
            self.findings,
            key=lambda f: (order[f.severity], f.file or "", f.line or 0, f.column or 0, _reading_order(f.cell), f.code),
        )

    def frame(self) -> pd.DataFrame:
        """Return the findings as a table with a row for each, errors first; the severity is ordered."""
        import pandas as pd

        names = [one.name for one in fields(Finding)]
        rows = [[", ".join(f.layers) if n == "layers" else getattr(f, n) for n in names] for f in self.sorted()]
        kinds: dict[str, Any] = dict.fromkeys(names, text_dtype())
        kinds |= dict.fromkeys(("row", "line", "column"), "Int64")
        kinds["severity"] = pd.CategoricalDtype(text_index([INFO, WARNING, ERROR]), ordered=True)
        return pd.DataFrame(rows, columns=text_index(names)).astype(kinds)

    def as_dict(self) -> dict[str, Any]:
        """Return the whole report, for JSON."""
        groups = [
            {"code": code, "table": table, "field": name, "count": count}
            for (code, table, name), count in sorted(self.counts.items())
        ]
        return {
            "errors": self.total(ERROR),
            "warnings": self.total(WARNING),
            "complete": self.complete,
            "checked": self.checked,
            "accepted": [asdict(one) | {"layers": list(one.layers)} for one in self.accepted],
            "counts": groups,
            "findings": [f.as_dict() for f in self.sorted()],
        }

    def to_json(self) -> str:
        """Return the whole report as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


def _reading_order(cell: str | None) -> tuple[str, int, int, str]:
    """Return a sort key by sheet, row and column, so that A9 comes before A10 and Z1 before AA1."""
    sheet, _, at = (cell or "").partition("!")
    letters = "".join(char for char in at if char.isalpha())
    digits = "".join(char for char in at if char.isdecimal())[:9]
    return sheet, int(digits or 0), len(letters), letters


class CouldNotRun(Exception):
    """Raised when something cannot run; as text it is the reason, then what to do.

    Attributes
    ----------
    finding : Finding
        The reason, with `code`, `message` and `hint`.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def __str__(self) -> str:
        return f"{self.finding.message}\n    -> {self.finding.hint}" if self.finding.hint else self.finding.message

    @classmethod
    def of(cls, code: str, /, **given: Any) -> Self:
        """Return the exception with the finding of a registered code; see `finding`."""
        return cls(finding(code, **given))


def shown(value: str, limit: int = 80) -> str:
    """Return a value that is safe to print: control and bidirectional characters escaped, long text truncated."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in value[: limit + 1])
    return safe if len(value) <= limit else f"{safe[:limit]}… ({len(value)} characters)"
