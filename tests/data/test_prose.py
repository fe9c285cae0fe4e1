"""Every text that people read is written in plain contemporary British English.

The lists: prose.txt (words and phrases, with what to write instead) and names.txt (names and terms that no dictionary
has). `python -m tests.data.prose_checks PATH-PREFIX ...` prints what is wrong in some files only.
"""

import re
import subprocess
import sys
from functools import cache

import pytest

from tests.data.prose_base import Text
from tests.data.prose_checks import ROOT, bad_grammar, bad_spelling, bad_words, forbidden, report
from tests.data.prose_texts import collect, official_words, read, tracked

HAND_CODED = {
    "tests/data/test_prose.py": "this test",
    "CHANGELOG.md": "says that earlier releases used the phrase, and that it was wrong",
}
"""Where the phrase may be written, and why: only where it is denied, explained or forbidden."""


@cache
def texts() -> list[Text]:
    return collect(ROOT)


def text(words: str) -> list[Text]:
    return [Text("docs/some.md", 1, words)]


def test_texts_of_every_kind_are_read():
    paths = {one.path for one in texts()}
    for path in (
        "README.md",
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "SECURITY.md",
        ".github/workflows/checks.yml",
        ".github/ISSUE_TEMPLATE/bug.yml",
        "data/provisions.csv",
        "schemas/package.json",
        "clausula validate --help",
    ):
        assert path in paths, path
    for start, end in (
        ("docs/codebook/", ".md"),
        ("examples/", ".py"),
        ("validation/rules/", ".sql"),
        ("src/clausula/", ".py"),
        ("src/clausula/", ".js"),
        ("src/clausula/", ".j2"),
        ("src/clausula/", ".html"),
        ("r/", ".md"),
        ("r/", ".R"),
        ("r/", ".Rd"),
        ("scripts/", ".py"),
        ("benchmarks/", ".py"),
    ):
        assert any(path.startswith(start) and path.endswith(end) for path in paths), (start, end)
    assert len(texts()) > 5000


def test_words():
    found = sorted(bad_words(texts()), key=lambda one: (one.generated, one.path, one.line))
    assert not found, f"{len(found)} words or phrases to replace\n{report(found)}"


def test_counts_and_articles():
    found = list(bad_grammar(texts()))
    assert not found, f"{len(found)} wrong counts or articles\n{report(found)}"


def test_spelling():
    found = list(bad_spelling(texts(), official_words(ROOT)))
    assert not found, f"{len(found)} words misspelt or unknown\n{report(found)}"


def test_nothing_is_called_hand_coded():
    # The data were coded row by row against a written codebook by language models, none of it by hand.
    phrase = re.compile(r"hand[-\s]?coded|coded\s+by\s+hand", re.IGNORECASE)
    found = []
    for path in tracked(ROOT):
        try:
            words = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found.extend(f"{path}:{words.count(chr(10), 0, m.start()) + 1}" for m in phrase.finditer(words))
    unexplained = [place for place in found if place.rpartition(":")[0] not in HAND_CODED]
    assert not unexplained, "called hand-coded without being in HAND_CODED:\n" + "\n".join(unexplained[:40])
    unused = set(HAND_CODED) - {place.rpartition(":")[0] for place in found}
    assert not unused, f"no longer needed in HAND_CODED: {sorted(unused)}"


WRONG_WORDS = {
    "The minister greets the plan.": "greets",
    "Spain holds that force is needed.": "holds that",
    "The start of the month is not told.": "not told",
    "The sentence bears no record.": "bears",
    "A name stands twice in the header.": "stands",
    "Whoever holds the texts can verify them.": "Whoever",
    "'x' is no value of this code.": "is no value",
    "Hand in the workbook.": "Hand in",
    "How many of them hang on a condition?": "hang on",
    "Save the file\nanew.": "anew",
    "These words stand nowhere in the text.": "stand",
    "A reaction that speaks of a halt, hence no summit.": "hence",
    "Neither side holds the other.": "Neither side holds the other",
    "The names were told apart by their offices.": "told apart",
    "Nothing says what the support is.": "Nothing says what",
    "It came too late, for it was over.": ", for it was",
    "To get started": "To get started",
}


@pytest.mark.parametrize(("words", "found"), WRONG_WORDS.items())
def test_a_word_of_the_list_is_found(words, found):
    assert found in [one.words for one in bad_words(text(words))]


