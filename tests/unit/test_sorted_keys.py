"""Keys of a sorted Parquet file are checked by comparing neighbours, with the same result as counting."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.core.findings import Report
from clausula.core.model import Model, table_from_descriptor
from clausula.core.package import Package, Resource
from clausula.validation import duckdb_engine, duckdb_loading, schema_layer

KEYS = {
    "sorted": [f"k{n:03}" for n in range(400)],
    "sorted with a duplicate": [f"k{min(n, 398):03}" for n in range(400)],
    "a duplicate far from the original": [f"k{n:03}" for n in range(399)] + ["k000"],
    "a duplicate at the start": ["k000", *(f"k{n:03}" for n in range(399))],
    "unsorted": [f"k{n * 7 % 400:03}" for n in range(400)],
    "unsorted with a duplicate": [f"k{n * 8 % 399:03}" for n in range(400)],
    "one empty": [f"k{n:03}" if n != 200 else None for n in range(400)],
    "two empty": [f"k{n:03}" if n % 200 else None for n in range(400)],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_comparing_neighbours_finds_the_same_duplicates_as_counting(
    tmp_path: Path, keys: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"k": pa.array(keys, pa.string())}), tmp_path / "t.parquet", row_group_size=50)
    table = table_from_descriptor("t", {"fields": [{"name": "k", "type": "string"}], "primaryKey": ["k"]})
    package = Package(tmp_path, {"t": Resource(table, "t.parquet", "parquet")}, Model({"t": table}, {}), False)
    monkeypatch.setattr(duckdb_loading, "SMALL", 0)
    monkeypatch.setattr(duckdb_engine, "PROBE", 50)
    results = []
    for by_neighbours in (True, False):
        if not by_neighbours:
            monkeypatch.setattr(duckdb_engine.DuckDBEngine, "sorted_by", lambda *_: False)
        report, opened = Report(10_000), duckdb_engine.open_engine(package, rules=False)
        assert opened.tables["t"].streamed
        if by_neighbours:
            proven = None not in keys and keys == sorted(set(keys), key=str)
            assert opened.sorted_by("t", ["k"]) == proven
        schema_layer.check(opened, report)
        opened.close()
        results.append([(f.code, f.row, f.key) for f in report.findings])
    assert results[0] == results[1]
    duplicates = len([k for k in keys if k]) - len({k for k in keys if k})
    assert len([one for one in results[0] if one[0] == "primary-key"]) == duplicates
