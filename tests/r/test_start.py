"""The examples for R on the page for newcomers give the numbers of the other programs."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT
from tests.data.test_docs_start import bearers, blocks, duties, printed
from tests.r.conftest import r


def test_both_questions_have_the_same_answers(library: Path) -> None:
    install, count, who = blocks("start", "r")
    (linked,) = blocks("comparing", "r")
    assert install in (ROOT / "r/README.md").read_text(encoding="utf-8"), "test_package.py runs it"
    code = "options(width = 200)\n" + "\ncat('-----\\n')\n".join([count, who, linked])
    first, second, third = r("Rscript", "--vanilla", "-e", code, folder=ROOT, library=library).split("-----")
    assert printed(first) == duties()
    actors, numbers = (line.split() for line in second.splitlines()[-2:])
    earlier = {f"minsk-package-2015.p{number}" for number in ("07", "14", "19")}
    assert set(re.findall(r"minsk-package-2015[.]p\d+", third)) == earlier
    assert list(zip(actors, map(int, numbers), strict=True)) == list(bearers().items())