@pytest.mark.parametrize(
    ("words", "found"),
    {
        "in the table: 1 strengthens, 2 repeat": "1 strengthens",
        "The year is a integer.": "a integer",
        "A any type is allowed": "A any",
        "1 rows were read.": "1 rows",
        "There are 19 warning in the file.": "19 warning",
        "Take it from an source.": "an source",
        "Each rows has a key.": "Each rows",
        "This is an unique constraint.": "an unique",
        "showing 3 conflict(s)": "3 conflict(s)",
        "The value of the\nthe cell.": "the the",
    }.items(),
)
def test_a_wrong_count_or_article_is_found(words, found):
    assert found in [one.words for one in bad_grammar(text(words))]


@pytest.mark.parametrize(
    ("words", "found", "instead"),
    [
        ("Did you recieve it?", "recieve", "write receive"),
        ("The color of the bar.", "color", "write colour"),
        ("The Organization of the data.", "Organization", "write Organisation"),
        ("We standardize the names.", "standardize", "write standardise"),
        ("A qwertly word.", "qwertly", "not in the dictionary"),
        ("The provison of aid.", "provison", ""),
    ],
)
def test_a_misspelt_or_american_word_is_found(words, found, instead):
    spelt = {one.words: one.instead for one in bad_spelling(text(words))}
    assert set(spelt) == {found}
    assert spelt[found].startswith(instead)


def test_good_english_passes():
    words = """\
    Clausula is a dataset of provisions in peace plans and treaties, with the reactions of the actors concerned. Each
    row cites its evidence as character offsets and a hash. The organisation welcomes the programme; its behaviour is
    recognised and analysed. An hour later, a European union used an SQL query: 1 row, 19 warnings, 7 strengthen. The
    ministers argue that a one-off ceasefire is not enough. There is no such file. Neither the text nor the annex names
    a monitor. The abbreviation stands for a column; a long-standing licence holds. The state bears responsibility.
    They bear in mind that the labelled centre is open. `color` and `is told` are code.
    """
    block = read_markdown(words)
    assert not list(bad_words(block))
    assert not list(bad_grammar(block))
    assert not list(bad_spelling(block))


def read_markdown(words: str) -> list[Text]:
    from tests.data.prose_texts import markdown

    return list(markdown("docs/some.md", "\n".join(line.strip() for line in words.splitlines())))


def test_code_quotations_and_addresses_are_not_read():
    words = "Use `color` here.\n\n```python\ncolor = 1\n```\n\nThe treaty says “hereby recognized”; see\n[it](https://color.org)."
    block = read_markdown(words)
    assert not list(bad_words(block))
    assert not list(bad_spelling(block))


def test_a_violation_names_file_line_words_and_what_to_write(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "one.py").write_text(
        '"""Return it.\n\nThe minister greets\nthe plan.\n"""\n\n'
        'SAID = f"a sentence that bears {1} record"\n# it stands\n# here\n',
        encoding="utf-8",
    )
    found = [str(one) for one in bad_words(read(tmp_path, "src/one.py"))]
    assert found[0] == "src/one.py:3: 'greets' (word): welcomes"
    assert [one.split(" ")[:2] for one in found[1:]] == [["src/one.py:7:", "'bears'"], ["src/one.py:8:", "'stands'"]]


def test_messages_and_help_pages_of_r_are_read(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r/one.R").write_text(
        '# The minister\n# greets them.\nx <- 1\nstop(\n  path, " is no value of ", f(x), call. = FALSE)\n',
        encoding="utf-8",
    )
    (tmp_path / "r/one.Rd").write_text(
        "\\name{color}\n\\usage{\ngreets(color)\n}\n"
        "\\arguments{\n  \\item{color}{The name greets\n  the \\code{color}.}\n}\n"
        "\\examples{\n\\dontrun{\ngreets(1)\n}\n}\n",
        encoding="utf-8",
    )
    found = [str(one) for path in ("r/one.R", "r/one.Rd") for one in bad_words(read(tmp_path, path))]
    assert [one.split(": ")[0] for one in found] == ["r/one.R:2", "r/one.R:4", "r/one.Rd:6"], found


def test_a_report_is_short_and_says_how_many_there_are():
    found = list(bad_words(text("It greets them. " * 100)))
    lines = report(found).splitlines()
    assert len(lines) == 41
    assert lines[-1].startswith("showing 40 of 100")


def test_each_rule_says_what_to_write():
    assert len(forbidden()) > 80
    assert all(rule.instead for rule in forbidden())


def test_the_checks_run_from_the_command_line():
    ran = subprocess.run(
        [sys.executable, "-m", "tests.data.prose_checks", "--rule", "grammar", "LICENSE"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "0 violations"
    assert ran.returncode == 0
