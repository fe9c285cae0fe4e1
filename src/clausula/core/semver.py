"""Version numbers of the data (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re

VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
