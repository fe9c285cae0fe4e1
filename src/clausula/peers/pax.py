"""PA-X: one row for each agreement, one column for each code."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import Columns, read_dates
from clausula.peers.imported import Imported, Parts, agreements_of, imported, provisions_of
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import Aggregate, check_aggregates, coded_columns, value_of

HIGHEST = 3
"""The codes are 0 to 3, or 0 and 1."""

ABOUT = (
    *("Con", "Contp", "PP", "PPName", "Reg", "AgtId", "Ver", "Agt", "Dat", "Status", "Lgt", "N_characters", "Agtp"),
    *("Stage", "StageSub", "Part", "ThrdPart", "OthAgr", "UcdpCon", "UcdpAgr", "PamAgr", "CowWar", "ImSrc"),
)
"""Columns about the agreement that are no codes, beside those of places."""

PLACES = {"ISO": "iso3", "GWNO": "gw"}
"""Loc1ISO, Loc2GWNO and so on: what kind of code the end of the name says."""

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
"""Codes that sum up others, as the codebook groups them."""


def read_pax(path: str | Path, data: Dataset | None = None) -> Imported:
    """Read a file of PA-X agreements that you hold (CSV or xlsx).

    Parameters
    ----------
    path : str or Path
        The file, as it is published.
    data : Dataset, optional
        Whose topics and actors are put in; the shipped release if none is given.

    Returns
    -------
    Imported
        `agreements` has PA-X's id as `agreement_id`, by which `clausula.crosswalk("pax")` is merged (`AgtId` there).
    """
    return imported(path, "pax", data, _parts)


def _parts(source: Source) -> Parts:
    places = {c: kind for c in source.columns for end, kind in PLACES.items() if c[:3] == "Loc" and c.endswith(end)}
    codes = coded_columns(source, {*ABOUT, *places}, HIGHEST)
    dates = read_dates(source, Columns("Dat", "Agt"))
    records = []
    for row in source.rows:
        values = {code: value_of(source, row, code, HIGHEST) for code in codes}
        check_aggregates(source, row, values, AGGREGATES)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
    others = [c for c in source.columns if c not in (*codes, "AgtId", "Agt", "Dat")]
    countries = tuple(c for c, kind in places.items() if kind == "iso3")
    agreements = agreements_of(source.rows, dates, "Agt", others, countries)
    return agreements, provisions_of(records), places_of(source, places)


def places_of(source: Source, places: dict[str, str]) -> list[Mention]:
    """The states in which an agreement has its place."""
    return [m for row in source.rows for column, kind in places.items() for m in _mention(row, column, kind)]


def _mention(row: Row, column: str, kind: str) -> list[Mention]:
    text = row.get(column, countries=kind == "iso3").removesuffix(".0")
    if not text or row.key is None:
        return []
    return [Mention(row.key, column, "iso2" if kind == "iso3" and len(text) == 2 else kind, text)]
