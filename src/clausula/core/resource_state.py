"""What was judged of each resource of a package: all of it, a part of it, or nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JUDGED, IN_PART, NOT_JUDGED = "judged", "in part", "not judged"
STATES = (JUDGED, IN_PART, NOT_JUDGED)


@dataclass
class ResourceState:
    """What was judged of a resource.

    Attributes
    ----------
    name, path : str
        Name of the resource, and the path of its file; the first one if there are several.
    what : str
        What there was to judge: the table, the form of the file if the table has no schema, or only the file itself.
    state : str
        One of STATES.
    why : list of str
        If not all was judged: what was not, and why.
    """

    name: str
    path: str = ""
    what: str = "table"
    state: str = JUDGED
    why: list[str] = field(default_factory=list)

    def restrict(self, why: str, state: str = IN_PART) -> None:
        """Say what was not judged and why; a resource that was not judged stays so."""
        if why not in self.why:
            self.why.append(why)
        if self.state != NOT_JUDGED:
            self.state = state

    def as_dict(self) -> dict[str, Any]:
        """Return the state for JSON."""
        return {"path": self.path, "what": self.what, "state": self.state, "why": list(self.why)}
