"""The bounds of the libraries that loading needs, and the comparison that `make matrix` makes."""

from __future__ import annotations

import copy
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clausula.core.pandas_text import text_frame
from clausula.core.requirements import OLDEST
from scripts.matrix import CELLS, differences
from tests.conftest import ROOT
from tests.matrix.frames import described

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def imported(folder: Path, first: str = "pass") -> str:
    """The last line that an import of clausula prints as an error, with a folder of other libraries on the path."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); {first}; import clausula"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return (run.stderr.strip().splitlines() or [""])[-1]


def install(folder: Path, name: str, version: str, info: str = "dist-info") -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(f"__version__ = {version!r}\n")
    (folder / f"{name}-{version}{info}").mkdir()


def test_the_code_and_the_project_file_state_the_same_bounds() -> None:
    assert PROJECT["dependencies"] == [f"{name}>={'.'.join(map(str, v))}" for name, v in OLDEST.items()]


@pytest.mark.parametrize(
    ("name", "version", "info"),
    [
        ("pandas", "2.2.3", ".dist-info"),
        ("pandas", "1.5.3", "-py3.11.egg-info"),
        ("pandas", "2.2.0rc0", ".dist-info"),
        ("pyarrow", "21.0.0", ".dist-info"),
    ],
)
def test_an_old_library_is_refused_at_import(tmp_path: Path, name: str, version: str, info: str) -> None:
    install(tmp_path, name, version, info)
    needed = f"{name} {'.'.join(map(str, OLDEST[name]))}"
    expected = f"ImportError: clausula needs {needed} or newer; {version} is installed. Run python -m pip install "
    assert imported(tmp_path) == f'{expected}--upgrade "{needed.replace(" ", ">=")}"'
    assert imported(tmp_path, f"import {name}") == imported(tmp_path)


@pytest.mark.parametrize("version", ["2.3.0", "2.10.1", "3.0.0rc1", "10.0", "0+unknown"])
def test_other_versions_are_not_refused(tmp_path: Path, version: str) -> None:
    install(tmp_path, "pandas", version, ".dist-info")
    assert imported(tmp_path) == ""
    assert imported(tmp_path, "import pandas") == ""


def test_the_matrix_has_every_python_that_the_project_names() -> None:
    named = {name.removeprefix("Programming Language :: Python :: ") for name in PROJECT["classifiers"]}
    assert {name for name in named if name.startswith("3.")} <= {cell.python for cell in CELLS}


def frame() -> pd.DataFrame:
    made = text_frame([("a", 1, None, None), ("b", 2, "x", None)], ["name", "number", "note", "empty"])
    made["kind"] = pd.Categorical(["y", None], categories=pd.Index(["x", "y"], dtype=made["name"].dtype))
    made["day"] = pd.Series(["2031-05-02", None], dtype="datetime64[ms]")
    return made.set_index("name")


def put(column: str, values: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda made: made.assign(**{column: values})


CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "a value": put("number", [1, 3]),
    "a dtype with equal values": lambda made: made.astype({"number": "int32"}),
    "the text None for a missing value": put("note", pd.Series(["None", "x"], index=["a", "b"], dtype="str")),
    "None for NaN": put("note", pd.Series([None, "x"], index=["a", "b"], dtype="object")),
    "the unit of a time": lambda made: made.astype({"day": "datetime64[s]"}),
    "the order of categories": lambda made: made.assign(kind=made["kind"].cat.reorder_categories(["y", "x"])),
    "the ordering of categories": lambda made: made.assign(kind=made["kind"].cat.as_ordered()),
    "the dtype of categories": lambda made: made.assign(
        kind=made["kind"].cat.rename_categories(pd.Index(["x", "y"], dtype="object"))
    ),
    "the dtype of the index": lambda made: made.set_index(made.index.astype("object")),
    "the dtype of the names": lambda made: made.set_axis(made.columns.astype("object"), axis=1),
    "the name of the index": lambda made: made.rename_axis("id"),
    "a row": lambda made: made.iloc[:1],
    "a column": lambda made: made.drop(columns="note"),
    "the order of columns": lambda made: made[made.columns[::-1]],
    "the attributes": lambda made: (made.attrs.update(table="t"), made)[1],
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_difference_between_two_frames_is_found(name: str) -> None:
    expected = described(frame())
    assert list(differences(expected, copy.deepcopy(expected))) == []
    assert list(differences(expected, described(CHANGES[name](frame()))))


def test_text_is_the_dtype_that_pandas_3_infers() -> None:
    assert (frame()["note"].dtype, frame()["empty"].dtype) == ("str", "str")
    assert frame()["note"].isna().tolist() == [True, False]
    assert frame().columns.dtype == "str"
    if pd.__version__ >= "3":
        assert pd.DataFrame({"a": ["x", None]})["a"].dtype == frame()["note"].dtype
