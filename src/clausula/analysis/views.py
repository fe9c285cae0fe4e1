"""Views for analysis, made of the typed tables: instruments by topics, actors by provisions, the discourse network."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from clausula.analysis.lineage import lineage
from clausula.analysis.projection import project

Target = Literal["provision", "instrument", "topic"]
TARGETS: tuple[Target, ...] = ("provision", "instrument", "topic")
CELLS = ("stance", "position", "conditional", "selected_by_actor_id")
"""What the cells of the stances can be."""


def _counted(frame: pd.DataFrame, selected: bool) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """The positions that may be counted: without sources that a party selected, unless asked for.

    And what a view must say of it, whichever was chosen: how many targets were left out, how many were counted though
    a party selected the source, and which parties.
    """
    chosen = frame["selected_by_actor_id"].notna()
    kept = frame if selected else frame[~chosen]
    told: dict[Any, Any] = {
        "left_out_as_selected_by_a_party": len(frame) - len(kept),
        "counted_though_selected_by_a_party": int(kept["selected_by_actor_id"].notna().sum()),
        "selected_by_actor_ids": sorted(frame.loc[chosen, "selected_by_actor_id"].unique()),
    }
    return kept, told


def latest(positions: pd.DataFrame, by: Target) -> pd.DataFrame:
    """Of each claimant on each target of a kind, the row that counts: that of the latest reaction."""
    chosen = positions[positions["target_kind"] == by].sort_values(
        ["date_to", "reaction_id", "target_no"], na_position="first"
    )
    return chosen.drop_duplicates(["claimant_id", "target_id"], keep="last")


class Views:
    """What a data set can be turned into for analysis; `load` is the data set's own."""

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """A table as a typed frame."""
        raise NotImplementedError

    def wide(self, values: Literal["strength", "count"] = "strength") -> pd.DataFrame:
        """Instruments by topics.

        Parameters
        ----------
        values : {"strength", "count"}
            The highest strength, from 1 to 3, or the number of provisions.

        Returns
        -------
        DataFrame
            One row for each instrument that is not known by name only, one column for each leaf of the topic tree,
            Int64. 0 says that the complete text was read and has nothing on the topic; NA says that nobody knows,
            because only a report of the instrument was at hand.
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
        table = table.reindex(index=list(instruments), columns=list(topics))
        table.index.name, table.columns.name = "instrument_id", "topic_id"
        return table

    def positions(self) -> pd.DataFrame:
        """Every target of every reaction with all that is known of it: the long form of the stances.

        Returns
        -------
        DataFrame
            One row for each reaction target: reaction, source, who selected the source (if a party did), claimant,
            speaker, dates, kind and id of the target, position, stance from -2 to 2 (Int64; NA where silent),
            condition.
        """
        targets = self.load("reaction_targets")
        sources = self.load("sources")[["source_id", "selected_by_actor_id"]]
        reactions = self.load("reactions")[
            ["reaction_id", "source_id", "claimant_id", "speaker_id", "form", "date", "date_from", "date_to"]
        ]
        frame = targets.merge(reactions, on="reaction_id", validate="many_to_one").merge(
            sources, on="source_id", validate="many_to_one"
        )
        ids = frame[[f"{kind}_id" for kind in TARGETS]]
        kinds = pd.CategoricalDtype(list(TARGETS))
        frame["target_kind"] = ids.notna().to_numpy().argmax(axis=1)
        frame["target_kind"] = frame["target_kind"].map(dict(enumerate(TARGETS))).astype(kinds)
        frame["target_id"] = ids.bfill(axis=1).iloc[:, 0]
        first = [
            "reaction_id",
            "target_no",
            "source_id",
            "selected_by_actor_id",
            "claimant_id",
            "speaker_id",
            "form",
            "date",
            "date_from",
            "date_to",
        ]
        return frame[[*first, "target_kind", "target_id", "position", "stance", "conditional", "condition"]]

    def stances(
        self,
        by: Target = "provision",
        values: Literal["stance", "position", "conditional", "selected_by_actor_id"] = "stance",
        selected: bool = False,
    ) -> pd.DataFrame:
        """Actors by provisions: who stands where on what.

        Parameters
        ----------
        by : {"provision", "instrument", "topic"}
            What the columns are.
        values : {"stance", "position", "conditional", "selected_by_actor_id"}
            What the cells are: the stance from -2 (rejects) to 2 (supports); whether it is expressed or the
            source notes silence; whether it is conditional; the party that selected the source that the cell rests
            on, NA where none did.
        selected : bool
            Whether to count sources whose contents a party selected. They are left out by default, because rates of
            support over them say more about the selection than about the actors.

        Returns
        -------
        DataFrame
            One row for each claimant, one column for each target on which somebody took a position. NA means that no
            source has the actor on it; silence that a source notes is a value of `position`, and NA in `stance`.
            Where an actor spoke more than once, the latest reaction counts. `attrs` says how many targets were left
            out, or counted though a party selected the source, and which parties (`left_out_as_selected_by_a_party`,
            `counted_though_selected_by_a_party`, `selected_by_actor_ids`).
        """
        if by not in TARGETS or values not in CELLS:
            raise ValueError(f"by must be one of {', '.join(TARGETS)}; values must be one of {', '.join(CELLS)}")
        frame, told = _counted(self.positions(), selected)
        table = latest(frame, by).set_index(["claimant_id", "target_id"])[values].unstack("target_id")
        table.columns.name = f"{by}_id"
        table.attrs = told
        return table

    def network(self, selected: bool = False) -> pd.DataFrame:
        """The discourse network: actors tied to what they speak about.

        Returns
        -------
        DataFrame
            One row for each claimant and target with an expressed stance: number of statements, mean stance, whether
            any was conditional, and how many of the statements are in sources whose contents a party selected
            (`statements_selected_by_a_party`; 0 unless `selected`). `attrs` as for `stances`.
        """
        frame, told = _counted(self.positions(), selected)
        spoken = frame[frame["position"] == "expressed"].assign(stance=lambda d: d["stance"].astype("Float64"))
        grouped = spoken.groupby(["claimant_id", "target_kind", "target_id"], observed=True)
        edges = grouped.agg(
            statements=("stance", "size"),
            stance=("stance", "mean"),
            conditional=("conditional", "any"),
            statements_selected_by_a_party=("selected_by_actor_id", "count"),
        ).reset_index()
        edges.attrs = told
        return edges

    def lineage(self, what: str) -> pd.DataFrame:
        """What a provision takes up and what takes it up; or all provisions of a topic, with the links among them.

        See `clausula.analysis.lineage.lineage` for the shape and the errors.
        """
        return lineage(what, *(self.load(t) for t in ("provisions", "provision_links", "instruments", "topics")))

    def crosswalk(self, scheme: str, values: Literal["strength", "binary"] = "strength") -> pd.DataFrame:
        """Instruments by the codes of another scheme ("pax", "ucdp", "pam", "atop", "plover", "cameo").

        See `clausula.analysis.projection.project` for the shape and the errors.
        """
        return project(scheme, self.load("crosswalk"), self.wide(), self.load("instruments"), values)
