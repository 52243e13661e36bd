"""Chinese numerals, as headings are numbered."""

from __future__ import annotations

import re

_NUMERALS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")


def numeral(number: int) -> str:
    """A Chinese numeral from 1 to 9999: 一, 十, 二十三, 一百零五."""
    digits = [int(digit) for digit in reversed(str(number))]
    places = zip(digits, _PLACES[: len(digits)], strict=True)
    said = [_NUMERALS[digit] + (place if digit else "") for digit, place in places]
    written = re.sub("零+", "零", "".join(reversed(said))).rstrip("零")
    return written[1:] if 10 <= number < 20 else written
