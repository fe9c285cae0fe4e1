"""All views of a dataset, built from its typed tables; those of reactions come from `Statements`."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from clausula.analysis.compare import compare
from clausula.analysis.duties import duties, monitoring
from clausula.analysis.lineage import lineage
from clausula.analysis.projection import project
from clausula.analysis.scope import Names, Scope, Since
from clausula.analysis.statements import Statements
from clausula.analysis.timeline import timeline
from clausula.core.errors import require_one_of
from clausula.core.pandas_text import text_index


class Views(Statements):
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
            If `values` is not one of the listed values, or `since` is no date.
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

    def duties(
        self,
        labels: bool = False,
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return the duties: what is to be done or not done, and by whom.

        Duties are provisions with the modality obligation or prohibition, of instruments of any legal status.

        Parameters
        ----------
        process, instrument : str or list of str, optional
            Only provisions in these processes or instruments, by ID.
        since : int, str or date, optional
            Only instruments whose last possible day is not before this year, month or day ("2024-06"). An open end is
            later than any day.
        labels : bool, default False
            Whether categories are returned as labels instead of codes, and monitors by name.

        Returns
        -------
        DataFrame
            One row per duty and bearer, or one with missing bearer if nobody has it, in the order of the texts, with a
            RangeIndex. Columns: `provision_id`, `instrument_id`, `instrument` (title), `process_id` (str), `coverage`
            (category), `ordinal` (Int64), `day` (datetime64[ms], of the instrument: its first possible day, or the last
            one if the first is unknown), `date_precision` (category: day, month, year, interval, before, after), `year`
            (float64), `topic_id`, `topic` (str),
            `modality` (category), `strength` (float64, from 1 to 3), `summary`, `actor_id`, `actor` (str, the bearer),
            `basis` (category, how the bearer is known), `state_id`, `state` (str, the state that the bearer is or
            belongs to), `conditional` (bool), `condition` (str), `timing` (category), `due` (str, EDTF), `due_from`,
            `due_to` (datetime64[ms]), `deadline` (bool, whether the text sets a date or a period), `enforcement`
            (category), `monitors` (str, actors with this role, separated by "; "), `monitored` (bool, whether someone
            has this role, or the enforcement is monitoring or oversight).

        Raises
        ------
        KeyError
            If there is no such process or instrument.
        ValueError
            If `since` is no date.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.duties(instrument="us-ru-draft-plan-2025")
        >>> found[["actor_id", "deadline", "monitored"]].head(2)
                          actor_id  deadline  monitored
        0                 ukraine     False      False
        1  armed-forces-of-ukraine     False      False
        """
        return duties(self.load, Scope.of(self.load, process, instrument, since), labels)

    def monitoring(
        self,
        labels: bool = False,
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return how provisions are monitored, and which provisions are themselves on monitoring.

        Parameters
        ----------
        process, instrument : str or list of str, optional
            Only provisions in these processes or instruments, by ID.
        since : int, str or date, optional
            Only instruments whose last possible day is not before this year, month or day ("2024-06"). An open end is
            later than any day.
        labels : bool, default False
            Whether categories are returned as labels instead of codes, and monitors by name.

        Returns
        -------
        DataFrame
            One row per provision and actor, or one with missing actor if none is named, by date and in the order of
            the texts, with a RangeIndex. Columns: `provision_id`, `instrument_id`, `instrument` (title), `process_id`
            (str), `coverage` (category), `ordinal` (Int64), `day` (datetime64[ms], of the instrument: its first
            possible day, or the last one if the first is unknown), `date_precision` (category: day, month, year,
            interval, before, after), `year` (float64), `kind` (category: monitored, if
            someone monitors that the provision is kept; mandate, if it is on monitoring itself), `topic_id` (of a
            mandate, its topic on monitoring), `topic`, `parent_topic_id` (str), `modality` (category), `strength`
            (float64), `summary` (str), `enforcement` (category), `actor_id`, `actor` (str), `role` (category: monitor;
            in mandates also implementer and beneficiary, such as a mission to which access is promised).

        Raises
        ------
        KeyError
            If there is no such process or instrument.
        ValueError
            If `since` is no date.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.monitoring(instrument="minsk-protocol-2014")
        >>> found[["kind", "topic", "actor_id"]]
                kind                 topic actor_id
        0  monitored             Ceasefire     osce
        1    mandate  Ceasefire monitoring     osce
        2    mandate     Border monitoring     osce
        """
        return monitoring(self.load, Scope.of(self.load, process, instrument, since), labels)

    def timeline(
        self,
        labels: bool = False,
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return instruments, events and reactions in the order of their dates.

        Parameters
        ----------
        process, instrument : str or list of str, optional
            Only records in these processes, or of these instruments, by ID. A reaction has the process and the
            instrument of the first target with one, otherwise the most common process in its source.
        since : int, str or date, optional
            Only records whose last possible day is not before this year, month or day ("2024-06"). An open end is
            later than any day.
        labels : bool, default False
            Whether categories are returned as labels instead of codes.

        Returns
        -------
        DataFrame
            One row per record, those without a date last, with a RangeIndex. Columns: `kind` (category: instrument,
            event, reaction), `record_id`, `process_id`, `process` (title), `instrument_id` (str), `coverage` (category,
            of the instrument), `detail` (str: the form of an instrument or reaction, the kind of an event), `text`
            (str, title or summary), `actors` (str, names separated by "; ": those of the instrument or event, the
            claimant of a reaction), `day` (datetime64[ms], the first possible day, or the last one if the first is
            unknown), `date_precision` (category: day, month, year, interval, before, after), `year` (float64), `date`
            (str, EDTF), `date_from`, `date_to` (datetime64[ms]).

        Raises
        ------
        KeyError
            If there is no such process or instrument.
        ValueError
            If `since` is no date.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.timeline(process="donbas-settlement")
        >>> found[["kind", "day", "date_precision"]].head(2)
                 kind        day date_precision
        0  instrument 2014-06-07       interval
        1       event 2014-06-07       interval
        """
        return timeline(self.load, Scope.of(self.load, process, instrument, since), labels)

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

    def compare(self, a: str, b: str, labels: bool = False) -> pd.DataFrame:
        """Return the provisions of two instruments side by side: what b keeps, changes or leaves out of a.

        Provisions are paired by links, directly or composed along a chain, then by propositions that both advance or
        block. What is left is matched by topic, or is in one of the instruments only.

        Parameters
        ----------
        a, b : str
            IDs of instruments with coded provisions, as a rule the earlier one first.
        labels : bool, default False
            Whether to give the names of actors and the labels of topics and categories instead of IDs and codes.

        Returns
        -------
        DataFrame
            One row per pair and per provision without a pair, in the order of a, then of b, with a RangeIndex.
            Columns: `provision_id_a`, `provision_id_b` (str, NA if only the other instrument has it); `relation`
            (category, how b stands to a: same, stronger, weaker, reversed, replaced; related if the codes do not show
            which asks for more; dropped or new if only one of them has it; unknown if the other is known only from a
            report); `via` (category, what that rests on: link, chain, sibling for a common predecessor, proposition,
            topic, none); `through` (str, the provisions in between); `act`, `obligor`, `number`, `time`, `monitor`,
            `condition` (str: same, more, less, other; NA if unknown); `propositions`, `same_topic` (str, IDs of
            propositions that both advance or block, and of provisions of the other instrument with the topic);
            `topic_id` (str). Then for each side `bearers` (obligors, holders and declarants), `summary`, `modality`,
            `condition`, `due`, `monitor`, `quantities` (str) and `strength` (float64), with the suffix `_a` or `_b`. If
            both state one number of the same measure: `measure`, `unit` (str), `number_a`, `number_b`, `difference`
            (float64, b minus a). `note` (str) is that of the link. Several IDs are separated by "; ".

        Raises
        ------
        KeyError
            If no provision of one of the instruments is coded.
        ValueError
            If `a` and `b` are the same.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.compare("minsk-package-2015", "us-ru-draft-plan-2025")
        >>> found.query("via == 'link'")[["provision_id_a", "relation"]]
                    provision_id_a  relation
        6   minsk-package-2015.p07  replaced
        13  minsk-package-2015.p14  reversed
        18  minsk-package-2015.p19  replaced
        """
        return compare(self.load, a, b, labels)

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
            was coded and has no provision on any matching topic. NA means unknown: the instrument has provisions only
            on topics broader than the code, or only a report of it was available. `attrs` contains `scheme` and
            `values`.

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
        return project(scheme, self.load("crosswalk"), self.wide(), self.load("instruments"), values)
