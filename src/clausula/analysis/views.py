"""Views built from the typed tables: instruments by topics, actors by provisions, the discourse network."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from clausula.analysis.lineage import lineage
from clausula.analysis.projection import project
from clausula.core.pandas_text import text_index

Target = Literal["provision", "instrument", "topic"]
TARGETS: tuple[Target, ...] = ("provision", "instrument", "topic")
CELLS = ("stance", "position", "conditional", "selected_by_actor_id")
"""The values that the cells of the stance matrix can have."""


def _exclude_selected(frame: pd.DataFrame, selected: bool) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """Return the positions without sources selected by a party, unless `selected` is set, and counts for `attrs`.

    The counts are given in both cases: targets left out, targets counted although a party selected the source, and
    the parties.
    """
    chosen = frame["selected_by_actor_id"].notna()
    kept = frame if selected else frame[~chosen]
    counts: dict[Any, Any] = {
        "left_out_as_selected_by_a_party": len(frame) - len(kept),
        "counted_though_selected_by_a_party": int(kept["selected_by_actor_id"].notna().sum()),
        "selected_by_actor_ids": sorted(frame.loc[chosen, "selected_by_actor_id"].unique()),
    }
    return kept, counts


def latest(positions: pd.DataFrame, by: Target) -> pd.DataFrame:
    """Return the latest position of each claimant on each target of one kind."""
    order = ["date_to", "reaction_id", "target_no"]
    chosen = positions[positions["target_kind"] == by].sort_values(order, na_position="first")
    return chosen.drop_duplicates(["claimant_id", "target_id"], keep="last")


class Views:
    """Views of a dataset for analysis; subclasses implement `load`."""

    provenance: dict[str, Any] | None = None
    """How the data were made; None if the dataset does not state it."""

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Load a table as a typed data frame."""
        raise NotImplementedError

    def wide(self, values: Literal["strength", "count"] = "strength") -> pd.DataFrame:
        """Return a matrix of instruments by topics.

        Parameters
        ----------
        values : {"strength", "count"}, default "strength"
            The highest strength of the provisions on the topic, from 1 to 3, or their number.

        Returns
        -------
        DataFrame
            One row per instrument (index `instrument_id`), without instruments known only by name; one column per
            topic at the lowest level of the topic tree (`topic_id`); dtype Int64. 0 means that the complete text was
            coded and has no provision on the topic. NA means unknown, because only a report of the instrument was
            available.

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
        if values not in ("strength", "count"):
            raise ValueError(f"values must be 'strength' or 'count', not {values!r}")
        provisions, absences = self.load("provisions"), self.load("absences")
        instruments = self.load("instruments").query("coverage != 'name_only'")["instrument_id"]
        topics = self.load("topics").query("leaf")["topic_id"]
        grouped = provisions.groupby(["instrument_id", "topic_id"])["strength"]
        present = (grouped.max() if values == "strength" else grouped.size()).astype("Int64")
        absent = pd.Series(0, index=pd.MultiIndex.from_frame(absences[["instrument_id", "topic_id"]]), dtype="Int64")
        table = pd.concat([present, absent]).unstack("topic_id").astype("Int64")
        return table.reindex(index=text_index(instruments, "instrument_id"), columns=text_index(topics, "topic_id"))

    def positions(self) -> pd.DataFrame:
        """Return the stances in long form, one row per target of a reaction.

        Returns
        -------
        DataFrame
            One row per reaction target, with a RangeIndex. Columns: `reaction_id` (str), `target_no` (Int64),
            `source_id`, `selected_by_actor_id` (the party that selected the contents of the source, NA if none did),
            `claimant_id`, `speaker_id` (str), `form` (category), `date` (str, EDTF), `date_from`, `date_to`
            (datetime64[ms]), `target_kind` (category: provision, instrument, topic), `target_id` (str), `position`
            (category: expressed, silent), `stance` (Int64, from -2 to 2; NA if silent), `conditional` (boolean),
            `condition` (str).

        Examples
        --------
        >>> import clausula
        >>> clausula.positions()[["claimant_id", "target_id", "stance"]].head(2)
          claimant_id            target_id  stance
        0      russia  alliance-membership       2
        1      russia   alliance-expansion       2
        """
        source = ["source_id", "selected_by_actor_id"]
        reaction = ["claimant_id", "speaker_id", "form", "date", "date_from", "date_to"]
        reactions = self.load("reactions")[["reaction_id", "source_id", *reaction]]
        frame = self.load("reaction_targets").merge(reactions, on="reaction_id", validate="many_to_one")
        frame = frame.merge(self.load("sources")[source], on="source_id", validate="many_to_one")
        ids = frame[[f"{kind}_id" for kind in TARGETS]]
        frame["target_kind"] = pd.Categorical.from_codes(ids.notna().to_numpy().argmax(axis=1), text_index(TARGETS))
        frame["target_id"] = ids.bfill(axis=1).iloc[:, 0]
        target = ["target_kind", "target_id", "position", "stance", "conditional", "condition"]
        return frame[["reaction_id", "target_no", *source, *reaction, *target]]

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
        by : {"provision", "instrument", "topic"}, default "provision"
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
            (`provision_id`, `instrument_id` or `topic_id`). The dtype depends on `values`: Int64, category, boolean or
            str. NA means that no source reports a position of the actor; silence noted by a source is a value of
            `position` and NA in `stance`. `attrs` contains the effect of the selection:
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
        us-ru-draft-plan-2025           1
        us-ua-updated-framework-2025    1
        Name: ukraine, dtype: Int64
        """
        if by not in TARGETS or values not in CELLS:
            raise ValueError(f"by must be one of {', '.join(TARGETS)}; values must be one of {', '.join(CELLS)}")
        frame, counts = _exclude_selected(self.positions(), selected)
        table = latest(frame, by).set_index(["claimant_id", "target_id"])[values].unstack("target_id")
        table.columns.name = f"{by}_id"
        table.attrs = counts
        return table

    def network(self, selected: bool = False) -> pd.DataFrame:
        """Return the edges of the discourse network, which links actors to the targets of their statements.

        Parameters
        ----------
        selected : bool, default False
            Whether to include sources whose contents a party selected, as in `clausula.stances`.

        Returns
        -------
        DataFrame
            One row per claimant and target with at least one expressed stance, with a RangeIndex. Columns:
            `claimant_id` (str), `target_kind` (category), `target_id` (str), `statements` (Int64, their number),
            `stance` (Float64, their mean from -2 to 2), `conditional` (boolean, whether any is conditional),
            `statements_selected_by_a_party` (int64, those in sources that a party selected; 0 unless `selected`).
            `attrs` as in `clausula.stances`.

        Examples
        --------
        >>> import clausula
        >>> clausula.network().groupby("target_kind", observed=True)["statements"].sum()
        target_kind
        provision      4
        instrument     9
        topic         15
        Name: statements, dtype: Int64
        """
        frame, counts = _exclude_selected(self.positions(), selected)
        spoken = frame[frame["position"] == "expressed"].assign(stance=lambda d: d["stance"].astype("Float64"))
        grouped = spoken.groupby(["claimant_id", "target_kind", "target_id"], observed=True)
        edges = grouped.agg(
            statements=("stance", "size"),
            stance=("stance", "mean"),
            conditional=("conditional", "any"),
            statements_selected_by_a_party=("selected_by_actor_id", "count"),
        ).reset_index()
        edges.columns = text_index(edges.columns)
        edges.attrs = counts
        return edges

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
            `earlier_provision_id` (str), `relation` (category, what the provision does to the earlier one) and `basis`
            (category, how the link is known). The last three are NA if the provision refers to no earlier one.

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
