"""`clausula compare`: text, Markdown, HTML and JSON, and instruments that cannot be compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clausula.analysis import side_by_side
from clausula.analysis.dataset import shipped
from tests.command import clausula

PAIR = ("minsk-package-2015", "us-ru-draft-plan-2025")
HOSTILE = "<script>alert(1)</script> a | b \\| `c`"


def compared(*arguments: str) -> str:
    done = clausula("compare", *PAIR, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_text_names_both_instruments_the_counts_and_each_pair() -> None:
    text = compared()
    assert text.startswith(
        "a  Package of Measures for the Implementation of the Minsk Agreements, 2015-02-12, 31 provisions"
    )
    assert re.search(r"^7 reversed, 2 replaced, 1 weaker,", text, re.MULTILINE)
    assert "a  p14  Ukraine's government is to regain full control" in text
    assert max(map(len, text.splitlines()[3:])) <= side_by_side.WIDTH


def test_json_has_every_row_and_is_the_same_through_either_option() -> None:
    found = json.loads(compared("--json"))
    assert found == json.loads(compared("--format", "json"))
    assert len(found["rows"]) == sum(found["counts"].values())
    assert found["b"]["coverage"] == "reported"


@pytest.mark.parametrize("form", side_by_side.RENDERERS)
def test_texts_of_the_data_remain_text(form: str) -> None:
    data = shipped()
    found = side_by_side.side_by_side(data, *PAIR)
    for row in found["rows"]:
        row |= {name: HOSTILE for name in ("summary_a", "summary_b", "note") if name in row}
    rendered = side_by_side.RENDERERS[form](data, found)
    if form == "html":
        assert "<script" not in rendered and "&lt;script&gt;" in rendered
    if form == "md":
        assert "<script" not in rendered
        rows = [line for line in rendered.splitlines() if line.startswith("| p")]
        assert rows and {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in rows} == {4}


def test_out_writes_a_file_and_replaces_none_without_force(tmp_path: Path) -> None:
    target = tmp_path / "minsk.html"
    assert clausula("compare", *PAIR, "--format", "html", "--out", str(target)).stdout.strip() == str(target)
    page = target.read_text("utf-8")
    assert page.count('class="pair"') == len(json.loads(compared("--json"))["rows"])
    target.write_text("mine", "utf-8")
    again = clausula("compare", *PAIR, "--out", str(target))
    assert (again.returncode, target.read_text("utf-8")) == (2, "mine") and "--force" in again.stderr
    assert clausula("compare", *PAIR, "--out", str(target), "--force").returncode == 0
    assert target.read_text("utf-8").rstrip("\n") == compared().rstrip("\n")


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("minsk-package-2015", "us-ru-draft-plan"), "Did you mean us-ru-draft-plan-2025"),
        (("minsk-package-2015", "putin-initiatives-2014"), "no provision of putin-initiatives-2014 is coded"),
        (("minsk-package-2015", "nato"), "in the table actors and not an instrument"),
        (("minsk-package-2015", "minsk-package-2015"), "both instruments are"),
    ],
)
def test_what_cannot_be_compared_is_a_finding(pair: tuple[str, str], message: str) -> None:
    done = clausula("compare", *pair)
    assert (done.returncode, done.stdout) == (2, "") and message in done.stderr
