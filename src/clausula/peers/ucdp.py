"""The UCDP Peace Agreement Dataset: one row for each agreement, one column for each kind of provision."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import Columns, read_dates
from clausula.peers.imported import Imported, Parts, agreements_of, imported, provisions_of
from clausula.peers.recode import Mention
from clausula.peers.table import Source
from clausula.peers.variables import Aggregate, check_aggregates, split_ids, value_of

AGGREGATES = (
    Aggregate("mil_prov", ("cease", "intarmy", "ddr", "withd")),
    Aggregate("pol_prov", ("pp", "intgov", "intciv", "elections", "interim", "natalks", "shagov")),
    Aggregate("terr_prov", ("aut", "fed", "ind", "ref", "shaloc", "regdev", "cul", "demarcation", "locgov")),
    Aggregate("justice_prov", ("amn", "pris", "recon", "return")),
)
"""Each of the four groups with the provisions that it sums up."""

SINGLE = ("reaffirm", "outlin", "pko", "gender", "co_impl", "out_iss")
"""Provisions that belong to no group."""

CODES = (*(code for group in AGGREGATES for code in (group.code, *group.members)), *SINGLE)

JOINED = ("gwno", "conflict_id")
"""Columns in which several ids may stand in one cell."""

COUNTS = ("termdur",)
"""Numbers that are no provisions and have a number of their own for what is missing."""


def read_ucdp(path: str | Path, data: Dataset | None = None) -> Imported:
    """Read a file of the UCDP Peace Agreement Dataset that you hold (CSV or xlsx).

    The columns `gwno` and `conflict_id` stay as they are in `agreements`; the states are one row each in `actors`.
    For the parameters and the result see `clausula.read_pax`.
    """
    return imported(path, "ucdp", data, _parts)


def _parts(source: Source) -> Parts:
    codes = [code for code in CODES if code in source.columns]
    dates = read_dates(source, Columns("pa_date"))
    records, mentions = [], []
    for row in source.rows:
        values = {code: value_of(source, row, code, 1) for code in codes}
        check_aggregates(source, row, values, AGGREGATES)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
        ids = {column: split_ids(source, row, column) for column in JOINED}
        mentions += [Mention(row.key, "gwno", "gw", str(n)) for n in ids["gwno"] if row.key is not None]
        for column in COUNTS:
            if row.get(column) and value_of(source, row, column) is None:
                row.cells[column] = ""
    others = [c for c in source.columns if c not in (*codes, "paid", "pa_name", "pa_date")]
    agreements = agreements_of(source.rows, dates, "pa_name", others)
    return agreements, provisions_of(records), mentions
