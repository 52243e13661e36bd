"""How headings are numbered."""

from __future__ import annotations

import pytest

from engine.rules.numerals import numeral


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1003, "一千零三"),
    ],
)
def test_headings_are_numbered_in_chinese(number: int, expected: str) -> None:
    assert numeral(number) == expected
