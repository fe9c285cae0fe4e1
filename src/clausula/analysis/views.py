"""All views of a dataset, built from its typed tables."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from clausula.analysis.lineage import lineage
from clausula.analysis.projection import inherited, project
from clausula.analysis.questions import Questions
from clausula.analysis.scope import Names, Scope, Since
from clausula.analysis.statements import Statements
from clausula.core.errors import require_one_of
from clausula.core.pandas_text import text_index


class Views(Statements, Questions):
    """Views of a dataset for analysis; subclasses implement `load`."""

    def _by_topic(self) -> pd.DataFrame:
        """Return the provisions with their topics, one row for each primary or secondary topic."""
        provisions = self.load("provisions")
        further = self.load("provision_topics").merge(
            provisions[["provision_id", "instrument_id", "strength"]], on="provision_id"
        )
        columns = ["provision_id", "instrument_id", "topic_id", "strength"]
        return pd.concat([provisions[columns], further[columns]], ignore_index=True)

    def wide(
        self,
        values: Literal["strength", "count"] = "strength",
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return a matrix of instruments by topics.

        Parameters
        ----------
        values : {"strength", "count"}, default "strength"
            The highest strength of the provisions on the topic, from 1 to 3, or their number. A provision counts
            under its primary topic and under each secondary one.
        process, instrument : str or list of str, optional
            Only instruments of these processes or instruments, by ID.
        since : int, str or date, optional
            Only instruments whose last possible day is not before this year, month or day ("2024-06"); an open end is
            later than any day.

        Returns
        -------
        DataFrame
            One row per instrument (index `instrument_id`), without instruments known only by name; one column per
            topic at the lowest level of the topic tree (`topic_id`); dtype float64. 0 means that the complete text was
            coded and has no provision on the topic. NaN means unknown: only a report of the instrument was available,
            or the topic is younger than the coding of the instrument.

        Raises
        ------
        ValueError
            If `values` is not one of the listed values, or `since` is not a date.
        KeyError
            If there is no such process or instrument.

        Examples
        --------
        >>> import clausula
        >>> clausula.wide().loc["minsk-protocol-2014", ["ceasefire", "amnesty"]]
        topic_id
        ceasefire    2.0
        amnesty      3.0
        Name: minsk-protocol-2014, dtype: float64
        """
        require_one_of("values", values, ("strength", "count"))
        provisions, absences = self._by_topic(), self.load("absences")
        listed = Scope.of(self.load, process, instrument, since).keep(self.load("instruments"))
        instruments = listed.loc[listed["coverage"] != "name_only", "instrument_id"]
        topics = self.load("topics").query("leaf")["topic_id"]
        grouped = provisions.groupby(["instrument_id", "topic_id"])["strength"]
        present = (grouped.max() if values == "strength" else grouped.size()).astype("Int64")
        absent = pd.Series(0, index=pd.MultiIndex.from_frame(absences[["instrument_id", "topic_id"]]), dtype="Int64")
        table = pd.concat([present, absent]).unstack("topic_id")
        table = table.reindex(index=text_index(instruments, "instrument_id"), columns=text_index(topics, "topic_id"))
        return table.astype("float64")

    def lineage(self, record_id: str) -> pd.DataFrame:
        """Return the earlier and later versions of a provision, or all provisions on a topic with their links.

        Parameters
        ----------
        record_id : str
            ID of a provision or of a topic; a parent topic includes the topics below it.

        Returns
        -------
        DataFrame
            In chronological order, one row per provision and per earlier provision that it refers to, with a
            RangeIndex. Columns: `provision_id`, `instrument_id` (str), `date_from` (datetime64[ms], of the instrument),
            `ordinal` (Int64), `topic_id` (str), `modality` (category), `strength` (Int64, from 1 to 3), `summary`,
            `earlier_provision_id` (str), `relation` (category, what the provision does to the earlier one), `basis`
            (category, how the link is known), `steps` (Int64, the number of links to the given provision, negative for
            earlier ones) and `composed` (category, how the later of the two compares with the earlier one along the
            chain: same, stronger, weaker, replaced, reversed, related). `relation` and `basis` are NA if the provision
            refers to no earlier one; `steps` and `composed` are NA for a topic.

        Raises
        ------
        KeyError
            If there is no provision and no topic with this ID.

        Examples
        --------
        >>> import clausula
        >>> clausula.lineage("minsk-package-2015.p02")[["provision_id", "relation"]]
                        provision_id  relation
        0  minsk-memorandum-2014.p04       NaN
        1     minsk-package-2015.p02  replaces
        """
        return lineage(record_id, *(self.load(t) for t in ("provisions", "provision_links", "instruments", "topics")))

    def crosswalk(self, scheme: str, values: Literal["strength", "binary"] = "strength") -> pd.DataFrame:
        """Return a matrix of instruments by codes of another scheme.

        Parameters
        ----------
        scheme : {"pax", "ucdp", "pam", "atop", "plover", "cameo"}
            The other scheme.
        values : {"strength", "binary"}, default "strength"
            The highest strength of the provisions under the code, from 1 to 3, or 1 for present.

        Returns
        -------
        DataFrame
            One row per instrument (index `instrument_id`; for PA-X also `AgtId`, the ID of the agreement there, NA if
            unknown), one column per code that at least one topic matches; dtype Int64. 0 means that the complete text
            was coded and has no provision on any topic that could fall under the code. NA means unknown: the instrument
            has provisions only on topics that the code does not contain, only a report of it was available, or the
            meaning of the code was inferred from its name alone, so that nothing shows what else falls under it. The
            strength is ours: in PA-X, many of the codes are only 0 or 1. Where PA-X sets a code at certain values of
            the code that sums it up (`CeProv` where `Ce` is 2 or 3), the strength decides. A topic without a row in
            `crosswalk` counts under the codes that contain its parent. `attrs` contains `scheme` and `values`.

        Raises
        ------
        ValueError
            If `scheme` or `values` is not one of the listed values.

        Examples
        --------
        >>> import clausula
        >>> clausula.crosswalk("ucdp", values="binary").loc["minsk-protocol-2014", ["cease", "fed"]]
        ucdp
        cease       1
        fed      <NA>
        Name: minsk-protocol-2014, dtype: Int64
        """
        rows = inherited(scheme, self.load("crosswalk"), self.load("topics"))
        return project(scheme, rows, self.wide(), self.load("instruments"), values)
