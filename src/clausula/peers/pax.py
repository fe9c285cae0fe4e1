"""PA-X: one row per agreement, one column per code."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import Aggregate, check_aggregates, coded_columns, value_of

HIGHEST = 3
"""The codes are 0 to 3, or 0 and 1."""

METADATA = (
    *("Con", "Contp", "PP", "PPName", "Reg", "AgtId", "Ver", "Agt", "Dat", "Status", "Lgt", "N_characters", "Agtp"),
    *("Stage", "StageSub", "Part", "ThrdPart", "OthAgr", "UcdpCon", "UcdpAgr", "PamAgr", "CowWar", "ImSrc"),
)
"""Columns that describe the agreement and are not codes, apart from those with places."""

PLACES = {"ISO": "iso3", "GWNO": "gw"}
"""The kind of country code by the suffix of the column name (Loc1ISO, Loc2GWNO and so on)."""

AGGREGATES = (
    Aggregate("Ce", ("CeProv", "CeGen"), exhaustive=True),
    Aggregate("SsrDdr", ("DdrDemil", "DdrProg")),
    Aggregate("TjAm", ("TjAmPro", "TjSan", "TjPower", "TjAmBan")),
    Aggregate("TjCou", ("TjJaNc", "TjJaIc")),
    Aggregate("TjRep", ("TjRSym", "TjRMa")),
    Aggregate("Terps", ("TpsSub", "TpsLoc", "TpsAut", "TpsOth")),
    Aggregate("Eps", ("EpsRes", "EpsFis", "EpsOth")),
    Aggregate("Mps", ("MpsMe", "MpsJt", "MpsPro", "MpsOth")),
    Aggregate("Polps", ("PpsGe", "PpsEx", "PpsOro", "PpsOthPr", "PpsVet", "PpsAut", "PpsInt", "PpsOth")),
    Aggregate("Dev", ("DevSoc", "DevHum", "DevInfra")),
    Aggregate("Tax", ("TaxPo", "TaxRef", "TaxOth")),
    Aggregate("Ban", ("CenBan", "BanPers", "BanInt", "BanXb")),
)
"""Codes that summarise others, as grouped in the PA-X codebook."""


def read_pax(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a PA-X agreements file.

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

        - `agreements`: one row per agreement; `agreement_id` is the PA-X ID, called `AgtId` in the index of
          `clausula.crosswalk("pax")`.
        - `provisions`: one row per agreement, code and matching topic; `value` is 0 to 3.
        - `actors`: the countries of each agreement, by ISO 3166 and Gleditsch-Ward code.
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
    >>> path = Path(tempfile.mkdtemp(), "pax.csv")  # replace it with your own copy
    >>> _ = path.write_text("AgtId,Agt,Dat,CeProv\n9001,Example accord,2014-09-05,3\n")
    >>> result = clausula.read_pax(path)
    >>> result.agreements[["agreement_id", "title", "date"]]
       agreement_id           title        date
    0          9001  Example accord  2014-09-05
    """
    return import_scheme(path, "pax", data, _parts)


def _parts(source: Source) -> Parts:
    places = {c: kind for c in source.columns for end, kind in PLACES.items() if c[:3] == "Loc" and c.endswith(end)}
    codes = coded_columns(source, {*METADATA, *places}, HIGHEST)
    dates = read_dates(source, "Dat", "Agt")
    records = []
    for row in source.rows:
        values = {code: value_of(source, row, code, HIGHEST) for code in codes}
        check_aggregates(source, row, values, AGGREGATES)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
    others = [c for c in source.columns if c not in (*codes, "AgtId", "Agt", "Dat")]
    countries = tuple(c for c, kind in places.items() if kind == "iso3")
    agreements = agreements_frame(source.rows, dates, "Agt", others, countries)
    mentions = [m for row in source.rows for column, kind in places.items() for m in _mention(row, column, kind)]
    return agreements, provisions_frame(records), mentions


def _mention(row: Row, column: str, kind: str) -> list[Mention]:
    text = row.get(column, countries=kind == "iso3").removesuffix(".0")
    kind = "iso2" if kind == "iso3" and len(text) == 2 else kind
    return [Mention(row.key, column, kind, text)] if text else []
