"""A text of sixty pages is registered, split into sentences and made a workbook within seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from clausula.coding.passes import Prefill
from clausula.coding.proposed_log import proposed_rows
from clausula.coding.register import register
from clausula.coding.workbook_write import make_workbook
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from clausula.evidence.sentences import sentences
from tests.coding.practice import SOURCE_ROW

PAGES, LINES_OF_A_PAGE = 60, 45
LIMIT_SECONDS = 10
GIVEN = ("title", "kind", "date", "date_basis", "language", "locator", "completeness")


def long_text() -> str:
    """Return a text of sixty pages of articles with lettered paragraphs, wrapped lines and page numbers."""
    lines, article = ["AGREEMENT OF THE SALT ROAD", ""], 0
    for page in range(1, PAGES + 1):
        while len(lines) < page * LINES_OF_A_PAGE:
            article += 1
            lines += [f"Article {article}", ""]
            for letter in "abcd":
                lines += [
                    f"({letter}) The Council of the North Bank keeps watch {article} open to H.E. the envoy of the",
                    f"other bank, Art. {article} of the earlier accord notwithstanding, from the first day of the",
                    "month in which the road was opened.",
                ]
            lines.append("")
        lines += [f"- {page} -", ""]
    return "\n".join(lines)


@pytest.mark.exhaustive
def test_sixty_pages_take_less_than_ten_seconds(fresh: Path, tmp_path: Path) -> None:
    path = tmp_path / "salt-road-agreement-2040.txt"
    path.write_text(long_text(), encoding="utf-8")
    started = time.process_time()
    registered = register(fresh, path, {name: SOURCE_ROW[name] for name in GIVEN})
    assert registered.report.total() == 0, registered.report.findings
    raw = path.read_text(encoding="utf-8")
    found = len(list(sentences(raw)))
    prefill = Prefill(log=proposed_rows(raw))
    content = make_workbook(read_tables(open_package(fresh)), path.stem, "a", raw, prefill)
    seconds = time.process_time() - started
    assert found >= 4 * raw.count("Article ")
    assert len(content) > 100_000
    assert seconds < LIMIT_SECONDS, f"{seconds:.1f} s for {len(raw):,} characters and {found:,} sentences"
