"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clausula import data_version
from tests.command import clausula
from tests.conftest import ROOT
from tests.poisoned.tables import Tables

TEXTS = ROOT / "tests" / "mini" / "texts"


def digest(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(p.relative_to(root)): (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(root.rglob("*")) if p.is_file()
    }


@pytest.mark.parametrize("command", ["build", "validate", "verify", "show", "cite"])
def test_help_shows_examples(command: str) -> None:
    run = clausula(command, "--help")
    assert run.returncode == 0
    assert f"  clausula {command}" in run.stdout
    assert "--json" in run.stdout


def test_no_command_prints_the_help() -> None:
    run = clausula()
    assert run.returncode == 2
    assert "commands:" in run.stdout


def test_second_build_changes_nothing(subset: Path) -> None:
    before = digest(subset)
    run = clausula("build", "--package", str(subset))
    assert run.returncode == 0
    assert "nothing written" in run.stdout
    assert digest(subset) == before


def test_build_is_reproducible_byte_for_byte(subset: Path) -> None:
    before = {name: content for name, (content, _) in digest(subset).items()}
    for path in [subset / "datapackage.json", subset / "data/manifest.json", *(subset / "data/parquet").glob("*")]:
        path.unlink()
    surroundings = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    assert clausula("build", ".", cwd=subset, env=surroundings).returncode == 0
    assert {name: content for name, (content, _) in digest(subset).items()} == before


def test_build_with_errors_writes_nothing(mini: Path) -> None:
    Tables(mini).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"modality": "wish"}}])
    before = digest(mini)
    run = clausula("build", "--package", str(mini))
    assert run.returncode == 1
    assert "data/provisions.csv:2:7: error enum: provisions.modality = 'wish'" in run.stdout
    assert "Nothing written: 1 error\n" in run.stdout
    assert digest(mini) == before


def test_build_json(subset: Path) -> None:
    payload = json.loads(clausula("build", "--package", str(subset), "--json").stdout)
    assert payload["errors"] == 0
    assert payload["changed"] == []
    assert payload["tables"]["places"]["rows"] == len(Tables(subset)["places"]) > 0


def test_validate_prints_a_summary(subset: Path) -> None:
    run = clausula(
        "validate", "--package", str(subset), "--layer", "duckdb", "--layer", "rules", "--layer", "frictionless"
    )
    assert run.returncode == 0
    tables = len(list((subset / "data").glob("*.csv")))
    assert re.search(
        rf"{tables} tables, \d+ rows, layers duckdb, rules, frictionless: 0 errors, 0 warnings", run.stdout
    )


def test_error_found_by_several_layers_is_one_finding(subset: Path) -> None:
    Tables(subset).apply([{"table": "places", "where": {"place_id": "river"}, "set": {"kind": "wish"}}])
    layers = [arg for layer in ("duckdb", "frictionless", "pandera") for arg in ("--layer", layer)]
    payload = json.loads(clausula("validate", "--package", str(subset), "--json", *layers).stdout)
    enum = [f for f in payload["findings"] if f["code"] == "enum"]
    assert len(enum) == 1
    assert enum[0]["layers"] == ["duckdb", "frictionless", "pandera"]
    assert enum[0]["line"] == 2
    assert {f["code"] for f in payload["findings"]} == {"enum", "hash", "size"}


def test_shown_limits_the_list_but_not_the_counts(mini: Path) -> None:
    tables = Tables(mini)
    for row in tables["evidence"]:
        row["bearing"] = "hints"
    tables.write("evidence")
    payload = json.loads(clausula("validate", "--package", str(mini), "--fast", "--json", "--shown", "3").stdout)
    shown = [f for f in payload["findings"] if f["code"] == "enum"]
    (count,) = [c["count"] for c in payload["counts"] if c["code"] == "enum"]
    assert len(shown) == 3
    assert count == len(tables["evidence"])


