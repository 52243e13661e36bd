"""How number and code are printed on a document. What says nothing but the code is no part of the
text that the code confirms."""

from __future__ import annotations

from engine.rules.contents import Content

_HINT = "（凭码核验真伪）"


def number_line(content: Content, code: str) -> str:
    """发文字号 where one was given; otherwise the code serves as 编号."""
    if content.number or not code:
        return content.number
    return f"编号：{code}{_HINT}"


def code_line(content: Content, code: str) -> str:
    """验证码 as the 版记 has it; empty before there is one, and where it serves as 编号."""
    return f"验证码：{code}{_HINT}" if code and content.number else ""


def lines_of(code: str) -> tuple[str, ...]:
    """All lines that say nothing but a code."""
    return f"编号：{code}", f"编号：{code}{_HINT}", f"验证码：{code}{_HINT}"
