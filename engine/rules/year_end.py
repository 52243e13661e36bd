"""年终办理情况: the class of each item at the year's end; the classes add up to the list."""

from __future__ import annotations

from engine.rules.lifecycle import ProjectState
from engine.rules.words import Timeliness, Word


class YearClass(Word):
    """How an item ended, or that it has not (大连2023: 提前、按计划、经同意调整分列)."""

    EARLY = "early", "提前办结"
    ON_TIME = "on_time", "按期办结"
    EXTENDED = "extended", "经批准调整后按期办结"
    REWORKED = "reworked", "复查不合格重新办结"
    LATE = "late", "逾期办结"
    OPEN = "open", "未办结"
    SUSPENDED = "suspended", "暂停"
    TERMINATED = "terminated", "终止"


CLOSED = (
    YearClass.EARLY,
    YearClass.ON_TIME,
    YearClass.EXTENDED,
    YearClass.REWORKED,
    YearClass.LATE,
)


def year_class(state: ProjectState, timeliness: Timeliness | None) -> YearClass:
    """The one class of an item."""
    if state is ProjectState.CLOSED:
        return YearClass(timeliness.value) if timeliness else YearClass.ON_TIME
    if state is ProjectState.SUSPENDED:
        return YearClass.SUSPENDED
    return YearClass.TERMINATED if state is ProjectState.TERMINATED else YearClass.OPEN
