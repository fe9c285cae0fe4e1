"""Views of reactions: positions, the stance matrix, the discourse network, and adoption by instruments."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from clausula.analysis.adoption import adoption
from clausula.analysis.positions import TARGETS, Level, Target, edges, exclude_selected, latest, long_form
from clausula.analysis.scope import Names, Scope, Since
from clausula.analysis.tables import TypedTables
from clausula.core.errors import require_one_of

CELLS = ("stance", "position", "conditional", "selected_by_actor_id")
"""The values that the cells of the stance matrix can have."""


class Statements(TypedTables):
    """Views of the reactions of actors."""

    def positions(
        self,
        country: bool = False,
        labels: bool = False,
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return the stances in long form, one row per target of a reaction.

        Parameters
        ----------
        country : bool, default False
            Whether to add the state that the claimant is or speaks for at the time, by the offices and bodies in
            `affiliations`, with its codes in other datasets; NA if there is none. Members of a legislature speak for
            themselves.
        labels : bool, default False
            Whether categories are returned as labels instead of codes.
        process : str or list of str, optional
            Only reactions in these processes, by ID: that of the instrument that the target is or belongs to, for a
            proposition or topic that of the other targets of the reaction, otherwise the most common one in the source.
        instrument : str or list of str, optional
            Only stances on these instruments and on their provisions, by ID. A proposition belongs to no instrument;
            `clausula.adoption` finds the stances on what an instrument does.
        since : int, str or date, optional
            Only reactions whose last possible day is not before this year, month or day ("2025-11"). An open end is
            later than any day.

        Returns
        -------
        DataFrame
            One row per reaction target, with a RangeIndex. Columns: `reaction_id` (str), `target_no` (Int64),
            `source_id`, `selected_by_actor_id` (the party that selected the contents of the source, NA if none did),
            `claimant_id`, `claimant` (name), `speaker_id` (str), `form` (category), `date` (str, EDTF), `date_from`,
            `date_to`, `day` (datetime64[ms]; `day` is the first possible day, or the last one if the first is
            unknown), `date_precision` (category: day, month, year, interval, before, after), `year` (float64, of
            `day`), `target_kind` (category: provision, instrument, proposition, topic), `target_id`, `target` (str,
            the summary of a provision, the title of an instrument, the statement of a proposition, the label of a
            topic), `instrument_id`, `process_id` (str), `coverage` (category, of the instrument), `position` (category:
            expressed, silent), `stance` (float64, from -2 to 2, towards a proposition coming true; NaN if silent),
            `conditional` (boolean), `condition` (str). With `country`, after `claimant`: `state_id`, `state` (name),
            `iso3` (str), `cow_code`, `gw_code` (Int64). A topic is a target only of silence: it has no direction.

        Raises
        ------
        KeyError
            If there is no such process or instrument.
        ValueError
            If `since` is not a date.

        Examples
        --------
        >>> import clausula
        >>> clausula.positions()[["claimant", "target_id", "stance"]].head(2)
          claimant            target_id  stance
        0   Russia   ukraine-joins-nato    -2.0
        1   Russia  nato-admits-members    -2.0
        """
        return long_form(self.load, Scope.of(self.load, process, instrument, since), country, labels)

    def stances(  # noqa: PLR0913 - three of them are the filters that all views have
        self,
        by: Target = "provision",
        values: Literal["stance", "position", "conditional", "selected_by_actor_id"] = "stance",
        selected: bool = False,
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return a matrix of actors by targets with their stances.

        If an actor reacted to a target more than once, the latest reaction counts.

        Parameters
        ----------
        by : {"provision", "instrument", "proposition", "topic"}, default "provision"
            Kind of target in the columns.
        values : {"stance", "position", "conditional", "selected_by_actor_id"}, default "stance"
            Values of the cells: the stance from -2 (rejects) to 2 (supports); whether the position is expressed or
            the source notes silence; whether it is conditional; the party that selected the source of the cell, NA if
            none did.
        selected : bool, default False
            Whether to include sources whose contents a party selected. They are excluded by default, because support
            rates in them reflect the selection more than the actors.
        process, instrument, since : optional
            Only stances in these processes, on these instruments, or from this date on, as in `clausula.positions`.

        Returns
        -------
        DataFrame
            One row per claimant (index `claimant_id`), one column per target that has at least one position
            (`provision_id`, `instrument_id`, `proposition_id` or `topic_id`). The dtype depends on `values`: float64,
            category, boolean or str. NA means that no source reports a position of the actor; silence noted by a
            source is a value of `position` and NaN in `stance`. `attrs` contains the effect of the selection:
            `left_out_as_selected_by_a_party` and `counted_though_selected_by_a_party` (numbers of targets) and
            `selected_by_actor_ids` (the parties).

        Raises
        ------
        ValueError
            If `by` or `values` is not one of the listed values, or `since` is not a date.
        KeyError
            If there is no such process or instrument.

        Examples
        --------
        >>> import clausula
        >>> clausula.stances("instrument").loc["ukraine"].dropna().tail(3)
        instrument_id
        ukraine-peace-formula           1.0
        us-ru-draft-plan-2025           1.0
        us-ua-updated-framework-2025    1.0
        Name: ukraine, dtype: float64
        """
        require_one_of("by", by, TARGETS)
        require_one_of("values", values, CELLS)
        frame, counts = exclude_selected(self.positions(process=process, instrument=instrument, since=since), selected)
        table = latest(frame, by).set_index(["claimant_id", "target_id"])[values].unstack("target_id")
        table.columns.name = f"{by}_id"
        table.attrs = counts
        return table

    def network(
        self,
        selected: bool = False,
        level: Level = "actor",
        *,
        process: Names = None,
        instrument: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return the edges of the discourse network, which links actors to the targets of their statements.

        A negative stance towards a proposition means that the actor is against its coming true.

        Parameters
        ----------
        selected : bool, default False
            Whether to include sources whose contents a party selected, as in `clausula.stances`.
        level : {"actor", "state"}, default "actor"
            With "state", the statements of everyone who speaks for a state count for the state, those of a collective
            for the states of its members. A government is one claimant, no matter which of its people spoke.
        process, instrument, since : optional
            Only stances in these processes, on these instruments, or from this date on, as in `clausula.positions`.

        Returns
        -------
        DataFrame
            One row per claimant and target with at least one expressed stance, with a RangeIndex. Columns:
            `claimant_id` (str), `target_kind` (category), `target_id` (str), `statements`, `in_favour`, `against`,
            `neutral` (int64, numbers of statements), `sign` (category: for, against, mixed, neutral), `lowest`,
            `highest`, `latest` (float64, stances from -2 to 2), `conditional` (boolean, whether any is conditional),
            `statements_selected_by_a_party` (int64, those in sources that a party selected; 0 unless `selected`).
            There is no mean, because the scale of stances is ordinal. `attrs` as in `clausula.stances`, but with
            numbers of expressed stances, at the level asked for.

        Raises
        ------
        ValueError
            If `level` is not one of the listed values, or `since` is not a date.
        KeyError
            If there is no such process or instrument.

        Examples
        --------
        >>> import clausula
        >>> edges = clausula.network()
        >>> edges.loc[edges["claimant_id"] == "russia", ["target_id", "statements", "sign"]].head(1)
                             target_id  statements sign
        177  anchorage-understandings-2025           3  for
        """
        require_one_of("level", level, ("actor", "state"))
        frame = self.positions(process=process, instrument=instrument, since=since)
        found, counts = edges(frame, selected, self._actors() if level == "state" else None)
        found.attrs = counts
        return found

    def adoption(  # noqa: PLR0913 - three of them are the filters that all views have
        self,
        instrument: Names = None,
        selected: bool = False,
        country: bool = False,
        labels: bool = False,
        *,
        process: Names = None,
        since: Since = None,
    ) -> pd.DataFrame:
        """Return who stands for and against what each provision does.

        A stance counts if it is on the provision itself, or on a proposition that the provision advances or blocks.

        Parameters
        ----------
        instrument : str or list of str, optional
            IDs of instruments with coded provisions; all by default.
        selected : bool, default False
            Whether to include sources whose contents a party selected, as in `clausula.stances`.
        country : bool, default False
            Whether to add the state that the claimant is or speaks for, as in `clausula.positions`.
        labels : bool, default False
            Whether categories are returned as labels instead of codes.
        process : str or list of str, optional
            Only provisions of instruments in these processes, by ID.
        since : int, str or date, optional
            Only reactions whose last possible day is not before this year, month or day. An open end is later than any
            day.

        Returns
        -------
        DataFrame
            One row per provision and expressed stance, by instrument and in the order of the text, with a RangeIndex.
            Columns: `provision_id`, `instrument_id`, `process_id` (str), `coverage` (category), `summary`,
            `claimant_id`, `claimant` (str), with `country` also `state_id`, `state`, `iso3`, `cow_code`, `gw_code`;
            `day`, `date_precision`, `year` (of the reaction, as in `clausula.positions`), `via` (category: provision,
            proposition), `proposition_id` (str), `direction`, `extent` (category, of the provision towards the
            proposition), `stance` (float64, as stated), `support` (float64, from -2 to 2: the stance with the sign that
            it has towards the provision), `conditional` (boolean), `reaction_id` (str), `target_no` (Int64),
            `source_id`, `selected_by_actor_id` (str). `proposition_id`, `direction` and `extent` are NA for a stance on
            the provision itself. `attrs` as in `clausula.stances`.

        Raises
        ------
        KeyError
            If no provision of an instrument with this ID is coded, or there is no such process.
        ValueError
            If `since` is not a date.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.adoption("us-ru-draft-plan-2025").query("claimant_id == 'russia'")
        >>> found[["provision_id", "direction", "stance", "support"]].head(1)
                        provision_id direction  stance  support
        9  us-ru-draft-plan-2025.p01  advances     2.0      2.0
        """
        frame, counts = exclude_selected(self.positions(country=country, since=since), selected)
        found = adoption(self.load, Scope.of(self.load, process, None), instrument, frame, labels)
        found.attrs = counts
        return found
