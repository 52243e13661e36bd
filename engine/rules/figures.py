"""Figures as people type them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_FIGURE = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)


def typed_figure(text: str, unit: str = "%") -> Decimal:
    """A number as typed: full-width digits, thousands separators and its unit included.

    Raises:
        ValueError: it is none; the message is in Chinese.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(unit).rstrip()
    plain = plain.replace(",", "")
    if not _FIGURE.fullmatch(plain):
        raise ValueError(f"“{text}”不是数字")
    return Decimal(plain)
