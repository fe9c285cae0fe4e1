from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.sandbox import Sandbox
from tests.subset import built_subset, subset

__all__ = ["built_subset", "subset"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    process = Sandbox()
    yield process
    process.close()
