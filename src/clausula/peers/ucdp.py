"""The UCDP Peace Agreement Dataset: one row per agreement, one column per kind of provision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.mentions import mentioned
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Source
from clausula.peers.variables import aggregates, blank_missing, check_aggregates, split_ids, value_of


def read_ucdp(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a file of the UCDP Peace Agreement Dataset.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV, xlsx or xls.
    data : Dataset, optional
        Dataset whose topics and actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per agreement; `agreement_id` is `paid`. `gwno` and `conflict_id` are kept as written,
          even if a cell contains several IDs.
        - `provisions`: one row per agreement, code and matching topic; `value` is 0 or 1, and 0 to 5 for `out_iss`.
        - `actors`: one row per agreement and state of the conflict, by Gleditsch-Ward code, and per party, by name.
        - `findings`: problems in the file. After an error the three frames are empty.

    Raises
    ------
    CouldNotRun
        If `data` cannot be read. Problems in the file are findings, never exceptions.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import clausula
    >>> path = Path(tempfile.mkdtemp(), "ucdp.csv")  # replace it with your own copy
    >>> _ = path.write_text("paid,pa_name,pa_date,gwno,pa_type,cease\n1,Example accord,2014-09-05,369,1,1\n")
    >>> result = clausula.read_ucdp(path)
    >>> result.actors[["agreement_id", "code", "actor_id"]]
       agreement_id code actor_id
    0             1  369  ukraine
    """
    return import_scheme(path, "ucdp", data, _parts)


def _parts(source: Source) -> Parts:
    scheme = SCHEMES["ucdp"]
    codes = [code for code in scheme.codes if code in source.columns]
    groups = aggregates(scheme, codes)
    joined = [c for c in source.columns if scheme.column(c).joined and scheme.column(c).kind == "text"]
    dates = read_dates(source, "pa_date")
    records: list[dict[str, Any]] = []
    for row in source.rows:
        values = {code: value_of(source, row, code, scheme.codes[code].top) for code in codes}
        check_aggregates(source, row, values, groups)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
        for column in joined:
            split_ids(source, row, column)
        blank_missing(row, scheme)
    mentions = mentioned(source, source.rows, scheme)
    others = [c for c in source.columns if c not in {*codes, "paid", "pa_name", "pa_date"}]
    return agreements_frame(source.rows, dates, "pa_name", others), provisions_frame(records), mentions
