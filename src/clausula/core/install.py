"""How Clausula is installed with extras, for hints: it is not on PyPI yet."""

from __future__ import annotations

WHEEL = "clausula-VERSION-py3-none-any.whl"
"""The name of the wheel file of a release."""


def install_command(extras: str, *settings: str) -> str:
    """Return how to install Clausula with extras, from a wheel file or in a checkout."""
    pip = " ".join(("python -m pip install", *settings))
    return f'`{pip} "./{WHEEL}[{extras}]"` with the wheel file, or `{pip} ".[{extras}]"` in a checkout'
