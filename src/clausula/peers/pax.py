"""PA-X: one row per agreement, one column per code."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.mentions import mentioned
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Source
from clausula.peers.variables import aggregates, check_aggregates, value_of


def read_pax(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a PA-X agreements file.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV, xlsx or xls: an edition of PA-X, or its local, gender or small export.
    data : Dataset, optional
        Dataset whose topics and actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per agreement; `agreement_id` is the PA-X ID, called `AgtId` in the index of
          `clausula.crosswalk("pax")`.
        - `provisions`: one row per agreement, code and matching topic; `value` is 0 to 3, or 0 and 1, as the code is.
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
    scheme = SCHEMES["pax"]
    codes = [code for code in scheme.codes if code in source.columns]
    groups = aggregates(scheme, codes)
    dates = read_dates(source, "Dat", "Agt")
    records = []
    for row in source.rows:
        values = {code: value_of(source, row, code, scheme.codes[code].top) for code in codes}
        check_aggregates(source, row, values, groups)
        records += [{"agreement_id": row.key, "code": c, "value": v} for c, v in values.items() if v is not None]
    coded = {*codes, "AgtId", "Agt", "Dat"}
    others = [c for c in source.columns if c not in coded]
    countries = tuple(c for c in others if scheme.column(c).by == "iso3")
    agreements = agreements_frame(source.rows, dates, "Agt", others, countries)
    mentions = mentioned(source, source.rows, scheme)
    return agreements, provisions_frame(records), mentions
