"""Promises of a whole, which name no figure: 全覆盖, 应检尽检, 建成投用."""

from __future__ import annotations

import re

_ALL = re.compile(r"全覆盖|应.尽.|全部|全员|百分之百|(?<![\d.])100(?:\.0+)?%")
_DONE = re.compile(
    r"^(?:全面|如期|按期)?(?:完成|建成|投用|成立|开通|运行|交付|投入使用|启用)+(?:$|(?!一半|过半|大半|部分)[^率数])"
)


def says_all(plain: str) -> bool:
    """Whether a text names a whole."""
    return _ALL.search(plain) is not None


def without_all(plain: str) -> str:
    """The text without its words for a whole."""
    return _ALL.sub("", plain).strip()


def is_whole(plain: str) -> bool:
    """Whether a text promises a whole, in so many words or by promising that a thing is done."""
    is_done = _DONE.match(plain) is not None and not re.search(r"\d", plain)
    return says_all(plain) or is_done
