"""Views that answer one question each: who has which duties, who monitors, what happened when, what two texts share."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.compare import compare
from clausula.analysis.duties import duties, monitoring
from clausula.analysis.families import family
from clausula.analysis.scope import Names, Scope, Since
from clausula.analysis.tables import TypedTables
from clausula.analysis.timeline import timeline


class Questions(TypedTables):
    """Views of what instruments provide."""

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
            If `since` is not a date.

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
            If `since` is not a date.

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
            If `since` is not a date.

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

    def family(
        self,
        name: str,
        labels: bool = False,
        *,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return which clauses of their template the agreements of a family have, and how each is meant.

        Sister agreements are drafted from one template, so that topics cannot distinguish them. The tables
        `template_clauses` and `clause_alignment` say which provision carries a clause, or that there is none.

        Parameters
        ----------
        name : str
            The family, such as "ukraine-security-agreements".
        labels : bool, default False
            Whether to give names of actors and labels of categories instead of IDs and codes.
        instrument : str or list of str, optional
            Only these instruments, by ID. The comparison remains that with the whole family.
        since : int, str or date, optional
            Only instruments whose last possible day is not before this year, month or day ("2024-06"). An open end is
            later than any day.

        Returns
        -------
        DataFrame
            One row per instrument and clause, by date and in the order of the template, with a RangeIndex. Columns:
            `instrument_id`, `instrument` (title), `partner_id`, `partner` (str, the parties that are not party to all
            agreements of the family, separated by "; "), `day` (datetime64[ms], of the instrument: its first possible
            day, or the last one if the first is unknown), `date_precision` (category: day, month, year, interval,
            before, after), `year` (float64), `template_clause_id`, `clause` (its label), `topic_id`, `topic`,
            `provision_id` (str, the provision that carries the clause, NA if there is none), `standing` (ordered
            category: missing, weaker, usual, stronger), `modality` (category), `strength` (float64, from 1 to 3),
            `summary`, `bearers` (obligors, holders and declarants), `triggers` (what activates it, with whose act it
            is), `reservations`, `quantities`, `condition`, `due`, `differs` (str, how it departs from the plain form of
            the clause).

            `standing` compares the modality (duties before permissions before views), then the strength, with the
            median of those that carry the clause. It does not compare the content; for that see `differs`.

        Raises
        ------
        KeyError
            If there is no such family or instrument.
        ValueError
            If `since` is not a date.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.family("ukraine-security-agreements")
        >>> found[found["template_clause_id"] == "attack-consultation"][["partner_id", "standing", "triggers"]].head(2)
               partner_id standing         triggers
        0  united-kingdom    usual  attack (russia)
        40        germany    usual  attack (russia)
        """
        return family(self.load, name, Scope.of(self.load, None, instrument, since), labels)
