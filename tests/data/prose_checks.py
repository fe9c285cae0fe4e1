"""Check texts for forbidden words, wrong counts and articles, and spelling; print what is found by file.

Usage: python -m tests.data.prose_checks [--root ROOT] [--rule words|grammar|spelling] [--generated] [PATH-PREFIX ...]

Without a prefix every text that people read is checked, the help of the command line included (its prefix is `help`).
Exit status: 0 clean, 1 violations.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.data.prose_base import GAP, Text
from tests.data.prose_texts import collect, official_words

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Violation:
    """What is wrong in a text, where, and what to write instead."""

    path: str
    line: int
    rule: str
    words: str
    instead: str
    generated: bool = False

    def __str__(self) -> str:
        """Return the violation as one line."""
        words = " ".join(self.words.split()).replace(GAP, "…")
        return f"{self.path}:{self.line}: {words!r} ({self.rule}): {self.instead}"


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Read the entries of a list: lines that are neither empty nor comments."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line


@dataclass(frozen=True)
class Rule:
    """A pattern that no text may match, what to write instead, and the paths where it applies (all if None)."""

    pattern: re.Pattern[str]
    instead: str
    where: re.Pattern[str] | None = None


@cache
def forbidden() -> list[Rule]:
    """Read prose.txt: a pattern, what to write instead and optionally a pattern for paths, separated by tabs."""
    rules = []
    for number, line in lines_of(HERE / "prose.txt"):
        pattern, instead, where = [*line.split("\t"), "", ""][:3]
        if not instead.strip() or line.count("\t") > 2:
            raise ValueError(f"prose.txt:{number}: not a pattern, a tab and what to write instead: {line!r}")
        try:
            rules.append(Rule(re.compile(pattern, re.I), instead.strip(), re.compile(where) if where else None))
        except re.error as error:
            raise ValueError(f"prose.txt:{number}: {error}: {line!r}") from error
    return rules


NOUNS = (
    "row|column|field|table|source|provision|reaction|instrument|event|actor|topic|anchor|unit|file|warning|error"
    "|finding|violation|constraint|rule|record|value|cell|line|character|conflict|decision|coder|disagreement|dispute"
)
LABELS = "amends|contradicts|elaborates|implements|narrows|repeats|replaces|restates|strengthens|supersedes|weakens"
GRAMMAR = [
    (
        r"(?<![\w.,/:¤-])(?<!status )(?<!annex )(?<!phase )(?<!step )(?<!round )(?<!code )(?<!=)(?<!clean, )"
        rf"1 ({NOUNS})s\b",
        "a count of 1 takes the singular",
    ),
    (rf"(?<![\w.,/-])\d+ (?:{LABELS})\b", "write the count with a plural verb or a noun: 7 strengthen"),
    (r"(?<![\w.,/+-])1 (?:are|were|have|do)\b", "a count of 1 takes the singular"),
    (rf"(?<![\w.,/:-])(?<!\ba )(?:[2-9]|[1-9]\d+) (?:{NOUNS})\b(?!-| \d)", "a count of 2 or more takes the plural"),
    (rf"\b(?:each|every|one|a) (?:{NOUNS})s\b(?!\.\w)", "use the singular"),
    (
        r"(?<![\w.,¤'’-])a (?!(?:and|or|is|in|as|at|if|on|are|it|of|eu\w*|ewe|one|once|uni(?:t|on|f|v|q|c|l|p)\w*"
        r"|us|us[aeu]\w*|util\w*|uto\w*|ubiq\w*|ur[aiol]\w*|ukr\w*|u|i|e|o|a)\b)[aeiou]\w*",
        "write 'an'",
    ),
    (
        r"(?<![\w¤])an (?!(?:hour|honest|hono|heir|html|http|href|xml|xlsx|rdf|sql|svg|sha|npm|nth|mdb|rds|sav|nd)\w*)"
        r"(?-i:[bcdfghjklmnpqrstvwyz]\w\w+)",
        "write 'a'",
    ),
    (r"\ban (?:uni(?:t|on|form|vers|qu)\w*|us[eu]\w*|one\b|once\b|eu\w+)", "write 'a'"),
    (r"(?:¤|\d) (?:\w+ ){0,2}\w+\(s\)", "write the singular or the plural, as the count is"),
    (r"\bthe the\b|(?-i:\b(a|an|of|to|in|is|and|for|with|by|on|at|from|be|are|it|as|or) \1\b)", "a doubled word"),
]
"""Counts and articles: a pattern and what to write instead."""


@cache
def grammar() -> list[Rule]:
    """Compile the patterns for counts and articles."""
    return [Rule(re.compile(pattern, re.I), instead) for pattern, instead in GRAMMAR]


def flat(text: Text) -> tuple[str, list[int]]:
    """Join the lines of a text with single spaces; return it with the offset at which each line begins."""
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for line in text.text.split("\n"):
        starts.append(at)
        words = " ".join(line.split())
        if words:
            parts.append(words)
            at += len(words) + 1
    return " ".join(parts), starts


def matching(texts: Iterable[Text], rules: list[Rule], name: str) -> Iterator[Violation]:
    """Find what the patterns match."""
    for text in texts:
        words, starts = flat(text)
        for rule in rules:
            if rule.where and not rule.where.match(text.path):
                continue
            for match in rule.pattern.finditer(words):
                line = text.line + bisect_right(starts, match.start()) - 1
                yield Violation(text.path, line, name, match[0], rule.instead, text.generated)


def bad_words(texts: Iterable[Text]) -> Iterator[Violation]:
    """Find the words and phrases of prose.txt."""
    return matching(texts, forbidden(), "word")


def bad_grammar(texts: Iterable[Text]) -> Iterator[Violation]:
    """Find wrong counts, wrong articles and doubled words."""
    return matching(texts, grammar(), "grammar")


WORD = re.compile(
    r"(?<![\w"
    + GAP
    + r"./\\@#$%&=~^'’-])[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+)*(?![\w"
    + GAP
    + r"/\\@=(\[*]|\.\w|-[\w"
    + GAP
    + "*])"
)


def spelt(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text into the words to spell: no code, file name, option, acronym or word of fewer than three letters."""
    for match in WORD.finditer(text):
        at = match.start()
        for part in match[0].split("-"):
            word = re.sub(r"['’]s?$", "", part)
            if len(word) > 2 and not word.isupper() and not re.search(r"[a-z].*[A-Z]|[A-Z]{2}", word):
                yield at, word
            at += len(part) + 1


