"""Invalid input results in findings, never in a traceback or a half-written file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_commands import digest
from tests.command import clausula
from tests.pairs import chosen

PLACES = "data/places.csv"
HEADER = b"place_id,name,kind,parent_place_id,variants,note\n"
ROW = b"river,River,water,,,\n"


def replace_table(content: bytes) -> Callable[[Path], None]:
    return lambda root: (root / PLACES).write_bytes(content) and None


def change_descriptor(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        path = root / "datapackage.json"
        value = json.loads(path.read_text(encoding="utf-8"))
        change(value)
        path.write_text(json.dumps(value), encoding="utf-8")

    return apply


def link_outside(root: Path) -> None:
    outside = root.parent / "outside.csv"
    outside.write_bytes(HEADER + ROW)
    (root / PLACES).unlink()
    (root / PLACES).symlink_to(outside)


CASES: dict[str, tuple[Callable[[Path], None], str, int | None]] = {
    "missing file": (lambda root: (root / PLACES).unlink(), "missing-file", None),
    "empty file": (replace_table(b""), "empty-file", 1),
    "wrong encoding": (replace_table(HEADER + ROW + "fjord,Bårðarbunga,region,,,\n".encode("latin-1")), "encoding", 3),
    "utf-16": (replace_table((HEADER + ROW).decode().encode("utf-16")), "encoding", 1),
    "byte order mark": (replace_table(b"\xef\xbb\xbf" + HEADER + ROW), "byte-order-mark", 1),
    "ragged row, short": (replace_table(HEADER + b"river,River\n" + ROW), "ragged-row", 2),
    "ragged row, long": (replace_table(HEADER + ROW + b"ford,Ford,settlement,,,,extra\n"), "ragged-row", 3),
    "blank row": (replace_table(HEADER + b"\n" + ROW), "blank-row", 2),
    "duplicated header": (replace_table(HEADER.replace(b"note", b"name") + ROW), "duplicate-header", 1),
    "unknown column": (replace_table(HEADER.replace(b"note", b"nota") + ROW), "unknown-column", 1),
    "missing column": (replace_table(HEADER.replace(b",note", b"") + b"river,River,water,,\n"), "missing-column", 1),
    "columns out of order": (
        replace_table(HEADER.replace(b"place_id,name", b"name,place_id") + b"River,river,water,,,\n"),
        "column-order",
        1,
    ),
    "NUL byte": (replace_table(HEADER + ROW + b"fo\0rd,Ford,settlement,,,\n"), "nul-byte", 3),
    "10 MB field": (
        replace_table(HEADER + ROW + b'ford,"' + b"x" * 10_000_000 + b'",settlement,,,\n'),
        "field-too-large",
        3,
    ),
    "open quote": (replace_table(HEADER + ROW + b'ford,"Ford,settlement,,,\n'), "unterminated-quote", 3),
    "stray quote": (replace_table(HEADER + b'ford,"Fo"rd,settlement,,,\n' + ROW), "stray-quote", 2),
    "mixed line endings": (
        replace_table(HEADER + ROW.replace(b"\n", b"\r\n") + b"ford,Ford,settlement,,,\n"),
        "mixed-line-endings",
        None,
    ),
    "symbolic link out of the package": (link_outside, "unsafe-path", None),
    "formula in a cell": (replace_table(HEADER + ROW + b"ford,=1+1,settlement,,,\n"), "pattern", 3),
    "HTML in a cell": (replace_table(HEADER + ROW + b"ford,<script>x</script>,settlement,,,\n"), "pattern", 3),
    "right-to-left mark": (replace_table(HEADER + ROW + "ford,Fo\u202erd,settlement,,,\n".encode()), "pattern", 3),
    "non-breaking space": (replace_table(HEADER + ROW + "ford,Ford\u00a0,settlement,,,\n".encode()), "pattern", 3),
    "look-alike letter in an id": (
        replace_table(HEADER + ROW + "f\u043erd,Ford,settlement,,,\n".encode()),
        "pattern",
        3,
    ),
    "after a quoted line break": (replace_table(HEADER + b'river,"Ri\nver",water,,,\nford,Ford,town,,,\n'), "enum", 4),
}


def is_a_finding(root: Path, name: str) -> None:
    """Corrupt a table of a package and check what `validate` and `build` make of it."""
    corrupt, code, line = CASES[name]
    corrupt(root)
    before = digest(root)
    run = clausula("validate", "--package", str(root), "--fast", "--json")
    assert run.returncode == 1
    payload = json.loads(run.stdout)
    found = [f for f in payload["findings"] if f["code"] == code]
    assert found, [f["code"] for f in payload["findings"]]
    assert found[0]["file"] == PLACES
    assert found[0].get("line") == line
    assert found[0]["hint"]
    build = clausula("build", "--package", str(root))
    assert build.returncode == 1
    assert digest(root) == before


def causes_no_traceback(root: Path, name: str) -> None:
    """Corrupt a table of a package and check that every layer reports it."""
    CASES[name][0](root)
    layers = [arg for layer in ("parquet", "drift", "frictionless", "pandera") for arg in ("--layer", layer)]
    run = clausula("validate", "--package", str(root), *layers)
    assert run.returncode == 1


KINDS = (
    *("missing file", "empty file", "wrong encoding", "ragged row, short", "unknown column", "NUL byte", "open quote"),
    *("symbolic link out of the package", "right-to-left mark"),
)
"""One of each kind: no file, no rows, bytes, rows, columns, quotes, links and cells."""


@pytest.mark.parametrize("name", CASES)
def test_invalid_table_is_a_finding(subset: Path, name: str) -> None:
    is_a_finding(subset, name)


@pytest.mark.parametrize("name", chosen(KINDS, ["ragged row, short"]))
def test_invalid_table_of_a_complete_package_is_a_finding(mini: Path, name: str) -> None:
    is_a_finding(mini, name)


@pytest.mark.parametrize("name", chosen(CASES, KINDS))
def test_invalid_table_causes_no_traceback_in_any_layer(subset: Path, name: str) -> None:
    causes_no_traceback(subset, name)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["missing file", "wrong encoding", "missing column", "10 MB field", "open quote"])
def test_invalid_table_of_a_complete_package_causes_no_traceback(mini: Path, name: str) -> None:
    causes_no_traceback(mini, name)


def resource_path(path: str) -> Callable[[dict[str, object]], None]:
    def change(value: dict[str, object]) -> None:
        value["resources"][0]["path"] = path

    return change


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "/etc/passwd",
        "data/../../outside.csv",
        "https://127.0.0.1/x.csv",
        "C:\\x.csv",
        "~/x.csv",
        "file:///etc/passwd",
        "",
    ],
)
def test_descriptor_path_outside_the_package_is_refused(subset: Path, path: str) -> None:
    change_descriptor(resource_path(path))(subset)
    before = digest(subset)
    run = clausula("validate", "--package", str(subset), "--layer", "frictionless")
    assert run.returncode == 1
    assert "unsafe-path" in run.stdout
    assert digest(subset) == before


@pytest.mark.parametrize("text", ["", "[]", "{", '{"resources": []}', '{"resources": [3]}', "\x00", "[" * 100_000])
@pytest.mark.parametrize("own", [True, False])
def test_invalid_descriptor(subset: Path, tmp_path: Path, text: str, own: bool) -> None:
    folder = subset if own else tmp_path / "foreign"
    folder.mkdir(exist_ok=True)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    run = clausula("validate", "--package", str(folder), "--layer", "frictionless" if own else "duckdb")
    assert run.returncode == (1 if own else 2)
    assert re.search(r"invalid-descriptor|missing-resource", run.stdout + run.stderr)


@pytest.mark.parametrize("name", ["fields.json", "package.json", "places.schema.json"])
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "places", "fields": [{"name": "x", "$ref": "no"}]}'])
def test_invalid_schemas_stop_the_command(subset: Path, name: str, text: str) -> None:
    (subset / "schemas" / name).write_text(text, encoding="utf-8")
    before = digest(subset)
    for command in ("validate", "build"):
        run = clausula(command, "--package", str(subset))
        assert run.returncode == 2, run.stdout
        assert "error" in run.stderr
    assert digest(subset) == before


def test_metadata_without_a_key_stops_every_command_and_name_it(mini: Path, tmp_path: Path) -> None:
    path = mini / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    del metadata["licenses"][0]["scope"]
    path.write_text(json.dumps(metadata), encoding="utf-8")
    out = ("--out", str(tmp_path / "out"))
    commands = {
        "validate": (str(mini),),
        "build": (str(mini),),
        "cite": ("--package", str(mini)),
        "export": ("sqlite", "--package", str(mini), *out),
        "release": (metadata["version"], "--package", str(mini), "--without-texts", *out),
        "site": ("--package", str(mini), *out),
    }
    for command, arguments in commands.items():
        run = clausula(command, *arguments)
        assert (run.returncode, "package.json: licenses[0].scope: is missing" in run.stderr) == (2, True), run.stderr


def test_missing_package(tmp_path: Path) -> None:
    for command in ("validate", "build"):
        run = clausula(command, "--package", str(tmp_path / "nowhere"))
        assert run.returncode == 2
        assert "package-not-found" in run.stderr
    assert clausula("validate", "--package", str(tmp_path)).returncode == 2


def test_missing_codebook_page_stops_the_build(mini: Path) -> None:
    (mini / "docs/codebook/modality.md").unlink()
    run = clausula("build", "--package", str(mini))
    assert run.returncode == 2
    assert "invalid-codebook-page" in run.stderr
    assert clausula("validate", "--package", str(mini), "--layer", "drift").returncode == 1


def test_invalid_rule_file_stops_the_command(mini: Path) -> None:
    (mini / "validation/rules/new-rule.sql").write_text("select 1")
    run = clausula("validate", "--package", str(mini), "--fast")
    assert run.returncode == 2
    assert "invalid-rule" in run.stderr


def test_text_that_is_not_utf8(mini: Path, tmp_path: Path) -> None:
    (tmp_path / "river-accord-2031.txt").write_bytes(b"\xff\xfe")
    run = clausula("verify", "--package", str(mini), "--texts", str(tmp_path))
    assert run.returncode == 2
    assert "unreadable-text" in run.stderr
