"""PAA-X, the actors of PA-X: one row per agreement and actor."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.mentions import mentioned
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Source


def read_paax(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a PAA-X file, the actors of PA-X agreements.

    Dates are compared with the day in brackets at the end of the agreement's title, which wins: a date with day and
    month swapped is corrected, an empty one is filled. Each kind of correction is one finding.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV, xlsx or xls.
    data : Dataset, optional
        Dataset whose actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per agreement; `agreement_id` is the PA-X ID.
        - `provisions`: empty, because PAA-X does not code provisions.
        - `actors`: one row per agreement and actor, by name and, for states, by ISO 3166 code; `role` is "party" or
          "third party".
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
    >>> path = Path(tempfile.mkdtemp(), "paax.csv")  # replace it with your own copy
    >>> _ = path.write_text("AgtId,Agt,Dat,actor_name\n9001,Example accord,2014-09-05,Ukraine\n")
    >>> result = clausula.read_paax(path)
    >>> result.actors[["agreement_id", "code", "actor_id"]]
       agreement_id     code actor_id
    0          9001  Ukraine  ukraine
    """
    return import_scheme(path, "paax", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    scheme = SCHEMES["paax"]
    title = next((c for c in ("agt_name", "Agt") if c in source.columns), None)
    if title is None:
        source.report(
            "missing-column:expected", name="agt_name", advice="If this edition uses another name, rename it."
        )
    dates = read_dates(source, "Dat", title, scheme.column(title or "").order)
    dated_first = sorted(range(len(dates)), key=lambda place: dates[place] is None)
    chosen = sorted({source.rows[place].key: place for place in reversed(dated_first)}.values())
    agreements = agreements_frame([source.rows[i] for i in chosen], [dates[i] for i in chosen], title or "", [])
    mentions = mentioned(source, source.rows, scheme)
    return agreements, provisions_frame([]), mentions
