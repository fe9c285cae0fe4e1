"""Hatch build hook: add the current release of the data to the wheel, as clausula/_package."""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipRelease(BuildHookInterface[Any]):
    """Ship the release inside the wheel; an editable install uses the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files of the release to a standard wheel, but not to an editable one."""
        if version == "standard":
            ships = json.loads((Path(self.root) / "schemas/package.json").read_text(encoding="utf-8"))["ships"]
            build_data["force_include"].update({path: f"clausula/_package/{path}" for path in ships})
