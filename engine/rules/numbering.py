"""发文字号: how a number is written and read, and whether a series has gaps (GB/T 9704-2012)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_WRITTEN = re.compile(
    r"(?P<issuer>\S*?)\s*[〔\[（(【](?P<year>[0-9]{4})[〕\]）)】]\s*(?P<number>[0-9]{1,9})\s*号"
)


@dataclass(frozen=True, slots=True)
class DocumentNo:
    """A number of a series: 机关代字, year, and which one of the year."""

    issuer: str
    year: int
    number: int

    @property
    def text(self) -> str:
        """As it is printed: the year in hexagonal brackets, no leading zero."""
        return f"{self.issuer}〔{self.year}〕{self.number}号"


def read_number(text: str, issuer: str, year: int) -> DocumentNo | None:
    """What somebody typed: 吴政督〔2023〕3号, with any brackets, or 3 alone for the series given.

    Returns:
        None when it is neither.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return DocumentNo(issuer, year, int(text))
    found = _WRITTEN.fullmatch(text)
    return found and DocumentNo(found["issuer"], int(found["year"]), int(found["number"]))


def gaps(numbers: Collection[int], last: int) -> tuple[int, ...]:
    """The numbers from 1 to ``last`` that nothing bears; there should be none."""
    return tuple(sorted(set(range(1, last + 1)) - set(numbers)))
