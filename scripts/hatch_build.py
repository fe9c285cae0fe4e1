"""Put the current release of the data into the wheel, as clausula/_package."""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipRelease(BuildHookInterface[Any]):
    """An installed package carries its release; an editable one uses the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files of the release to a standard wheel."""
        if version == "standard":
            ships = json.loads((Path(self.root) / "schemas/package.json").read_text(encoding="utf-8"))["ships"]
            build_data["force_include"].update({path: f"clausula/_package/{path}" for path in ships})
