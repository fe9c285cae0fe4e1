"""Write every frame that users see as JSON, so that it can be compared between versions of pandas and Python.

`scripts/matrix.py` runs this module in environments that have the wheel of clausula and nothing else. Warnings that
our own code causes are errors; libraries may warn about each other.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

warnings.filterwarnings("error", module=r"clausula(\.|$)")

import pandas as pd  # noqa: E402

import clausula  # noqa: E402
from clausula.analysis.positions import TARGETS  # noqa: E402
from clausula.core.findings import Report  # noqa: E402
from tests.importers.files import CLEAN  # noqa: E402


def plain(value: Any) -> Any:
    """Return a cell as JSON can express it; the kinds of missing values remain distinct."""
    if isinstance(value, str | int):
        return value
    if pd.isna(value):
        return f"<{value}>"
    if isinstance(value, pd.Timestamp):
        return f"<{value.isoformat()} {value.unit}>"
    return value.item() if hasattr(value, "item") else value


def kind(dtype: Any) -> Any:
    """Return a dtype with everything that distinguishes it from others."""
    if isinstance(dtype, pd.CategoricalDtype):
        return {"categories": index(dtype.categories), "ordered": dtype.ordered}
    if isinstance(dtype, pd.StringDtype):
        return [dtype.name, dtype.storage, plain(dtype.na_value)]
    return repr(dtype)


def index(labels: pd.Index) -> Any:
    """Return an index with its names and dtypes."""
    if isinstance(labels, pd.MultiIndex):
        return [index(labels.get_level_values(level)) for level in range(labels.nlevels)]
    return {"name": labels.name, "dtype": kind(labels.dtype), "values": [plain(v) for v in labels.tolist()]}


def described(frame: pd.DataFrame) -> Any:
    """Return all that a frame consists of."""
    columns = [
        {"dtype": kind(column.dtype), "values": [plain(v) for v in column.tolist()]} for _, column in frame.items()
    ]
    attrs = {str(k): [plain(v) for v in vs] if isinstance(vs, list) else plain(vs) for k, vs in frame.attrs.items()}
    return {"index": index(frame.index), "names": index(frame.columns), "columns": columns, "attrs": attrs}


def frames() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the frames of the public interface, each with a name."""
    for table in clausula.tables().index:
        yield f"load {table}", clausula.load(table)
    yield "load with labels", clausula.load("provisions", labels=True)
    yield "tables", clausula.tables()
    yield "codebook", clausula.codebook()
    for field in ("stance", "modality", "form"):
        yield f"codebook {field}", clausula.codebook(field)
    for values in ("strength", "count"):
        yield f"wide {values}", clausula.wide(values)
    for country in (False, True):
        yield f"positions {country}", clausula.positions(country, labels=country)
    for labels in (False, True):
        yield f"duties {labels}", clausula.duties(labels)
        yield f"monitoring {labels}", clausula.monitoring(labels)
        yield f"timeline {labels}", clausula.timeline(labels)
        yield f"family {labels}", clausula.family("ukraine-security-agreements", labels)
    yield "positions of a process", clausula.positions(process="us-led-talks-2025", since="2025-11-22")
    for by in TARGETS:
        for values in ("stance", "position", "conditional", "selected_by_actor_id"):
            yield f"stances {by} {values}", clausula.stances(by, values, selected=by in ("proposition", "topic"))
    for selected in (False, True):
        for level in ("actor", "state"):
            yield f"network {selected} {level}", clausula.network(selected, level)
        yield f"adoption {selected}", clausula.adoption("us-ru-draft-plan-2025", selected, selected, selected)
    for record in ("minsk-package-2015.p02", "ceasefire"):
        yield f"lineage {record}", clausula.lineage(record)
    for scheme in clausula.load("crosswalk")["scheme"].cat.categories:
        yield f"crosswalk {scheme}", clausula.crosswalk(scheme)
    yield "crosswalk binary", clausula.crosswalk("pax", "binary")
    yield from imported()


def imported() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the frames that are read from files of other schemes."""
    for scheme, content in CLEAN.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{scheme}.csv"
            path.write_text(content.replace("2034-06-13", "June"), encoding="utf-8")
            read = getattr(clausula, f"read_{scheme}")(path)
        report = Report()
        report.extend(read.findings)
        yield f"read_{scheme} findings", report.frame()
        for name in ("agreements", "provisions", "actors"):
            yield f"read_{scheme} {name}", getattr(read, name)


if __name__ == "__main__":
    found = {name: described(frame) for name, frame in frames()}
    json.dump({"clausula": clausula.__file__, "pandas": pd.__version__, "frames": found}, sys.stdout)
