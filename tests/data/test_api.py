"""The public Python functions: types, views, errors and imports."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.core.findings import CouldNotRun
from tests.conftest import ROOT


@pytest.mark.parametrize("name", list(clausula.tables().index))
def test_every_table_loads_typed_and_satisfies_its_contract(name: str) -> None:
    frame = clausula.load(name)
    assert len(frame) == clausula.tables().loc[name, "rows"]
    assert frame.attrs == {"table": name, "data_version": clausula.data_version}
    assert "object" not in {str(t) for t in frame.dtypes}
    clausula.contract(name).validate(frame, lazy=True)


def test_dtypes_are_those_documented_in_the_readme() -> None:
    frame = clausula.load("provisions")
    assert str(frame["provision_id"].dtype) == "str"
    assert str(frame["strength"].dtype) == "Int64"
    assert str(frame["due_from"].dtype) == "datetime64[ms]"
    assert frame["enforcement"].cat.ordered
    assert not frame["modality"].cat.ordered
    assert (frame["enforcement"] >= "oversight").sum() >= 1
    assert str(clausula.load("reaction_targets")["conditional"].dtype) == "boolean"
    assert str(clausula.load("provision_quantities")["value"].dtype) == "Float64"


def test_a_frame_that_violates_the_contract_is_rejected() -> None:
    import pandera.errors

    frame = clausula.load("reaction_targets")
    frame.loc[0, "stance"] = 7
    with pytest.raises(pandera.errors.SchemaErrors):
        clausula.contract("reaction_targets").validate(frame, lazy=True)


def test_load_returns_labels_on_request() -> None:
    assert "Constitution of a body" in set(clausula.load("provisions", labels=True)["modality"].dropna())


def test_the_country_code_of_namibia_is_not_read_as_missing(built: Path) -> None:
    data = clausula.open(built)
    actors = data.load("actors").set_index("actor_id")
    assert actors.loc["namibia", "iso2"] == "NA"
    assert actors["iso2"].isna().sum() == len(actors) - 3
    documented = pd.read_csv(
        built / "data/actors.csv", keep_default_na=False, na_values=[""], dtype_backend="numpy_nullable"
    )
    assert documented.set_index("actor_id").loc["namibia", "iso2"] == "NA"


def test_wide_distinguishes_absent_from_unknown(built: Path) -> None:
    table = clausula.open(built).wide()
    assert table.loc["river-accord-2031", "amnesty"] == 0
    assert table.loc["river-accord-2031", "guns"] == 3
    assert pd.isna(table.loc["delta-draft-2032", "amnesty"])
    assert "delta-draft-2032-old" not in table.index
    assert clausula.open(built).wide("count").loc["river-accord-2031", "water"] == 2
    assert clausula.wide().notna().loc["minsk-protocol-2014"].all()
    with pytest.raises(ValueError, match="strength"):
        clausula.wide("mean")


def test_stances_distinguish_silent_conditional_and_unknown(built: Path) -> None:
    data = clausula.open(built)
    assert data.stances().loc["arland", "delta-draft-2032.p01"] == -2
    assert pd.isna(data.stances().loc["arland", "delta-draft-2032.p02"])
    assert data.stances(values="position").loc["arland", "delta-draft-2032.p02"] == "silent"
    assert data.stances("instrument", "conditional").loc["borland", "delta-draft-2032"]
    assert data.stances("proposition").loc["arland", "guns-at-river"] == 2
    assert data.network()["statements"].sum() == 3
    with pytest.raises(ValueError, match="not a valid value of by"):
        data.stances("clause")


def test_sources_selected_by_a_party_are_excluded_by_default(mini: Path) -> None:
    from clausula.versions.build import build
    from tests.poisoned.tables import Tables

    Tables(mini).apply(
        [{"table": "sources", "where": {"kind": "news_report"}, "set": {"selected_by_actor_id": "arland"}}]
    )
    assert build(mini).report.findings == []
    data = clausula.open(mini)
    party = {"selected_by_actor_ids": ["arland"]}
    excluded = {"left_out_as_selected_by_a_party": 4, "counted_though_selected_by_a_party": 0, **party}
    included = {"left_out_as_selected_by_a_party": 0, "counted_though_selected_by_a_party": 4, **party}
    assert data.stances().empty
    assert data.stances().attrs == excluded
    assert data.network().attrs == excluded | {"left_out_as_selected_by_a_party": 3}, "silence is no edge"
    assert data.network().empty
    assert len(data.stances(selected=True)) == 1
    assert data.stances(selected=True).attrs == included
    assert data.network(selected=True).attrs == included | {"counted_though_selected_by_a_party": 3}
    cells = data.stances(values="selected_by_actor_id", selected=True)
    assert set(cells.stack()) == {"arland"}
    edges = data.network(selected=True)
    assert (edges["statements_selected_by_a_party"] == edges["statements"]).all()
    assert set(data.positions()["selected_by_actor_id"]) == {"arland"}


def test_show_and_the_exported_network_name_the_party_that_selected_a_source(mini: Path) -> None:
    from clausula.analysis.show import show
    from clausula.export.graph import network
    from clausula.versions.build import build
    from tests.poisoned.tables import Tables

    plain = clausula.open(mini)
    assert "selected_by_actor_id" not in str(show(plain, "delta-draft-2032.p01"))
    Tables(mini).apply(
        [{"table": "sources", "where": {"kind": "news_report"}, "set": {"selected_by_actor_id": "arland"}}]
    )
    assert build(mini).report.findings == []
    data = clausula.open(mini)
    for record in ("delta-draft-2032.p01", "delta-draft-2032", "guns-at-river"):
        rows = show(data, record)["related"]["reaction_targets"]
        assert {row["selected_by_actor_id"] for row in rows} == {"arland"}, record
    assert show(data, "delta-report-2032.r01")["record"]["selected_by_actor_id"] == "arland"
    actor = show(data, "arland")["related"]
    reactions = [row for name, rows in actor.items() if name.startswith("reactions") for row in rows]
    assert reactions and all(row["selected_by_actor_id"] == "arland" for row in reactions)
    edges = list(network(data).edges(data=True))
    assert edges and all(edge["selected_by_actor_id"] == "arland" for *_, edge in edges)


def test_codebook_lists_fields_and_categories() -> None:
    fields = clausula.codebook()
    assert {"table", "field", "level", "coded"} <= set(fields.columns)
    assert clausula.codebook("stance")["value"].tolist() == [-2, -1, 0, 1, 2]
    assert clausula.codebook("reactions.form")["label"].str.len().gt(0).all()
    with pytest.raises(KeyError, match="'colour' is not a known field"):
        clausula.codebook("colour")


def test_the_error_for_an_unknown_table_suggests_a_table() -> None:
    with pytest.raises(KeyError, match="provisions"):
        clausula.load("provision")


def test_a_modified_or_missing_file_is_rejected(mini: Path) -> None:
    path = mini / "data/parquet/actors.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CouldNotRun, match="differs from the file that was validated"):
        clausula.open(mini).load("actors")
    path.unlink()
    with pytest.raises(CouldNotRun, match="cannot be read"):
        clausula.open(mini).load("actors")
    with pytest.raises(CouldNotRun, match="is not a built Clausula package"):
        clausula.open(mini / "data")


def test_version_and_citation() -> None:
    version = json.loads((ROOT / "schemas/package.json").read_text(encoding="utf-8"))["version"]
    assert clausula.data_version == version
    assert f"version {version}" in clausula.cite()
    assert set(clausula.__all__) == set(dir(clausula))
    with pytest.raises(AttributeError):
        _ = clausula.nothing


def test_importing_clausula_imports_no_large_library() -> None:
    heavy = {"pandas", "pyarrow", "numpy", "duckdb", "pandera", "frictionless", "great_expectations"}
    code = f"import sys, clausula; print(sorted({{m.split('.')[0] for m in sys.modules}} & {heavy}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_loading_imports_pandas_and_pyarrow_only() -> None:
    heavy = {"duckdb", "pandera", "frictionless", "great_expectations"}
    code = (
        "import sys, clausula; clausula.load('provisions'); clausula.stances(); clausula.wide(); "
        f"print(sorted({{m.split('.')[0] for m in sys.modules}} & {heavy}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def minimal_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create an environment with only pandas, pyarrow, numpy and their dependencies, without using the network."""
    import site

    folder = tmp_path_factory.mktemp("minimal")
    venv.create(folder / "venv", with_pip=False)
    target = next((folder / "venv/lib").glob("python*")) / "site-packages"
    for name in ("pandas", "pyarrow", "numpy", "numpy.libs", "dateutil", "six.py", "tzdata", "pytz"):
        found = Path(site.getsitepackages()[0]) / name
        if found.exists():
            (target / name).symlink_to(found)
    return folder / "venv/bin/python"


