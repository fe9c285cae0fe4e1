"""The dtype of text in pandas frames, the same on pandas 2.3 and 3.

pandas 3 infers its dtype `str` for texts. pandas 2.3 has that dtype too, but infers `object`, and its `astype("str")`
turns missing values into the text "None". Frames that users see are therefore made with the functions of this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@cache
def text_dtype() -> Any:
    """Return the dtype of text, with NaN for missing values: what pandas 3 calls `str`."""
    import numpy as np
    import pandas as pd

    return pd.StringDtype("pyarrow", na_value=np.nan)


def text_index(values: Iterable[str], name: str | None = None) -> pd.Index:
    """Return an index of texts, such as the names of columns or the values of categories."""
    import pandas as pd

    made: pd.Index = pd.Index(list(values), dtype=text_dtype(), name=name)
    return made


def text_frame(rows: Any, columns: Iterable[str]) -> pd.DataFrame:
    """Return a frame of rows of plain values; columns of texts and missing values have the text dtype."""
    import pandas as pd
    from pandas.api.types import infer_dtype

    frame = pd.DataFrame(rows, columns=text_index(columns))
    inferred = {name: infer_dtype(frame[name]) for name in frame if frame[name].dtype == "object"}
    return frame.astype({name: text_dtype() for name, kind in inferred.items() if kind in ("string", "empty")})
