"""How things are written on pages."""

from __future__ import annotations

import pytest

from web.console.looks import size_of


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1字节"), (300, "300字节"), (1_200_000, "1.2 MB")]
)
def test_the_size_of_a_file_is_told_in_chinese_or_by_its_sign(count: int, words: str) -> None:
    assert size_of(count) == words
