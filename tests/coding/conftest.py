from __future__ import annotations

from tests.coding.projects import coded, empty, fresh, ingested
from tests.coding.workbooks import blank, filled

__all__ = ["blank", "coded", "empty", "filled", "fresh", "ingested"]
