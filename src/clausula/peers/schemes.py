"""The schemes whose files can be read, as declared in their editions."""

from __future__ import annotations

from clausula.analysis.editions import NAMES, load_scheme

SCHEMES = {name: load_scheme(name) for name in NAMES}
