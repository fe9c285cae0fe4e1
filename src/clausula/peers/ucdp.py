"""The UCDP Peace Agreement Dataset: one row per agreement, one column per kind of provision."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.recode import Mention
from clausula.peers.table import Source
from clausula.peers.variables import Aggregate, check_aggregates, split_ids, value_of

AGGREGATES = (
    Aggregate("mil_prov", ("cease", "intarmy", "ddr", "withd")),
    Aggregate("pol_prov", ("pp", "intgov", "intciv", "elections", "interim", "natalks", "shagov")),
    Aggregate("terr_prov", ("aut", "fed", "ind", "ref", "shaloc", "regdev", "cul", "demarcation", "locgov")),
    Aggregate("justice_prov", ("amn", "pris", "recon", "return")),
)
"""The four summary flags with the provisions that each summarises."""

SINGLE = ("reaffirm", "outlin", "pko", "gender", "co_impl", "out_iss")
"""Provisions outside the four groups."""

CODES = (*(code for group in AGGREGATES for code in (group.code, *group.members)), *SINGLE)

JOINED = ("gwno", "conflict_id")
"""Columns whose cells may contain several IDs."""

COUNTS = ("termdur",)
"""Numeric columns that are not provisions and use a negative number for missing values."""


def read_ucdp(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a file of the UCDP Peace Agreement Dataset.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV or xlsx.
    data : Dataset, optional
        Dataset whose topics and actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per agreement; `agreement_id` is `paid`. `gwno` and `conflict_id` are kept as written,
          even if a cell contains several IDs.
        - `provisions`: one row per agreement, code and matching topic; `value` is 0 or 1.
        - `actors`: one row per agreement and state, by Gleditsch-Ward code.
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
    codes = [code for code in CODES if code in source.columns]
    dates = read_dates(source, "pa_date")
    records, mentions = [], []
    for row in source.rows:
        values = {code: value_of(source, row, code, 1) for code in codes}
        check_aggregates(source, row, values, AGGREGATES)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
        ids = {column: split_ids(source, row, column) for column in JOINED}
        mentions += [Mention(row.key, "gwno", "gw", str(n)) for n in ids["gwno"]]
        for column in COUNTS:
            if row.get(column) and value_of(source, row, column) is None:
                row.cells[column] = ""
    others = [c for c in source.columns if c not in (*codes, "paid", "pa_name", "pa_date")]
    agreements = agreements_frame(source.rows, dates, "pa_name", others)
    return agreements, provisions_frame(records), mentions
