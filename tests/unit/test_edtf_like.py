"""Dates as people write them lead to a suggestion in EDTF."""

from __future__ import annotations

import pytest

from clausula.core.edtf_like import edtf_like


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("10 April 2033", ["2033-04-10"]),
        ("April 10th, 2033", ["2033-04-10"]),
        ("10th of April, 2033", ["2033-04-10"]),
        ("Sept. 2033", ["2033-09"]),
        ("spring 2033", ["2033-21"]),
        ("2033/4/1", ["2033-04-01"]),
        ("10.04.2033", ["2033-04-10"]),
        ("4/10/2033", ["2033-04-10", "2033-10-04"]),
        ("25/12/2033", ["2033-12-25"]),
        ("by 1 May 2033", ["../2033-05-01"]),
        ("since March 2033", ["2033-03/.."]),
        ("from 1 May 2033 to 3 June 2033", ["2033-05-01/2033-06-03"]),
        ("between 2031 and 2033", ["2031/2033"]),
        ("1 May 2033 – 3 June 2033", ["2033-05-01/2033-06-03"]),
        ("c. 2033", ["2033~"]),
        ("31 February 2033", []),
        ("3 June 2033 to 1 May 2033", []),
        ("2033-04-10", []),
        ("soon", []),
        ("", []),
    ],
)
def test_a_date_has_its_form_in_edtf(text: str, like: list[str]) -> None:
    assert edtf_like(text) == like
