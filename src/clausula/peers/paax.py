"""PAA-X, the actors of PA-X: one row per agreement and actor."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.recode import Mention
from clausula.peers.table import Source


def read_paax(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a PAA-X file, the actors of PA-X agreements.

    Dates are compared with the date in the agreement's title. A date with day and month swapped is corrected, an empty
    one is filled; each correction is a finding.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV or xlsx.
    data : Dataset, optional
        Dataset whose actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per agreement; `agreement_id` is the PA-X ID.
        - `provisions`: empty, because PAA-X does not code provisions.
        - `actors`: one row per agreement and actor, matched by name or alias.
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
    dates = read_dates(source, "Dat", "Agt")
    dated_first = sorted(range(len(dates)), key=lambda place: dates[place] is None)
    chosen = sorted({source.rows[place].key: place for place in reversed(dated_first)}.values())
    agreements = agreements_frame([source.rows[i] for i in chosen], [dates[i] for i in chosen], "Agt", [])
    named = [(row, row.get("actor_name")) for row in source.rows]
    mentions = [Mention(row.key, "actor_name", "name", name) for row, name in named if name]
    return agreements, provisions_frame([]), mentions