def test_pandas_alone_reads_the_documented_dtypes(minimal_python: Path) -> None:
    code = (
        "import pandas as pd; f = pd.read_parquet('data/parquet/provisions.parquet');"
        "assert str(f.strength.dtype) == 'Int64' and f.enforcement.cat.ordered, f.dtypes;"
        "assert str(f.due_from.dtype) == 'date32[day][pyarrow]' and f.due_from.dt.year.notna().any(), f.dtypes;"
        "assert list(f.modality.cat.categories)[0] == 'obligation' and str(f.summary.dtype) == 'str', f.dtypes;"
        "t = pd.read_parquet('data/parquet/reaction_targets.parquet'); assert str(t.conditional.dtype) == 'boolean';"
        "assert t.stance.min() == -2 and t.stance.isna().sum() == 3; print('ok')"
    )
    run = subprocess.run([str(minimal_python), "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "ok", run.stderr


def test_the_wheel_contains_the_release(minimal_python: Path, tmp_path: Path) -> None:
    """Check that an unpacked wheel loads the data outside the checkout with only pandas and pyarrow installed."""
    import zipfile

    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = list(WheelBuilder(str(ROOT)).build(directory=str(tmp_path / "dist"), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = archive.namelist()
    assert "clausula/_package/data/parquet/provisions.parquet" in names
    assert not any(name.startswith(("tests/", "clausula/_package/tests")) for name in names)
    code = "import clausula; print(len(clausula.load('provisions')), clausula.data_version, clausula.__file__)"
    run = subprocess.run(
        [str(minimal_python), "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    count, version, file = run.stdout.split() if run.stdout else ("", "", run.stderr)
    assert (int(count), version) == (len(clausula.load("provisions")), clausula.data_version), file
    assert str(tmp_path) in file
