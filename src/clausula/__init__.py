"""Clausula: provisions of peace plans and treaties, and the reactions of actors to them.

    import clausula
    clausula.load("provisions")     # a typed table of the shipped release
    clausula.stances()              # actors by provisions
    clausula.plot.stance_matrix()   # the same as a figure
    clausula.open("some/folder")    # the package in another folder
    clausula.validate("some/folder")    # its findings, and of each table the good rows and the failures
    clausula.read_pax("pax.csv")    # your own copy of a PA-X file, with Clausula's codes added

Loading only needs pandas (2.3 or newer) and pyarrow. It works offline, because the release is installed with the
package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clausula.core.requirements import require

if TYPE_CHECKING:
    from clausula import plot
    from clausula.analysis.dataset import Dataset, shipped
    from clausula.core.findings import CouldNotRun
    from clausula.peers.atop import read_atop
    from clausula.peers.paax import read_paax
    from clausula.peers.pam import read_pam
    from clausula.peers.pax import read_pax
    from clausula.peers.ucdp import read_ucdp
    from clausula.peers.validity import validity
    from clausula.validation.run import validate
    from clausula.versions.open import open

    load = shipped().load
    tables = shipped().tables
    wide = shipped().wide
    positions = shipped().positions
    stances = shipped().stances
    network = shipped().network
    adoption = shipped().adoption
    compare = shipped().compare
    duties = shipped().duties
    monitoring = shipped().monitoring
    family = shipped().family
    timeline = shipped().timeline
    codebook = shipped().codebook
    contract = shipped().contract
    cite = shipped().cite
    lineage = shipped().lineage
    crosswalk = shipped().crosswalk
    data_version = shipped().version
    __version__ = data_version

__all__ = [
    "CouldNotRun",
    "Dataset",
    "adoption",
    "cite",
    "codebook",
    "compare",
    "contract",
    "crosswalk",
    "data_version",
    "duties",
    "family",
    "lineage",
    "load",
    "monitoring",
    "network",
    "open",
    "plot",
    "positions",
    "read_atop",
    "read_paax",
    "read_pam",
    "read_pax",
    "read_ucdp",
    "stances",
    "tables",
    "timeline",
    "validate",
    "validity",
    "wide",
]

require()


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that `import clausula` is fast."""
    if name == "__version__":
        name = "data_version"
    if name not in __all__:
        raise AttributeError(f"module 'clausula' has no attribute {name!r}")
    if name == "plot":
        return import_module("clausula.plot")
    if name.startswith("read_"):
        return getattr(import_module(f"clausula.peers.{name.removeprefix('read_')}"), name)
    if name == "validity":
        return import_module("clausula.peers.validity").validity
    if name == "validate":
        return import_module("clausula.validation.run").validate
    if name == "CouldNotRun":
        return import_module("clausula.core.findings").CouldNotRun
    if name == "open":
        return import_module("clausula.versions.open").open
    data = import_module("clausula.analysis.dataset")
    if name == "Dataset":
        return data.Dataset
    return getattr(data.shipped(), "version" if name == "data_version" else name)


def __dir__() -> list[str]:
    return sorted(__all__)