def american(words: Iterable[str]) -> dict[str, list[str]]:
    """Ask `typos` for known misspellings and for spelling that is not British."""
    program = Path(sys.executable).parent / "typos"
    ran = subprocess.run(
        [
            str(program) if program.is_file() else shutil.which("typos") or "typos",
            "--isolated",
            "--locale",
            "en-gb",
            "--format",
            "json",
            "-",
        ],
        input="\n".join(words),
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    if ran.returncode not in {0, 2}:
        raise RuntimeError(f"typos cannot run: {ran.stderr}")
    return {one["typo"]: one["corrections"] for one in found if one["type"] == "typo"}


@cache
def accepted() -> frozenset[str]:
    """Read names.txt: words that are spelt correctly though no dictionary has them."""
    return frozenset(line.strip() for _, line in lines_of(HERE / "names.txt"))


SWAPS = (
    ("is", "iz"),
    ("ys", "yz"),
    ("our", "or"),
    ("re", "er"),
    ("ll", "l"),
    ("l", "ll"),
    ("ence", "ense"),
    ("ce", "se"),
    ("mme", "m"),
    ("ogue", "og"),
    ("ae", "e"),
    ("oe", "e"),
    ("oeu", "eu"),
    ("ould", "old"),
)
"""British letters and the American ones in their place."""


def british(words: Iterable[str], dictionary: Container[str]) -> set[str]:
    """Find the words that are the British spelling of an American word in the dictionary.

    The dictionary is American; `typos` knows which British spelling belongs to which American one.
    """
    forms: dict[str, set[str]] = {}
    for word in {word.lower() for word in words}:
        for ours, theirs in SWAPS:
            for at in [match.start() for match in re.finditer(ours, word)]:
                form = word[:at] + theirs + word[at + len(ours) :]
                if form in dictionary:
                    forms.setdefault(form, set()).add(word)
    corrected = american(sorted(forms))
    return {word for form, ours in forms.items() for word in ours if word in corrected.get(form, ())}


def bad_spelling(texts: Iterable[Text], official: Iterable[str] = ()) -> Iterator[Violation]:
    """Find words that no dictionary has, and American spelling.

    A word of names.txt in lower case is accepted in any case, a capitalised one only so.
    """
    from spellchecker import SpellChecker

    dictionary = SpellChecker(language="en", distance=1)
    known = accepted() | set(official)
    places: dict[str, list[tuple[Text, int]]] = {}
    for text in texts:
        words, starts = flat(text)
        for at, word in spelt(words):
            if word not in known and word.lower() not in known:
                line = text.line + bisect_right(starts, at) - 1
                places.setdefault(word, []).append((text, line))
    wrong = american(sorted(places))
    unknown = {word for word in places if word not in wrong and word.replace("’", "'").lower() not in dictionary}
    ours = british(unknown, dictionary)
    for word, where in places.items():
        if word in wrong:
            instead = f"write {' or '.join(wrong[word])}" if wrong[word] else "misspelt"
        elif word in unknown and word.lower() not in ours:
            instead = "not in the dictionary: correct it, or add it to tests/data/names.txt"
        else:
            continue
        for text, line in where:
            yield Violation(text.path, line, "spelling", word, instead, text.generated)


def violations(texts: list[Text], official: Iterable[str] = (), rule: str = "") -> list[Violation]:
    """Run the three checks, or the one that is named, over the texts."""
    found: list[Violation] = []
    if rule in {"", "words"}:
        found.extend(bad_words(texts))
    if rule in {"", "grammar"}:
        found.extend(bad_grammar(texts))
    if rule in {"", "spelling"}:
        found.extend(bad_spelling(texts, official))
    return sorted(set(found), key=lambda one: (one.generated, one.path, one.line, one.rule, one.words))


def report(found: list[Violation], shown: int = 40) -> str:
    """Return the first violations, one a line, and how many there are."""
    lines = [str(one) for one in found[:shown]]
    if len(found) > shown:
        lines.append(f"showing {shown} of {len(found)}; python -m tests.data.prose_checks shows all")
    return "\n".join(lines)


def main() -> int:
    """Print the violations by file."""
    parser = argparse.ArgumentParser(prog="python -m tests.data.prose_checks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("prefixes", nargs="*", metavar="PATH-PREFIX", help="check only files whose path begins with it")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository to check (default: this one)")
    parser.add_argument("--rule", choices=["words", "grammar", "spelling"], default="", help="run only this check")
    parser.add_argument("--generated", action="store_true", help="list generated files and blocks as well")
    parser.add_argument("--summary", action="store_true", help="print only the counts by file and by wording")
    args = parser.parse_args()
    root = args.root.resolve()
    found = violations(collect(root, tuple(args.prefixes)), official_words(root), args.rule)
    hidden = 0 if args.generated else sum(one.generated for one in found)
    listed = [one for one in found if args.generated or not one.generated]
    if not args.summary:
        for one in listed:
            print(one)
        print()
    for path, n in sorted(Counter(one.path for one in listed).items()):
        print(f"{n:6} {path}")
    if args.summary:
        for (words, instead), n in Counter((" ".join(o.words.lower().split()), o.instead) for o in listed).most_common(
            100
        ):
            print(f"{n:6} {words!r}: {instead}")
    print(
        f"{len(listed):6} violations"
        + (f"; {hidden} more in generated text (--generated lists them)" if hidden else "")
    )
    return 1 if listed else 0


if __name__ == "__main__":
    sys.exit(main())
