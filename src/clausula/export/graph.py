"""The discourse network as GraphML: actors on one side, targets of their statements on the other (Leifeld 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.show import plain
from clausula.interchange.labels import TARGETS


def network(data: Dataset) -> Any:
    """Return the discourse network as a bipartite multigraph with one edge per position.

    Returns
    -------
    networkx.MultiGraph
        Nodes have `side` (actor or target), `kind` and `label`. Edges have `reaction`, `form`, `position`, `stance`
        (from -2 to 2; absent if silent), `conditional`, `date_from` (the earliest possible day of the reaction), and
        `selected_by_a_party` with `selected_by_actor_id`. Sources selected by a party are included; decide whether to
        count them.
    """
    import networkx as nx

    graph = nx.MultiGraph(name=f"{data.model.metadata['name']} {data.version}")
    actors = data.load("actors").set_index("actor_id")
    labels = {key: data.load(table).set_index(key)[column] for key, (table, column) in TARGETS.items()}
    for row in data.positions().to_dict("records"):
        actor, target = f"actor:{row['claimant_id']}", f"{row['target_kind']}:{row['target_id']}"
        kind = str(actors["kind"][row["claimant_id"]])
        graph.add_node(actor, side="actor", kind=kind, label=str(actors["name"][row["claimant_id"]]))
        label = str(labels[f"{row['target_kind']}_id"][row["target_id"]])
        graph.add_node(target, side="target", kind=str(row["target_kind"]), label=label)
        edge: dict[str, Any] = {
            "reaction": row["reaction_id"],
            "form": str(row["form"]),
            "position": str(row["position"]),
            "conditional": bool(row["conditional"]),
            "selected_by_a_party": not pd.isna(row["selected_by_actor_id"]),
        }
        known = {name: plain(row[name]) for name in ("selected_by_actor_id", "date_from")}
        known["stance"] = None if pd.isna(row["stance"]) else int(row["stance"])
        edge |= {name: value for name, value in known.items() if value is not None}
        graph.add_edge(actor, target, key=f"{row['reaction_id']}.t{row['target_no']}", **edge)
    return graph


def write(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write the network as one GraphML file."""
    del tables
    import networkx as nx

    nx.write_graphml(network(data), target)
