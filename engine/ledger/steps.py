"""Steps of a backward plan: "3月底前完成招标（20%）；11月底前竣工验收（100%）"."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.ledger.dates import read_leading_date
from engine.ledger.values import LedgerMilestone
from engine.ledger.wording import WordingError, split_outside_parentheses, without_list_signs

CURE = (
    "请写成“3月底前完成招标（20%）；11月底前竣工验收（100%）”，先写日期，再写内容，用分号或换行隔开"
)

# A bare figure is a date such as 2023.6.30, so a full stop numbers a step only before a month.
_NUMBERING = re.compile(r"^(?:\(\d+\)|\d{1,2}(?:、|\.(?=\d+月)))\s*")
_PERCENT_REMARK = re.compile(r"\((?:累计|达到|完成|进度)*:?(\d+(?:\.\d+)?)%\)$")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def split_steps(text: str) -> tuple[str, ...]:
    """The single steps of a cell, cut at semicolons, full stops and line breaks."""
    steps = split_outside_parentheses(without_list_signs(text), ";。\n")
    return tuple(step for raw in steps if (step := _NUMBERING.sub("", raw).strip()))


def read_step(text: str, year: int) -> LedgerMilestone:
    """One step: a date, what is done by then, and the planned percent if it is given.

    Raises WordingError where the date or the content cannot be read, or the percent is over 100.
    """
    due, rest = read_leading_date(_NUMBERING.sub("", text.strip()), year)
    rest = rest.lstrip(",:、，：")
    remark = _PERCENT_REMARK.search(rest)
    figure = remark or _PERCENT.search(rest)
    name = rest[: remark.start()] if remark else rest
    if not name:
        raise WordingError(f"节点“{text.strip()}”没有写明要做什么", CURE)
    percent = Decimal(figure.group(1)) if figure else None
    if percent is not None and percent > 100:
        raise WordingError(f"节点“{text.strip()}”的进度超过100%", "请填写0%至100%之间的累计进度")
    return LedgerMilestone(name, due, percent)
