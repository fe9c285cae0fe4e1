"""States behind actors: who speaks for a state, through dated affiliations, and who belongs to a collective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

SPEAKING = ("office", "part_of")
"""Relations through which an actor speaks for the organisation."""

_FIRST, _LAST = pd.Timestamp("1000-01-01"), pd.Timestamp("2999-12-31")


@dataclass(frozen=True)
class _Tie:
    """An affiliation: where it leads, through which relation, and from when it is reported."""

    organisation: str
    relation: str
    since: pd.Timestamp


class Actors:
    """Actors with their kinds and affiliations.

    Parameters
    ----------
    actors, affiliations : DataFrame
        The typed tables.
    """

    def __init__(self, actors: pd.DataFrame, affiliations: pd.DataFrame) -> None:
        self.kinds: Mapping[str, str] = dict(zip(actors["actor_id"], actors["kind"].astype(str), strict=True))
        self._ties: dict[str, list[_Tie]] = {}
        self._members: dict[str, list[str]] = {}
        known = affiliations[affiliations["organisation_id"].notna()]
        reported = known["date_from"].fillna(known["date_to"]).fillna(_FIRST)
        for actor, organisation, relation, since in zip(
            known["actor_id"], known["organisation_id"], known["relation"].astype(str), reported, strict=True
        ):
            self._ties.setdefault(actor, []).append(_Tie(organisation, relation, since))
            if relation == "member_of":
                self._members.setdefault(organisation, []).append(actor)

    def _speaks_for(self, actor: str, when: pd.Timestamp) -> Iterator[str]:
        """Yield the organisations that an actor speaks for at a time, the latest reported first.

        Affiliations reported only later come last, the earliest of them first. A member of a body does not speak for
        the state through it. An office that a source calls former counts only before that, unless the same source
        reports another office there.
        """

        def order(tie: _Tie) -> tuple[bool, int, bool]:
            distance = abs(tie.since.toordinal() - when.toordinal())
            return tie.since > when, distance, tie.relation == "former_office"

        ties = self._ties.get(actor, [])
        bodies = {tie.organisation for tie in ties if tie.relation == "member_of"}
        seen: set[str] = set()
        for tie in sorted(ties, key=order):
            if tie.organisation in seen or tie.organisation in bodies:
                continue
            if tie.relation in SPEAKING:
                yield tie.organisation
            if tie.relation in (*SPEAKING, "former_office"):
                seen.add(tie.organisation)

    def state(self, actor: str, when: pd.Timestamp | None = None) -> str | None:
        """Return the state that an actor is or speaks for at a time; None if there is none.

        Parameters
        ----------
        actor : str
            ID of an actor.
        when : Timestamp, optional
            Day of the statement; without it, the latest affiliation counts.
        """
        day = _LAST if when is None or pd.isna(when) else when
        waiting, seen = [actor], {actor}
        while waiting:
            current = waiting.pop(0)
            if self.kinds.get(current) == "state":
                return current
            further = [name for name in self._speaks_for(current, day) if name not in seen]
            seen.update(further)
            waiting += further
        return None

    def members(self, actor: str) -> list[str]:
        """Return the members of a collective actor, those of its member collectives included; empty if it has none.

        Organisations, bodies and armed groups act in their own name and are not expanded.
        """
        found: list[str] = []
        waiting, seen = [actor], {actor}
        while waiting:
            current = waiting.pop(0)
            below = self._members.get(current, []) if self.kinds.get(current) == "group" else []
            if current != actor and not below and current not in found:
                found.append(current)
            waiting += [name for name in below if name not in seen]
            seen.update(below)
        return found

    def at_state_level(self, actor: str, when: pd.Timestamp | None) -> list[str]:
        """Return the actors that a statement counts for at the level of states.

        These are the states of the members of a collective, the state of any other actor, or the actor itself if it
        speaks for no state.
        """
        own = self.state(actor, when)
        if own is not None:
            return [own]
        listed = [self.state(member, when) or member for member in self.members(actor)]
        return list(dict.fromkeys(listed)) or [actor]
