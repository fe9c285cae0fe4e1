"""Views built from the typed tables: instruments by topics, actors by provisions, the discourse network."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from clausula.analysis.adoption import adoption
from clausula.analysis.compare import compare
from clausula.analysis.lineage import lineage
from clausula.analysis.positions import TARGETS, Level, Target, edges, exclude_selected, latest, long_form
from clausula.analysis.projection import project
from clausula.analysis.rollup import Actors
from clausula.core.errors import require_one_of
from clausula.core.pandas_text import text_index

CELLS = ("stance", "position", "conditional", "selected_by_actor_id")
"""The values that the cells of the stance matrix can have."""


class Views:
    """Views of a dataset for analysis; subclasses implement `load`."""

    provenance: dict[str, Any] | None = None
    """How the data were made; None if the dataset does not state it."""

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Load a table as a typed data frame."""
        raise NotImplementedError

    def _by_topic(self) -> pd.DataFrame:
        """Return the provisions with their topics, one row for each primary or secondary topic."""
        provisions = self.load("provisions")
        further = self.load("provision_topics").merge(
            provisions[["provision_id", "instrument_id", "strength"]], on="provision_id"
        )
        columns = ["provision_id", "instrument_id", "topic_id", "strength"]
        return pd.concat([provisions[columns], further[columns]], ignore_index=True)

    def wide(self, values: Literal["strength", "count"] = "strength") -> pd.DataFrame:
        """Return a matrix of instruments by topics.

        Parameters
        ----------
        values : {"strength", "count"}, default "strength"
            The highest strength of the provisions on the topic, from 1 to 3, or their number. A provision counts
            under its primary topic and under each secondary one.

        Returns
        -------
        DataFrame
            One row per instrument (index `instrument_id`), without instruments known only by name; one column per
            topic at the lowest level of the topic tree (`topic_id`); dtype Int64. 0 means that the complete text was
            coded and has no provision on the topic. NA means unknown: only a report of the instrument was available,
            or the topic is younger than the coding of the instrument.

        Raises
        ------
        ValueError
            If `values` is not one of the listed values.

        Examples
        --------
        >>> import clausula
        >>> clausula.wide().loc["minsk-protocol-2014", ["ceasefire", "amnesty"]]
        topic_id
        ceasefire    2
        amnesty      3
        Name: minsk-protocol-2014, dtype: Int64
        """
        require_one_of("values", values, ("strength", "count"))
        provisions, absences = self._by_topic(), self.load("absences")
        instruments = self.load("instruments").query("coverage != 'name_only'")["instrument_id"]
        topics = self.load("topics").query("leaf")["topic_id"]
        grouped = provisions.groupby(["instrument_id", "topic_id"])["strength"]
        present = (grouped.max() if values == "strength" else grouped.size()).astype("Int64")
        absent = pd.Series(0, index=pd.MultiIndex.from_frame(absences[["instrument_id", "topic_id"]]), dtype="Int64")
        table = pd.concat([present, absent]).unstack("topic_id")
        table = table.reindex(index=text_index(instruments, "instrument_id"), columns=text_index(topics, "topic_id"))
        return table.astype("Int64")

    def positions(self, country: bool = False) -> pd.DataFrame:
        """Return the stances in long form, one row per target of a reaction.

        Parameters
        ----------
        country : bool, default False
            Whether to add the column `state_id`: the state that the claimant is or speaks for at the time, by the
            offices and bodies in `affiliations`; NA if there is none. Members of a legislature speak for themselves.

        Returns
        -------
        DataFrame
            One row per reaction target, with a RangeIndex. Columns: `reaction_id` (str), `target_no` (Int64),
            `source_id`, `selected_by_actor_id` (the party that selected the contents of the source, NA if none did),
            `claimant_id`, `speaker_id` (str), `form` (category), `date` (str, EDTF), `date_from`, `date_to`
            (datetime64[ms]), `target_kind` (category: provision, instrument, proposition, topic), `target_id` (str),
            `position` (category: expressed, silent), `stance` (Int64, from -2 to 2, towards a proposition coming true;
            NA if silent), `conditional` (boolean), `condition` (str); with `country` also `state_id` (str). A topic is
            a target only of silence: it has no direction.

        Examples
        --------
        >>> import clausula
        >>> clausula.positions()[["claimant_id", "target_id", "stance"]].head(2)
          claimant_id            target_id  stance
        0      russia   ukraine-joins-nato      -2
        1      russia  nato-admits-members      -2
        """
        reactions, targets, sources = (self.load(t) for t in ("reactions", "reaction_targets", "sources"))
        return long_form(reactions, targets, sources, self._actors() if country else None)

    def _actors(self) -> Actors:
        return Actors(self.load("actors"), self.load("affiliations"))

    def stances(
        self,
        by: Target = "provision",
        values: Literal["stance", "position", "conditional", "selected_by_actor_id"] = "stance",
        selected: bool = False,
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

        Returns
        -------
        DataFrame
            One row per claimant (index `claimant_id`), one column per target that has at least one position
            (`provision_id`, `instrument_id`, `proposition_id` or `topic_id`). The dtype depends on `values`: Int64,
            category, boolean or str. NA means that no source reports a position of the actor; silence noted by a source
            is a value of `position` and NA in `stance`. `attrs` contains the effect of the selection:
            `left_out_as_selected_by_a_party` and `counted_though_selected_by_a_party` (numbers of targets) and
            `selected_by_actor_ids` (the parties).

        Raises
        ------
        ValueError
            If `by` or `values` is not one of the listed values.

        Examples
        --------
        >>> import clausula
        >>> clausula.stances("instrument").loc["ukraine"]
        instrument_id
        trump-peace-agreement-2025      <NA>
        us-ru-draft-plan-2025           1
        us-ua-updated-framework-2025    1
        Name: ukraine, dtype: Int64
        """
        require_one_of("by", by, TARGETS)
        require_one_of("values", values, CELLS)
        frame, counts = exclude_selected(self.positions(), selected)
        table = latest(frame, by).set_index(["claimant_id", "target_id"])[values].unstack("target_id")
        table.columns.name = f"{by}_id"
        table.attrs = counts
        return table

    def network(self, selected: bool = False, level: Level = "actor") -> pd.DataFrame:
        """Return the edges of the discourse network, which links actors to the targets of their statements.

        A negative stance towards a proposition means that the actor is against its coming true.

        Parameters
        ----------
        selected : bool, default False
            Whether to include sources whose contents a party selected, as in `clausula.stances`.
        level : {"actor", "state"}, default "actor"
            With "state", the statements of everyone who speaks for a state count for the state, those of a collective
            for the states of its members. A government is one claimant, no matter which of its people spoke.

        Returns
        -------
        DataFrame
            One row per claimant and target with at least one expressed stance, with a RangeIndex. Columns:
            `claimant_id` (str), `target_kind` (category), `target_id` (str), `statements` (Int64, their number),
            `stance` (Float64, their mean from -2 to 2), `conditional` (boolean, whether any is conditional),
            `statements_selected_by_a_party` (int64, those in sources that a party selected; 0 unless `selected`).
            `attrs` as in `clausula.stances`.

        Raises
        ------
        ValueError
            If `level` is not one of the listed values.

        Examples
        --------
        >>> import clausula
        >>> clausula.network().groupby("target_kind", observed=True)["statements"].sum()
        target_kind
        provision       4
        instrument     10
        proposition    23
        Name: statements, dtype: Int64
        """
        require_one_of("level", level, ("actor", "state"))
        frame, counts = exclude_selected(self.positions(), selected)
        found = edges(frame, self._actors() if level == "state" else None)
        found.attrs = counts
        return found

    def adoption(self, instrument_id: str, selected: bool = False) -> pd.DataFrame:
        """Return who stands for and against what each provision of an instrument does.

        A stance counts if it is on the provision itself, or on a proposition that the provision advances or blocks.

        Parameters
        ----------
        instrument_id : str
            ID of an instrument with coded provisions.
        selected : bool, default False
            Whether to include sources whose contents a party selected, as in `clausula.stances`.

        Returns
        -------
        DataFrame
            One row per provision and expressed stance, in the order of the text, with a RangeIndex. Columns:
            `provision_id`, `claimant_id` (str), `via` (category: provision, proposition), `proposition_id` (str),
            `direction`, `extent` (category, of the provision towards the proposition), `stance` (Int64, as stated),
            `support` (Int64, from -2 to 2: the stance with the sign that it has towards the provision), `conditional`
            (boolean), `reaction_id` (str), `target_no` (Int64), `source_id`, `selected_by_actor_id` (str).
            `proposition_id`, `direction` and `extent` are NA for a stance on the provision itself. `attrs` as in
            `clausula.stances`.

        Raises
        ------
        KeyError
            If no provision of an instrument with this ID is coded.

        Examples
        --------
        >>> import clausula
        >>> found = clausula.adoption("us-ru-draft-plan-2025").query("claimant_id == 'russia'")
        >>> found[["provision_id", "direction", "stance", "support"]].head(1)
                       provision_id direction  stance  support
        4  us-ru-draft-plan-2025.p06    blocks      -2        2
        """
        frame, counts = exclude_selected(self.positions(), selected)
        found = adoption(instrument_id, self.load("provisions"), self.load("provision_propositions"), frame)
        found.attrs = counts
        return found

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
            was coded and has no provision on any topic that could fall under the code. NA means unknown: the instrument
            has provisions only on topics that the code does not contain, only a report of it was available, or the
            meaning of the code was inferred from its name alone, so that nothing shows what else falls under it. The
            strength is ours: in PA-X, many of the codes are only 0 or 1. `attrs` contains `scheme` and
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
