"""Put the current release of the data into the wheel, as clausula/_package."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = (
    "datapackage.json",
    "CITATION.cff",
    ".zenodo.json",
    "LICENSE-data",
    "data",
    "schemas",
    "validation",
    "docs/codebook",
    "docs/checks.md",
)


class ShipRelease(BuildHookInterface[Any]):
    """An installed package carries its release; an editable one uses the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files of the release to a standard wheel."""
        if version == "standard":
            build_data["force_include"].update({path: f"clausula/_package/{path}" for path in SHIPPED})