def test_drift_names_the_command_that_fixes_it(mini: Path) -> None:
    page = mini / "docs/codebook/modality.md"
    page.write_text(page.read_text(encoding="utf-8").replace("| Obligation |", "| Duty |"), encoding="utf-8")
    run = clausula("validate", "--package", str(mini), "--layer", "drift")
    assert run.returncode == 1
    assert "docs/codebook/modality.md: error stale-file" in run.stdout
    assert "Run `clausula build`." in run.stdout
    assert clausula("build", "--package", str(mini)).returncode == 0
    assert clausula("validate", "--package", str(mini), "--layer", "drift").returncode == 0


def test_parquet_with_different_values_is_found(mini: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = mini / "data/parquet/provisions.parquet"
    data = pq.read_table(path)
    place = data.schema.get_field_index("strength")
    values = data.column("strength").to_pylist()
    data = data.set_column(place, data.schema.field(place), pa.array([1, *values[1:]], pa.int64()))
    pq.write_table(data, path)
    run = clausula("validate", "--package", str(mini), "--layer", "parquet")
    assert run.returncode == 1
    assert "row 1, strength: '1' in the file, '3' in the table" in run.stdout


def test_verify(mini: Path, tmp_path: Path) -> None:
    run = clausula("verify", "--package", str(mini), "--texts", str(TEXTS), "--require-all")
    assert run.returncode == 0
    assert "0 moved, 0 broken, 0 unchecked; 0 texts missing" in run.stdout
    (tmp_path / "delta-report-2032.md").write_bytes((TEXTS / "delta-report-2032.txt").read_bytes())
    run = clausula("verify", "--package", str(mini), "--texts", str(tmp_path))
    assert run.returncode == 0
    assert "1 text missing" in run.stdout
    assert clausula("verify", "--package", str(mini), "--texts", str(tmp_path), "--require-all").returncode == 1
    payload = json.loads(clausula("verify", "--package", str(mini), "--texts", str(tmp_path), "--json").stdout)
    assert payload["checked"]["sources"]["river-accord-2031"]["text"] == "absent"


def test_a_package_is_validated_with_some_of_the_texts(mini: Path, tmp_path: Path) -> None:
    given = ("validate", "--package", str(mini), "--fast", "--json", "--texts")
    assert clausula(*given, str(TEXTS)).returncode == 0
    (tmp_path / "delta-report-2032.txt").write_bytes((TEXTS / "delta-report-2032.txt").read_bytes())
    run = clausula(*given, str(tmp_path))
    payload = json.loads(run.stdout)
    assert (run.returncode, payload["complete"]) == (3, False)
    assert [(one["code"], one["severity"]) for one in payload["findings"]] == [("missing-text", "info")]
    counted = payload["checked"]["anchors"]
    assert counted["verified"] + counted["unchecked"] == counted["all"] > counted["unchecked"] > 0
    text = clausula("validate", "--package", str(mini), "--fast", "--texts", str(tmp_path)).stdout
    assert f"{counted['unchecked']} anchors in texts that are not available" in text


def test_verify_without_texts_fails(mini: Path, tmp_path: Path) -> None:
    run = clausula("verify", "--package", str(mini), "--texts", str(tmp_path))
    assert run.returncode == 2
    assert "texts-not-found" in run.stderr
    assert clausula("verify", "--package", str(mini), "--texts", str(tmp_path / "nowhere")).returncode == 2


def test_show(mini: Path) -> None:
    run = clausula("show", "river-accord-2031.p02", cwd=mini)
    assert run.returncode == 0
    for part in (
        "provisions: river-accord-2031.p02",
        "provision_quantities (3)",
        "evidence (2)",
        "provision_links (earlier_provision_id) (1)",
    ):
        assert part in run.stdout
    payload = json.loads(clausula("show", "delta-report-2032.r01", "--json", cwd=mini).stdout)
    assert payload["record"]["speaker_id"] == "anna-arl"
    voices = payload["related"]["evidence"][0]["voices"]
    assert [v["role"] for v in voices] == ["origin", "forum", "author"]
    dispute = json.loads(clausula("show", "river-settlement.v02", "--json", cwd=mini).stdout)
    assert dispute["related"]["disputes"][0]["kind"] == "contradicts"


def test_show_suggests_a_similar_id(mini: Path) -> None:
    run = clausula("show", "river-acord-2031", cwd=mini)
    assert run.returncode == 2
    assert "Did you mean river-accord-2031" in run.stderr


def test_cite(mini: Path) -> None:
    run = clausula("cite", cwd=mini)
    assert run.stdout.startswith("The Clausula contributors (2026). Clausula")
    assert f"(version {data_version}) [data set]" in run.stdout
    assert clausula("cite", "--style", "bibtex", cwd=mini).stdout.startswith(
        f"@misc{{clausula_{data_version.replace('.', '_')},"
    )
    assert json.loads(clausula("cite", "--json", cwd=mini).stdout)["version"] == data_version


def test_version() -> None:
    assert clausula("--version").stdout.strip() == f"clausula {data_version}"


def test_broken_pipe_prints_no_traceback(mini: Path) -> None:
    command = f"{sys.executable} -m clausula show river-accord-2031 --package {mini} | head -1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in run.stderr


def test_show_gives_what_a_reader_needs_to_check_a_code(mini: Path) -> None:
    record = "river-accord-2031.p01"
    found = json.loads(clausula("show", record, "--texts", str(TEXTS), "--json", cwd=mini).stdout)["related"]
    anchor = found["evidence"][0]
    text = (TEXTS / f"{anchor['source_id']}.txt").read_bytes().decode("utf-8")
    assert anchor["words"] == " ".join(text[anchor["start"] : anchor["end"]].split())
    (source,) = found["sources"]
    assert {"source_id", "title", "locator", "characters", "sha256"} <= set(source)
    modality = next(row for row in found["codings"] if row["variable"] == "modality")
    assert set(modality) == {"variable", "pass_a", "pass_b"}
    assert "  words: " in clausula("show", record, "--texts", str(TEXTS), cwd=mini).stdout
    assert "  words: " not in clausula("show", record, cwd=mini).stdout
    lost = clausula("show", record, "--texts", str(mini / "none"), cwd=mini)
    assert (lost.returncode, "error texts-not-found" in lost.stderr) == (2, True)
    assert "(the text is not in the folder)" in clausula("show", record, "--texts", str(mini), cwd=mini).stdout


def test_show_names_the_other_tables_that_have_the_id(mini: Path) -> None:
    shown = clausula("show", "river-accord-2031", cwd=mini).stdout
    assert shown.startswith("instruments: river-accord-2031\n  (the ID is also in sources: ")
    source = clausula("show", "river-accord-2031", "--table", "sources", cwd=mini)
    assert (source.returncode, source.stdout.splitlines()[0]) == (0, "sources: river-accord-2031")
    wrong = clausula("show", "river-accord-2031", "--table", "source", cwd=mini)
    assert (wrong.returncode, "Did you mean sources" in wrong.stderr) == (2, True)


def test_commands_that_only_read_take_a_release_folder_and_its_zip_file(mini: Path, tmp_path: Path) -> None:
    descriptor = json.loads((mini / "datapackage.json").read_text(encoding="utf-8"))
    release, name = tmp_path / "release", f"{descriptor['name']}-{descriptor['version']}"
    release.mkdir()
    shutil.copy(mini / "datapackage.json", release)
    archive = Path(shutil.make_archive(str(release / name), "zip", mini.parent, mini.name))
    env = {"CLAUSULA_CACHE": str(tmp_path / "cache")}
    expected = clausula("show", "river-accord-2031.p02", cwd=mini).stdout
    for package in (release, archive):
        shown = clausula("show", "river-accord-2031.p02", "--package", str(package), env=env)
        assert (shown.returncode, shown.stdout) == (0, expected), shown.stderr
        verified = clausula("verify", "--texts", str(TEXTS), "--package", str(package), env=env)
        assert verified.returncode == 0, verified.stderr
    assert clausula("cite", cwd=release, env=env).stdout == clausula("cite", cwd=mini).stdout
    assert clausula("build", "--package", str(release), env=env).returncode == 2
