"""The texts in source code: messages, docstrings, comments, scripts, styles and templates."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.data.prose_base import GAP, Text, blank, blocks, cut, without_code

SQL = re.compile(
    r"\s*(select|with|create|copy|insert|update|delete|from|where|drop|set|pragma|attach|describe|union|join|left|and|or"
    r"|order|group|load|install|on|case|when|values)\b.*[=(){};*_¤\"]|.*\bselect\b.*\bfrom\b",
    re.I | re.S,
)
NO_PROSE = re.compile(
    r"\(\?|\\[bdswAZ]|\[\^"  # patterns
    r"|^\s*[.#@<][\w-]+\s*[{>]|^[\w-]+:\s*[^ ]+;|@media|^;? ?[\w-]+-src |^seg "  # style sheets, policies, classes
    r"|^@\w+\{|=>|\bconst |\b(VARCHAR|BIGINT)\b|\w = (true|false|\{|¤|')"  # BibTeX, scripts, SQL
    r"|^[\w./-]*$"
)


def is_message(text: str) -> bool:
    """Tell whether a string in the code is a message: two words or more, no SQL, pattern, style sheet or path."""
    words = re.findall(r"(?<![\w.{/\\<$-])[A-Za-z][a-z']+(?![\w(={/\\])", text)
    return len(words) > 1 and " " in text.strip() and not SQL.match(text) and not NO_PROSE.search(text)


def joined(node: ast.JoinedStr) -> str:
    """Join the parts of an f-string with gaps for its values."""
    return "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)  # type: ignore[misc]


def python(path: str, text: str) -> Iterator[Text]:
    """Read the docstrings, messages and comments of a Python file."""
    tree = ast.parse(text)
    taken: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # patterns and lists of codes are not prose
            owner = node.func.value
            listed = isinstance(owner, ast.Constant) and node.func.attr == "split"
            if listed:
                taken.add(id(owner))
            if isinstance(owner, ast.Name) and owner.id == "re":
                taken.update(id(inner) for argument in node.args for inner in ast.walk(argument))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            taken.add(id(node.value))
            # `name : type`, as numpydoc has it, is code
            words = blank(node.value.value, r"^[ \t]*\*{0,2}\w+(?:, \*{0,2}\w+)* : [^\n]*$", re.M)
            # an example with its output, up to an empty line, is code too
            words = blank(words, r"^[ \t]*>>> .*?(?=\n[ \t]*\n|\Z)", re.S | re.M)
            yield Text(path, node.value.lineno, without_code(words))
    for node in ast.walk(tree):
        if id(node) in taken:
            continue
        if isinstance(node, ast.JoinedStr):
            taken.update(id(part) for part in ast.walk(node) if isinstance(part, ast.Constant))
            value = joined(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            value = node.value
        else:
            continue
        if SQL.match(value):
            lines = [re.search(r"--\s(.*)", line) for line in value.split("\n")]
            yield from blocks(path, [(node.lineno + n, m[1] if m else "") for n, m in enumerate(lines)])
        elif is_message(value):
            yield Text(path, node.lineno, cut(without_code(value), r"</?\w+[^>]*>|\{[^}]*\}|(?<!\w)'[\w.-]+'(?!\w)"))
    comments: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        words = token.string.lstrip("#").strip()
        if re.match(r"(noqa|type:|pragma|fmt:|!|%%|ruff:|---|mypy:|jupyter:|jupytext|kernelspec|\w+: \w+$)", words):
            words = ""
        comments.append((token.start[0], without_code(words)))
    yield from blocks(path, comments)


JS = re.compile(
    r"//(?P<line>[^\n]*)|/\*(?P<block>.*?)\*/|\"(?P<double>(?:\\.|[^\"\\\n])*)\"|'(?P<single>(?:\\.|[^'\\\n])*)'"
    r"|`(?P<template>(?:\\.|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*)`",
    re.S,
)


def script(path: str, text: str, first: int = 1) -> Iterator[Text]:
    """Read the comments and messages of JavaScript."""
    comments: list[tuple[int, str]] = []
    for match in JS.finditer(text):
        line = first + text.count("\n", 0, match.start())
        if match["line"] is not None:
            comments.append((line, without_code(match["line"].strip())))
        elif match["block"] is not None:
            yield Text(path, line, without_code(re.sub(r"^\s*\* ?", "", match["block"], flags=re.M)))
        else:
            value = match["double"] or match["single"] or match["template"] or ""
            value = cut(value, r"\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}").replace("\\n", " ")
            if is_message(value) and not re.match(r"[#.\[]", value):
                yield Text(path, line, without_code(value))
    yield from blocks(path, comments)


def r_messages(path: str, text: str) -> Iterator[Text]:
    """Read the messages of R: the strings of each call of stop, with a gap where a value comes in."""
    for match in re.finditer(r"stop\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\)", text):
        parts = re.findall(r"\"([^\"]*)\"", match[0])
        yield Text(path, 1 + text.count("\n", 0, match.start()), without_code(GAP.join(parts)))


def help_page(path: str, text: str) -> Iterator[Text]:
    """Read a help page of R: its title, descriptions and items, without code and usage."""
    text = cut(text, r"\\(?:usage|name|alias)\{(?:[^{}]|\{[^{}]*\})*\}|\\examples\{.*")
    text = cut(text, r"\\(?:code|file)\{(?:[^{}]|\{[^{}]*\})*\}|\\item\{\w+\}|\\\w+|[{}]")
    yield from blocks(path, list(enumerate(text.split("\n"), start=1)))


def style(path: str, text: str) -> Iterator[Text]:
    """Read the comments of a style sheet."""
    for match in re.finditer(r"/\*(.*?)\*/", text, re.S):
        yield Text(path, text.count("\n", 0, match.start()) + 1, without_code(match[1]))


def template(path: str, text: str) -> Iterator[Text]:
    """Read the text of an HTML page or Jinja template: text nodes, labels, and the strings in its expressions."""

    def line(at: int) -> int:
        return text.count("\n", 0, at) + 1

    for match in re.finditer(r"<script[^>]*>(.*?)</script>", text, re.S):
        yield from script(path, match[1], line(match.start(1)))
    for match in re.finditer(r"\{#(.*?)#\}|<!--(.*?)-->", text, re.S):
        yield Text(path, line(match.start()), without_code(match[1] or match[2] or ""))
    text = blank(text, r"\{% block more_policy %\}.*?\{% endblock %\}")
    text = blank(text, r"<(script|style)\b.*?</\1>|\{#.*?#\}|<!--.*?-->")
    for match in re.finditer(r"\{[{%](.*?)[%}]\}", text, re.S):
        for quoted in re.finditer(r"\"([^\"]*)\"|'([^']*)'", match[1]):
            value = quoted[1] or quoted[2] or ""
            if is_message(value):
                yield Text(path, line(match.start()), value)
    bare = cut(text, r"\{\{.*?\}\}|\{%.*?%\}")
    for match in re.finditer(r"\b(?:title|alt|aria-label|placeholder|content)=\"([^\"]*)\"", bare):
        if is_message(match[1]):
            yield Text(path, bare.count("\n", 0, match.start()) + 1, match[1])
    words = cut(bare, r"<code\b.*?</code>")
    words = re.sub(
        r"</?(?:b|i|em|strong|span|a|abbr|small)\b[^>]*>|<[^>]*>",
        lambda m: "\n" * m[0].count("\n") if re.match(r"</?(?:b|i|em|strong|span|a|abbr|small)\b", m[0]) else "\v",
        words,
    )
    for number, row in enumerate(words.split("\n"), start=1):
        for piece in re.split(r"\v", row):
            if re.search(r"[A-Za-z]{2}", piece):
                yield Text(path, number, re.sub(r"&\w+;", " ", piece.strip()))
