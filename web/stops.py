"""Pages that say why it does not go on here, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Stop(Exception):
    """What such a page tells.

    Attributes:
        status: the HTTP status.
        next: what the reader can do; empty when the text says it.
        back: a relative address to go on from, which ``back_name`` names; empty for none.
        kept: what the reader had typed.
        headers: what else the answer says to programs.
    """

    status: int
    title: str
    text: str
    next: str = ""
    back: str = ""
    back_name: str = "回到这封信"
    kept: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def no_page() -> Stop:
    return Stop(
        404,
        "没有这个页面",
        "这个网址没有内容，可能输错了，或者不完整。",
        "从邮件来的，请回到邮件，点信里的按钮，或者把链接完整地复制到浏览器里。",
    )


def not_this_way(allowed: Mapping[str, str]) -> Stop:
    """An address that is there, asked in a way that it does not take."""
    text = "这个网址不接受这样的提交，没有办理。"
    return Stop(405, "请从原来的页面提交", text, headers=allowed)


def broken() -> Stop:
    """What went wrong is ours; the log tells it."""
    return Stop(
        500,
        "系统出错了",
        "刚才的操作可能没有办成。",
        "请过几分钟重新打开原来的页面，看是否已经办好；还是不行的，请联系督查室。",
    )
