"""What a scan of a CSV file finds: its header and its faults."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from clausula.core.findings import Finding, finding

MAX_FIELD = 1 << 20
"""Longest cell, in characters, that is accepted; a longer one usually means an unclosed quotation mark."""

CHUNK = 1 << 20

Bytes = bytes | bytearray | memoryview
"""The content of a file that was read before."""

MAX_FAULTS = 10_000
"""How many faults of one code are kept for a file, so that a file full of faults does not exhaust memory."""


@dataclass
class Scan:
    """Result of scanning the bytes of a CSV file.

    Attributes
    ----------
    header : list of str
        The names in the first line.
    lines : int
        Number of lines, including a last line without a line feed.
    plain : bool
        Whether a fast parser reads the file as `lenient_rows` would.
    readable : bool
        Whether the file can be read at all.
    findings : list of Finding
        Faults in the bytes, without the name of the table.
    dropped : Counter
        Number of faults by code that were counted but are not in `findings`.
    doubtful : bool
        Whether line endings differ, perhaps only inside quotation marks; a lenient reading decides.
    """

    header: list[str] = field(default_factory=list)
    lines: int = 0
    plain: bool = True
    readable: bool = True
    findings: list[Finding] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    doubtful: bool = False
    _kept: Counter[str] = field(default_factory=Counter, repr=False)

    def add_fault(self, code: str, line: int | None = None, **given: Any) -> None:
        """Record a fault; the file is then read leniently. Beyond MAX_FAULTS of one code, only count them."""
        self._add(code, finding(code, line=line, **given))

    def add(self, found: Finding, line: int | None, column: int | None) -> None:
        """Record the fault of a cell, with its place in the file."""
        self._add(found.code, replace(found, line=line, column=column))

    def _add(self, code: str, found: Finding) -> None:
        self.plain = False
        self._kept[code] += 1
        if self._kept[code] <= MAX_FAULTS:
            self.findings.append(found)
        else:
            self.dropped[code.partition(":")[0]] += 1


def open_bytes(source: Path | Bytes) -> IO[bytes]:
    """Return the bytes of a file as a stream, from the file or from its content."""
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
