"""Chinese numerals, as headings are numbered."""

from __future__ import annotations

_NUMERALS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A Chinese numeral from 1 to 99: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones else "")
