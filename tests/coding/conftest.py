from __future__ import annotations

from tests.coding.projects import coded, empty, fresh, ingested

__all__ = ["coded", "empty", "fresh", "ingested"]
